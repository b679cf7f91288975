"""Events as search engines read them: schema.org in a block of data that no text can end and no browser runs."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from time_machine import TimeMachineFixture

from district.models import Concept
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    EventFactory,
    MunicipalityFactory,
    RegistrationFactory,
    UserFactory,
    when,
)
from workshops import actions
from workshops.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_july")]

NOW = datetime.datetime(2026, 7, 1, 10, tzinfo=datetime.UTC)
MEETING = "https://treffen.example.org/geheim"
WITHOUT_REGISTRATION: dict[str, Any] = {"registration_opens_on": None, "registration_closes_on": None}


@pytest.fixture
def _on_the_first_of_july(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(NOW)
    with translation.override("de"):  # whatever page was asked for before
        yield


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek")


@pytest.fixture
def event(concept: Concept) -> Event:
    return EventFactory(concept=concept, title="Forum Torgau")


def page(client: Client, event: Event) -> str:
    response = client.get(event.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def data(client: Client, event: Event) -> dict[str, Any]:
    """What a search engine reads."""
    (content,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, event))
    found: dict[str, Any] = json.loads(content)
    return found


def test_the_event_is_described_for_search_engines(client: Client, concept: Concept) -> None:
    DistrictFactory(office="Landratsamt Probe", website="https://landkreis.example")
    event = EventFactory(
        concept=concept, title="Forum", topic="Wir hören zu.", seats=3, municipality=MunicipalityFactory(name="Torgau")
    )
    RegistrationFactory(event=event)
    assert data(client, event) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Forum",
        "description": "Wir hören zu.",
        "inLanguage": "de",
        "url": f"http://testserver/kek/termine/{event.pk}/",
        "startDate": "2026-09-01T18:00:00+02:00",
        "endDate": "2026-09-01T20:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Bürgerhaus, Markt 1",
                "address": {
                    "@type": "PostalAddress",
                    "addressCountry": "DE",
                    "streetAddress": "Bürgerhaus, Markt 1",
                    "addressLocality": "Torgau",
                },
            }
        ],
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": "Landratsamt Probe",
            "url": "https://landkreis.example",
        },
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": 3,
        "remainingAttendeeCapacity": 2,
    }


def test_no_seat_left_is_a_number_and_not_nothing(client: Client, event: Event) -> None:
    Event.objects.update(seats=1)
    RegistrationFactory(event=event)
    assert data(client, event)["remainingAttendeeCapacity"] == 0


def test_a_moved_event_names_its_former_dates(client: Client, event: Event) -> None:
    to = actions.When(when("8. Dezember 2026"), datetime.time(18, 30))
    actions.reschedule(event, to=to, reason="Am 1. September ist Wahl.", by=UserFactory(), at=NOW)
    found = data(client, event)
    assert found["eventStatus"] == "https://schema.org/EventRescheduled"
    assert found["previousStartDate"] == ["2026-09-01T18:00:00+02:00"]
    assert found["startDate"] == "2026-12-08T18:30:00+01:00"
    assert "endDate" not in found


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (Event.State.POSTPONED, "EventPostponed"),
        (Event.State.CALLED_OFF, "EventCancelled"),
        (Event.State.HELD, "EventScheduled"),
    ],
)
def test_the_state_is_told_in_words_of_the_schema(client: Client, concept: Concept, state: str, status: str) -> None:
    assert data(client, EventFactory(concept=concept, state=state))["eventStatus"] == f"https://schema.org/{status}"


@pytest.mark.parametrize(
    ("fields", "mode", "kinds"),
    [
        ({"online_url": MEETING}, "Mixed", ["Place", "VirtualLocation"]),
        ({"online_url": MEETING, "place": ""}, "Online", ["VirtualLocation"]),
        ({"kind": Event.Kind.ONLINE, "place": ""}, "Online", ["VirtualLocation"]),
        ({"place": ""}, "Offline", []),
    ],
)
def test_taking_part_online_is_told_without_the_link(
    client: Client, concept: Concept, fields: dict[str, Any], mode: str, kinds: list[str]
) -> None:
    event = EventFactory(concept=concept, **fields)
    found = data(client, event)
    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in found.get("location", [])] == kinds
    assert MEETING not in json.dumps(found)


@pytest.mark.parametrize(("date", "start"), [("September 2026", "2026-09"), ("Ende 2026", None)])
def test_a_date_is_not_made_more_exact_for_machines(
    client: Client, concept: Concept, date: str, start: str | None
) -> None:
    event = EventFactory(concept=concept, date=when(date), starts_at=None, ends_at=None, **WITHOUT_REGISTRATION)
    assert data(client, event).get("startDate") == start


def test_no_text_ends_the_data_and_no_markup_is_run(client: Client, event: Event) -> None:
    title = "</script><script>alert(1)</script> & <!-- mehr"
    Event.objects.update(title=title, topic="<b>fett</b>", place="<i>Saal</i>")
    assert data(client, event)["name"] == title
    html = page(client, event)
    assert [each in html for each in ("<script>alert", "<b>fett", "<i>Saal", "<!-- mehr")] == [False] * 4
