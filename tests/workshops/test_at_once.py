"""Several people at the same moment: no seat is given twice, and nobody is told what is not so."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from district.acting import Outdated
from district.models import OutgoingMail
from tests.factories import EventFactory, RegistrationFactory, UserFactory
from tests.milestones.test_at_once import at_once
from workshops.actions import Person, begin_minutes, call_off, cancel, confirm, enrol, note, register, walk_in
from workshops.models import Event, Registration

from .sample import EVENING, NOW, again, hand_in, person, take_part

pytestmark = pytest.mark.django_db(transaction=True)

State = Registration.State


def count(event: Event, state: str) -> int:
    return event.registrations.filter(state=state).count()


def told(purpose: str) -> int:
    return OutgoingMail.objects.filter(purpose=purpose).count()


def test_ten_who_confirm_at_once_for_three_seats_get_three() -> None:
    event = EventFactory(seats=3)
    guests = [hand_in(event, number) for number in range(10)]
    assert at_once(*[lambda guest=guest: confirm(guest, at=NOW) for guest in guests]) == []
    assert (count(event, State.CONFIRMED), count(event, State.WAITING)) == (3, 7)
    assert (told("Anmeldung"), told("Warteliste")) == (3, 7)


def test_a_link_opened_five_times_at_once_takes_one_seat() -> None:
    guest = hand_in(EventFactory(seats=3))
    refused = at_once(*[lambda: confirm(guest, at=NOW)] * 5)
    assert [error.code for error in refused if isinstance(error, ValidationError)] == ["used"] * 4
    assert told("Anmeldung") == 1


def test_one_form_sent_five_times_is_one_registration() -> None:
    event, key = EventFactory(), uuid.uuid4()
    assert at_once(*[lambda: register(event, person(), key=key, at=NOW)] * 5) == []
    assert (event.registrations.count(), told("Anmeldung bestätigen")) == (1, 1)


def test_five_forms_with_one_address_are_one_registration() -> None:
    event = EventFactory()
    assert at_once(*[lambda: register(event, person(), key=uuid.uuid4(), at=NOW)] * 5) == []
    assert event.registrations.count() == 1


def test_one_who_cancels_and_one_who_confirms_at_once_end_with_one_seat_taken() -> None:
    event = EventFactory(seats=1)
    seat, guest = take_part(event, 1), hand_in(event, 2)
    assert at_once(lambda: cancel(seat, at=NOW), lambda: confirm(guest, at=NOW)) == []
    assert (again(seat).state, again(guest).state) == (State.CANCELLED, State.CONFIRMED)


def test_two_who_cancel_at_once_let_two_move_up() -> None:
    event = EventFactory(seats=2)
    guests = [take_part(event, number, at=NOW + timedelta(minutes=number)) for number in range(5)]
    later = NOW + timedelta(hours=1)
    assert at_once(*[lambda guest=guest: cancel(guest, at=later) for guest in guests[:2]]) == []
    assert [again(guest).state for guest in guests] == ["cancelled", "cancelled", "confirmed", "confirmed", "waiting"]
    assert told("Nachgerückt") == 2


def test_seats_that_become_fewer_while_people_confirm_still_hold_everybody() -> None:
    event = EventFactory(seats=5)
    guests = [hand_in(event, number) for number in range(4)]

    def lower() -> None:
        Event.objects.filter(pk=event.pk).update(seats=2)

    refused = at_once(lower, *[lambda guest=guest: confirm(guest, at=NOW) for guest in guests])
    assert all(isinstance(error, IntegrityError) for error in refused)
    seats, seated, waiting = again(event).seats, count(event, State.CONFIRMED), count(event, State.WAITING)
    assert (seats, seated, waiting) == ((5, 4, 0) if refused else (2, 2, 2))


def test_the_last_seat_goes_to_one_of_those_at_the_door_the_phone_and_the_form() -> None:
    event = EventFactory(seats=1)
    guest = hand_in(event)
    refused = at_once(
        lambda: confirm(guest, at=EVENING - timedelta(days=60)),
        lambda: enrol(event, Person("Am Telefon"), at=EVENING),
        lambda: walk_in(event, Person("Am Einlass"), at=EVENING),
    )
    assert len(refused) <= 1
    assert all("kein Platz mehr frei" in str(error) for error in refused)
    assert count(event, State.CONFIRMED) == 1


def test_past_all_actions_the_database_gives_no_seat_twice() -> None:
    event = EventFactory(seats=2)
    rows = [RegistrationFactory(event=event, state=State.WAITING) for _ in range(6)]

    def grab(row: Registration) -> None:
        Registration.objects.filter(pk=row.pk).update(state=State.CONFIRMED)

    refused = at_once(*[lambda row=row: grab(row) for row in rows])
    assert [type(error) for error in refused] == [IntegrityError] * 4
    assert count(event, State.CONFIRMED) == 2


def test_an_event_is_called_off_once_and_everybody_told_once() -> None:
    event, office = EventFactory(), UserFactory()
    take_part(event)
    refused = at_once(*[lambda: call_off(event, reason="Sturm.", by=office, at=NOW)] * 3)
    assert len(refused) == 2
    assert (event.changes.count(), event.mailings.count(), told("Absage")) == (1, 1, 1)


def test_who_confirms_while_the_event_is_called_off_is_told_or_refused() -> None:
    event, office = EventFactory(), UserFactory()
    guest = hand_in(event)
    at_once(lambda: call_off(event, reason="Sturm.", by=office, at=NOW), lambda: confirm(guest, at=NOW))
    assert (again(guest).state, told("Absage")) in {(State.CONFIRMED, 1), (State.UNCONFIRMED, 0)}


def test_of_two_who_write_the_same_item_one_is_told() -> None:
    event = EventFactory()
    item = event.agenda.create(order=1, title="Bus und Bahn")
    minutes = at_once(*[lambda: begin_minutes(event, at=NOW)] * 2)
    assert minutes == []
    refused = at_once(lambda: note(item, text="So.", seen=0), lambda: note(item, text="Anders.", seen=0))
    assert [type(error) for error in refused] == [Outdated]
    assert again(item).discussion.text in {"So.", "Anders."}
