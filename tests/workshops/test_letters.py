"""What one person is written alone: an address that is corrected, and a mail that did not arrive."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pghistory.models
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from district.acting import Outdated
from district.models import OutgoingMail, User
from tests.factories import EventFactory, RegistrationFactory, UserFactory
from workshops import links
from workshops.actions import (
    Corrected,
    Letter,
    Person,
    call_off,
    cancel,
    confirm,
    correct,
    invite,
    recipients,
    revision_of,
    send,
    why_no_letter,
    write_again,
)
from workshops.models import Event, Mailing, Registration
from workshops.models.registrations import State

from .sample import AFTERWARDS, NOW, again, hand_in, letters, take_part, written

pytestmark = pytest.mark.django_db

RIGHT = Person("Gast Eins", "richtig@example.org", "Heimatverein")
LATER = NOW + datetime.timedelta(hours=2)


def sent(registration: Registration) -> Registration:
    """Let the mails so far leave; what follows is looked at alone."""
    OutgoingMail.objects.update(sent_at=NOW, sealed="")
    return registration


def right(registration: Registration, person: Person = RIGHT, **more: Any) -> Corrected:
    given = {"seen": revision_of(registration), "by": UserFactory(), "at": LATER, **more}
    return correct(registration, person, **given)


def once_more(registration: Registration, **more: Any) -> Letter:
    given = {"seen": revision_of(registration), "by": UserFactory(), "at": LATER, **more}
    return write_again(registration, **given)


def on_list(event: Event, number: int = 1, *, invitation: bool = True) -> Registration:
    """Put somebody on the list of those invited, and write the invitation."""
    invite(event, [Person(f"Gast {number}", f"gast{number}@example.org")], at=NOW)
    if invitation:
        send(
            event,
            kind=Mailing.Kind.INVITATION,
            audience=Mailing.Audience.NEWLY_INVITED,
            subject="Einladung zum Fachgespräch",
            text="Wir laden Sie ein.",
            by=UserFactory(),
            at=NOW,
        )
    return sent(event.registrations.get(email=f"gast{number}@example.org"))


def trail(registration: Registration) -> list[str]:
    return list(registration.events.order_by("pgh_id").values_list("pgh_label", flat=True))


def token_in(letter: dict[str, Any]) -> str:
    found = re.search(r"/bestaetigen/([\w-]+)/", letter["text"]) or re.search(r"/([\w-]{32})/", letter["text"])
    assert found is not None
    return found.group(1)


# Correcting


def test_who_has_a_seat_keeps_it_and_gets_the_mail_about_it_at_the_new_address() -> None:
    registration = sent(take_part(EventFactory(seats=1)))
    corrected = right(registration)
    now = again(registration)
    assert (now.name, now.organisation, now.email, now.state) == (
        "Gast Eins",
        "Heimatverein",
        "richtig@example.org",
        State.CONFIRMED,
    )
    assert (corrected.letter, written()) == (Letter.SEAT, [("richtig", "Anmeldung")])
    assert links.secret_of(now) in letters()[0]["text"]


def test_the_link_that_went_to_the_old_address_opens_nothing_any_more(client: Client) -> None:
    registration = take_part(EventFactory())
    stranger, paths = links.path_of(registration), [links.path_of(registration, page) for page in ("stored", "erase")]
    with time_machine.travel(LATER, tick=False):
        assert client.get(stranger).status_code == 200
        right(registration)
        for path in (stranger, *paths):
            assert client.get(path).status_code == 404
            assert client.post(path).status_code in (404, 405)
        assert client.get(links.path_of(again(registration))).status_code == 200
    assert again(registration).name


def test_mails_that_still_wait_do_not_leave_for_the_old_address() -> None:
    registration = take_part(EventFactory())
    right(registration)
    assert [to for to, _purpose in written()] == ["richtig"]


def test_who_waits_keeps_the_place_in_the_queue() -> None:
    event = EventFactory(seats=1)
    take_part(event, 1)
    first = take_part(event, 2)
    second = take_part(event, 3, at=NOW + datetime.timedelta(hours=1))
    sent(first)
    assert right(first).letter == Letter.WAITING
    assert written() == [("richtig", "Warteliste")]
    assert list(event.registrations.waiting()) == [first, second]


def test_who_has_not_confirmed_has_to_confirm_the_new_address_and_the_old_link_confirms_nothing(
    client: Client,
) -> None:
    registration = hand_in(EventFactory())
    old = token_in(letters()[-1])
    sent(registration)
    assert right(registration).letter == Letter.CONFIRM
    assert (again(registration).state, registration.email) == (State.UNCONFIRMED, "richtig@example.org")
    assert written() == [("richtig", "Anmeldung bestätigen")]
    (letter,) = letters()
    assert "Gast" not in letter["text"]
    assert links.secret_of(registration) not in letter["text"]
    with time_machine.travel(LATER, tick=False):
        path = re.search(r"https?://[^/]+(/\S+)", letter["text"].split("bestätigen Sie innerhalb")[1])
        assert path is not None
        stale = path.group(1).replace(token_in(letter), old)
        assert stale != path.group(1)
        assert client.post(stale).status_code == 404
        assert again(registration).state == State.UNCONFIRMED
        assert client.post(path.group(1)).status_code == 200
    assert again(registration).state == State.CONFIRMED


def test_the_office_gives_the_time_to_confirm_anew_after_registration_has_closed() -> None:
    event = EventFactory()
    late = datetime.datetime(2026, 8, 31, 8, tzinfo=datetime.UTC)
    registration = hand_in(event, at=late - datetime.timedelta(days=1))
    right(registration, at=late)
    assert confirm(again(registration), at=late + datetime.timedelta(hours=30)).state == State.CONFIRMED


def test_who_was_invited_gets_the_invitation_at_the_new_address() -> None:
    registration = on_list(EventFactory())
    assert right(registration).letter == Letter.INVITATION
    now = again(registration)
    assert (now.state, now.invited_at) == (State.INVITED, NOW)
    assert written() == [("richtig", "Einladung")]
    (letter,) = letters()
    assert letter["subject"] == "Einladung zum Fachgespräch"
    assert "Wir laden Sie ein." in letter["text"]
    assert links.secret_of(now) in letter["text"]


def test_who_was_never_written_to_waits_for_the_invitation_as_before() -> None:
    event = EventFactory()
    on_list(event, 1)
    registration = on_list(event, 2, invitation=False)
    assert right(registration).letter is None
    assert (written(), again(registration).invited_at) == ([], None)
    assert list(recipients(event, Mailing.Audience.NEWLY_INVITED)) == [registration]


def test_who_has_cancelled_is_corrected_and_not_written_to() -> None:
    registration = sent(cancel(take_part(EventFactory()), at=NOW))
    key = registration.key
    assert right(registration).letter is None
    now = again(registration)
    assert (now.email, now.state, written(), now.key != key) == ("richtig@example.org", State.CANCELLED, [], True)


def test_a_name_alone_changes_no_link_and_writes_nobody() -> None:
    registration = sent(take_part(EventFactory()))
    corrected = right(registration, Person("Anna Beispiel", "GAST1@example.org"))
    now = again(registration)
    assert (now.name, now.email, now.key, corrected.letter) == (
        "Anna Beispiel",
        "GAST1@example.org",
        registration.key,
        None,
    )
    assert written() == []


def test_an_address_is_added_or_taken_away() -> None:
    registration: Registration = RegistrationFactory(email="")
    assert right(registration).letter == Letter.SEAT
    sent(again(registration))
    assert right(registration, Person("Gast Eins")).letter is None
    assert (again(registration).email, written()) == ("", [])


def test_without_an_address_nobody_confirms_or_answers() -> None:
    event = EventFactory()
    for registration in (hand_in(event, 1), on_list(event, 2)):
        with pytest.raises(ValidationError) as refused:
            right(registration, Person("Gast Eins"))
        assert list(refused.value.message_dict) == ["email"]
        assert again(registration).email


@pytest.mark.parametrize("state", [State.CONFIRMED, State.UNCONFIRMED, State.INVITED])
def test_an_address_that_another_registration_has_is_refused(state: State) -> None:
    registration = take_part(EventFactory())
    RegistrationFactory(event=registration.event, email="Richtig@example.org", state=state)
    sent(registration)
    with pytest.raises(ValidationError) as refused:
        right(registration)
    assert refused.value.message_dict == {
        "email": ["Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung."]
    }
    assert (again(registration).email, written()) == ("gast1@example.org", [])
    assert links.registration_of(links.secret_of(registration)) == registration


def test_the_address_of_another_event_or_of_somebody_who_cancelled_is_free() -> None:
    registration = take_part(EventFactory())
    RegistrationFactory(email="richtig@example.org")
    RegistrationFactory(event=registration.event, email="richtig@example.org", state=State.CANCELLED)
    right(registration)
    assert again(registration).email == "richtig@example.org"


def test_a_refused_correction_calls_no_mail_back() -> None:
    registration = take_part(EventFactory())
    take_part(registration.event, 2)
    before = written()
    with pytest.raises(ValidationError):
        right(registration, Person("Gast Eins", "gast2@example.org"))
    assert written() == before


def test_a_name_is_needed() -> None:
    with pytest.raises(ValidationError) as refused:
        right(take_part(EventFactory()), Person(" ", "richtig@example.org"))
    assert refused.value.message_dict == {"name": ["Bitte geben Sie den Namen an."]}


def test_nobody_corrects_what_somebody_else_has_changed_meanwhile() -> None:
    registration = take_part(EventFactory())
    seen = revision_of(registration)
    right(registration, Person("Anna Beispiel", "gast1@example.org"))
    with pytest.raises(Outdated):
        right(registration, seen=seen)
    cancel(again(registration), at=NOW)
    with pytest.raises(Outdated):
        right(registration, seen=seen + 1)
    assert again(registration).name == "Anna Beispiel"


def test_after_the_event_it_is_corrected_and_nobody_is_written_to() -> None:
    registration = sent(take_part(EventFactory()))
    assert right(registration, at=AFTERWARDS).letter is None
    assert (again(registration).email, written()) == ("richtig@example.org", [])


def test_after_the_event_no_address_is_left_to_be_confirmed() -> None:
    registration = hand_in(EventFactory())
    with pytest.raises(ValidationError, match="vorbei"):
        right(registration, at=AFTERWARDS)
    assert again(registration).email == "gast1@example.org"


def test_the_trail_says_that_it_was_corrected_and_no_word_of_whom() -> None:
    registration = take_part(EventFactory())
    right(registration)
    right(again(registration), Person("Anna Beispiel", "richtig@example.org"))
    assert trail(registration)[-3:] == ["corrected", "written", "corrected"]
    kept = pghistory.models.Events.objects.filter(pgh_model="workshops.RegistrationEvent")
    assert kept.exists()
    assert [each for each in kept if re.search("anna|richtig|gast", str(each.pgh_data), re.IGNORECASE)] == []


# Writing once more


def test_each_gets_the_mail_that_fits_and_the_log_keeps_it() -> None:
    event = EventFactory(seats=1, title="Forum")
    seated, waiting, person = take_part(event, 1), take_part(event, 2), UserFactory()
    invited = on_list(event, 3)
    assert [once_more(each, by=person) for each in (seated, waiting, invited)] == [
        Letter.SEAT,
        Letter.WAITING,
        Letter.INVITATION,
    ]
    assert written() == [("gast1", "Anmeldung"), ("gast2", "Warteliste"), ("gast3", "Einladung")]
    kept = [(each.kind, each.audience, each.subject) for each in event.mailings.filter(sent_by=person).order_by("pk")]
    assert kept == [
        ("message", "confirmed", "Sie sind angemeldet: Forum"),
        ("message", "waiting", "Sie stehen auf der Warteliste: Forum"),
        ("invitation", "invited", "Einladung zum Fachgespräch"),
    ]
    assert set(event.mailings.values_list("recipients", flat=True)) == {1}
    assert [trail(each)[-1] for each in (seated, waiting, invited)] == ["written"] * 3
    assert [again(each).state for each in (seated, waiting, invited)] == [
        State.CONFIRMED,
        State.WAITING,
        State.INVITED,
    ]


def test_who_has_not_confirmed_gets_a_new_link_and_three_days() -> None:
    registration = hand_in(EventFactory())
    former = sent(registration).token_digest
    assert once_more(registration) == Letter.CONFIRM
    now = again(registration)
    assert now.token_digest not in ("", former)
    assert now.token_expires_at == LATER + datetime.timedelta(days=3)
    assert (written(), now.state) == ([("gast1", "Anmeldung bestätigen")], State.UNCONFIRMED)
    assert not now.event.mailings.exists()


def test_one_who_came_on_the_list_later_is_invited_alone() -> None:
    event = EventFactory()
    on_list(event, 1)
    registration = on_list(event, 2, invitation=False)
    assert once_more(registration) == Letter.INVITATION
    assert again(registration).invited_at == LATER
    assert written() == [("gast2", "Einladung")]


def test_a_second_click_writes_nothing() -> None:
    for registration in (take_part(EventFactory()), hand_in(EventFactory(), 2), on_list(EventFactory(), 3)):
        sent(registration)
        seen = revision_of(registration)
        once_more(registration, seen=seen)
        with pytest.raises(Outdated):
            once_more(registration, seen=seen)
        assert len(written()) == 1


def test_where_nobody_can_be_written_it_is_said_why() -> None:
    event, person = EventFactory(), UserFactory()
    no_invitation = on_list(event, 1, invitation=False)
    for registration, told in (
        (no_invitation, "noch keine Einladung verfasst"),
        (RegistrationFactory(event=event, email=""), "keine E-Mail-Adresse"),
        (cancel(take_part(event, 2), at=NOW), "hat abgesagt"),
    ):
        sent(registration)
        assert told in why_no_letter(registration, at=LATER)
        with pytest.raises(ValidationError, match=told):
            once_more(registration)
    seated, invited = take_part(event, 3), on_list(event, 4)
    assert why_no_letter(seated, at=LATER) == ""
    with pytest.raises(ValidationError, match="vorbei"):
        once_more(seated, at=AFTERWARDS)
    with pytest.raises(ValidationError, match="beendet"):
        once_more(invited, at=datetime.datetime(2026, 8, 31, 8, tzinfo=datetime.UTC))
    call_off(event, reason="Sturm.", by=person, at=LATER)
    sent(seated)
    with pytest.raises(ValidationError, match="abgesagt"):
        once_more(seated)
    assert written() == []


def test_where_an_event_is_called_off_its_people_get_the_link_to_write_what_they_would_have_said() -> None:
    event = EventFactory()
    registration, unproven, listed = take_part(event, 1), hand_in(event, 2), on_list(event, 3, invitation=False)
    until = timezone.localdate(NOW) + datetime.timedelta(days=20)
    call_off(event, reason="Sturm.", by=UserFactory(), at=NOW, feedback_until=until, message="Es tut uns leid.")
    sent(registration)
    assert right(registration).letter == Letter.CALLED_OFF
    assert written() == [("richtig", "Absage")]
    (letter,) = letters()
    assert links.path_of(again(registration), "feedback") in letter["text"]
    assert "Es tut uns leid." in letter["text"]
    for other in (unproven, listed):
        assert "abgesagt" in why_no_letter(again(other), at=LATER)
    with pytest.raises(ValidationError, match="abgesagt"):
        once_more(again(registration), at=NOW + datetime.timedelta(days=25))


def test_somebody_who_is_gone_is_written_nothing() -> None:
    person: User = UserFactory()
    registration = hand_in(EventFactory())
    seen = revision_of(registration)
    registration.__class__.objects.filter(pk=registration.pk).delete()
    with pytest.raises(ValidationError, match="gibt es nicht mehr"):
        write_again(registration, seen=seen, by=person, at=LATER)
