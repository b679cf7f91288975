"""Forgetting who took part: at once for who asks, and some weeks after the event for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pghistory.models
import pytest
import time_machine
from django.core.management import call_command

from district.models import OutgoingMail
from tests.factories import (
    DistrictFactory,
    EventFactory,
    FeedbackFactory,
    MembershipFactory,
    OutcomeFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from workshops.actions import call_off, cancel, enrol, erase, expire, give_feedback, invite, tick
from workshops.actions.erasure import Expired
from workshops.models import Event, Feedback, Membership, Registration

from .sample import EVENING, NOW, again, hand_in, person, take_part, written

pytestmark = pytest.mark.django_db

State = Registration.State
# The event is on 1 September; 8 weeks later the last day on which people are known.
KEPT = datetime(2026, 10, 27, 3, tzinfo=UTC)
OVER = datetime(2026, 10, 28, 3, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = Expired(0, 0, 0, 0)


def contact(registration: Registration) -> tuple[str, str, str, str]:
    registration.refresh_from_db()
    return (registration.name, registration.organisation, registration.email, registration.requirements)


def whole(**more: object) -> Registration:
    registration: Registration = RegistrationFactory(organisation="Heimatverein", requirements="Rollstuhl", **more)
    return registration


# For everybody, in time


def test_eight_weeks_after_the_event_nobody_is_known_but_how_many_came() -> None:
    registration = tick(whole(), present=True, at=EVENING)
    assert expire(at=KEPT) == NOTHING
    assert expire(at=OVER) == Expired(0, 1, 0, 0)
    assert contact(registration) == ("", "", "", "")
    assert (registration.state, registration.is_present, registration.erased_at) == (State.CONFIRMED, True, OVER)
    assert expire(at=OVER) == NOTHING


def test_the_weeks_are_those_of_the_district() -> None:
    DistrictFactory(registration_retention_weeks=1)
    whole()
    assert expire(at=datetime(2026, 9, 8, 3, tzinfo=UTC)) == NOTHING
    assert expire(at=datetime(2026, 9, 9, 3, tzinfo=UTC)).registrations == 1


def test_who_cancelled_or_was_only_invited_is_forgotten_too() -> None:
    event = EventFactory()
    for state in (State.CANCELLED, State.INVITED, State.WAITING):
        whole(event=event, state=state)
    assert expire(at=OVER).registrations == 3


@pytest.mark.parametrize(
    "more",
    [
        {"last_day": date(2026, 9, 3)},
        {"state": Event.State.CALLED_OFF, "feedback_until": date(2026, 9, 20)},
        {"date": when("September 2026"), "starts_at": None, "ends_at": None},
    ],
    ids=["lasts longer", "feedback is still taken", "a month that was not over"],
)
def test_what_was_not_over_then_keeps_its_people(more: dict[str, object]) -> None:
    whole(event=EventFactory(**more))
    assert expire(at=OVER) == NOTHING


def test_an_address_that_nobody_confirmed_is_gone_after_72_hours_with_its_row_and_its_mail() -> None:
    event = EventFactory()
    hand_in(event)
    assert expire(at=NOW + timedelta(hours=72) - timedelta(seconds=1)) == NOTHING
    assert expire(at=NOW + timedelta(hours=72)) == Expired(1, 0, 0, 0)
    assert not event.registrations.exists()
    assert written() == []
    assert OutgoingMail.objects.get().given_up_at


def test_a_mail_that_still_waits_is_called_back_of_the_one_and_not_of_others() -> None:
    event = EventFactory()
    take_part(event, 1)
    other = EventFactory(date=when("1.12.2026"))
    take_part(other, 2)
    expire(at=OVER)
    assert {to for to, _purpose in written()} == {"gast2"}


def test_telephone_numbers_go_and_what_was_written_stays_without_whose_it_was() -> None:
    event = EventFactory(state=Event.State.CALLED_OFF, feedback_until=date(2026, 8, 20))
    registration = whole(event=event)
    feedback = FeedbackFactory(event=event, registration=registration, phone="123", wants_talk=True)
    assert expire(at=OVER) == Expired(0, 1, 1, 0)
    feedback = again(feedback)
    assert (feedback.phone, feedback.registration, feedback.text) == ("", None, "Der Bus am Wochenende fehlt.")


def test_contacts_of_members_go_weeks_after_they_left_or_their_group_ended() -> None:
    group = WorkingGroupFactory()
    given = {"group": group, "name": "Gast", "email": "gast@example.org", "consented_on": date(2026, 1, 5)}
    stays = MembershipFactory(**given)
    left = MembershipFactory(**given, left_on=date(2026, 9, 1))
    MembershipFactory(group=group, left_on=date(2026, 1, 6))  # without a contact: nothing to forget
    assert expire(at=KEPT) == NOTHING
    assert expire(at=OVER) == Expired(0, 0, 0, 1)
    left = again(left)
    assert (left.name, left.email, left.consented_on, left.organisation) == ("", "", None, left.organisation)
    assert again(stays).name == "Gast"
    group.concluded_on = date(2026, 9, 1)
    group.save()
    assert expire(at=OVER).members == 1
    assert not Membership.objects.exclude(name="").exists()


def test_a_dry_run_counts_and_erases_nothing() -> None:
    registration = whole()
    hand_in(EventFactory(), at=NOW)
    assert expire(at=OVER, dry_run=True) == Expired(1, 1, 0, 0)
    assert contact(registration)[0]
    assert expire(at=OVER) == Expired(1, 1, 0, 0)


def test_the_command_tells_of_events_too_and_leaves_no_trace_of_who_it_was() -> None:
    event = EventFactory()
    take_part(event)
    output = StringIO()
    with time_machine.travel(OVER, tick=False):
        call_command("erase_expired", "--dry-run", stdout=output)
        assert event.registrations.get().name
        call_command("erase_expired", stdout=output)
    assert output.getvalue().count("  Angaben Angemeldeter: 1\n") == 2
    assert contact(event.registrations.get()) == ("", "", "", "")
    trail = pghistory.models.Events.objects.filter(pgh_model="workshops.RegistrationEvent")
    assert trail.exists()
    assert [each for each in trail if "gast1" in str(each.pgh_data).lower()] == []


# For one, at once


def test_erasing_gives_the_seat_to_whoever_waits_and_writes_only_to_them() -> None:
    event = EventFactory(seats=1)
    seat, waiting = take_part(event, 1), take_part(event, 2)
    erased = erase(seat, at=NOW)
    assert contact(erased) == ("", "", "", "")
    assert (erased.state, erased.erased_at, erased.token_digest) == (State.CANCELLED, NOW, "")
    assert again(waiting).state == State.CONFIRMED
    assert [to for to, _purpose in written()] == ["gast2"] * 3  # the other's mails were called back


@pytest.mark.parametrize("way", ["form", "office", "list"])
def test_no_mail_leaves_that_was_written_before_a_second_form_took_the_place_of_the_first(way: str) -> None:
    """The mail server is out of reach meanwhile; what is erased then must not be written to once it is back."""
    event = EventFactory()
    hand_in(event)
    match way:
        case "form":
            second = hand_in(event)
        case "office":
            second = enrol(event, person(), at=NOW)
        case _:
            invite(event, [person()], at=NOW)
            second = event.registrations.get()
    assert [purpose for _to, purpose in written()].count("Anmeldung bestätigen") == (way == "form")
    erase(second, at=NOW)
    assert written() == []
    assert not OutgoingMail.objects.waiting().exists()


def test_after_the_event_erasing_leaves_the_seat_as_it_was() -> None:
    event = EventFactory(state=Event.State.HELD)
    registration = erase(whole(event=event), at=OVER)
    assert (registration.state, contact(registration)) == (State.CONFIRMED, ("", "", "", ""))


def test_erasing_twice_is_erasing_once() -> None:
    registration = erase(take_part(EventFactory()), at=NOW)
    assert erase(registration, at=NOW + DAY).erased_at == NOW


def test_erasing_takes_a_feedback_along_that_nothing_came_of() -> None:
    event = EventFactory()
    registration = take_part(event)
    call_off(event, reason="Sturm.", by=UserFactory(), at=NOW, feedback_until=date(2026, 9, 9))
    unused = give_feedback(registration, text="Weg damit.", key=registration.key, at=NOW)
    used = FeedbackFactory(event=event, registration=registration, phone="123", wants_talk=True)
    OutcomeFactory(event=event, feedback=used)
    erase(registration, at=NOW)
    assert not Feedback.objects.filter(pk=unused.pk).exists()
    assert (again(used).registration, used.phone, bool(used.text)) == (None, "", True)


def test_a_cancelled_registration_is_erased_as_well() -> None:
    registration = cancel(take_part(EventFactory()), at=NOW)
    assert contact(erase(registration, at=NOW)) == ("", "", "", "")
