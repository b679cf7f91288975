"""Who comes: from the form to a seat, the waiting list, the invitation and the door."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import ConceptFactory, EventFactory, RegistrationFactory
from workshops import links
from workshops.actions import (
    Person,
    accept,
    cancel,
    confirm,
    enrol,
    fill_seats,
    invite,
    register,
    send_link_again,
    tick,
    walk_in,
    why_closed,
)
from workshops.models import Event, Registration
from workshops.seats import seats

from .sample import AFTERWARDS, EVENING, NOW, again, hand_in, letters, person, states, take_part, written

pytestmark = pytest.mark.django_db

State = Registration.State
HOUR = timedelta(hours=1)


# The form


def test_a_form_gives_no_seat_until_the_address_is_confirmed() -> None:
    event = EventFactory(seats=1)
    registration = hand_in(event)
    assert (registration.state, seats(event).free) == (State.UNCONFIRMED, 1)
    assert written() == [("gast1", "Anmeldung bestätigen")]


def test_the_mail_to_an_address_that_nobody_has_confirmed_opens_nothing() -> None:
    registration = hand_in(EventFactory(online_url="https://konferenz.example/raum"))
    (letter,) = letters()
    assert links.secret_of(registration) not in letter["text"]
    assert "konferenz.example" not in letter["text"]
    assert letter["attachments"] == []


def test_confirming_gives_a_seat_and_tells_with_a_calendar_entry() -> None:
    event = EventFactory(online_url="https://konferenz.example/raum")
    registration = take_part(event)
    assert (registration.state, registration.confirmed_at) == (State.CONFIRMED, NOW)
    (letter,) = letters("Anmeldung")
    assert links.path_of(registration) in letter["text"]
    assert "konferenz.example" in letter["text"]
    assert [name for name, _file, _kind in letter["attachments"]] == ["termin.ics"]


def test_the_same_form_sent_twice_is_one_registration_and_one_mail() -> None:
    event, key = EventFactory(), uuid.uuid4()
    for _ in range(2):
        register(event, person(), key=key, at=NOW)
    assert (event.registrations.count(), len(written())) == (1, 1)


def test_registering_again_before_confirming_keeps_the_last_words_and_ends_the_former_link() -> None:
    event = EventFactory()
    first = hand_in(event)
    register(event, replace(person(), name="Gast Neu", email="GAST1@example.org"), key=uuid.uuid4(), at=NOW + HOUR)
    registration = event.registrations.get()
    assert (registration.name, registration.state) == ("Gast Neu", State.UNCONFIRMED)
    assert registration.token_digest != first.token_digest
    assert registration.token_expires_at == NOW + HOUR + timedelta(hours=72)


def test_a_second_registration_with_the_same_address_tells_by_mail_alone() -> None:
    event = EventFactory(seats=1)
    registration = take_part(event)
    register(event, Person("Jemand anderes", " Gast1@Example.org "), key=uuid.uuid4(), at=NOW)
    assert states(event) == [("Gast 1", "confirmed")]
    assert written()[-1] == ("gast1", "Anmeldung besteht schon")
    assert links.path_of(registration) in letters()[-1]["text"]
    assert "Jemand anderes" not in letters()[-1]["text"]


def test_who_has_cancelled_may_register_anew() -> None:
    event = EventFactory()
    cancel(take_part(event), at=NOW)
    take_part(event)
    assert [state for _name, state in states(event)] == ["cancelled", "confirmed"]


@pytest.mark.parametrize("field", ["name", "email"])
def test_a_form_without_name_or_address_is_refused(field: str) -> None:
    event = EventFactory()
    with pytest.raises(ValidationError) as refused:
        register(event, replace(person(), **{field: "  "}), key=uuid.uuid4(), at=NOW)
    assert list(refused.value.message_dict) == [field]
    assert not event.registrations.exists()


@pytest.mark.parametrize(
    ("given", "on", "reason"),
    [
        ({}, date(2026, 5, 31), "Die Anmeldung hat noch nicht begonnen."),
        ({}, date(2026, 6, 1), ""),
        ({}, date(2026, 8, 30), ""),
        ({}, date(2026, 8, 31), "Die Anmeldung ist beendet."),
        ({}, date(2026, 9, 2), "Dieser Termin ist vorbei."),
        ({"admission": "invited"}, date(2026, 7, 1), "Dieser Termin ist nur auf Einladung."),
        (
            {"registration_opens_on": None, "registration_closes_on": None},
            date(2026, 7, 1),
            "Für diesen Termin ist keine Anmeldung nötig.",
        ),
        ({"state": Event.State.CALLED_OFF}, date(2026, 7, 1), "Dieser Termin ist abgesagt."),
        ({"state": Event.State.HELD}, date(2026, 7, 1), "Dieser Termin ist vorbei."),
    ],
)
def test_the_form_says_why_it_is_closed(given: dict[str, Any], on: date, reason: str) -> None:
    event = EventFactory(**given)
    assert why_closed(event, on=on) == reason
    if reason:
        with pytest.raises(ValidationError, match=reason):
            register(event, person(), key=uuid.uuid4(), at=datetime(on.year, on.month, on.day, 10, tzinfo=UTC))


def test_a_closed_process_takes_nobody() -> None:
    event = EventFactory(concept=ConceptFactory(process_closed_on=date(2026, 6, 1)))
    assert why_closed(event, on=date(2026, 7, 1)) == "Das Verfahren zu diesem Konzept ist abgeschlossen."
    with pytest.raises(ValidationError, match="abgeschlossen"):
        enrol(event, person(), at=NOW)


# The link


def test_a_link_confirms_once() -> None:
    registration = take_part(EventFactory())
    with pytest.raises(ValidationError) as refused:
        confirm(registration, at=NOW)
    assert refused.value.code == "used"
    assert len(written()) == 2


def test_a_link_ends_after_72_hours_and_a_new_one_confirms() -> None:
    registration = hand_in(EventFactory())
    with pytest.raises(ValidationError) as refused:
        confirm(registration, at=NOW + timedelta(hours=72))
    assert refused.value.code == "expired"
    send_link_again(registration, at=NOW + timedelta(hours=72))
    confirmed = confirm(registration, at=NOW + timedelta(hours=73))
    assert confirmed.state == State.CONFIRMED
    with pytest.raises(ValidationError) as refused:
        send_link_again(confirmed, at=NOW + timedelta(hours=74))
    assert refused.value.code == "used"


def test_after_the_last_day_to_register_no_new_link_is_sent() -> None:
    registration = hand_in(EventFactory(), at=datetime(2026, 8, 27, 20, tzinfo=UTC))
    with pytest.raises(ValidationError, match="Die Anmeldung ist beendet"):
        send_link_again(registration, at=datetime(2026, 8, 31, 8, tzinfo=UTC))
    assert len(written()) == 1


def test_a_link_confirms_after_the_last_day_to_register_but_not_after_the_event() -> None:
    """Whoever sent the form in time has three days for the link."""
    last_day = datetime(2026, 8, 30, 20, tzinfo=UTC)
    event = EventFactory()
    first, second = hand_in(event, 1, at=last_day), hand_in(event, 2, at=last_day)
    assert confirm(first, at=last_day + timedelta(hours=20)).state == State.CONFIRMED
    with pytest.raises(ValidationError, match="Dieser Termin ist vorbei"):
        confirm(second, at=last_day + timedelta(hours=71))


# Full


def test_where_all_seats_are_taken_one_waits_and_moves_up_in_order() -> None:
    event = EventFactory(seats=2)
    guests = [take_part(event, number, at=NOW + number * HOUR) for number in range(1, 6)]
    assert [guest.state for guest in guests] == ["confirmed", "confirmed", "waiting", "waiting", "waiting"]
    assert written()[-1] == ("gast5", "Warteliste")

    cancel(guests[0], at=NOW + 6 * HOUR)
    assert [state for _name, state in states(event)] == ["cancelled", "confirmed", "confirmed", "waiting", "waiting"]
    assert again(guests[2]).moved_up_at == NOW + 6 * HOUR
    assert written()[-2:] == [("gast1", "Abmeldung"), ("gast3", "Nachgerückt")]


def test_the_waiting_list_counts_from_the_confirming_not_from_the_form() -> None:
    event = EventFactory(seats=1)
    seat = take_part(event, 1)
    early, late = hand_in(event, 2, at=NOW), hand_in(event, 3, at=NOW + HOUR)
    confirm(late, at=NOW + 2 * HOUR)
    confirm(early, at=NOW + 3 * HOUR)
    cancel(seat, at=NOW + 4 * HOUR)
    assert (again(late).state, again(early).state) == (State.CONFIRMED, State.WAITING)


def test_nobody_overtakes_those_who_wait() -> None:
    """A seat that became free without anybody moving up, because seats were added."""
    event = EventFactory(seats=1)
    take_part(event, 1)
    waiting = take_part(event, 2)
    Event.objects.filter(pk=event.pk).update(seats=2)
    assert seats(again(event)).at_once == 0
    assert take_part(event, 3).state == State.WAITING
    assert fill_seats(event, at=NOW) == [waiting]
    assert again(waiting).state == State.CONFIRMED


def test_where_seats_are_unlimited_everybody_who_waited_gets_one() -> None:
    event = EventFactory(seats=1)
    guests = [take_part(event, number) for number in range(1, 5)]
    Event.objects.filter(pk=event.pk).update(seats=None)
    assert fill_seats(event, at=NOW) == guests[1:]
    assert seats(again(event)).free is None


def test_somebody_who_waits_and_cancels_moves_nobody() -> None:
    event = EventFactory(seats=1)
    take_part(event, 1)
    cancel(take_part(event, 2), at=NOW)
    assert [state for _name, state in states(event)] == ["confirmed", "cancelled"]


def test_cancelling_twice_is_cancelling_once() -> None:
    event = EventFactory()
    registration = take_part(event)
    for _ in range(2):
        cancel(registration, at=NOW)
    assert [purpose for _to, purpose in written()].count("Abmeldung") == 1


def test_cancelling_before_the_address_is_confirmed_writes_to_nobody_and_what_still_waits_does_not_leave() -> None:
    registration = cancel(hand_in(EventFactory()), at=NOW)
    assert registration.state == State.CANCELLED
    assert written() == []


def test_after_the_event_nobody_moves_up() -> None:
    event = EventFactory(seats=1)
    seat, waiting = take_part(event, 1), take_part(event, 2)
    with pytest.raises(ValidationError, match="vorbei"):
        cancel(seat, at=AFTERWARDS)
    assert (again(seat).state, again(waiting).state) == (State.CONFIRMED, State.WAITING)


def test_who_cancelled_and_comes_back_stands_at_the_end_of_the_queue() -> None:
    event = EventFactory(seats=1)
    first, second = take_part(event, 1), take_part(event, 2)
    cancel(first, at=NOW + HOUR)
    back = accept(first, at=NOW + 2 * HOUR)
    third = take_part(event, 3, at=NOW + 3 * HOUR)
    cancel(again(second), at=NOW + 4 * HOUR)
    assert (again(back).state, again(third).state) == (State.CONFIRMED, State.WAITING)
    assert (back.confirmed_at, back.cancelled_at) == (NOW + 2 * HOUR, None)


def test_who_cancelled_cannot_come_back_beside_a_second_registration_of_the_same_address() -> None:
    event = EventFactory()
    first = cancel(take_part(event), at=NOW)
    take_part(event)
    with pytest.raises(ValidationError) as refused:
        accept(first, at=NOW)
    assert list(refused.value.message_dict) == ["email"]


# By invitation


def test_inviting_writes_to_nobody_and_a_second_list_adds_only_who_is_new() -> None:
    event = EventFactory(admission="invited")
    assert invite(event, [person(1), person(2)], at=NOW).new == 2
    again_ = [replace(person(2), email="Gast2@example.org"), person(3), person(3)]
    imported = invite(event, again_, at=NOW)
    assert (imported.new, imported.known) == (1, 2)
    assert states(event) == [("Gast 1", "invited"), ("Gast 2", "invited"), ("Gast 3", "invited")]
    assert written() == []


def test_people_without_an_address_are_told_apart_by_name_and_organisation() -> None:
    event = EventFactory(admission="invited")
    mayors = [Person("Bürgermeisteramt", organisation=place) for place in ("Stadt Torgau", "Stadt Taucha")]
    assert invite(event, mayors, at=NOW).new == 2
    assert invite(event, mayors, at=NOW).known == 2


def test_who_said_no_is_not_invited_again() -> None:
    event = EventFactory(admission="invited")
    invite(event, [person()], at=NOW)
    cancel(event.registrations.get(), at=NOW)
    assert invite(event, [person()], at=NOW).known == 1
    assert states(event) == [("Gast 1", "cancelled")]


def test_an_invitation_holds_no_seat_until_it_is_answered() -> None:
    event = EventFactory(admission="invited", seats=1)
    invite(event, [person(1), person(2)], at=NOW)
    first, second = event.registrations.order_by("pk")
    assert seats(event).free == 1
    assert accept(second, at=NOW).state == State.CONFIRMED
    assert accept(first, at=NOW).state == State.WAITING
    assert accept(first, at=NOW).state == State.WAITING  # once more changes nothing
    assert written() == [("gast2", "Anmeldung"), ("gast1", "Warteliste")]


def test_after_the_last_day_to_answer_only_the_office_says_yes_for_somebody() -> None:
    event = EventFactory(admission="invited")
    invite(event, [person()], at=NOW)
    registration = event.registrations.get()
    late = datetime(2026, 8, 31, 8, tzinfo=UTC)
    with pytest.raises(ValidationError, match="Die Anmeldung ist beendet"):
        accept(registration, at=late)
    assert accept(registration, at=late, for_caller=True).state == State.CONFIRMED


def test_nobody_is_invited_to_what_was_called_off() -> None:
    event = EventFactory(admission="invited", state=Event.State.CALLED_OFF)
    with pytest.raises(ValidationError, match="abgesagt"):
        invite(event, [person()], at=NOW)


# Through the office and at the door


def test_the_office_enrols_without_a_further_proof_and_tells_where_there_is_an_address() -> None:
    event = EventFactory(admission="invited", seats=1)
    assert enrol(event, person(1), at=NOW).state == State.CONFIRMED
    assert enrol(event, Person("Ohne Adresse"), at=NOW).state == State.WAITING
    assert written() == [("gast1", "Anmeldung")]


def test_the_office_cannot_enrol_an_address_twice_nor_somebody_without_a_name() -> None:
    event = EventFactory()
    take_part(event)
    with pytest.raises(ValidationError) as refused:
        enrol(event, replace(person(), email="GAST1@example.org"), at=NOW)
    assert list(refused.value.message_dict) == ["email"]
    with pytest.raises(ValidationError) as refused:
        enrol(event, Person(" "), at=NOW)
    assert list(refused.value.message_dict) == ["name"]
    assert event.registrations.count() == 1


def test_the_offices_form_sent_twice_enrols_once() -> None:
    event, key = EventFactory(), uuid.uuid4()
    first = enrol(event, Person("Gast"), at=NOW, key=key)
    assert enrol(event, Person("Gast"), at=NOW, key=key) == first
    assert walk_in(event, Person("Gast"), at=NOW, key=key) == first
    assert event.registrations.count() == 1


def test_a_tick_at_the_door_notes_when_and_a_slip_is_taken_back() -> None:
    registration = take_part(EventFactory())
    assert tick(registration, present=True, at=EVENING).attended_at == EVENING
    assert tick(registration, present=True, at=EVENING + HOUR).attended_at == EVENING
    assert tick(registration, present=False, at=EVENING).attended_at is None


def test_whoever_waits_gets_a_free_seat_at_the_door_and_none_where_all_are_taken() -> None:
    event = EventFactory(seats=1)
    seat, waiting = take_part(event, 1), take_part(event, 2)
    with pytest.raises(ValidationError, match="kein Platz mehr frei"):
        tick(waiting, present=True, at=EVENING)
    assert again(waiting).state == State.WAITING
    cancelled = cancel(seat, at=EVENING)
    with pytest.raises(ValidationError, match="kein Platz mehr frei"):
        tick(cancelled, present=True, at=EVENING)
    assert tick(waiting, present=True, at=EVENING).is_present


def test_who_cancelled_after_all_stands_at_the_door_and_gets_a_seat() -> None:
    registration = cancel(take_part(EventFactory(seats=1)), at=NOW)
    there = tick(registration, present=True, at=EVENING)
    assert (there.state, there.cancelled_at, there.attended_at) == (State.CONFIRMED, None, EVENING)


def test_who_was_ticked_by_mistake_and_cancels_was_not_there() -> None:
    registration = tick(take_part(EventFactory()), present=True, at=EVENING)
    tick(registration, present=False, at=EVENING)
    assert cancel(registration, at=EVENING).attended_at is None


def test_somebody_without_a_registration_takes_a_free_seat_but_none_that_others_wait_for() -> None:
    event = EventFactory(seats=2)
    there = walk_in(event, Person("Gast ohne Anmeldung"), at=EVENING)
    assert (there.state, there.source, there.attended_at) == (State.CONFIRMED, Registration.Source.DOOR, EVENING)
    RegistrationFactory(event=event, state=State.WAITING)
    with pytest.raises(ValidationError, match="kein Platz mehr frei"):
        walk_in(event, Person("Noch jemand"), at=EVENING)
    assert [state for _name, state in states(event)] == ["confirmed", "confirmed"]
