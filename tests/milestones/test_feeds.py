"""What readers subscribe to, read back with the tools readers use."""

import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar, Event
from time_machine import TimeMachineFixture

from district.models import Concept
from milestones.calendar import SOURCES, Entry
from milestones.models import Consultation
from tests.factories import (
    BodyFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DistrictFactory,
    MilestoneFactory,
    PostponementFactory,
    ResolutionFactory,
    when,
)

from .queries import queries

pytestmark = pytest.mark.django_db

CALENDAR = "/kek/kalender.ics"
CHANGES = "/kek/aenderungen.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", short_title="KEK Probe")


def calendar(client: Client, path: str = CALENDAR) -> Calendar:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(response.content)
    assert isinstance(found, Calendar)
    return found


def events(client: Client) -> dict[str, Event]:
    return {str(event["UID"]): event for event in calendar(client).events}


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


# iCalendar


def test_a_calendar_without_dates_is_a_calendar(client: Client, concept: Concept) -> None:
    found = calendar(client)
    assert found["X-WR-CALNAME"] == "KEK Probe"
    assert found.events == []


def test_a_milestone_on_a_day_is_an_event_of_that_day(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept, title="Beschluss", current=when("24.03.2021"))
    event = events(client)[f"milestone-{milestone.pk}@testserver"]
    assert event["SUMMARY"] == "Beschluss"
    assert (event.start, event.end) == (datetime.date(2021, 3, 24), datetime.date(2021, 3, 25))
    assert event["STATUS"] == "CONFIRMED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["URL"] == f"http://testserver/kek/zeitplan/#meilenstein-{milestone.pk}"


def test_an_approximate_milestone_spans_its_period_and_names_it(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Beschluss", current=when("Anfang 2021"))
    (event,) = events(client).values()
    assert event["SUMMARY"] == "Beschluss (voraussichtlich Anfang 2021)"
    assert (event.start, event.end) == (datetime.date(2021, 1, 1), datetime.date(2021, 5, 1))
    assert event["STATUS"] == "TENTATIVE"
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_reached_milestone_stands_on_the_day_it_was_reached(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Beschluss", current=when("Anfang 2021"), reached="24.03.2021")
    (event,) = events(client).values()
    assert event["SUMMARY"] == "Erreicht: Beschluss"
    assert event.start == datetime.date(2021, 3, 24)


def test_the_reason_of_the_last_move_is_told(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept, current=when("Dezember 2020"), note="Eine Erläuterung.")
    PostponementFactory(milestone=milestone, to_date=when("Januar 2021"), reason="Alt.", recorded_at=at("2020-11-01"))
    PostponementFactory(milestone=milestone, to_date=when("März 2021"), reason="Neu.", recorded_at=at("2020-12-01"))
    (event,) = events(client).values()
    assert event["DESCRIPTION"] == "Eine Erläuterung.\n\nVerschoben von „Januar 2021“ auf „März 2021“. Neu."
    assert event["SEQUENCE"] == 2
    assert event.stamp == at("2020-12-01")


def test_what_is_called_off_is_cancelled(client: Client, concept: Concept) -> None:
    MilestoneFactory(
        phase__concept=concept, title="Forum", called_off=datetime.date(2020, 5, 1), called_off__reason="Pandemie."
    )
    session = CouncilSessionFactory(body=BodyFactory(name="Kreistag"), called_off_reason="Pandemie.")
    ConsultationFactory(resolution__concept=concept, session=session)
    found = events(client).values()
    assert {event["STATUS"] for event in found} == {"CANCELLED"}
    assert {str(event["SUMMARY"]) for event in found} == {"Abgesagt: Forum", "Abgesagt: Sitzung: Kreistag"}
    assert all("Abgesagt: Pandemie." in str(event["DESCRIPTION"]) for event in found)


def test_a_session_has_its_time_in_berlin_and_its_place(client: Client, concept: Concept) -> None:
    session = CouncilSessionFactory(body=BodyFactory(name="Kreistag"), date=when("24.06.2021"))
    paper = ResolutionFactory(concept=concept, number="", subject="Das KEK")
    ConsultationFactory(resolution=paper, session=session, agenda_number="Ö 4.3")
    found = calendar(client)
    (event,) = found.events
    assert event["UID"] == f"session-{session.pk}@testserver"
    assert event["SUMMARY"] == "Sitzung: Kreistag"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event.start == datetime.datetime(2021, 6, 24, 15, tzinfo=datetime.UTC)
    assert event["LOCATION"] == "Torgau, Plenarsaal"
    assert event["DESCRIPTION"] == "Das KEK, Ö 4.3"
    assert event["URL"] == f"http://testserver/kek/beschluss/{paper.pk}/"
    assert [str(zone["TZID"]) for zone in found.timezones] == ["Europe/Berlin"]


def test_a_session_whose_day_is_open_spans_its_period(client: Client, concept: Concept) -> None:
    session = CouncilSessionFactory(body=BodyFactory(name="Kreistag"), date=when("Dezember 2020"))
    ConsultationFactory(resolution__concept=concept, session=session)
    (event,) = events(client).values()
    assert event["SUMMARY"] == "Sitzung: Kreistag (voraussichtlich Dezember 2020)"
    assert (event.start, event.end) == (datetime.date(2020, 12, 1), datetime.date(2021, 1, 1))


def test_only_what_is_public_is_told(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, is_public=False, called_off=datetime.date(2020, 5, 1))
    PostponementFactory(milestone__phase__concept=concept, milestone__is_public=False)
    MilestoneFactory(phase__concept=concept, is_public=False, reached="3. Juni 2020")
    result = Consultation.Result.ADOPTED
    ConsultationFactory(resolution__concept=concept, is_public=False, result=result)
    ConsultationFactory(resolution__concept=concept, session__is_public=False, result=result)
    ConsultationFactory(resolution__concept=concept, resolution__is_public=False, result=result)
    MilestoneFactory(reached="3. Juni 2020")
    ConsultationFactory(result=result)
    assert events(client) == {}
    assert entries(client) == []


def test_two_calendars_of_the_same_state_are_the_same(
    client: Client, concept: Concept, time_machine: TimeMachineFixture
) -> None:
    MilestoneFactory(phase__concept=concept)
    time_machine.move_to(datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC), tick=False)
    first = client.get(CALENDAR)
    time_machine.move_to(datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC), tick=False)
    assert client.get(CALENDAR).content == first.content
    assert client.get(CALENDAR, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", [CALENDAR, CHANGES])
def test_a_concept_that_is_not_public_has_no_feeds(client: Client, path: str) -> None:
    ConceptFactory(slug="kek", is_public=False)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [CALENDAR, CHANGES])
def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept, path: str) -> None:
    def add() -> None:
        PostponementFactory(milestone__phase__concept=concept)
        MilestoneFactory(phase__concept=concept, reached="3. Juni 2020")
        MilestoneFactory(phase__concept=concept, called_off=datetime.date(2020, 5, 1))
        ConsultationFactory(resolution__concept=concept, result=Consultation.Result.NOTED)

    add()
    with_one = queries(client, path)
    add()
    add()
    assert queries(client, path) == with_one


# Atom


def entries(client: Client, path: str = CHANGES) -> list[ElementTree.Element]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_the_changes_come_newest_first_with_their_reasons(client: Client, concept: Concept) -> None:
    moved = MilestoneFactory(phase__concept=concept, title="Beschluss", current=when("Dezember 2020"))
    PostponementFactory(
        milestone=moved, to_date=when("Anfang 2021"), reason="Pandemie & mehr.", recorded_at=at("2020-12-10T10:00")
    )
    session = CouncilSessionFactory(body=BodyFactory(name="Kreistag"), date=when("24.03.2021"))
    ConsultationFactory(
        resolution=ResolutionFactory(concept=concept, number="", subject="Das KEK"),
        session=session,
        result=Consultation.Result.ADOPTED,
        yes=41,
        no=8,
        abstentions=15,
    )
    found = entries(client)
    assert [entry.findtext(f"{ATOM}title") for entry in found] == [
        "Kreistag: Das KEK – ungeändert beschlossen",
        "Beschluss: verschoben von „Dezember 2020“ auf „Anfang 2021“",
    ]
    assert [entry.findtext(f"{ATOM}summary") for entry in found] == [
        "41 Ja, 8 Nein, 15 Enthaltungen",
        "Pandemie &amp; mehr.",
    ]
    assert found[1].findtext(f"{ATOM}updated") == "2020-12-10T09:00:00+00:00"


def test_what_was_reached_and_called_off_is_told(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Entwurf", reached="3. Juni 2020")
    MilestoneFactory(phase__concept=concept, title="Forum", called_off=datetime.date(2020, 5, 1))
    assert {entry.findtext(f"{ATOM}title") for entry in entries(client)} == {
        "Entwurf: erreicht (3. Juni 2020)",
        "Forum: abgesagt (geplant für 1. Juni 2020)",
    }


def test_the_feed_names_concept_and_administration(client: Client, concept: Concept) -> None:
    DistrictFactory(office="Landratsamt Nordsachsen")
    root = ElementTree.fromstring(client.get(CHANGES).content)
    assert root.findtext(f"{ATOM}title") == "KEK Probe: Änderungen im Zeitplan"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Landratsamt Nordsachsen"


def test_a_line_break_from_a_word_processor_does_not_break_the_feed(client: Client, concept: Concept) -> None:
    PostponementFactory(milestone__phase__concept=concept, milestone__title="Zwei\x0bZeilen", reason="Ein\x0bGrund.")
    (entry,) = entries(client)
    assert (entry.findtext(f"{ATOM}title") or "").startswith("Zwei Zeilen: ")
    assert entry.findtext(f"{ATOM}summary") == "Ein Grund."


def test_names_of_entries_are_unique_and_stay(client: Client, concept: Concept) -> None:
    milestone = MilestoneFactory(phase__concept=concept)
    PostponementFactory(milestone=milestone, to_date=when("August 2020"))
    PostponementFactory(milestone=milestone, to_date=when("Oktober 2020"))
    names = [entry.findtext(f"{ATOM}id") for entry in entries(client)]
    assert len(set(names)) == 2
    assert names == [entry.findtext(f"{ATOM}id") for entry in entries(client)]


def test_a_room_above_adds_its_own_dates(client: Client, concept: Concept, monkeypatch: pytest.MonkeyPatch) -> None:
    def workshops(of: Concept) -> list[Entry]:
        day, hour = when("3. Juni 2020"), datetime.time(17, 30)
        return [
            Entry("event-1", "Workshop", day, is_ahead=True, url="/kek/termine/1/", place="Delitzsch", starts_at=hour)
        ]

    monkeypatch.setattr("milestones.calendar.SOURCES", [*SOURCES, workshops])
    (event,) = events(client).values()
    assert event["SUMMARY"] == "Workshop"
    assert event["LOCATION"] == "Delitzsch"
    assert event.start.isoformat() == "2020-06-03T17:30:00+02:00"
    assert event["URL"] == "http://testserver/kek/termine/1/"
