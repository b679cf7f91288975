"""What must not happen: mail to an unproven address, a seat that a slip keeps, an invited person nobody tells."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from district.models import OutgoingMail, Role
from tests.factories import EventFactory, RegistrationFactory, UserFactory, when
from workshops.actions import (
    Person,
    When,
    accept,
    call_off,
    cancel,
    confirm,
    enrol,
    expire,
    fill_seats,
    invite,
    postpone,
    recipients,
    register,
    reschedule,
    send,
    send_link_again,
    tick,
)
from workshops.models import Event, Mailing, Registration

from .sample import NOW

pytestmark = pytest.mark.django_db

State = Registration.State
EVENING = datetime.datetime(2026, 9, 1, 18, 15, tzinfo=datetime.UTC)  # 20:15 here: the forum ended at 20 h
DOORS = datetime.datetime(2026, 9, 1, 15, 45, tzinfo=datetime.UTC)
BEGIN = datetime.datetime(2026, 9, 1, 16, 0, tzinfo=datetime.UTC)


def unconfirmed(event: Event, email: str = "anna@example.org") -> Registration:
    register(event, Person("Anna", email), key=uuid.uuid4(), at=NOW)
    found: Registration = event.registrations.get(email=email)
    return found


def test_who_is_ticked_without_a_proven_address_gets_no_mail_there() -> None:
    event = EventFactory()
    anna = tick(unconfirmed(event), present=True, at=DOORS)
    assert (anna.state, anna.email, anna.token_digest) == (State.CONFIRMED, "", "")
    assert not recipients(event, Mailing.Audience.CONFIRMED).exists()


def test_nor_does_who_cancelled_without_a_proven_address_and_is_taken_up_again() -> None:
    event = EventFactory()
    anna = cancel(unconfirmed(event), at=NOW)
    assert (anna.state, anna.email) == (State.CANCELLED, "")
    assert accept(anna, at=NOW, for_caller=True).email == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.WAITING, State.WAITING),
        (State.INVITED, State.INVITED),
        (State.CANCELLED, State.CANCELLED),
        (State.UNCONFIRMED, State.CANCELLED),
        (State.CONFIRMED, State.CONFIRMED),
    ],
)
def test_a_tick_taken_back_gives_the_seat_up_again(before: str, after: str) -> None:
    event = EventFactory(seats=1)
    guest = RegistrationFactory(event=event, state=before)
    there = tick(guest, present=True, at=DOORS)
    assert (there.state, there.is_present) == (State.CONFIRMED, True)
    # After its last hour nobody moves up, so that the queue stays as the slip found it.
    back = tick(there, present=False, at=EVENING)
    assert (back.state, back.is_present, back.seated_from) == (after, False, "")


def test_nobody_is_ticked_where_the_event_does_not_take_place() -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    guest = RegistrationFactory(event=event)
    postpone(event, reason="Der Saal ist gesperrt.", by=office, at=NOW)
    with pytest.raises(ValidationError, match="verschoben"):
        tick(guest, present=True, at=DOORS)


def test_after_the_last_hour_no_seat_changes_hands() -> None:
    event = EventFactory(seats=1, registration_closes_on=datetime.date(2026, 9, 1))
    first, second = RegistrationFactory(event=event), RegistrationFactory(event=event, state=State.WAITING)
    with pytest.raises(ValidationError, match="vorbei"):
        cancel(first, at=EVENING)
    with pytest.raises(ValidationError, match="vorbei"):
        register(event, Person("Spät", "spaet@example.org"), key=uuid.uuid4(), at=EVENING)
    event.seats = 2
    event.save()
    assert fill_seats(event, at=EVENING) == []
    assert fill_seats(event, at=DOORS) == [second]


@pytest.mark.parametrize("last_day", [None, datetime.date(2026, 9, 2)])
@pytest.mark.parametrize("minutes", [0, 330], ids=["18:00", "23:30"])
def test_where_nobody_knows_the_end_no_seat_changes_hands_once_the_last_day_has_begun(
    last_day: datetime.date | None, minutes: int
) -> None:
    event = EventFactory(seats=1, ends_at=None, last_day=last_day, registration_closes_on=datetime.date(2026, 9, 1))
    first, second, invited, unproven = (
        RegistrationFactory(event=event, state=state)
        for state in (State.CONFIRMED, State.WAITING, State.INVITED, State.UNCONFIRMED)
    )
    begins = BEGIN + datetime.timedelta(days=1 if last_day else 0)
    at = begins + datetime.timedelta(minutes=minutes)
    with pytest.raises(ValidationError, match="hat schon begonnen"):
        cancel(first, at=at)
    with pytest.raises(ValidationError, match="hat schon begonnen"):
        accept(invited, at=at, for_caller=True)
    with pytest.raises(ValidationError, match="hat schon begonnen"):
        enrol(event, Person("Spät"), at=at)
    why_no_form = "Anmeldung ist beendet" if last_day else "hat schon begonnen"
    with pytest.raises(ValidationError, match=why_no_form):
        register(event, Person("Spät", "spaet@example.org"), key=uuid.uuid4(), at=at)
    with pytest.raises(ValidationError, match=why_no_form):
        send_link_again(unproven, at=at)
    assert fill_seats(event, at=at) == []
    assert not OutgoingMail.objects.exists()

    cancel(first, at=begins - datetime.timedelta(minutes=1))
    second.refresh_from_db()
    assert second.state == State.CONFIRMED


def test_where_no_hour_is_known_seats_change_hands_until_midnight() -> None:
    event = EventFactory(starts_at=None, ends_at=None)
    assert cancel(RegistrationFactory(event=event), at=EVENING).state == State.CANCELLED


def test_who_is_there_does_not_cancel() -> None:
    event = EventFactory(ends_at=None)
    guest = tick(RegistrationFactory(event=event), present=True, at=DOORS)
    with pytest.raises(ValidationError, match="Wer da ist"):
        cancel(guest, at=DOORS)


def test_the_office_takes_over_a_form_that_nobody_confirmed() -> None:
    event = EventFactory()
    unconfirmed(event)
    anna = enrol(event, Person("Anna Beispiel", "ANNA@example.org"), at=NOW)
    assert [(each.name, each.state) for each in event.registrations.all()] == [("Anna Beispiel", State.CONFIRMED)]
    with pytest.raises(ValidationError):
        confirm(anna, at=NOW)


def test_an_invitation_takes_it_over_too() -> None:
    event = EventFactory(admission=Event.Admission.OPEN)
    unconfirmed(event)
    assert invite(event, [Person("Anna Beispiel", "anna@example.org")], at=NOW).new == 1
    assert [(each.name, each.state) for each in event.registrations.all()] == [("Anna Beispiel", State.INVITED)]


def test_who_is_on_the_list_and_sends_the_form_knows_from_then_on_and_is_told() -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    invite(event, [Person("Anna", "anna@example.org"), Person("Bernd", "bernd@example.org")], at=NOW)
    register(event, Person("Anna", "anna@example.org"), key=uuid.uuid4(), at=NOW)
    call_off(event, reason="Sturm", by=office, at=NOW)
    assert [(each.name, each.invited_at) for each in event.registrations.order_by("name")] == [
        ("Anna", NOW),
        ("Bernd", None),
    ]
    assert event.mailings.get(kind=Mailing.Kind.CALLED_OFF).recipients == 1


def test_who_was_written_to_is_told_when_it_is_called_off() -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    invite(event, [Person("Anna", "anna@example.org")], at=NOW)
    said: dict[str, Any] = {"subject": "Bald", "text": "Merken Sie sich den Tag vor.", "by": office, "at": NOW}
    with pytest.raises(ValidationError, match="zuerst eine Einladung"):
        send(event, kind=Mailing.Kind.MESSAGE, audience=Mailing.Audience.NEWLY_INVITED, **said)
    assert not recipients(event, Mailing.Audience.EVERYBODY).exists()
    send(event, kind=Mailing.Kind.MESSAGE, audience=Mailing.Audience.INVITED, **said)
    call_off(event, reason="Sturm", by=office, at=NOW)
    assert event.mailings.get(kind=Mailing.Kind.CALLED_OFF).recipients == 1


@pytest.mark.parametrize("verb", ["call_off", "postpone", "reschedule"])
def test_the_longest_title_is_called_off_and_moved_like_any_other(verb: str) -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory(title="Ü" * 160)
    RegistrationFactory(event=event)
    if verb == "reschedule":
        reschedule(event, to=When(when("24.09.2026"), datetime.time(18)), reason="Sturm", by=office, at=NOW)
    else:
        {"call_off": call_off, "postpone": postpone}[verb](event, reason="Sturm", by=office, at=NOW)
    assert "Ü" * 160 in event.mailings.get().subject


def test_the_end_of_a_public_event_moves_on_record_too() -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.update(ends_at=datetime.time(22))
    longer = When(event.date, event.starts_at, datetime.time(22))
    reschedule(event, to=longer, reason="Es kommen mehr, als wir dachten.", by=office, at=NOW)
    event.refresh_from_db()
    assert event.ends_at == datetime.time(22)
    with pytest.raises(ValidationError, match="der bisherige Termin"):
        reschedule(event, to=longer, reason="Noch einmal", by=office, at=NOW)


def test_a_registration_that_ends_before_it_opens_opens_earlier() -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    reschedule(event, to=When(when("01.06.2026"), datetime.time(18)), reason="Früher", by=office, at=NOW)
    event.refresh_from_db()
    assert event.registration_opens_on == event.registration_closes_on == datetime.date(2026, 5, 30)


@pytest.mark.parametrize(
    ("closed_on", "days", "is_kept"),
    [(None, 300, True), (None, 500, False), (datetime.date(2026, 12, 1), 300, False)],
)
def test_a_postponed_event_keeps_its_people_for_a_year_at_most(
    closed_on: datetime.date | None, days: int, is_kept: bool
) -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    event = EventFactory()
    guest = RegistrationFactory(event=event)
    postpone(event, reason="Der Saal ist gesperrt.", by=office, at=NOW)
    type(event.concept).objects.update(process_closed_on=closed_on)
    expire(at=NOW + datetime.timedelta(days=days))
    guest.refresh_from_db()
    assert bool(guest.email) is is_kept
