"""The list of events and the page of a month: what stands where, how it is narrowed, and what it costs."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from time_machine import TimeMachineFixture

from district.models import Concept, Municipality
from tests.factories import (
    ConceptFactory,
    EventFactory,
    FieldOfActionFactory,
    MunicipalityFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops.actions import When, call_off, hold, postpone, reschedule
from workshops.cards import cards
from workshops.event_page import registering
from workshops.listing import announced, bygone
from workshops.models import Event, EventField, GroupField, Registration, WorkingGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_august")]

DATES = "/kek/termine/"
MONTH = "/kek/termine/monat/2026/9/"
DAY = datetime.date
TODAY = DAY(2026, 8, 10)
WITHOUT_REGISTRATION: dict[str, Any] = {"registration_opens_on": None, "registration_closes_on": None}
WITHOUT_HOURS: dict[str, Any] = {"starts_at": None, "ends_at": None, **WITHOUT_REGISTRATION}


@pytest.fixture
def _in_august(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(datetime.datetime(2026, 8, 10, 10, tzinfo=datetime.UTC))
    with translation.override("de"):  # whatever page was asked for before
        yield


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek")


@pytest.fixture
def group(concept: Concept) -> WorkingGroup:
    return WorkingGroupFactory(concept=concept, slug="wirtschaft", name="Wirtschaft")


@pytest.fixture
def torgau() -> Municipality:
    return MunicipalityFactory(ags="14730310", name="Torgau")


def page(client: Client, path: str = DATES, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def shown(client: Client, path: str = DATES, **query: str) -> list[int]:
    """Return which events the list shows, in its order."""
    return [int(number) for number in re.findall(r'data-event="(\d+)"', page(client, path, **query))]


def headings(client: Client, **query: str) -> list[str]:
    """Return the headings of the list."""
    return re.findall(r'id="termine-\d+">([^<]+)<', page(client, **query))


def cell(client: Client, day: str, path: str = MONTH, **query: str) -> str:
    """Return what stands on a day of the month."""
    _, _, rest = page(client, path, **query).partition(f'<time datetime="{day}">')
    return rest.partition("</td>")[0]


def at_noon() -> datetime.datetime:
    return timezone.now()


# What is coming, what is over


def test_what_is_coming_stands_first_the_next_at_the_top(client: Client, concept: Concept) -> None:
    later = EventFactory(concept=concept, date=when("02.09.2026"))
    evening = EventFactory(concept=concept, date=when("01.09.2026"), starts_at=datetime.time(18))
    morning = EventFactory(concept=concept, date=when("01.09.2026"), starts_at=datetime.time(9))
    over = EventFactory(concept=concept, date=when("09.08.2026"), **WITHOUT_REGISTRATION)
    assert shown(client) == [morning.pk, evening.pk, later.pk]
    assert shown(client, zeit="vergangen") == [over.pk]


def test_what_is_over_begins_with_the_latest(client: Client, concept: Concept) -> None:
    for text in ("01.07.2026", "09.08.2026", "24.03.2021"):
        EventFactory(concept=concept, date=when(text), **WITHOUT_REGISTRATION)
    dates = [Event.objects.get(pk=pk).date.isoformat() for pk in shown(client, zeit="vergangen")]
    assert dates == ["2026-08-09", "2026-07-01", "2021-03-24"]
    assert headings(client, zeit="vergangen") == ["August 2026", "Juli 2026", "März 2021"]


def test_a_day_that_has_begun_is_not_over(client: Client, concept: Concept) -> None:
    today = EventFactory(concept=concept, date=when("10.08.2026"), **WITHOUT_REGISTRATION)
    lasting = EventFactory(concept=concept, date=when("08.08.2026"), last_day=DAY(2026, 8, 10), **WITHOUT_REGISTRATION)
    vague = EventFactory(concept=concept, date=when("August 2026"), **WITHOUT_HOURS)
    assert set(shown(client)) == {today.pk, lasting.pk, vague.pk}
    assert shown(client, zeit="vergangen") == []


def test_what_was_held_today_is_over(client: Client, concept: Concept) -> None:
    held = EventFactory(concept=concept, date=when("10.08.2026"), **WITHOUT_REGISTRATION)
    hold(held, by=UserFactory(), at=at_noon())
    assert shown(client) == []
    assert shown(client, zeit="vergangen") == [held.pk]


def test_every_event_stands_in_exactly_one_of_both_lists(concept: Concept) -> None:
    for text in ("09.08.2026", "10.08.2026", "11.08.2026"):
        for state in Event.State:
            for last_day in (None, DAY(2026, 8, 12)):
                EventFactory(concept=concept, date=when(text), state=state, last_day=last_day, **WITHOUT_HOURS)
    for text in ("Juli 2026", "August 2026", "2026", "2025"):
        EventFactory(concept=concept, date=when(text), **WITHOUT_HOURS)
    ahead, behind = announced(Event.objects.all(), on=TODAY), bygone(Event.objects.all(), on=TODAY)
    assert not set(ahead) & set(behind)
    assert len(ahead) + len(behind) == Event.objects.count()
    assert set(Event.objects.coming(TODAY)) <= set(ahead)


def test_months_are_headings_and_what_goes_on_stands_before_them(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, date=when("2026"), **WITHOUT_HOURS)
    EventFactory(concept=concept, date=when("09.08.2026"), last_day=DAY(2026, 8, 11), **WITHOUT_REGISTRATION)
    EventFactory(concept=concept, date=when("10.08.2026"), **WITHOUT_REGISTRATION)
    EventFactory(concept=concept, date=when("01.09.2026"))
    EventFactory(concept=concept, date=when("September 2026"), **WITHOUT_HOURS)
    assert headings(client) == ["Läuft gerade oder noch ohne festen Tag", "August 2026", "September 2026"]


def test_an_empty_list_says_so_and_leads_on(client: Client, concept: Concept) -> None:
    html = page(client)
    assert "Zurzeit ist kein Termin angekündigt." in html
    assert f'href="{DATES}?zeit=vergangen"' in html
    assert "Bisher ist kein Termin vorbei." in page(client, zeit="vergangen")


def test_a_closed_concept_shows_what_happened(client: Client, concept: Concept) -> None:
    Concept.objects.filter(pk=concept.pk).update(process_closed_on=DAY(2021, 6, 30))
    happened = EventFactory(concept=concept, date=when("24.03.2021"), **WITHOUT_REGISTRATION)
    beyond = EventFactory(concept=concept, date=when("01.07.2021"), **WITHOUT_REGISTRATION)
    assert shown(client) == [happened.pk]
    assert "Stand:" in page(client)
    assert shown(client, zeit="kommend") == [beyond.pk]
    assert f'href="{DATES}?zeit=kommend"' in page(client)


def test_readers_see_what_is_public_and_of_this_concept_alone(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, is_public=False, title="Geheime Klausur")
    EventFactory(title="Aus einem anderen Konzept")
    for path in (DATES, MONTH):
        html = page(client, path)
        assert "Geheime Klausur" not in html
        assert "Aus einem anderen Konzept" not in html


@pytest.mark.parametrize("path", ["", "monat/", "monat/2026/9/", "kalender.ics", "kalender/forum.ics"])
def test_a_concept_that_is_not_public_has_no_dates(client: Client, path: str) -> None:
    ConceptFactory(slug="geheim", is_public=False)
    assert client.get(f"/geheim/termine/{path}").status_code == 404


# The card


def test_a_card_says_when_where_and_what(
    client: Client, concept: Concept, group: WorkingGroup, torgau: Municipality
) -> None:
    event = EventFactory(concept=concept, title="Forum <Nord>", group=group, municipality=torgau)
    html = page(client)
    for words in (
        "Bürgerforum",
        "Forum &lt;Nord&gt;",
        "Dienstag, <time",
        "1. September 2026, 18 bis 20 Uhr",
        "Bürgerhaus, Markt 1, Torgau",
        f'href="/kek/termine/{event.pk}/"',
        'href="/kek/arbeitsgruppen/wirtschaft/"',
    ):
        assert words in html


def test_a_municipality_is_not_named_twice(client: Client, concept: Concept, torgau: Municipality) -> None:
    EventFactory(concept=concept, place="Torgau, Rathaus", municipality=torgau)
    html = page(client)
    assert "Torgau, Rathaus<" in html
    assert "Rathaus, Torgau" not in html


def test_a_group_that_is_not_public_is_not_named(client: Client, concept: Concept) -> None:
    hidden = WorkingGroupFactory(concept=concept, name="Verborgene Gruppe", slug="verborgen", is_public=False)
    event = EventFactory(concept=concept, group=hidden)
    assert shown(client) == [event.pk]
    assert "erborgen" not in page(client)


def test_a_place_that_is_missing_is_told_unless_one_takes_part_online(client: Client, concept: Concept) -> None:
    words = "Der Ort steht noch nicht fest."
    event = EventFactory(concept=concept, place="")
    assert words in page(client)
    Event.objects.filter(pk=event.pk).update(kind=Event.Kind.ONLINE)
    assert words not in page(client)


def test_a_date_that_is_no_day_stands_as_it_is_known(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, date=when("Ende 2026"), **WITHOUT_HOURS)
    assert '<p class="kern-body">Ende 2026</p>' in page(client)


def test_what_is_called_off_stays_at_its_day_and_says_so(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept)
    call_off(event, reason="Ein Sturm.", by=UserFactory(), at=at_noon())
    assert shown(client) == [event.pk]
    html = page(client)
    assert "abgesagt" in html
    assert "Anmeldung offen" not in html
    assert "abgesagt" in cell(client, "2026-09-01")


def test_what_is_postponed_has_no_date_any_more(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept)
    postpone(event, reason="Ein Sturm.", by=UserFactory(), at=at_noon())
    html = page(client)
    assert "verschoben, neuer Termin offen" in html
    assert "Bisher geplant: Dienstag" in html
    assert "Anmeldung offen" not in html
    assert "verschoben" in cell(client, "2026-09-01")


def test_what_has_moved_stands_at_its_new_day(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept)
    to = When(when("03.09.2026"), datetime.time(17), datetime.time(19))
    reschedule(event, to=to, reason="Ein Sturm.", by=UserFactory(), at=at_noon())
    assert "3. September 2026, 17 bis 19 Uhr" in page(client)
    assert "<a " not in cell(client, "2026-09-01")
    assert event.title in cell(client, "2026-09-03")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Anmeldung offen bis 30. August 2026"),
        ({"seats": 2}, "Anmeldung offen bis 30. August 2026"),
        ({"seats": 1}, "ausgebucht, Warteliste"),
        ({"registration_opens_on": DAY(2026, 8, 11)}, "Anmeldung ab 11. August 2026"),
        ({"registration_closes_on": DAY(2026, 8, 9)}, "Anmeldung beendet"),
        ({"registration_closes_on": DAY(2026, 8, 10)}, "Anmeldung offen bis 10. August 2026"),
        ({"registration_opens_on": DAY(2026, 8, 11), "seats": 1}, "Anmeldung ab 11. August 2026"),
        ({"admission": Event.Admission.INVITED, "seats": 1}, "auf Einladung"),
        (WITHOUT_REGISTRATION, "ohne Anmeldung"),
        ({"date": when("September 2026"), **WITHOUT_HOURS}, ""),
        ({"state": Event.State.HELD}, ""),
        ({"date": when("01.08.2026"), **WITHOUT_REGISTRATION}, ""),
    ],
)
def test_a_card_says_how_one_registers(concept: Concept, changes: dict[str, Any], words: str) -> None:
    event = EventFactory(concept=concept, **changes)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, state=Registration.State.CANCELLED)
    (card,) = cards([event], on=TODAY)
    assert (card.hint.label if card.hint else "") == words


def test_list_and_page_of_an_event_agree_where_seats_are_free_that_others_wait_for(concept: Concept) -> None:
    """Seats were added past the actions, or somebody moves up in this very moment."""
    events = EventFactory.create_batch(3, concept=concept, seats=2)
    for number, event in enumerate(events):
        RegistrationFactory(event=event)
        RegistrationFactory.create_batch(number, event=event, state=Registration.State.WAITING)
    full = [(card.hint.label if card.hint else "") == "ausgebucht, Warteliste" for card in cards(events, on=TODAY)]
    entrances = [registering(event, on=TODAY) for event in events]
    assert full == [entrance is not None and entrance.is_full for entrance in entrances] == [False, True, True]


def test_nobody_registers_any_more_once_the_concept_is_closed(concept: Concept) -> None:
    concept.process_closed_on = DAY(2026, 8, 1)
    (card,) = cards([EventFactory(concept=concept)], on=TODAY)
    assert card.hint is None


# The filter


@pytest.fixture
def narrowed(concept: Concept, group: WorkingGroup, torgau: Municipality) -> dict[str, Event]:
    """Return events of which each is found by one filter."""
    mobility = FieldOfActionFactory(concept=concept, number=4, name="Mobilität")
    economy = FieldOfActionFactory(concept=concept, number=1, name="Wirtschaft")
    GroupField.objects.create(group=group, field_of_action=economy)
    events: dict[str, Event] = {
        "title": EventFactory(concept=concept, title="Radverkehr", place="Haus A", date=when("01.09.2026")),
        "topic": EventFactory(concept=concept, topic="Es geht um Fähren.", date=when("02.09.2026")),
        "place": EventFactory(concept=concept, place="Schloss Hartenfels", date=when("03.09.2026")),
        "municipality": EventFactory(concept=concept, municipality=torgau, date=when("04.09.2026")),
        "field": EventFactory(concept=concept, date=when("05.09.2026")),
        "group": EventFactory(concept=concept, group=group, kind=Event.Kind.GROUP_SESSION, date=when("06.09.2026")),
    }
    EventField.objects.create(event=events["field"], field_of_action=mobility)
    return events


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "radVERKEHR"}, ["title"]),
        ({"q": "Fähren"}, ["topic"]),
        ({"q": "Hartenfels"}, ["place"]),
        ({"q": "torgau"}, ["municipality"]),
        ({"q": "Haus Radverkehr"}, ["title"]),
        ({"q": "100%"}, []),
        ({"q": "Zeppelin"}, []),
        ({"art": "group-session"}, ["group"]),
        ({"handlungsfeld": "4"}, ["field"]),
        ({"handlungsfeld": "1"}, ["group"]),
        ({"gemeinde": "14730310"}, ["municipality"]),
        ({"gruppe": "wirtschaft"}, ["group"]),
        ({"gruppe": "wirtschaft", "art": "forum"}, []),
        ({"q": "  "}, ["title", "topic", "place", "municipality", "field", "group"]),
    ],
)
def test_events_are_narrowed(
    client: Client, narrowed: dict[str, Event], query: dict[str, str], names: list[str]
) -> None:
    assert shown(client, **query) == [narrowed[name].pk for name in names]
    month = page(client, MONTH, **query)
    assert [name for name, event in narrowed.items() if f"/kek/termine/{event.pk}/" in month] == names


def test_what_was_found_is_counted(client: Client, narrowed: dict[str, Event]) -> None:
    assert "1 Termin gefunden" in page(client, q="Radverkehr")
    assert "6 Termine gefunden" in page(client, gemeinde="", q="e")
    assert "gefunden" not in page(client)
    assert "Dazu gibt es keinen Termin." in page(client, q="Zeppelin")
    assert "Dazu gibt es in diesem Monat keinen Termin." in page(client, MONTH, q="Zeppelin")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"art": "kaffeefahrt"}, "Diese Art von Terminen gibt es nicht."),
        ({"handlungsfeld": "99"}, "Dieses Handlungsfeld gibt es nicht."),
        ({"handlungsfeld": "x"}, "Dieses Handlungsfeld gibt es nicht."),
        ({"gemeinde": "00000000"}, "Diese Gemeinde gibt es hier nicht."),
        ({"gruppe": "geheim"}, "Diese Arbeitsgruppe gibt es nicht."),
        ({"zeit": "nie"}, "Bitte wählen Sie kommende oder vergangene Termine."),
        ({"q": "x" * 101}, "100 Zeichen"),
        ({"q": "a\0b"}, "Null"),
    ],
)
def test_a_wrong_value_shows_nothing_and_says_why(
    client: Client, narrowed: dict[str, Event], query: dict[str, str], words: str
) -> None:
    WorkingGroupFactory(concept=narrowed["title"].concept, slug="geheim", is_public=False)
    html = page(client, **query)
    assert words in html
    assert "data-event" not in html
    assert "<title>Fehler: " in html
    if "zeit" in query:
        assert 'name="zeit"' not in html  # so that the next search is free of it
    else:
        assert words in page(client, MONTH, **query)


@pytest.mark.parametrize("number", ["0", "-1", "99999", "x", ""])
def test_a_page_that_is_not_there_is_never_an_error(client: Client, narrowed: dict[str, Event], number: str) -> None:
    assert len(shown(client, page=number)) == 6


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        (DATES, False),
        (f"{DATES}?zeit=vergangen", False),
        (f"{DATES}?q=Torgau", True),
        (f"{DATES}?art=gibt-es-nicht", True),
        (MONTH, False),
        (f"{MONTH}?art=forum", True),
    ],
)
def test_the_filter_is_folded_on_a_phone_until_one_is_set(
    client: Client, concept: Concept, path: str, is_open: bool
) -> None:
    html = client.get(path).content.decode()
    assert ('<details class="portal-fold" open>' in html, '<details class="portal-fold">' in html) == (
        is_open,
        not is_open,
    )


def test_filters_of_which_there_is_nothing_to_choose_are_left_out(client: Client, concept: Concept) -> None:
    html = page(client)
    assert 'name="art"' in html
    for name in ("handlungsfeld", "gemeinde", "gruppe"):
        assert f'name="{name}"' not in html


def test_names_to_choose_from_are_marked_as_german_and_what_stands_for_all_is_not(
    client: Client, concept: Concept, group: WorkingGroup, torgau: Municipality
) -> None:
    FieldOfActionFactory(concept=concept, number=1, name="Wirtschaft & Innovation")
    html = page(client, f"/en{DATES}")
    for value in ("1", torgau.ags, group.slug):
        assert f'<option value="{value}" lang="de">' in html
    everything = re.findall(r'<option value="" selected( lang="de")?>', html)
    assert everything == [""] * 4


def test_the_other_views_keep_the_filters(client: Client, narrowed: dict[str, Event]) -> None:
    query = "?q=a+b&amp;art=forum"
    for path in (DATES, MONTH):
        html = page(client, path, q="a b", art="forum")
        assert f'href="{DATES}{query}"' in html
        assert f'href="{DATES}{query}&amp;zeit=vergangen"' in html
        assert f'href="/kek/termine/monat/2026/8/{query}"' in html
    past = page(client, zeit="vergangen", art="forum")
    assert '<input type="hidden" name="zeit" value="vergangen"' in past
    assert f'href="{DATES}?zeit=vergangen">Filter aufheben' in past


def test_a_long_list_has_pages_and_none_shows_an_event_twice(client: Client, concept: Concept) -> None:
    for number in range(25):
        EventFactory(concept=concept, starts_at=None if number % 2 else datetime.time(9), ends_at=None)
    first, second = shown(client), shown(client, page="2")
    assert (len(first), len(second), len({*first, *second})) == (20, 5, 25)
    assert 'href="?page=2"' in page(client)


# The month


def test_the_month_is_a_table_with_a_column_for_each_weekday(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, title="Forum Nord")
    html = page(client, MONTH)
    assert "<h1" in html
    assert "Termine im September 2026" in html
    assert "<caption" in html
    assert re.findall(r'<th scope="col"><abbr title="(\w+)">(\w+)<', html)[0] == ("Montag", "Mo")
    assert html.count('<th scope="col">') == 7
    assert html.count("<tr>") == 6
    assert f'href="/kek/termine/{event.pk}/"' in cell(client, "2026-09-01")
    assert "18:00" in cell(client, "2026-09-01")


def test_an_event_of_several_days_stands_on_each_of_them(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, title="Klausur", date=when("30.08.2026"), last_day=DAY(2026, 9, 2))
    for day in ("2026-09-01", "2026-09-02"):
        assert "Klausur" in cell(client, day)
        assert "weiter" in cell(client, day)
    assert "Klausur" not in cell(client, "2026-09-03")
    august = "/kek/termine/monat/2026/8/"
    assert "Klausur" in cell(client, "2026-08-30", august)
    assert "weiter" not in cell(client, "2026-08-30", august)


def test_what_has_no_day_stands_beside_the_table(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, title="Abschlussforum", date=when("Ende 2026"), **WITHOUT_HOURS)
    head, _, table = page(client, MONTH).partition("<table")
    assert "Ohne festen Tag" in head
    assert "Abschlussforum</a> (Ende 2026)" in head
    assert "Abschlussforum" not in table
    assert "Abschlussforum" not in page(client, "/kek/termine/monat/2026/8/")


def test_today_is_marked(client: Client, concept: Concept) -> None:
    assert 'aria-current="date"><time datetime="2026-08-10">' in page(client, "/kek/termine/monat/2026/8/")
    assert 'aria-current="date"' not in page(client, MONTH)


def test_neighbouring_months_are_linked_by_name(client: Client, concept: Concept) -> None:
    december = page(client, "/kek/termine/monat/2026/12/")
    assert re.search(r'href="/kek/termine/monat/2026/11/"[^>]*>.*?November 2026', december)
    assert re.search(r'href="/kek/termine/monat/2027/1/"[^>]*>Januar 2027', december)
    assert 'rel="prev' not in page(client, "/kek/termine/monat/1900/1/")
    assert 'rel="next' not in page(client, "/kek/termine/monat/2200/12/")


@pytest.mark.parametrize("month", ["1899/12", "2201/1", "2026/0", "2026/13", "99999999999999999999/1", "2026/x"])
def test_there_is_no_such_month(client: Client, concept: Concept, month: str) -> None:
    assert client.get(f"/kek/termine/monat/{month}/").status_code == 404


def test_the_current_month_is_a_way_to_its_own_page(client: Client, concept: Concept) -> None:
    response = client.get("/kek/termine/monat/", {"art": "forum", "gruppe": ""})
    assert (response.status_code, response["Location"]) == (302, "/kek/termine/monat/2026/8/?art=forum")
    Concept.objects.filter(pk=concept.pk).update(process_closed_on=DAY(2021, 6, 30))
    assert client.get("/kek/termine/monat/")["Location"] == "/kek/termine/monat/2021/6/"


def test_an_empty_month_says_so(client: Client, concept: Concept) -> None:
    assert "In diesem Monat ist kein Termin angekündigt." in page(client, MONTH)


def test_a_month_with_very_many_events_says_that_it_is_cut_off(
    client: Client, concept: Concept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshops.views.dates.MOST_IN_A_MONTH", 2)
    words = "Es sind mehr Termine, als hier Platz haben."
    EventFactory.create_batch(2, concept=concept)
    assert words not in page(client, MONTH)
    EventFactory(concept=concept)
    html = page(client, MONTH)
    assert words in html
    assert html.count("month-entry__title") == 2


# What it costs


@pytest.mark.parametrize("path", [DATES, f"{DATES}?zeit=vergangen", MONTH, f"{MONTH}?handlungsfeld=1"])
def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept, torgau: Municipality, path: str) -> None:
    field = FieldOfActionFactory(concept=concept, number=1)

    def add() -> None:
        group = WorkingGroupFactory(concept=concept)
        for text in ("01.09.2026", "01.08.2026"):
            changes = {} if text == "01.09.2026" else WITHOUT_REGISTRATION
            event = EventFactory(concept=concept, group=group, municipality=torgau, seats=5, date=when(text), **changes)
            EventField.objects.create(event=event, field_of_action=field)
            RegistrationFactory(event=event)

    add()
    with_one = queries(client, path)
    add()
    add()
    assert queries(client, path) == with_one
