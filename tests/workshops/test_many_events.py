"""Ten thousand events, over twenty years: the pages ask no more than with ten, and read no more than they must."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from itertools import cycle

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from time_machine import TimeMachineFixture

from district.approximate_date import ApproximateDate
from district.models import Concept
from tests.factories import ConceptFactory, FieldOfActionFactory, MunicipalityFactory, WorkingGroupFactory
from tests.milestones.queries import queries
from workshops.calendar import MOST_IN_A_CALENDAR
from workshops.cards import for_cards
from workshops.listing import PER_PAGE, EventPaginator, announced, bygone
from workshops.models import Event
from workshops.models.events import EventQuerySet

MANY = 10_000
FEW = 10
TODAY = datetime.date(2026, 8, 10)
# A machine with other work to do is slow now and then; a page that reads all events would be slower than this.
TIMES_SLOWER = 5
TRIES = 3
LARGEST_CALENDAR = 1_000_000  # bytes
LONGEST_LIST = 60

# What shows events also where there are few.
PAGES = ("", "?zeit=vergangen", "?q=Termin", "?gruppe=gruppe", "monat/2026/8/", "monat/2026/8/?q=Termin")
# What shows none there, which saves the page a query or two.
PAGES_OF_MANY = (
    "?art=workshop",
    "?q=Zeppelin",
    "?zeit=vergangen&art=forum&handlungsfeld=1",
    "?zeit=vergangen&page=400",
    "monat/2026/8/?art=workshop",
)


@pytest.fixture
def _in_august(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(datetime.datetime(2026, 8, 10, 10, tzinfo=datetime.UTC))
    with translation.override("de"):  # whatever page was asked for before
        yield


def concept_with(count: int, slug: str) -> Concept:
    """Return a concept with events, eight in ten of them over, each day as many as the other; the rest take registrations."""
    concept = ConceptFactory(slug=slug)
    group = WorkingGroupFactory(concept=concept, slug="gruppe")
    municipality = MunicipalityFactory(ags="14730310") if slug == "wenige" else None
    FieldOfActionFactory(concept=concept, number=1)
    first, days = TODAY - datetime.timedelta(days=16 * 365), 20 * 365
    kinds = cycle(Event.Kind)
    events = []
    for number in range(count):
        day = first + datetime.timedelta(days=number * days // count)
        event = Event(
            concept=concept,
            group=group,
            municipality=municipality,
            kind=next(kinds),
            title=f"Termin {number}",
            topic="Worum es an diesem Tag geht. " * 10,
            date=ApproximateDate.on(day),
            starts_at=datetime.time(18),
            last_day=day + datetime.timedelta(days=1) if number % 50 == 0 else None,
            admission=Event.Admission.OPEN,
            is_public=True,
            state=Event.State.HELD if day < TODAY else Event.State.PLANNED,
            seats=20,
        )
        if day >= TODAY:
            event.registration_opens_on = TODAY
            event.registration_closes_on = day
        events.append(event)
    Event.objects.bulk_create(events, batch_size=1000)
    return concept


@pytest.fixture
def many(db: None, _in_august: None) -> Concept:
    """Return a concept with very many events, beside one with few."""
    with connection.cursor() as cursor:
        # What triggers do for each row is proven elsewhere, and takes longer than all else here.
        cursor.execute("ALTER TABLE workshops_event DISABLE TRIGGER USER")
        concept_with(FEW, "wenige")
        concept = concept_with(MANY, "viele")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE workshops_event ENABLE TRIGGER USER")
        cursor.execute("ANALYZE workshops_event")
    return concept


def seconds(client: Client, path: str) -> float:
    """Return how long a page takes at its best."""
    client.get(path)
    tries = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        assert client.get(path).status_code == 200
        tries.append(time.perf_counter() - begin)
    return min(tries)


def plan(events: EventQuerySet) -> str:
    return str(events.explain(analyze=True, timing=False, costs=False))


def test_pages_ask_no_more_than_with_ten_and_take_hardly_longer(client: Client, many: Concept) -> None:
    for path in PAGES:
        assert queries(client, f"/viele/termine/{path}") == queries(client, f"/wenige/termine/{path}"), path
    for path in PAGES_OF_MANY:
        assert queries(client, f"/viele/termine/{path}") <= queries(client, "/wenige/termine/"), path
    for path in ("", "?zeit=vergangen", "?zeit=vergangen&page=400", "?q=Zeppelin", "monat/2026/8/"):
        with_few = seconds(client, f"/wenige/termine/{path}")
        assert seconds(client, f"/viele/termine/{path}") < TIMES_SLOWER * with_few, path


def test_what_shows_all_dates_is_not_without_end(client: Client, many: Concept) -> None:
    sizes = {}
    for path in ("kalender.ics", "termine/kalender.ics", "arbeitsgruppen/gruppe/kalender.ics"):
        content = client.get(f"/viele/{path}").content
        assert content.count(b"BEGIN:VEVENT") == MOST_IN_A_CALENDAR, path
        sizes[path] = len(content)
    assert max(sizes.values()) < LARGEST_CALENDAR, sizes
    page = client.get("/viele/arbeitsgruppen/gruppe/")
    assert page.content.count(b"<article") < 2 * LONGEST_LIST
    assert "Alle weiteren Termine stehen im Kalender der Gruppe." in page.content.decode()
    assert queries(client, "/viele/arbeitsgruppen/gruppe/") == queries(client, "/wenige/arbeitsgruppen/gruppe/")


def test_lists_are_read_from_an_index_in_their_order_and_only_as_far_as_shown(many: Concept) -> None:
    events = Event.objects.public().filter(concept=many)
    for found in (announced(events, on=TODAY), bygone(events, on=TODAY)):
        told = plan(for_cards(found)[:PER_PAGE])
        assert "event_by_date" in told or "event_open_by_date" in told
        assert "Seq Scan on workshops_event" not in told
        assert "Sort Key" not in told
    told = plan(for_cards(bygone(events.filter(kind=Event.Kind.FORUM), on=TODAY))[:PER_PAGE])
    assert "event_by_kind_and_date" in told
    assert "Sort Key" not in told


def test_no_more_is_counted_than_is_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    concept = concept_with(FEW, "wenige")
    pages = EventPaginator(Event.objects.filter(concept=concept).order_by("date", "pk"))
    monkeypatch.setattr("district.counting.MOST_COUNTED", 5)
    assert pages.counted.number == 6
