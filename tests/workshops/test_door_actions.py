"""The door before, during and after the event: late-comers, and the sheet of paper that is typed in the day after."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import ConceptFactory, DistrictFactory, EventFactory, RegistrationFactory, when
from workshops.actions import Person, expire, tick, walk_in
from workshops.models import Event, Registration

from .sample import AFTERWARDS, EVENING, again, hand_in, states, take_part, written

pytestmark = pytest.mark.django_db

State = Registration.State
DAY = timedelta(days=1)
GUEST = Person("Von der Liste am Eingang", "liste@example.org")


@pytest.mark.parametrize("state", [Event.State.PLANNED, Event.State.HELD])
@pytest.mark.parametrize("at", [EVENING, EVENING + timedelta(hours=4), AFTERWARDS, AFTERWARDS + 55 * DAY])
def test_who_came_without_a_registration_is_taken_down_until_people_are_forgotten(state: str, at: datetime) -> None:
    event = EventFactory(state=state)
    there = walk_in(event, GUEST, at=at)
    assert (there.state, there.source, there.attended_at) == (State.CONFIRMED, Registration.Source.DOOR, at)
    expire(at=at)
    assert again(there).name == GUEST.name


def test_during_the_event_the_newcomer_is_written_to_afterwards_nobody() -> None:
    event = EventFactory()
    walk_in(event, Person("Am Einlass", "einlass@example.org"), at=EVENING)
    walk_in(event, GUEST, at=AFTERWARDS)
    assert written() == [("einlass", "Anmeldung")]


def test_afterwards_nobody_moves_up_and_a_free_seat_is_for_who_was_there() -> None:
    event = EventFactory(seats=3, state=Event.State.HELD)
    RegistrationFactory(event=event, name="Anna")
    RegistrationFactory(event=event, name="Bernd", state=State.WAITING)
    walk_in(event, Person("Carla"), at=AFTERWARDS)
    walk_in(event, Person("Dora"), at=AFTERWARDS)
    with pytest.raises(ValidationError, match="kein Platz mehr frei"):
        walk_in(event, Person("Emil"), at=AFTERWARDS)
    assert states(event) == [("Anna", "confirmed"), ("Bernd", "waiting"), ("Carla", "confirmed"), ("Dora", "confirmed")]
    assert written() == []


def test_once_people_are_forgotten_nobody_is_taken_down_any_more() -> None:
    DistrictFactory(registration_retention_weeks=2)
    event = EventFactory(state=Event.State.HELD, last_day=date(2026, 9, 2))
    walk_in(event, GUEST, at=AFTERWARDS + 14 * DAY)
    with pytest.raises(ValidationError, match="keine Namen mehr gespeichert"):
        walk_in(event, Person("Zu spät"), at=AFTERWARDS + 15 * DAY)
    assert event.registrations.count() == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"date": when("02.09.2026")}, "Der Einlass beginnt am Tag der Veranstaltung"),
        ({"state": Event.State.CALLED_OFF}, "abgesagt"),
        ({"state": Event.State.POSTPONED}, "verschoben"),
    ],
)
def test_who_cannot_have_been_there_is_neither_ticked_nor_taken_down(more: dict[str, Any], reason: str) -> None:
    event = EventFactory(**more)
    registered = RegistrationFactory(event=event)
    with pytest.raises(ValidationError, match=reason):
        walk_in(event, GUEST, at=EVENING)
    with pytest.raises(ValidationError, match=reason):
        tick(registered, present=True, at=EVENING)
    assert not again(registered).is_present
    assert event.registrations.count() == 1


def test_a_closed_process_takes_nobody_down() -> None:
    event = EventFactory(concept=ConceptFactory(process_closed_on=date(2026, 9, 1)))
    with pytest.raises(ValidationError, match="abgeschlossen"):
        walk_in(event, GUEST, at=EVENING)


def test_a_tick_of_another_day_is_taken_back_whatever_has_become_of_the_event() -> None:
    event = EventFactory(date=when("02.09.2026"), state=Event.State.POSTPONED)
    registered = RegistrationFactory(event=event, attended_at=EVENING)
    assert not tick(registered, present=False, at=EVENING).is_present


def test_who_has_sent_the_form_and_simply_comes_is_one_person() -> None:
    event = EventFactory()
    hand_in(event)
    there = walk_in(event, Person("Gast 1", "GAST1@example.org"), at=EVENING)
    assert event.registrations.get() == there
    assert written() == [("GAST1", "Anmeldung")]  # not the mail that asked to confirm, too
    take_part(event, 2)
    with pytest.raises(ValidationError) as refused:
        walk_in(event, Person("Gast 2", "gast2@example.org"), at=EVENING)
    assert list(refused.value.message_dict) == ["email"]
