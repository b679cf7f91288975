"""Reminding: who has a seat, once, when the event is as near as it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from tests.factories import EventFactory, RegistrationFactory, UserFactory, when
from workshops.actions import When, cancel, remind, reschedule
from workshops.models import Event

from .sample import again, letters, take_part, written

pytestmark = pytest.mark.django_db

# The event is on 1 September; two days before is the default.
TOO_EARLY = datetime(2026, 8, 29, 5, tzinfo=UTC)
DUE = datetime(2026, 8, 30, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def test_everybody_with_a_seat_is_reminded_once() -> None:
    registration = RegistrationFactory()
    assert (remind(at=TOO_EARLY), remind(at=DUE), remind(at=DUE), remind(at=DUE + DAY)) == (0, 1, 0, 0)
    assert again(registration).reminded_at == DUE
    (letter,) = letters()
    assert letter["subject"] == f"Erinnerung: {registration.event.title}, 1. September 2026, 18 bis 20 Uhr"
    assert [name for name, _file, _kind in letter["attachments"]] == ["termin.ics"]


def test_a_day_that_was_missed_is_made_up_until_the_event() -> None:
    RegistrationFactory()
    assert remind(at=datetime(2026, 9, 1, 5, tzinfo=UTC)) == 1


@pytest.mark.parametrize("ends_at", [time(20), None])
def test_once_the_event_has_begun_nobody_is_reminded(ends_at: time | None) -> None:
    RegistrationFactory(event=EventFactory(ends_at=ends_at))
    begins = datetime(2026, 9, 1, 16, tzinfo=UTC)  # 18 h here
    for at in (begins, begins + timedelta(hours=5), begins + DAY):
        assert (remind(at=at, dry_run=True), remind(at=at)) == (0, 0)
    assert remind(at=begins - timedelta(minutes=1)) == 1


@pytest.mark.parametrize("state", ["unconfirmed", "invited", "waiting", "cancelled"])
def test_only_who_has_a_seat_is_reminded(state: str) -> None:
    RegistrationFactory(state=state)
    assert remind(at=DUE) == 0


def test_who_has_no_address_is_not_counted() -> None:
    RegistrationFactory(email="")
    assert remind(at=DUE) == 0


@pytest.mark.parametrize(
    "more",
    [
        {"reminder_days": 0},
        {"state": Event.State.CALLED_OFF},
        {"state": Event.State.POSTPONED},
        {"state": Event.State.HELD},
        {"date": when("September 2026"), "starts_at": None, "ends_at": None},
    ],
    ids=["never", "called off", "postponed", "held", "a month"],
)
def test_of_what_does_not_take_place_or_when_nobody_knows_nobody_is_reminded(more: dict[str, Any]) -> None:
    RegistrationFactory(event=EventFactory(**more))
    assert remind(at=DUE) == 0


def test_as_many_days_before_as_the_event_says() -> None:
    RegistrationFactory(event=EventFactory(reminder_days=60))
    start = datetime(2026, 7, 3, 5, tzinfo=UTC)
    assert (remind(at=start - DAY), remind(at=start)) == (0, 1)


def test_who_has_just_got_the_mail_about_the_seat_is_reminded_the_day_after() -> None:
    event = EventFactory(seats=1)
    seat = take_part(event, 1)
    waiting = take_part(event, 2)
    cancel(seat, at=DUE - timedelta(hours=1))
    assert again(waiting).state == "confirmed"
    assert remind(at=DUE) == 0
    assert remind(at=DUE + DAY) == 1
    assert written()[-1] == ("gast2", "Erinnerung")


def test_after_a_move_people_are_reminded_of_the_new_day_alone() -> None:
    registration = RegistrationFactory()
    office = UserFactory()
    remind(at=DUE)
    for day in ("8.9.2026", "15.9.2026"):
        reschedule(again(registration.event), to=When(when(day), time(18)), reason="Belegt.", by=office, at=DUE)
    assert [remind(at=DUE + number * DAY) for number in range(17)] == [0] * 14 + [1, 0, 0]
    assert "15. September 2026" in letters()[-1]["subject"]


def test_a_dry_run_counts_and_writes_to_nobody() -> None:
    registration = RegistrationFactory()
    assert (remind(at=DUE, dry_run=True), written(), again(registration).reminded_at) == (1, [], None)


def test_the_command_says_how_many() -> None:
    RegistrationFactory.create_batch(2, event=EventFactory(registration_closes_on=date(2026, 8, 30)))
    output = StringIO()
    with time_machine.travel(DUE, tick=False):
        call_command("send_reminders", "--dry-run", stdout=output)
        call_command("send_reminders", stdout=output)
        call_command("send_reminders", stdout=output)
    assert output.getvalue() == "Es würden erinnert: 2\nErinnert: 2\nErinnert: 0\n"
