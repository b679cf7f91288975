"""The form of an event that is called off: what no longer matters is not asked for, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories import EventFactory, RegistrationFactory, UserFactory, WorkingGroupFactory
from tests.html_forms import unchanged
from workshops.actions import call_off
from workshops.models import Event

from .sample import NOW, again
from .staff import log_in, log_in_chair, told

pytestmark = pytest.mark.django_db

NO_LONGER_ASKED = (
    "online_url",
    "admission",
    "seats",
    "registration_opens_on",
    "registration_closes_on",
    "reminder_days",
)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def event() -> Event:
    """A forum with everything one can enter about who takes part."""
    event: Event = EventFactory(seats=20, online_url="https://konferenz.example/forum", reminder_days=5)
    RegistrationFactory(event=event)
    return event


def off(event: Event) -> Event:
    call_off(event, reason="Ein Sturm.", feedback_until=date(2026, 7, 20), by=UserFactory(), at=NOW)
    return again(event)


def page(event: Event) -> str:
    return reverse("admin:workshops_event_change", args=[event.pk])


def form_of(client: Client, event: Event) -> dict[str, Any]:
    """Return what a browser would send for the form of the event."""
    return unchanged(client.get(page(event)).content.decode(), "event_form")


def taking_part(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in NO_LONGER_ASKED}


def test_what_no_longer_matters_is_not_asked_for_and_the_page_says_why(client: Client, event: Event) -> None:
    log_in(client)
    assert set(NO_LONGER_ASKED) <= set(form_of(client, event))
    off(event)
    assert set(NO_LONGER_ASKED).isdisjoint(form_of(client, event))
    html = client.get(page(event)).content.decode()
    assert "Der Termin ist abgesagt: Zugang, Plätze, Anmeldezeitraum und Erinnerung spielen keine Rolle mehr" in html
    assert "20. Juli 2026" in html  # until when people may write


def test_saving_keeps_what_is_not_shown(client: Client, event: Event) -> None:
    log_in(client)
    before = taking_part(off(event))
    sent = {**form_of(client, event), "title": "Forum, leider abgesagt", "place": "Rathaus", "is_public": ""}
    response = client.post(page(event), sent)
    assert response.status_code == 302
    assert [message for message in told(response) if "Anmelden kann sich" in message] == []
    event = again(event)
    assert (event.title, event.place, event.is_public, event.state) == (
        "Forum, leider abgesagt", "Rathaus", False, "called_off",
    )  # fmt: skip
    assert taking_part(event) == before


def test_a_chair_has_the_same_form(client: Client) -> None:
    group = WorkingGroupFactory()
    log_in_chair(client, group)
    session = EventFactory(concept=group.concept, group=group, kind="group_session", seats=20)
    before = taking_part(off(session))
    sent = form_of(client, session)
    assert set(NO_LONGER_ASKED).isdisjoint(sent)
    assert client.post(page(session), {**sent, "topic": "Entfällt."}).status_code == 302
    assert again(session).topic == "Entfällt."
    assert taking_part(again(session)) == before


def test_what_was_typed_while_somebody_else_called_the_event_off_is_not_dropped_silently(
    client: Client, event: Event
) -> None:
    log_in(client)
    sent = {**form_of(client, event), "topic": "Was am Fluss fehlt.", "seats": "40"}
    before = taking_part(off(event))
    response = client.post(page(event), sent)
    assert "Dieser Termin wurde inzwischen abgesagt." in str(response.context["adminform"].form.non_field_errors())
    assert "Was am Fluss fehlt.</textarea>" in response.content.decode()
    assert taking_part(again(event)) == before
    # The page that says so asks for what still matters; sent once more, it is saved.
    anew = unchanged(response.content.decode(), "event_form")
    assert client.post(page(event), anew).status_code == 302
    assert again(event).topic == "Was am Fluss fehlt."
    assert taking_part(again(event)) == before
