"""What people who take part are written, when, and where the links lead."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from district.models import User
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    EventFactory,
    PaperFactory,
    RegistrationFactory,
    UserFactory,
    when,
)
from tests.workshops.visits import read
from workshops import actions, links
from workshops.actions import Person
from workshops.models import Event, Mailing, Registration
from workshops.models.registrations import State

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
PORTAL = "https://kek.example"
ADDRESS = "anna@example.org"
ONLINE = "https://raum.example/geheim"

Sent = Callable[..., list[EmailMessage]]


@pytest.fixture(autouse=True)
def _portal(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_URL = PORTAL
    settings.MEDIA_ROOT = tmp_path
    DistrictFactory(registration_retention_weeks=6)


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Sent:
    """Do something and return the mails that left because of it, by recipient; each is written as a mail should be."""

    def sent(act: Callable[..., Any], *args: Any, **kwargs: Any) -> list[EmailMessage]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        for message in mail.outbox:
            well_formed(message)
        return sorted(mail.outbox, key=lambda message: message.to)

    return sent


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(
        concept=ConceptFactory(slug="kek"),
        title="Forum „Bus & Bahn“",
        seats=1,
        online_url=ONLINE,
        accessibility="Ohne Stufen.",
    )
    return made


@pytest.fixture
def office() -> User:
    return UserFactory()


def well_formed(message: EmailMessage) -> None:
    """Refuse what no mail may look like."""
    body = str(message.body)
    assert message.subject
    assert "\n" not in message.subject
    assert "Landratsamt Nordsachsen" in body
    for wrong in ("\n\n\n", "{{", "{%", "&amp;", "&quot;", "None", " \n"):
        assert wrong not in body.replace("-- \n", ""), wrong
    assert not [line for line in body.splitlines() if line.startswith(" ") and not line.startswith("  http")]


def own_page(registration: Registration, page: str = "registration") -> str:
    with override(registration.language):
        return PORTAL + links.path_of(registration, page)


def entry_of(message: EmailMessage) -> Any:
    """Return the one event in the one file that a mail brings."""
    (attachment,) = message.attachments
    name, content, kind = attachment
    assert (name, kind) == ("termin.ics", "text/calendar")
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return entry


def register(event: Event, **given: Any) -> None:
    person = Person(**{"name": "Anna Muster", "email": ADDRESS, **given})
    actions.register(event, person, key=uuid.uuid4(), at=NOW)


def confirm(event: Event, sent: Sent, **given: Any) -> tuple[Registration, list[EmailMessage]]:
    register(event, **given)
    made = Registration.objects.get(email=ADDRESS)
    return made, sent(actions.confirm, made, at=NOW)


def test_who_registers_is_asked_to_confirm_and_given_no_secret_yet(client: Client, event: Event, sent: Sent) -> None:
    (asked,) = sent(register, event, requirements="Rampe", organisation="Verein")
    made = Registration.objects.get()
    assert asked.to == [ADDRESS]
    assert asked.subject == "Bitte bestätigen Sie Ihre Anmeldung: Forum „Bus & Bahn“"
    assert "Wann: 1. September 2026, 18 bis 20 Uhr" in asked.body
    assert "Wo: Bürgerhaus, Markt 1" in asked.body
    assert "innerhalb von drei Tagen" in asked.body
    # Whoever fills in the form may write a name to any address, and the address may be mistyped.
    whole = str(asked.message())
    assert links.secret_of(made) not in whole
    for words in ("Anna Muster", "Rampe", "Verein", ONLINE):
        assert words not in asked.body
    assert not asked.attachments
    (link,) = (line for line in asked.body.splitlines() if "/bestaetigen/" in line)
    with time_machine.travel(NOW, tick=False):
        assert client.get(link.removeprefix(PORTAL)).status_code == 200
        (confirmed,) = sent(client.post, link.removeprefix(PORTAL))
        assert sent(client.post, link.removeprefix(PORTAL)) == []
    assert confirmed.subject == "Sie sind angemeldet: Forum „Bus & Bahn“"


def test_who_has_a_seat_gets_the_calendar_the_way_online_and_the_link(client: Client, event: Event, sent: Sent) -> None:
    made, (told,) = confirm(event, sent)
    assert told.body.startswith("Guten Tag Anna Muster,")
    for words in ("Wann: 1. September 2026, 18 bis 20 Uhr", f"Online teilnehmen: {ONLINE}", "Ohne Stufen."):
        assert words in told.body
    assert own_page(made) in told.body.splitlines()
    assert f"Mehr dazu: {PORTAL}/kek/termine/{event.pk}/" in told.body.splitlines()
    entry = entry_of(told)
    assert (str(entry["SUMMARY"]), str(entry["STATUS"])) == ("Forum „Bus & Bahn“", "CONFIRMED")
    assert ONLINE in entry["DESCRIPTION"]
    with time_machine.travel(NOW, tick=False):
        assert client.get(own_page(made).removeprefix(PORTAL)).status_code == 200


def test_who_waits_and_who_moves_up_are_told(event: Event, sent: Sent) -> None:
    first = RegistrationFactory(event=event)
    made, (waiting,) = confirm(event, sent)
    assert waiting.subject == "Sie stehen auf der Warteliste: Forum „Bus & Bahn“"
    assert own_page(made) in waiting.body.splitlines()
    assert ONLINE not in waiting.body
    assert not waiting.attachments

    moved_up, cancelled = sent(actions.cancel, first, at=NOW)
    assert (moved_up.to, cancelled.to) == ([ADDRESS], [first.email])
    assert moved_up.subject == "Sie haben jetzt einen Platz: Forum „Bus & Bahn“"
    assert f"Online teilnehmen: {ONLINE}" in moved_up.body
    assert own_page(made) in moved_up.body.splitlines()
    assert ONLINE in entry_of(moved_up)["DESCRIPTION"]
    assert cancelled.subject == "Sie sind abgemeldet: Forum „Bus & Bahn“"
    assert own_page(first) in cancelled.body.splitlines()
    assert "Sonst löschen wir Ihre Angaben 6 Wochen nach der Veranstaltung." in cancelled.body
    assert ONLINE not in cancelled.body


def test_who_never_confirmed_is_told_nothing_more(event: Event, sent: Sent) -> None:
    register(event)
    assert sent(actions.cancel, Registration.objects.get(), at=NOW) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.CONFIRMED, "Sie sind angemeldet, und ein Platz ist für Sie reserviert."),
        (State.WAITING, "Sie stehen schon auf der Warteliste."),
        (State.INVITED, "Sie sind eingeladen, und Ihre Antwort steht noch aus."),
    ],
)
def test_a_known_address_is_told_how_it_stands(event: Event, sent: Sent, state: State, words: str) -> None:
    made = RegistrationFactory(
        event=event, name="Anna", email=ADDRESS, state=state, confirmed_at=None if state == State.INVITED else NOW
    )
    (told,) = sent(register, event, name="Wer anders", email=ADDRESS.upper())
    assert told.to == [ADDRESS]
    assert told.subject == "Ihre Anmeldung: Forum „Bus & Bahn“"
    assert words in told.body
    assert "Wer anders" not in told.body
    assert own_page(made) in told.body.splitlines()


def test_who_cancelled_and_registers_again_confirms_again(event: Event, sent: Sent) -> None:
    former = RegistrationFactory(event=event, email=ADDRESS, state=State.CANCELLED, confirmed_at=None)
    (asked,) = sent(register, event)
    assert "/bestaetigen/" in asked.body
    assert links.secret_of(former) not in asked.body


def test_a_move_is_told_with_both_dates_and_the_changed_entry(event: Event, sent: Sent, office: User) -> None:
    seated = RegistrationFactory(event=event, email="a@example.org")
    waiting = RegistrationFactory(event=event, email="b@example.org", state=State.WAITING)
    RegistrationFactory(event=event, state=State.CANCELLED, confirmed_at=None)
    to = actions.When(date=when("15.09.2026"), starts_at=datetime.time(19), ends_at=datetime.time(21))
    told = sent(actions.reschedule, event, to=to, reason="Der Saal ist belegt.", message="Bis bald!", by=office, at=NOW)
    assert [message.to for message in told] == [["a@example.org"], ["b@example.org"]]
    for message in told:
        assert message.subject == "Neuer Termin: Forum „Bus & Bahn“, 15. September 2026, 19 bis 21 Uhr"
        assert "Wann: 15. September 2026, 19 bis 21 Uhr" in message.body
        assert "Bisher geplant: 1. September 2026, 18 Uhr" in message.body
        assert "Grund: Der Saal ist belegt." in message.body
        assert "Bis bald!" in message.body
        assert entry_of(message)["DTSTART"].dt.date() == date(2026, 9, 15)
        assert entry_of(message)["SEQUENCE"] == 1
    assert own_page(seated) in told[0].body.splitlines()
    assert "Ihre Anmeldung bleibt bestehen." in told[0].body
    assert own_page(waiting) in told[1].body.splitlines()
    assert "Ihr Platz auf der Warteliste bleibt bestehen." in told[1].body
    assert ONLINE not in str(told[1].body) + str(entry_of(told[1])["DESCRIPTION"])


def test_a_postponement_names_no_date_that_is_not_true(event: Event, sent: Sent, office: User) -> None:
    made = RegistrationFactory(event=event)
    (told,) = sent(actions.postpone, event, reason="Alle sind krank.", by=office, at=NOW)
    assert told.subject == "Verschoben: Forum „Bus & Bahn“"
    assert "(1. September 2026, 18 Uhr) wird verschoben." in told.body
    assert "Grund: Alle sind krank." in told.body
    assert "Wann:" not in told.body
    assert str(entry_of(told)["STATUS"]) == "CANCELLED"

    event.refresh_from_db()
    (cancelled,) = sent(actions.cancel, made, at=NOW)
    assert "Wann: Der neue Termin steht noch nicht fest." in cancelled.body


def test_calling_off_brings_papers_and_the_way_to_write(client: Client, event: Event, sent: Sent, office: User) -> None:
    mine = PaperFactory(event=event, title="Entwurf")
    PaperFactory(event=event, title="Geheim", audience="internal")
    made = RegistrationFactory(event=event, name="Anna")
    RegistrationFactory(event=event, state=State.UNCONFIRMED, confirmed_at=None)
    (told,) = sent(
        actions.call_off,
        event,
        reason="Die Pandemie.",
        message="Wir bedauern das sehr.",
        feedback_until=date(2026, 7, 20),
        by=office,
        at=NOW,
    )
    assert told.subject == "Abgesagt: Forum „Bus & Bahn“"
    for words in ("findet leider nicht statt.", "Grund: Die Pandemie.", "Wir bedauern das sehr.", "- Entwurf"):
        assert words in told.body
    assert "bis zum 20. Juli 2026" in told.body.replace("Bis", "bis")
    assert "Geheim" not in told.body
    paper = f"{own_page(made)}unterlagen/{mine.pk}/"
    lines = [line.strip() for line in told.body.splitlines()]
    for link in (paper, own_page(made, "feedback"), own_page(made)):
        assert link in lines
        with time_machine.travel(NOW, tick=False):
            assert read(client.get(link.removeprefix(PORTAL))).status_code == 200
    entry = entry_of(told)
    assert str(entry["STATUS"]) == "CANCELLED"
    assert str(entry["SUMMARY"]).startswith("Abgesagt: ")
    assert ONLINE not in str(entry["DESCRIPTION"])


def test_calling_off_without_papers_and_feedback_is_short(event: Event, sent: Sent, office: User) -> None:
    made = RegistrationFactory(event=event)
    (told,) = sent(actions.call_off, event, reason="Die Pandemie.", by=office, at=NOW)
    assert "Unterlagen" not in told.body
    assert own_page(made, "feedback") not in told.body
    assert own_page(made) in told.body.splitlines()


def test_the_reminder_brings_what_one_needs(event: Event, sent: Sent) -> None:
    made = RegistrationFactory(event=event)
    RegistrationFactory(event=event, state=State.WAITING)
    (told,) = sent(actions.remind, at=datetime.datetime(2026, 8, 30, 9, tzinfo=UTC))
    assert told.to == [made.email]
    assert told.subject == "Erinnerung: Forum „Bus & Bahn“, 1. September 2026, 18 bis 20 Uhr"
    for words in (f"Online teilnehmen: {ONLINE}", "Barrierefreiheit: Ohne Stufen.", "Platz frei wird"):
        assert words in told.body
    assert own_page(made) in told.body.splitlines()
    assert entry_of(told)["DTSTART"].dt.date() == date(2026, 9, 1)


@pytest.mark.parametrize("closes_on", [date(2026, 8, 30), None])
def test_an_invitation_asks_for_an_answer(event: Event, sent: Sent, office: User, closes_on: date | None) -> None:
    opens_on = event.registration_opens_on if closes_on else None
    Event.objects.update(
        is_public=False, admission="invited", registration_opens_on=opens_on, registration_closes_on=closes_on
    )
    event.refresh_from_db()
    actions.invite(event, [Person(name="Anna", email=ADDRESS)], at=NOW)
    (told,) = sent(
        actions.send,
        event,
        kind=Mailing.Kind.INVITATION,
        audience=Mailing.Audience.INVITED,
        subject="Einladung zum Fachgespräch",
        text="Wir laden Sie ein.\n\nBitte kommen Sie.",
        by=office,
        at=NOW,
    )
    assert told.subject == "Einladung zum Fachgespräch"
    assert "Wir laden Sie ein.\n\nBitte kommen Sie." in told.body
    assert ("bis zum 30. August 2026" in told.body) == bool(closes_on)
    assert own_page(Registration.objects.get()) in told.body.splitlines()
    assert f"/kek/termine/{event.pk}/" not in told.body  # Its page is not public.
    assert ONLINE not in told.body


def test_a_message_of_the_office_brings_the_own_link(event: Event, sent: Sent, office: User) -> None:
    made = RegistrationFactory(event=event)
    (told,) = sent(
        actions.send,
        event,
        kind=Mailing.Kind.MESSAGE,
        audience=Mailing.Audience.CONFIRMED,
        subject="Bitte mitbringen",
        text="Einen Stift.",
        by=office,
        at=NOW,
    )
    assert told.subject == "Bitte mitbringen"
    assert "Einen Stift." in told.body
    assert own_page(made) in told.body.splitlines()


def test_somebody_without_an_address_is_not_written_to(event: Event, sent: Sent, office: User) -> None:
    made = RegistrationFactory(event=event, email="")
    assert sent(actions.cancel, made, at=NOW) == []
    assert sent(actions.postpone, event, reason="Alle sind krank.", by=office, at=NOW) == []


def test_who_registered_in_english_is_led_to_english_pages(event: Event, sent: Sent, office: User) -> None:
    made, (told,) = confirm(event, sent, language="en")
    assert f"{PORTAL}/en/" in own_page(made)
    assert own_page(made) in told.body.splitlines()
    (called_off,) = sent(
        actions.call_off, event, reason="Die Pandemie.", feedback_until=date(2026, 7, 20), by=office, at=NOW
    )
    assert own_page(made, "feedback") in called_off.body.splitlines()
    assert f"{PORTAL}/en/kek/termine/{event.pk}/" in told.body
    assert not re.search(rf"{PORTAL}/kek/", str(told.body) + str(called_off.body))


def test_an_event_about_which_little_is_known_leaves_no_gaps(sent: Sent) -> None:
    bare = EventFactory(date=when("September 2026"), starts_at=None, ends_at=None, place="", topic="")
    _made, (told,) = confirm(bare, sent)
    assert "Wann: September 2026\n" in told.body
    for words in ("Wo:", "Online teilnehmen:", "Barrierefreiheit:", "Warteliste"):
        assert words not in told.body
