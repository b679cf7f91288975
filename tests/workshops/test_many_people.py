"""Writing to many, and forgetting many: as many questions to the database as for few, and each gets what is theirs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district.models import OutgoingMail, User
from tests.factories import EventFactory, PaperFactory, RegistrationFactory, UserFactory, when
from workshops import links, notices
from workshops.actions import When, call_off, expire, remind, reschedule, send
from workshops.forms.planning import mark_of
from workshops.models import Event, Mailing, Registration

from .sample import NOW, again, hand_in, letters, take_part, written
from .staff import log_in, url

pytestmark = pytest.mark.django_db

State = Registration.State
OVER = datetime(2026, 10, 28, 3, tzinfo=UTC)  # people are forgotten
NEAR = datetime(2026, 8, 30, 5, tzinfo=UTC)
OTHER_DAY = When(when("8.9.2026"))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def with_guests(count: int, **more: Any) -> Event:
    event: Event = EventFactory(**more)
    PaperFactory(event=event)
    RegistrationFactory.create_batch(count, event=event)
    return event


def asked(act: Callable[[], object], *, of: str = "") -> int:
    """Return how many queries something takes; those that name a table where one is given."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([query for query in captured if of in query["sql"]])


def move(event: Event, by: User) -> None:
    reschedule(event, to=OTHER_DAY, reason="Belegt.", by=by, at=NOW)


def end(event: Event, by: User) -> None:
    call_off(event, reason="Sturm.", feedback_until=date(2026, 9, 9), by=by, at=NOW)


def write(event: Event, by: User) -> None:
    send(event, kind=Mailing.Kind.MESSAGE, audience="confirmed", subject="Anfahrt", text="Bus.", by=by, at=NOW)


# Writing


@pytest.mark.parametrize("act", [move, end, write])
def test_three_are_written_to_with_the_queries_of_one(act: Callable[[Event, User], None]) -> None:
    by = UserFactory()
    few, many = with_guests(1), with_guests(3)
    assert asked(lambda: act(few, by)) == asked(lambda: act(many, by))
    assert len(letters()) == 4


def test_three_are_reminded_with_the_queries_of_one() -> None:
    with_guests(1)
    few = asked(lambda: remind(at=NEAR))
    Event.objects.update(reminder_days=0)
    with_guests(3)
    assert asked(lambda: remind(at=NEAR)) == few
    assert len(letters()) == 4


def test_each_brings_the_calendar_entry_of_their_own_language_and_state() -> None:
    event = EventFactory(online_url="https://raum.example/geheim", seats=2)
    RegistrationFactory(event=event, email="a@example.org")
    RegistrationFactory(event=event, email="b@example.org", state=State.WAITING)
    RegistrationFactory(event=event, email="c@example.org", language="en")
    move(event, UserFactory())
    files = {letter["to"][0]: base64.b64decode(letter["attachments"][0][1]).decode() for letter in letters()}
    found = {to: ("raum.example" in file, "Portal//DE" in file, "20260908" in file) for to, file in files.items()}
    assert found == {"a": (True, True, True), "b": (False, True, True), "c": (True, False, True)}


def test_where_one_letter_cannot_be_written_nobody_gets_one_and_nothing_is_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event, by = with_guests(3), UserFactory()
    secret_of = links.secret_of

    def fails_once(registration: Registration) -> str:
        if registration == event.registrations.order_by("name", "pk").last():
            raise LookupError
        return secret_of(registration)

    monkeypatch.setattr(links, "secret_of", fails_once)
    with pytest.raises(LookupError):
        end(event, by)
    assert (again(event).state, Mailing.objects.count(), OutgoingMail.objects.count()) == (Event.State.PLANNED, 0, 0)


# The preview

ANSWERS: dict[str, dict[str, str]] = {
    "move": {"date": "8.9.2026", "starts_at": "19:00"},
    "postpone": {},
    "call_off": {"feedback_until": "2026-09-20"},
}


def answers(event: Event, verb: str) -> dict[str, str]:
    return {"seen": mark_of(event), "reason": "Belegt.", "message": "Bis bald!", **ANSWERS[verb]}


@pytest.mark.parametrize("verb", ANSWERS)
def test_a_preview_writes_one_letter_and_not_everybodys(
    client: Client, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    log_in(client)
    event = with_guests(3)
    composed: list[str] = []
    monkeypatch.setattr(notices, "send_template", lambda purpose, *_args, **_more: composed.append(purpose))
    effect = client.post(url(event, verb), answers(event, verb)).context["effect"]
    assert "3 Personen bekommen eine E-Mail." in effect.foretold
    assert effect.letter is not None
    assert composed == []
    client.post(url(event, verb), {**answers(event, verb), "confirm": "1"})
    assert len(composed) == 3


@pytest.mark.parametrize("verb", ANSWERS)
def test_the_letter_of_the_preview_is_the_one_that_is_sent(client: Client, verb: str) -> None:
    log_in(client)
    event = with_guests(1)
    shown = client.post(url(event, verb), answers(event, verb)).context["effect"].letter
    client.post(url(event, verb), {**answers(event, verb), "confirm": "1"})
    (letter,) = letters()
    sent = letter["text"].replace(links.secret_of(event.registrations.get()), "…")
    assert (shown.subject, shown.text) == (letter["subject"], sent)


# Forgetting


def test_for_three_that_are_forgotten_the_post_is_looked_through_as_often_as_for_one() -> None:
    def forgotten(count: int) -> int:
        event = EventFactory()
        for number in range(count):
            take_part(event, number)
        return asked(lambda: expire(at=OVER), of="district_outgoingmail")

    assert forgotten(1) == forgotten(3) > 0
    assert written() == []


def test_of_three_who_never_confirmed_the_mail_is_called_back_in_one_go() -> None:
    later = NOW + timedelta(hours=73)

    def forgotten(count: int) -> int:
        event = EventFactory()
        for number in range(count):
            hand_in(event, number)
        return asked(lambda: expire(at=later), of="district_outgoingmail")

    stays = EventFactory()
    hand_in(stays, 9, at=later)
    assert forgotten(1) == forgotten(3) > 0
    assert [to for to, _purpose in written()] == ["gast9"]
    assert Registration.objects.get().event == stays
