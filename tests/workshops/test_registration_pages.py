"""Registering and confirming: without account, cookie and JavaScript, and strangers learn nothing."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from district import form_keys
from district.models import OutgoingMail, Role
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    EventFactory,
    LegalTextFactory,
    RegistrationFactory,
    UserFactory,
)
from tests.html_forms import unchanged
from tests.milestones.queries import queries
from tests.workshops.visits import html, path
from workshops import actions, links
from workshops.actions import Person
from workshops.models import Event, Registration
from workshops.models.registrations import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime.datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ADDRESS = "anna@example.org"
PROBLEMS = "Bitte prüfen Sie Ihre Eingaben"

OnCommit = Callable[..., Any]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _portal(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    DistrictFactory(registration_retention_weeks=6)
    LegalTextFactory()


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(
        concept=ConceptFactory(slug="kek", short_title="KEK Probe"), title="Forum Torgau", seats=2
    )
    return made


def form_of(event: Event) -> str:
    return f"/kek/termine/{event.pk}/anmelden/"


def send(client: Client, event: Event, clock: time_machine.Traveller, **given: Any) -> Any:
    """Open the form, take one's time, type and send."""
    sent = {**unchanged(html(client.get(form_of(event))), "anmeldung"), "name": "Anna Muster", "email": ADDRESS}
    clock.shift(timedelta(seconds=10))
    return client.post(form_of(event), {**sent, **given}, REMOTE_ADDR="192.0.2.9")


def token_of(event: Event, on_commit: OnCommit, **given: Any) -> tuple[Registration, str]:
    """Return somebody who has registered, and the path that the mail to them leads to."""
    person = Person(**{"name": "Anna Muster", "email": ADDRESS, **given})
    with on_commit(execute=True):
        actions.register(event, person, key=uuid.uuid4(), at=NOW)
    found = re.search(r"https?://[^/]+(/\S+/bestaetigen/\S+)", str(mail.outbox[-1].body))
    assert found
    return Registration.objects.get(email=person.email), found[1]


# The form


def test_registering_stores_what_was_told_and_asks_to_look_into_the_mail(
    client: Client, event: Event, clock: time_machine.Traveller, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, event, clock, organisation=" Heimatverein ", requirements="Rampe\r\nPlatz vorn")
    page = html(response)
    assert response.status_code == 200
    assert "Bitte sehen Sie in Ihre E-Mails" in page
    assert ADDRESS in page
    made = Registration.objects.get()
    assert (made.event, made.name, made.email) == (event, "Anna Muster", ADDRESS)
    assert (made.organisation, made.requirements) == ("Heimatverein", "Rampe\nPlatz vorn")
    assert (made.state, made.source, made.language) == (State.UNCONFIRMED, "online", "de")
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert links.secret_of(made) not in page
    assert not client.cookies


@pytest.mark.parametrize("state", [None, *State])
def test_the_answer_is_the_same_whoever_the_address_belongs_to(
    client: Client, event: Event, clock: time_machine.Traveller, state: State | None
) -> None:
    template = html(send(client, event, clock, email="new@example.org")).replace("new@", "x@")
    if state:
        confirmed_at = NOW if state in (State.CONFIRMED, State.WAITING) else None
        RegistrationFactory(event=event, email="Other@example.org", state=state, confirmed_at=confirmed_at)
    response = send(client, event, clock, email="other@example.org")
    assert response.status_code == 200
    assert html(response).replace("other@", "x@") == template


def test_each_address_costs_a_stranger_the_same_whether_it_is_registered(
    client: Client, event: Event, settings: Settings
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (2, 5)}
    RegistrationFactory(event=event, email="there@example.org")
    answers = {}
    for address in ("there@example.org", "new@example.org"):
        with time_machine.travel(NOW - timedelta(seconds=10), tick=False):
            key = form_keys.new().signed
        given = {"key": key, "name": "A", "email": address}
        answers[address] = [client.post(form_of(event), given).status_code for _ in range(3)]
    assert answers["there@example.org"] == answers["new@example.org"] == [200, 200, 429]


def test_sending_twice_stores_once(client: Client, event: Event, clock: time_machine.Traveller) -> None:
    sent = {**unchanged(html(client.get(form_of(event))), "anmeldung"), "name": "Anna", "email": ADDRESS}
    clock.shift(timedelta(seconds=10))
    first, second = client.post(form_of(event), sent), client.post(form_of(event), sent)
    assert html(first) == html(second)
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1


def test_a_mistyped_address_is_corrected_by_going_back(
    client: Client, event: Event, clock: time_machine.Traveller
) -> None:
    sent = {**unchanged(html(client.get(form_of(event))), "anmeldung"), "name": "Anna"}
    clock.shift(timedelta(seconds=10))
    client.post(form_of(event), {**sent, "email": "ana@example.org"})
    assert html(client.post(form_of(event), {**sent, "email": ADDRESS}))
    assert set(Registration.objects.values_list("email", flat=True)) == {"ana@example.org", ADDRESS}


def test_the_last_words_before_confirming_count(
    client: Client, event: Event, clock: time_machine.Traveller, django_capture_on_commit_callbacks: OnCommit
) -> None:
    _first, former = token_of(event, django_capture_on_commit_callbacks, name="Ana")
    with django_capture_on_commit_callbacks(execute=True):
        send(client, event, clock, name="Anna", requirements="Rampe", email=ADDRESS.upper())
    made = Registration.objects.get()
    assert (made.name, made.requirements) == ("Anna", "Rampe")
    assert client.get(former).status_code == 404


def test_that_only_the_last_link_counts_is_told_before_and_after(
    client: Client, event: Event, clock: time_machine.Traveller, django_capture_on_commit_callbacks: OnCommit
) -> None:
    _made, link = token_of(event, django_capture_on_commit_callbacks)
    assert "Mit dem neuen Formular ist das bisherige ersetzt, und dieser Link gilt nicht mehr." in html(
        client.get(link)
    )
    assert "Dann gilt nur der Link in der letzten E-Mail" in html(send(client, event, clock))


def test_a_page_in_english_is_followed_by_mails_in_english(
    client: Client, event: Event, clock: time_machine.Traveller
) -> None:
    page = f"/en{form_of(event)}"
    sent = {**unchanged(html(client.get(page)), "anmeldung"), "name": "Anna", "email": ADDRESS}
    clock.shift(timedelta(seconds=10))
    client.post(page, sent)
    assert Registration.objects.get().language == "en"


def test_registering_is_no_login_in_english(client: Client, event: Event, clock: time_machine.Traveller) -> None:
    page = f"/en{form_of(event)}"
    asked = html(client.get(page))
    clock.shift(timedelta(seconds=10))
    told = html(client.post(page, {**unchanged(asked, "anmeldung"), "name": "Anna", "email": ADDRESS}))
    Event.objects.update(registration_closes_on=NOW.date() - timedelta(days=1))
    for seen in (asked, told, html(client.get(page))):
        assert 'aria-current="page">Registration</span>' in seen
        assert "Log in" not in seen


def test_how_it_stands_with_the_seats_is_told_before(client: Client, event: Event) -> None:
    assert "Noch 2 Plätze sind frei." in html(client.get(form_of(event)))
    RegistrationFactory.create_batch(2, event=event)
    full = html(client.get(form_of(event)))
    assert "Zurzeit ist kein Platz frei." in full
    assert "Auf die Warteliste setzen" in full
    Event.objects.update(seats=None)
    unlimited = html(client.get(form_of(event)))
    assert "Platz" not in unlimited.partition("<h1")[2].partition("<form")[0]


def test_the_form_says_what_is_stored_and_for_how_long(client: Client, event: Event) -> None:
    page = html(client.get(form_of(event)))
    assert "6 Wochen nach der Veranstaltung löschen wir Ihre Angaben." in page
    assert 'href="/datenschutz/"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"registration_opens_on": date(2026, 7, 2)}, "Die Anmeldung hat noch nicht begonnen."),
        ({"registration_closes_on": date(2026, 6, 30)}, "Die Anmeldung ist beendet."),
        ({"registration_opens_on": None, "registration_closes_on": None}, "keine Anmeldung nötig"),
        ({"admission": "invited"}, "Dieser Termin ist nur auf Einladung."),
        ({"state": "called_off"}, "Dieser Termin ist abgesagt."),
        ({"state": "held"}, "Dieser Termin ist vorbei."),
    ],
)
def test_where_nobody_can_register_it_says_why_and_loses_nothing(
    client: Client, event: Event, clock: time_machine.Traveller, changes: dict[str, Any], words: str
) -> None:
    sent = {**unchanged(html(client.get(form_of(event))), "anmeldung"), "name": "Anna & Co", "email": ADDRESS}
    clock.shift(timedelta(seconds=10))
    Event.objects.update(**changes)
    opened = client.get(form_of(event))
    assert opened.status_code == 200
    assert words in html(opened)
    response = client.post(form_of(event), {**sent, "requirements": "Rampe"})
    assert response.status_code == 409
    page = html(response)
    assert words in page
    assert "Ihre Anmeldung wurde nicht mehr angenommen" in page
    assert all(typed in page for typed in ("Anna &amp; Co", ADDRESS, "Rampe"))
    assert not Registration.objects.exists()


def test_hidden_events_and_those_of_other_concepts_are_not_found(client: Client, event: Event) -> None:
    hidden = EventFactory(concept=event.concept, is_public=False)
    other = EventFactory(concept=ConceptFactory(slug="anderes"))
    for pk in (hidden.pk, other.pk, 99**9):
        assert client.get(f"/kek/termine/{pk}/anmelden/").status_code == 404
        assert client.post(f"/kek/termine/{pk}/anmelden/", {"name": "A", "email": ADDRESS}).status_code == 404
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Bitte geben Sie Ihren Namen ein."),
        ({"name": "\0\u202e\u200b"}, "Bitte geben Sie Ihren Namen ein."),
        ({"name": "x" * 10_000}, "Zu lang: 10000 Zeichen, erlaubt sind 100."),
        ({"email": ""}, "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ({"email": "anna@"}, "nicht vollständig"),
        ({"email": "anna@example.org\0"}, PROBLEMS),
        ({"email": "anna@example.org\nBcc: all@example.org"}, PROBLEMS),
        ({"email": f"{'a' * 250}@example.org"}, PROBLEMS),
        ({"organisation": "x" * 161}, "Zu lang: 161 Zeichen, erlaubt sind 160."),
        ({"requirements": "x" * 501}, "Zu lang: 501 Zeichen, erlaubt sind 500."),
    ],
)
def test_wrong_input_is_named_and_what_was_typed_stays(
    client: Client, event: Event, clock: time_machine.Traveller, given: dict[str, str], words: str
) -> None:
    response = send(client, event, clock, **{"requirements": "Bitte eine Rampe.", **given})
    assert response.status_code == 200
    page = html(response)
    assert words in page
    typed = unchanged(page, "anmeldung")
    assert typed["requirements"].strip() == {"requirements": "Bitte eine Rampe.", **given}["requirements"]
    assert not Registration.objects.exists()


def test_a_hostile_name_is_stored_as_it_is_and_shown_as_text(
    client: Client, event: Event, clock: time_machine.Traveller
) -> None:
    send(client, event, clock, name="<script>alert(1)</script>\u202e\nRobert'); DROP TABLE")
    Registration.objects.update(state=State.CONFIRMED, confirmed_at=NOW)
    made = Registration.objects.get()
    assert made.name == "<script>alert(1)</script> Robert'); DROP TABLE"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html(client.get(path(made)))


def test_machines_are_held_up_without_losing_a_word(
    client: Client, event: Event, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "registrations": (1, 10)}
    typed = {"name": "Anna", "email": ADDRESS}
    fresh = {"key": form_keys.new().signed}
    cases = [
        ({}, 200, "zu lange geöffnet"),
        ({"key": "forged:x:y"}, 200, "zu lange geöffnet"),
        (fresh, 200, "Noch ein Klick, bitte."),
        ({**fresh, "homepage": "https://spam.example"}, 200, "unsichtbares Feld"),
    ]
    for more, status, words in cases:
        response = client.post(form_of(event), {**typed, **more})
        assert (response.status_code, words in html(response)) == (status, True)
        assert unchanged(html(response), "anmeldung")["name"] == "Anna"
    assert not Registration.objects.exists()

    clock.shift(timedelta(hours=25))
    assert "zu lange geöffnet" in html(client.post(form_of(event), {**typed, **fresh}))
    assert send(client, event, clock).status_code == 200
    held_up = send(client, event, clock, email="other@example.org")
    assert held_up.status_code == 429
    assert int(held_up["Retry-After"]) > 0
    assert "Von Ihrem Anschluss kam in kurzer Zeit sehr viel." in html(held_up)
    assert Registration.objects.count() == 1


def test_everybody_together_is_held_up_at_one_event_and_not_at_others(
    client: Client, event: Event, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "registrations_per_event": (1, 60)}
    send(client, event, clock, email="one@example.org")
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        key = form_keys.new().signed
    clock.shift(timedelta(seconds=5))
    assert client.post(form_of(event), {"key": key, "name": "B", "email": ADDRESS}).status_code == 429
    other = EventFactory(concept=event.concept)
    assert client.post(form_of(other), {"key": key, "name": "B", "email": ADDRESS}).status_code == 200


def test_the_form_costs_the_same_with_one_and_three_registered(client: Client, event: Event) -> None:
    Event.objects.update(seats=9)
    RegistrationFactory(event=event)
    one = queries(client, form_of(event))
    RegistrationFactory.create_batch(2, event=event)
    assert queries(client, form_of(event)) == one


# The link in the mail


def test_a_link_is_confirmed_by_a_button_and_a_scanner_that_opens_it_changes_nothing(
    client: Client, event: Event, django_capture_on_commit_callbacks: OnCommit
) -> None:
    made, link = token_of(event, django_capture_on_commit_callbacks)
    asked = client.get(link)
    client.head(link)
    made.refresh_from_db()
    assert (asked.status_code, made.state) == (200, State.UNCONFIRMED)
    assert "Möchten Sie an dieser Veranstaltung teilnehmen?" in html(asked)
    assert links.secret_of(made) not in html(asked)
    assert "Anna Muster" in html(asked)  # Somebody else may have typed the address, with any name.
    assert asked["Cache-Control"] == "no-store"

    done = client.post(link)
    made.refresh_from_db()
    assert (done.status_code, made.state) == (200, State.CONFIRMED)
    assert "Danke! Ihre Anmeldung ist bestätigt." in html(done)
    assert "Ein Platz ist für Sie reserviert." in html(done)
    assert path(made) in html(done)


def test_a_link_that_was_used_opens_nothing_more_and_frightens_nobody(
    client: Client, event: Event, clock: time_machine.Traveller, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """Whoever finds the old mail must not come in by it; whoever reloads the page reads that all is well."""
    made, link = token_of(event, django_capture_on_commit_callbacks)
    client.post(link)
    for days in (0, 4, 40):
        clock.move_to(NOW + timedelta(days=days))
        for response in (client.get(link), client.post(link), client.post(link, {"neu": "1"})):
            assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
            page = html(response)
            assert "Ihre E-Mail-Adresse ist schon bestätigt." in page
            for secret in (links.secret_of(made), "Anna Muster", ADDRESS, "Sie sind angemeldet."):
                assert secret not in page
    assert OutgoingMail.objects.count() == 2
    assert form_of(event) in page
    Event.objects.update(registration_closes_on=date(2026, 6, 30))
    assert form_of(event) not in html(client.get(link))


def test_of_two_who_press_at_the_same_moment_the_second_reads_the_same(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: OnCommit
) -> None:
    made, link = token_of(event, django_capture_on_commit_callbacks)
    confirm = actions.confirm

    def too_late(registration: Registration, **given: Any) -> Registration:
        confirm(Registration.objects.get(pk=registration.pk), **given)
        return confirm(registration, **given)

    monkeypatch.setattr("workshops.views.registration.actions.confirm", too_late)
    page = html(client.post(link))
    assert "Ihre E-Mail-Adresse ist schon bestätigt." in page
    assert links.secret_of(made) not in page


def test_who_confirms_when_it_is_full_comes_onto_the_waiting_list(
    client: Client, event: Event, django_capture_on_commit_callbacks: OnCommit
) -> None:
    RegistrationFactory.create_batch(2, event=event)
    made, link = token_of(event, django_capture_on_commit_callbacks)
    page = html(client.post(link))
    made.refresh_from_db()
    assert made.state == State.WAITING
    assert "Sie stehen auf der Warteliste." in page
    assert "an Stelle 1 der Warteliste" in page


def test_an_expired_link_offers_a_new_one(
    client: Client,
    event: Event,
    clock: time_machine.Traveller,
    settings: Settings,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (1, 5)}
    made, link = token_of(event, django_capture_on_commit_callbacks)
    clock.shift(timedelta(hours=72))
    assert "Dieser Link ist abgelaufen." in html(client.get(link))
    refused = client.post(link)
    assert refused.status_code == 409
    assert "Neuen Link senden" in html(refused)
    made.refresh_from_db()
    assert made.state == State.UNCONFIRMED

    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(link, {"neu": "1"})
    assert "Ein neuer Link ist unterwegs." in html(sent)
    assert client.get(link).status_code == 404  # The former one ends.
    found = re.search(r"https?://[^/]+(/\S+/bestaetigen/\S+)", str(mail.outbox[-1].body))
    assert found
    assert client.post(found[1]).status_code == 200
    made.refresh_from_db()
    assert made.state == State.CONFIRMED


def test_nobody_is_flooded_with_new_links(
    client: Client, event: Event, settings: Settings, django_capture_on_commit_callbacks: OnCommit
) -> None:
    made, link = token_of(event, django_capture_on_commit_callbacks)
    Registration.objects.update(token_expires_at=NOW)
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (1, 5)}
    digest = Registration.objects.get().token_digest
    assert client.post(link, {"neu": "1"}, REMOTE_ADDR="192.0.2.1").status_code == 200
    Registration.objects.filter(pk=made.pk).update(token_digest=digest, token_expires_at=NOW)
    held_up = client.post(link, {"neu": "1"}, REMOTE_ADDR="192.0.2.2")
    assert held_up.status_code == 429
    assert "Wir haben Ihnen eben erst geschrieben." in html(held_up)
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "called_off"}, "Dieser Termin ist abgesagt."),
        ({"registration_closes_on": date(2026, 6, 30)}, ""),
    ],
)
def test_a_link_of_an_event_that_takes_nobody_says_so(
    client: Client,
    event: Event,
    django_capture_on_commit_callbacks: OnCommit,
    changes: dict[str, Any],
    words: str,
) -> None:
    made, link = token_of(event, django_capture_on_commit_callbacks)
    Event.objects.update(**changes)
    page, done = html(client.get(link)), client.post(link)
    made.refresh_from_db()
    if words:
        assert words in page
        assert (done.status_code, made.state) == (409, State.UNCONFIRMED)
        assert words in html(done)
    else:  # Who registered in time may confirm a day later.
        assert made.state == State.CONFIRMED


def test_no_new_link_once_registration_has_ended(
    client: Client, event: Event, django_capture_on_commit_callbacks: OnCommit
) -> None:
    _made, link = token_of(event, django_capture_on_commit_callbacks)
    Registration.objects.update(token_expires_at=NOW)
    Event.objects.update(registration_closes_on=date(2026, 6, 30))
    assert "Die Anmeldung ist beendet." in html(client.get(link))
    assert client.post(link, {"neu": "1"}).status_code == 409
    assert OutgoingMail.objects.count() == 1


def test_forged_and_cut_off_links_confirm_nothing_and_are_counted(
    client: Client, event: Event, settings: Settings, django_capture_on_commit_callbacks: OnCommit
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "secrets": (4, 60)}
    made, link = token_of(event, django_capture_on_commit_callbacks)
    ConceptFactory(slug="anderes")
    for forged in (link[:-5] + "/", "/kek/termine/anmeldung/bestaetigen/%00x/", link.replace("/kek/", "/anderes/")):
        response = client.post(forged)
        assert response.status_code == 404
        assert "Dieser Link ist unvollständig oder gilt nicht mehr." in html(response)
    client.get("/kek/termine/anmeldung/bestaetigen/x/")
    assert client.get("/kek/termine/anmeldung/bestaetigen/x/").status_code == 429
    made.refresh_from_db()
    assert made.state == State.UNCONFIRMED


def test_the_audit_trail_learns_neither_link_nor_who_is_logged_in(
    client: Client, event: Event, django_capture_on_commit_callbacks: OnCommit
) -> None:
    client.force_login(UserFactory(role=Role.MODERATION), backend="allauth.account.auth_backends.AuthenticationBackend")
    _made, link = token_of(event, django_capture_on_commit_callbacks)
    client.post(link)
    contexts = [context.metadata for context in pghistory.models.Context.objects.all()]
    assert [(each["url"], each["user"]) for each in contexts] == [("/kek/termine/anmeldung/bestaetigen/…/", None)]
