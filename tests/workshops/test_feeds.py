"""The events as calendars to subscribe to, read back with a tool that calendars are read with."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from icalendar import Calendar
from icalendar import Event as Found
from time_machine import TimeMachineFixture

from district.models import Concept
from tests.factories import (
    ConceptFactory,
    EventFactory,
    MilestoneFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops.actions import When, call_off, hold, postpone, reschedule
from workshops.models import Change, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_august")]

ALL = "/kek/termine/kalender.ics"
WORKSHOPS = "/kek/termine/kalender/workshop.ics"
FORUMS = "/kek/termine/kalender/forum.ics"
OF_THE_GROUP = "/kek/arbeitsgruppen/gruppe/kalender.ics"
OF_THE_CONCEPT = "/kek/kalender.ics"
NOW = datetime.datetime(2026, 8, 10, 10, tzinfo=datetime.UTC)
WITHOUT_HOURS: dict[str, Any] = {
    "starts_at": None,
    "ends_at": None,
    "registration_opens_on": None,
    "registration_closes_on": None,
}


@pytest.fixture
def _in_august(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(NOW, tick=False)
    with translation.override("de"):  # whatever page was asked for before
        yield


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", short_title="KEK Probe")


def calendar(client: Client, path: str = ALL) -> Calendar:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    found = Calendar.from_ical(response.content)
    assert isinstance(found, Calendar)
    assert not [component.errors for component in found.walk() if component.errors]
    return found


def keys(client: Client, path: str = ALL) -> list[str]:
    """Return what identifies the entries."""
    return [str(found["UID"]) for found in calendar(client, path).events]


def uid(event: Event) -> str:
    return f"event-{event.pk}@testserver"


def only(client: Client, path: str = ALL) -> Found:
    (found,) = calendar(client, path).events
    return found


def test_a_calendar_without_events_is_a_calendar(client: Client, concept: Concept) -> None:
    found = calendar(client)
    assert found["X-WR-CALNAME"] == "KEK Probe: Termine"
    assert found["URL"] == "http://testserver/kek/termine/"
    assert found.events == []
    assert calendar(client, WORKSHOPS)["X-WR-CALNAME"] == "KEK Probe: Workshop"


def test_an_event_has_its_hours_in_berlin_its_place_and_its_page(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, title="Forum Nord", topic="Worum es geht.")
    found = calendar(client)
    (entry,) = found.events
    assert entry["UID"] == uid(event)
    assert entry["SUMMARY"] == "Forum Nord"
    assert entry["DTSTART"].params["TZID"] == entry["DTEND"].params["TZID"] == "Europe/Berlin"
    assert entry.start.isoformat() == "2026-09-01T18:00:00+02:00"
    assert entry.end.isoformat() == "2026-09-01T20:00:00+02:00"
    assert entry["LOCATION"] == "Bürgerhaus, Markt 1"
    assert entry["DESCRIPTION"] == "Worum es geht."
    assert entry["URL"] == f"http://testserver/kek/termine/{event.pk}/"
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 0)
    assert [str(zone["TZID"]) for zone in found.timezones] == ["Europe/Berlin"]


def test_in_winter_the_clock_is_another(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, date=when("01.12.2026"))
    assert only(client).start.isoformat() == "2026-12-01T18:00:00+01:00"


def test_an_event_of_several_days_ends_on_the_last(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, last_day=datetime.date(2026, 9, 3), ends_at=datetime.time(12))
    entry = only(client)
    assert entry.start.isoformat() == "2026-09-01T18:00:00+02:00"
    assert entry.end.isoformat() == "2026-09-03T12:00:00+02:00"


@pytest.mark.parametrize("starts_at", [None, datetime.time(18)])
def test_several_days_without_an_hour_at_their_end_are_whole_days(
    client: Client, concept: Concept, starts_at: datetime.time | None
) -> None:
    EventFactory(concept=concept, last_day=datetime.date(2026, 9, 3), starts_at=starts_at, ends_at=None)
    entry = only(client)
    assert (entry.start, entry.end) == (datetime.date(2026, 9, 1), datetime.date(2026, 9, 4))


def test_a_date_that_is_no_day_spans_its_period_and_is_named(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, title="Abschlussforum", date=when("Ende 2026"), **WITHOUT_HOURS)
    entry = only(client)
    assert entry["SUMMARY"] == "Abschlussforum (voraussichtlich Ende 2026)"
    assert (entry.start, entry.end) == (datetime.date(2026, 9, 1), datetime.date(2027, 1, 1))
    assert (entry["STATUS"], entry["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")


def test_what_moves_stays_the_same_event_in_a_later_version(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept)
    before = only(client)
    to = When(when("03.09.2026"), datetime.time(17), datetime.time(19))
    reschedule(event, to=to, reason="Der Saal ist belegt.", by=UserFactory(), at=NOW)
    after = only(client)
    assert after["UID"] == before["UID"] == uid(event)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.stamp == NOW > before.stamp
    assert after.start.isoformat() == "2026-09-03T17:00:00+02:00"
    assert after["DESCRIPTION"] == "Der Saal ist belegt."


def test_what_is_called_off_is_cancelled_with_its_reason(client: Client, concept: Concept) -> None:
    call_off(EventFactory(concept=concept, title="Forum"), reason="Ein Sturm.", by=UserFactory(), at=NOW)
    entry = only(client)
    assert (entry["STATUS"], entry["SUMMARY"], entry["SEQUENCE"]) == ("CANCELLED", "Abgesagt: Forum", 1)
    assert entry["DESCRIPTION"] == "Ein Sturm."


def test_what_is_postponed_is_cancelled_until_it_has_a_date(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, title="Forum")
    by = UserFactory()
    postpone(event, reason="Ein Sturm.", by=by, at=NOW)
    assert (only(client)["STATUS"], only(client)["SUMMARY"]) == ("CANCELLED", "Verschoben: Forum")
    reschedule(event, to=When(when("03.09.2026")), reason="Neuer Saal.", by=by, at=NOW)
    entry = only(client)
    assert (entry["STATUS"], entry["SUMMARY"], entry["SEQUENCE"]) == ("CONFIRMED", "Forum", 2)


def test_that_it_took_place_changes_nothing_in_calendars(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, date=when("10.08.2026"), registration_closes_on=when("10.08.2026").latest)
    before = client.get(ALL).content
    hold(event, by=UserFactory(), at=NOW)
    assert client.get(ALL).content == before


def test_the_way_in_online_and_who_takes_part_stay_internal(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, online_url="https://konferenz.example/geheim")
    RegistrationFactory(event=event, name="Erika Beispiel", email="erika@example.org")
    content = client.get(ALL).content.decode()
    assert "geheim" not in content
    assert "rika" not in content


def test_a_kind_has_a_calendar_of_its_own(client: Client, concept: Concept) -> None:
    events = {kind: EventFactory(concept=concept, kind=kind) for kind in Event.Kind}
    assert set(keys(client)) == {uid(event) for event in events.values()}
    for kind, event in events.items():
        assert keys(client, f"/kek/termine/kalender/{kind.value.replace('_', '-')}.ics") == [uid(event)]


@pytest.mark.parametrize("kind", ["kaffeefahrt", "group_session", "WORKSHOP", "-"])
def test_there_is_no_calendar_of_an_unknown_kind(client: Client, concept: Concept, kind: str) -> None:
    assert client.get(f"/kek/termine/kalender/{kind}.ics").status_code == 404


def test_only_what_is_public_is_told(client: Client, concept: Concept) -> None:
    EventFactory(concept=concept, is_public=False)
    EventFactory()
    for path in (ALL, FORUMS, OF_THE_CONCEPT):
        assert keys(client, path) == []


@pytest.mark.parametrize("path", [ALL, FORUMS, OF_THE_GROUP, OF_THE_CONCEPT])
def test_of_very_many_events_those_of_the_last_year_and_the_next_to_come_are_told(
    client: Client, concept: Concept, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    group = WorkingGroupFactory(concept=concept, slug="gruppe")
    over, last_year, coming, later = (
        EventFactory(concept=concept, group=group, date=when(text), **WITHOUT_HOURS)
        for text in ("09.08.2025", "10.08.2025", "01.09.2026", "01.10.2026")
    )
    assert keys(client, path) == [uid(over), uid(last_year), uid(coming), uid(later)]
    monkeypatch.setattr("workshops.calendar.MOST_IN_A_CALENDAR", 3)
    assert keys(client, path) == [uid(last_year), uid(coming), uid(later)]
    monkeypatch.setattr("workshops.calendar.MOST_IN_A_CALENDAR", 2)
    assert keys(client, path) == [uid(last_year), uid(coming)]


def test_of_very_many_events_of_a_closed_process_those_of_its_last_year_are_told(
    client: Client, concept: Concept, monkeypatch: pytest.MonkeyPatch
) -> None:
    Concept.objects.filter(pk=concept.pk).update(process_closed_on=datetime.date(2021, 6, 30))
    monkeypatch.setattr("workshops.calendar.MOST_IN_A_CALENDAR", 1)
    EventFactory(concept=concept, date=when("03.06.2019"), **WITHOUT_HOURS)
    within = EventFactory(concept=concept, date=when("02.11.2020"), **WITHOUT_HOURS)
    assert keys(client) == keys(client, OF_THE_CONCEPT) == [uid(within)]


def test_the_calendar_of_the_whole_concept_has_each_event_once(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept)
    internal = MilestoneFactory(phase__concept=concept, is_public=False)
    alone = EventFactory(concept=concept)
    shown_as_milestone = EventFactory(concept=concept, milestone=milestone)
    behind_internal = EventFactory(concept=concept, milestone=internal)
    assert sorted(keys(client, OF_THE_CONCEPT)) == sorted(
        [uid(alone), uid(behind_internal), f"milestone-{milestone.pk}@testserver"]
    )
    assert set(keys(client)) == {uid(alone), uid(shown_as_milestone), uid(behind_internal)}


def test_two_calendars_of_the_same_state_are_the_same(
    client: Client, concept: Concept, time_machine: TimeMachineFixture
) -> None:
    EventFactory.create_batch(3, concept=concept)
    first = client.get(ALL)
    time_machine.move_to(datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), tick=False)
    assert client.get(ALL).content == first.content
    assert client.get(ALL, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_pages_name_the_calendar(client: Client, concept: Concept) -> None:
    for path in ("/kek/termine/", "/kek/termine/monat/2026/9/"):
        html = client.get(path).content.decode()
        assert f'<link rel="alternate" type="text/calendar" title="Termine" href="{ALL}">' in html
    html = client.get("/kek/termine/").content.decode()
    assert f'href="{WORKSHOPS}"' in html
    assert f'href="{OF_THE_CONCEPT}"' in html


@pytest.mark.parametrize("path", [ALL, FORUMS, OF_THE_CONCEPT])
def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept, path: str) -> None:
    def add() -> None:
        event = EventFactory(concept=concept)
        Change.objects.create(
            event=event,
            kind=Change.Kind.MOVED,
            from_date=when("01.08.2026"),
            to_date=event.date,
            reason="Ein Grund.",
            recorded_by=UserFactory(),
        )

    add()
    with_one = queries(client, path)
    add()
    add()
    assert queries(client, path) == with_one
