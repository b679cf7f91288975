"""Writing to the people of an event: who gets it, what it says, and what the log keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from district.acting import Outdated
from tests.factories import EventFactory, RegistrationFactory, UserFactory
from workshops import links
from workshops.actions import invite, recipients, send
from workshops.models import Event, Mailing, Registration

from .sample import AFTERWARDS, NOW, again, letters, person, written

pytestmark = pytest.mark.django_db

Kind = Mailing.Kind
Audience = Mailing.Audience


@pytest.fixture
def event() -> Event:
    """An event with people in every state."""
    event = EventFactory()
    people: dict[str, dict[str, Any]] = {
        "anwesend": {"attended_at": NOW},
        "sitzt": {},
        "wartet": {"state": "waiting"},
        "eingeladen": {"state": "invited", "invited_at": NOW},
        "neu": {"state": "invited"},
        "unbestaetigt": {"state": "unconfirmed"},
        "abgesagt": {"state": "cancelled"},
    }
    for name, more in people.items():
        RegistrationFactory(event=event, name=name, email=f"{name}@example.org", **more)
    RegistrationFactory(event=event, name="ohne Adresse", email="")
    return event


def message(event: Event, *, kind: Kind = Kind.MESSAGE, audience: str = Audience.CONFIRMED, **more: Any) -> Mailing:
    given: dict[str, Any] = {"subject": "Anfahrt", "text": "Bitte nehmen Sie den Bus.", "by": UserFactory(), "at": NOW}
    return send(event, kind=kind, audience=audience, **(given | more))


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (Audience.TAKING_PART, ["anwesend", "sitzt", "wartet"]),
        (Audience.CONFIRMED, ["anwesend", "sitzt"]),
        (Audience.WAITING, ["wartet"]),
        (Audience.INVITED, ["eingeladen", "neu"]),
        (Audience.PRESENT, ["anwesend"]),
        (Audience.EVERYBODY, ["anwesend", "eingeladen", "sitzt", "wartet"]),
    ],
)
def test_a_mail_goes_to_its_audience_and_to_nobody_unproven_or_gone(
    event: Event, audience: str, names: list[str]
) -> None:
    assert [each.name for each in recipients(event, audience)] == names


def test_each_gets_a_mail_of_their_own_with_their_own_link(event: Event) -> None:
    message(event)
    assert [to for to, _purpose in written()] == ["anwesend", "sitzt"]
    for letter in letters():
        own = Registration.objects.get(email=letter["to"])
        others = Registration.objects.filter(event=event).exclude(pk=own.pk).exclude(email="")
        assert links.path_of(own) in letter["text"]
        assert [each for each in others if links.secret_of(each) in letter["text"] or each.email in str(letter)] == []


def test_the_log_keeps_what_was_said_to_how_many_and_by_whom(event: Event) -> None:
    office = UserFactory()
    mailing = message(event, subject=" Die \n Anfahrt ", by=office)
    assert (mailing.subject, mailing.text, mailing.recipients) == ("Die Anfahrt", "Bitte nehmen Sie den Bus.", 2)
    assert (mailing.sent_by, mailing.sent_at, mailing.audience) == (office, NOW, Audience.CONFIRMED)


def test_an_invitation_notes_when_somebody_was_first_invited() -> None:
    event = EventFactory(admission="invited")
    invite(event, [person(1)], at=NOW)
    message(event, kind=Kind.INVITATION, audience=Audience.INVITED)
    invite(event, [person(2)], at=AFTERWARDS.replace(month=8))
    later = datetime(2026, 8, 3, 8, tzinfo=UTC)
    message(event, kind=Kind.INVITATION, audience=Audience.INVITED, at=later)
    assert [each.invited_at for each in event.registrations.order_by("pk")] == [NOW, later]
    assert [purpose for _to, purpose in written()] == ["Einladung"] * 3


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_mail_without_subject_or_text_is_refused(event: Event, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        message(event, **dict[str, Any]({field: "  "}))
    assert list(refused.value.message_dict) == [field]
    assert not Mailing.objects.exists()


def test_a_mail_that_nobody_would_get_is_refused_and_not_logged() -> None:
    event = EventFactory()
    RegistrationFactory(event=event, email="")
    with pytest.raises(ValidationError) as refused:
        message(event)
    assert list(refused.value.message_dict) == ["audience"]
    assert not Mailing.objects.exists()


def test_nobody_is_invited_to_what_is_over(event: Event) -> None:
    with pytest.raises(ValidationError) as refused:
        message(event, kind=Kind.INVITATION, audience=Audience.INVITED, at=AFTERWARDS)
    assert list(refused.value.message_dict) == ["kind"]
    assert written() == []


def test_after_the_event_those_present_can_still_be_written_to(event: Event) -> None:
    assert message(event, audience=Audience.PRESENT, at=AFTERWARDS).recipients == 1


def test_who_presses_the_button_twice_sends_once(event: Event) -> None:
    message(event, seen=0)
    with pytest.raises(Outdated):
        message(event, seen=0)
    assert Mailing.objects.count() == 1


def test_the_mail_speaks_the_language_in_which_somebody_registered() -> None:
    event = EventFactory()
    RegistrationFactory(event=event, language="en")
    message(event)
    assert f"/en/{event.concept.slug}/" in letters()[0]["text"]
    assert again(event).mailings.get().recipients == 1
