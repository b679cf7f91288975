"""The desk „Planung“ and the figures of the start page: what an event lacks, who sees it, and where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from district.models import Role
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    OutcomeFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from workshops.models import Event, Mailing, Minutes, WorkingGroup
from workshops.overview import Criteria, Missing, Overview
from workshops.staff.waiting import waiting

from .sample import NOW
from .staff import log_in, log_in_chair, queries, url

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 1)
PLANNING = reverse("admin:workshops_planning")
WITHOUT_REGISTRATION: dict[str, Any] = {"registration_opens_on": None, "registration_closes_on": None}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group() -> WorkingGroup:
    made: WorkingGroup = WorkingGroupFactory(concept=ConceptFactory(slug="kek-2040"))
    return made


def complete(**more: Any) -> Event:
    """An event ahead that lacks nothing, but for what is said."""
    event: Event = EventFactory(**more)
    AgendaItemFactory(event=event)
    return event


def over(**more: Any) -> Event:
    """An event of yesterday."""
    event: Event = EventFactory(date=when("30.6.2026"), **WITHOUT_REGISTRATION, **more)
    return event


def lacks(event: Event, on: date = TODAY) -> set[str]:
    """Return what the planning view says that an event lacks, and check that its figures say the same."""
    events = Overview(Criteria(UserFactory(role=Role.PROJECT_OFFICE)), on=on)
    found = {line.event: set(line.missing) for line in events.lines(events.page(None))}.get(event, set())
    assert {name for name in Missing if events.lacking(name).filter(pk=event.pk).exists()} == found
    assert {name for name in Missing if events.figures[name.value]} == found
    return {str(name.value) for name in found}


# What is missing


def test_an_event_with_everything_lacks_nothing() -> None:
    assert lacks(complete()) == set()


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"place": ""}, {"place"}),
        ({"place": "", "online_url": "https://example.org/raum"}, set()),
        ({"date": when("September 2026"), "starts_at": None, "ends_at": None}, {"day"}),
        ({"starts_at": None, "ends_at": None}, {"day"}),
        ({"state": "postponed"}, {"day"}),
        ({"state": "postponed", "date": when("1.6.2026"), **WITHOUT_REGISTRATION, "is_public": False}, {"day"}),
        ({"admission": "invited"}, {"invitations"}),
        (WITHOUT_REGISTRATION, {"registration"}),
        ({**WITHOUT_REGISTRATION, "is_public": False}, set()),
        ({**WITHOUT_REGISTRATION, "admission": "invited"}, {"invitations"}),
        ({"state": "called_off", "place": ""}, set()),
        ({"state": "held"}, {"minutes"}),
    ],
)
def test_what_an_event_lacks(more: dict[str, Any], missing: set[str]) -> None:
    assert lacks(complete(**more)) == missing


def test_an_event_ahead_wants_an_agenda() -> None:
    assert lacks(EventFactory()) == {"agenda"}


def test_an_event_lacks_no_invitation_once_somebody_was_invited() -> None:
    event = complete(admission="invited")
    user = UserFactory()
    Mailing.objects.create(event=event, kind="message", audience="invited", subject="X", recipients=1, sent_by=user)
    assert lacks(event) == {"invitations"}
    Mailing.objects.create(event=event, kind="invitation", audience="invited", subject="X", recipients=1, sent_by=user)
    assert lacks(event) == set()


def test_what_is_over_lacks_that_it_took_place_and_then_its_minutes() -> None:
    event = complete(place="", last_day=date(2026, 9, 2))
    assert lacks(event, date(2026, 9, 2)) == {"place"}
    assert lacks(event, date(2026, 9, 3)) == {"record"}
    Event.objects.update(state="held")
    assert lacks(event, date(2026, 9, 3)) == {"minutes"}
    minutes = Minutes.objects.create(event=event, summary="Es ging gut.")
    assert lacks(event, date(2026, 9, 3)) == {"minutes"}
    minutes.state = "released"
    minutes.save()
    assert lacks(event, date(2026, 9, 3)) == set()


def test_feedback_waits_until_somebody_has_dealt_with_it() -> None:
    written = FeedbackFactory(event__state="called_off")
    assert lacks(written.event) == {"feedback"}
    written.handled_at = NOW
    written.save()
    assert lacks(written.event) == set()


# The page


def rows(client: Client, **query: Any) -> list[Event]:
    return [row.event for row in client.get(PLANNING, query).context["rows"]]


def test_the_table_goes_by_time_and_leaves_out_what_is_done_with(client: Client, group: WorkingGroup) -> None:
    log_in(client)
    ahead, late = complete(concept=group.concept), over(concept=group.concept)
    complete(concept=group.concept, state="called_off")
    complete(concept__process_closed_on=TODAY)
    assert rows(client) == [late, ahead]


def test_the_table_is_narrowed_by_what_is_missing_group_and_kind(client: Client, group: WorkingGroup) -> None:
    log_in(client)
    session = complete(concept=group.concept, group=group, kind="group_session")
    nowhere = complete(concept=group.concept, place="")
    assert rows(client, group=group.pk) == [session]
    assert rows(client, kind="forum") == [nowhere]
    assert rows(client, missing="place") == [nowhere]
    assert rows(client, missing="place", group=group.pk) == []
    assert set(rows(client, missing="kaputt", group="x", kind="y")) == {session, nowhere}


def test_the_figures_lead_to_what_they_count(client: Client, group: WorkingGroup) -> None:
    log_in(client)
    over(concept=group.concept)
    complete(concept=group.concept, kind="workshop")
    cards = client.get(PLANNING, {"kind": "forum"}).context["cards"]
    assert [(str(card.count), card.label) for card in cards] == [
        ("1", "Termine"),
        ("1", "nicht als durchgeführt eingetragen"),
    ]
    for card in cards:
        assert len(client.get(f"{PLANNING}?{card.query}").context["rows"]) == card.count.number


def test_each_lack_leads_to_where_it_is_mended(client: Client) -> None:
    log_in(client)
    event = EventFactory(place="", starts_at=None, ends_at=None, **WITHOUT_REGISTRATION)
    change = url(event, "change")
    (row,) = client.get(PLANNING).context["rows"]
    assert [(lack.label, lack.url) for lack in row.lacks] == [
        ("Tag oder Uhrzeit offen", url(event, "move", next=PLANNING)),
        ("kein Ort", f"{change}#id_place"),
        ("öffentlich, aber ohne Anmeldung", f"{change}#id_registration_opens_on"),
        ("keine Tagesordnung", f"{change}#agenda-heading"),
    ]
    html = client.get(change).content.decode()
    for anchor in ("id_place", "id_registration_opens_on", "agenda-heading"):
        assert f'id="{anchor}"' in html


def test_who_runs_nothing_reads_without_links(client: Client) -> None:
    complete(place="")
    log_in(client, Role.STEERING_GROUP)
    (row,) = client.get(PLANNING).context["rows"]
    assert [(lack.label, lack.url) for lack in row.lacks] == [("kein Ort", "")]
    assert "Termin anlegen" not in client.get(PLANNING).content.decode()


def test_a_chair_sees_the_own_events_and_those_of_others_without_links(client: Client, group: WorkingGroup) -> None:
    log_in_chair(client, group)
    own = complete(concept=group.concept, group=group, place="")
    other = complete(concept=group.concept, group=WorkingGroupFactory(concept=group.concept), place="")
    assert rows(client) == [own]
    found = client.get(PLANNING, {"whose": "alle"}).context["rows"]
    assert {(row.event, bool(row.lacks[0].url)) for row in found} == {(own, True), (other, False)}


def test_registrations_are_counted(client: Client) -> None:
    log_in(client)
    event = complete(seats=2)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, state="waiting")
    assert [row.registered for row in client.get(PLANNING).context["rows"]] == [1]


def test_a_long_table_has_pages(client: Client, group: WorkingGroup) -> None:
    log_in(client)
    for number in range(51):
        EventFactory(concept=group.concept, date=when(date(2026, 9, 1) + timedelta(days=number)))
    assert len(rows(client)) == 50
    assert rows(client, page=2) == [Event.objects.order_by("date").last()]


@pytest.mark.parametrize("is_chair", [False, True])
def test_the_table_takes_the_same_queries_for_one_and_for_three(
    client: Client, group: WorkingGroup, is_chair: bool
) -> None:
    if is_chair:
        log_in_chair(client, group)
    else:
        log_in(client)

    def add() -> None:
        event = complete(concept=group.concept, group=group, place="", admission="invited")
        RegistrationFactory(event=event)
        over(concept=group.concept, group=group)

    add()
    one = queries(client, PLANNING)
    add()
    add()
    assert queries(client, PLANNING) == one


# The start page


def figures(user: Any) -> list[tuple[str, str, bool]]:
    return [(str(figure.count), figure.label, figure.is_alarming) for figure in waiting(user, on=TODAY)]


def test_what_waits_for_the_project_office_and_for_a_chair(client: Client, group: WorkingGroup) -> None:
    chair = log_in_chair(client, group)
    other = WorkingGroupFactory(concept=group.concept)
    for each in (group, other, other):
        over(concept=group.concept, group=each)
        held = over(concept=group.concept, group=each, state="held")
        OutcomeFactory(event=held, group=each, kind="open_point", due_on=date(2026, 6, 30))
        FeedbackFactory(event=complete(concept=group.concept, group=each, state="called_off"))
    assert figures(chair) == [
        ("1", "vergangener Termin ohne Eintrag", True),
        ("1", "Protokoll nicht freigegeben", True),
        ("1", "überfälliger Punkt aus Protokollen", True),
        ("1", "abgesagter Termin mit neuen Rückmeldungen", False),
    ]
    assert [count for count, _label, _alarm in figures(UserFactory(role=Role.PROJECT_OFFICE))] == ["3", "3", "3", "3"]
    for person in (chair, log_in(client)):
        client.force_login(person)
        for figure in waiting(person, on=TODAY):
            context = client.get(figure.url).context
            shown = context["rows"] if "rows" in context else context["cl"].result_list
            assert len(shown) == figure.count.number


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROJECT_OFFICE, Role.GROUP_CHAIR}))
def test_for_everybody_else_nothing_of_it_waits(role: Role) -> None:
    over()
    assert figures(UserFactory(role=role)) == []


def test_a_chair_without_a_group_has_nothing_to_do() -> None:
    assert figures(UserFactory(role=Role.GROUP_CHAIR)) == []


def test_a_closed_process_waits_for_nobody() -> None:
    event = over(concept__process_closed_on=TODAY)
    OutcomeFactory(event=event, kind="open_point", due_on=date(2026, 6, 30))
    assert {count for count, _label, _alarm in figures(UserFactory(role=Role.PROJECT_OFFICE))} == {"0"}


def test_the_start_page_shows_the_figures(client: Client) -> None:
    log_in(client)
    over()
    html = client.get(reverse("admin:index")).content.decode()
    assert "vergangener Termin ohne Eintrag" in html
    assert f'href="{PLANNING}?missing=record"' in html
