"""The pages on which the office corrects one person's address, or writes to one person once more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.factories import EventFactory, RegistrationFactory, WorkingGroupFactory
from workshops.actions import cancel, revision_of
from workshops.models import Event, Registration

from .sample import AFTERWARDS, NOW, again, hand_in, letters, written
from .staff import log_in, log_in_chair, queries, told, url

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    log_in(client)
    return client


@pytest.fixture
def seated() -> Registration:
    found: Registration = RegistrationFactory(
        event=EventFactory(title="Forum Mobilität"),
        name="Anna",
        organisation="Verein",
        email="falsch@example.org",
        requirements="Rampe",
    )
    return found


def html(response: Any) -> str:
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def correct_by_form(client: Client, registration: Registration, **more: Any) -> Any:
    words = {name: getattr(registration, name) for name in ("name", "organisation", "email")}
    given = {**words, "seen": revision_of(registration), **more}
    return client.post(url(registration.event, "participants_correct", registration.pk), given)


def write_by_form(client: Client, registration: Registration, **more: Any) -> Any:
    given = {"seen": revision_of(registration), **more}
    return client.post(url(registration.event, "participants_write", registration.pk), given)


def invite_to(event: Event, **more: Any) -> Registration:
    """Put somebody on the list who was written to with an invitation."""
    event.mailings.create(
        kind="invitation",
        audience="invited",
        subject="Einladung zum Forum",
        text="Wir laden Sie ein.",
        recipients=1,
        sent_by=log_in(Client()),
    )
    found: Registration = RegistrationFactory(
        event=event, state=State.INVITED, confirmed_at=None, invited_at=NOW, source="invitation", **more
    )
    return found


# Correcting


def test_the_list_leads_to_both_pages(office: Client, seated: Registration) -> None:
    gone = RegistrationFactory(event=seated.event, state=State.CANCELLED)
    without = RegistrationFactory(event=seated.event, email="")
    page = html(office.get(url(seated.event, "participants")))
    for name, of in (("correct", (seated, gone, without)), ("write", (seated,))):
        for each in of:
            assert url(seated.event, f"participants_{name}", each.pk) in page
    for each in (gone, without):
        assert url(seated.event, "participants_write", each.pk) not in page


def test_the_page_says_what_follows_and_the_form_does_it(office: Client, seated: Registration) -> None:
    page = html(office.get(url(seated.event, "participants_correct", seated.pk)))
    assert "gelten nicht mehr" in page
    assert "An die neue Adresse geht die Nachricht, dass ein Platz reserviert ist." in page
    assert 'value="falsch@example.org"' in page
    response = correct_by_form(office, seated, email="richtig@example.org", name="Anna Beispiel")
    assert response["Location"] == url(seated.event, "participants")
    assert told(response) == [
        "Die Angaben sind berichtigt. Anna Beispiel bekommt die Nachricht, dass ein Platz reserviert ist."
    ]
    now = again(seated)
    assert (now.name, now.organisation, now.email, now.requirements) == (
        "Anna Beispiel",
        "Verein",
        "richtig@example.org",
        "Rampe",
    )
    assert written() == [("richtig", "Anmeldung")]


def test_the_trail_knows_who_did_it(client: Client, seated: Registration) -> None:
    clerk = log_in(client)
    correct_by_form(client, seated, email="richtig@example.org")
    done = seated.events.filter(pgh_label__in=["corrected", "written"]).order_by("pgh_id")
    assert [each.pgh_label for each in done] == ["corrected", "written"]
    assert {each.pgh_context.metadata["user"] for each in done} == {clerk.pk}


def test_the_form_sent_twice_writes_once(office: Client, seated: Registration) -> None:
    seen = revision_of(seated)
    for _click in range(2):
        response = correct_by_form(office, seated, email="richtig@example.org", seen=seen)
    assert told(response)[-1] == "Es ist nichts geändert."
    assert len(written()) == 1


def test_an_address_that_is_taken_is_told_at_the_field_and_nothing_is_lost(
    office: Client, seated: Registration
) -> None:
    RegistrationFactory(event=seated.event, email="richtig@example.org")
    response = correct_by_form(office, seated, email="richtig@example.org", name="Anna Beispiel")
    assert response.context["form"].errors == {
        "email": ["Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung."]
    }
    assert 'value="Anna Beispiel"' in html(response)
    assert (again(seated).name, written()) == ("Anna", [])


def test_a_name_is_needed_and_an_address_must_be_whole(office: Client, seated: Registration) -> None:
    response = correct_by_form(office, seated, name=" ", email="anna@")
    assert response.context["form"].errors == {
        "name": ["Bitte geben Sie den Namen an."],
        "email": ["Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@example.org"],
    }


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(
    office: Client, seated: Registration
) -> None:
    seen = revision_of(seated)
    correct_by_form(office, seated, name="Anna Maria")
    page = html(correct_by_form(office, seated, email="richtig@example.org", name="Anna Beispiel", seen=seen))
    assert "Jemand anderes war schneller." in page
    assert "<dd>Anna Maria</dd>" in page
    assert 'value="Anna Beispiel"' in page
    assert (again(seated).name, seated.email, written()) == ("Anna Maria", "falsch@example.org", [])
    shown = re.search(r'name="seen" value="(\d+)"', page)
    assert shown is not None
    correct_by_form(office, seated, email="richtig@example.org", name="Anna Beispiel", seen=shown.group(1))
    assert again(seated).name == "Anna Beispiel"


def test_who_has_to_answer_is_not_left_without_an_address(office: Client, seated: Registration) -> None:
    for registration in (hand_in(EventFactory()), invite_to(EventFactory())):
        before = registration.email
        errors = correct_by_form(office, registration, email="").context["form"].errors
        assert errors == {"email": ["Bitte geben Sie die E-Mail-Adresse an: Ohne sie kann die Person nicht antworten."]}
        assert again(registration).email == before
    correct_by_form(office, seated, email="")
    assert again(seated).email == ""


def test_who_has_not_confirmed_is_asked_again_and_the_page_says_so(office: Client) -> None:
    registration = hand_in(EventFactory())
    page = html(office.get(url(registration.event, "participants_correct", registration.pk)))
    assert "Die Anmeldung gilt erst, wenn die neue Adresse bestätigt ist." in page
    response = correct_by_form(office, registration, email="richtig@example.org")
    assert "bekommt die Bitte, die E-Mail-Adresse zu bestätigen." in told(response)[-1]
    assert again(registration).state == State.UNCONFIRMED


def test_after_the_event_it_says_that_nobody_is_written_to(client: Client, seated: Registration) -> None:
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        page = html(client.get(url(seated.event, "participants_correct", seated.pk)))
        assert "An die neue Adresse geht keine Nachricht." in page
        response = correct_by_form(client, seated, email="richtig@example.org")
    assert told(response) == ["Die Angaben sind berichtigt. Geschrieben wird niemandem."]
    assert (again(seated).email, written()) == ("richtig@example.org", [])


# Writing once more


def test_the_page_says_which_mail_and_sends_it_once(office: Client, seated: Registration) -> None:
    page = html(office.get(url(seated.event, "participants_write", seated.pk)))
    assert "Anna bekommt die Nachricht, dass ein Platz reserviert ist." in page
    assert "Zuletzt einzeln angeschrieben" not in page
    seen = revision_of(seated)
    response = write_by_form(office, seated, seen=seen)
    assert told(response) == ["Anna bekommt die Nachricht, dass ein Platz reserviert ist."]
    page = html(write_by_form(office, seated, seen=seen))
    assert "Inzwischen ist dieser Person geschrieben worden" in page
    assert "Zuletzt einzeln angeschrieben: 01.07.2026, 12:00 Uhr." in page
    assert written() == [("falsch", "Anmeldung")]
    assert "Sie sind angemeldet: Forum Mobilität" in html(office.get(url(seated.event, "mailings")))


def test_the_invitation_is_shown_as_it_will_be_read_without_the_link(office: Client) -> None:
    registration = invite_to(EventFactory(), name="Bernd", email="bernd@example.org")
    page = html(office.get(url(registration.event, "participants_write", registration.pk)))
    assert "Einladung zum Forum" in page
    assert "Guten Tag Bernd," in page
    assert registration.key.hex not in page
    write_by_form(office, registration)
    assert [letter["subject"] for letter in letters()] == ["Einladung zum Forum"]


def test_without_what_was_seen_nothing_is_sent(office: Client, seated: Registration) -> None:
    for seen in ("", "x", "-1"):
        write_by_form(office, seated, seen=seen)
        correct_by_form(office, seated, email="richtig@example.org", seen=seen)
    assert (again(seated).email, written()) == ("falsch@example.org", [])


def test_nobody_is_sent_more_than_is_granted(office: Client, seated: Registration) -> None:
    most = settings.ALLOWANCES["mails"][0]
    for _time in range(most):
        write_by_form(office, seated)
    page = html(write_by_form(office, seated))
    assert "An diese Adresse sind eben erst mehrere E-Mails gegangen." in page
    assert len(written()) == most
    other = RegistrationFactory(event=seated.event)
    write_by_form(office, other)
    assert len(written()) == most + 1


def test_where_no_mail_fits_there_is_no_button_and_a_reason(client: Client, seated: Registration) -> None:
    log_in(client)
    gone = cancel(RegistrationFactory(event=seated.event), at=NOW, tell=False)
    page = html(client.get(url(seated.event, "participants_write", gone.pk)))
    assert "hat abgesagt und bekommt keine Nachrichten mehr." in page
    assert "Jetzt senden" not in page
    listed = RegistrationFactory(event=seated.event, state=State.INVITED, confirmed_at=None)
    page = html(client.get(url(seated.event, "participants_write", listed.pk)))
    assert "noch keine Einladung verfasst." in page
    assert url(seated.event, "mailings_new", kind="invitation") in page
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        assert "Dieser Termin ist vorbei." in html(client.get(url(seated.event, "participants_write", seated.pk)))
        assert "Dieser Termin ist vorbei." in html(write_by_form(client, seated))
    assert written() == []


def test_a_chair_corrects_and_writes_for_the_own_group(client: Client) -> None:
    group = WorkingGroupFactory()
    own = RegistrationFactory(event=EventFactory(group=group, concept=group.concept), email="falsch@example.org")
    other = RegistrationFactory(event=EventFactory(group=WorkingGroupFactory(concept=group.concept)))
    log_in_chair(client, group)
    correct_by_form(client, own, email="richtig@example.org")
    write_by_form(client, again(own))
    assert written() == [("richtig", "Anmeldung")] * 2
    for answer in (correct_by_form(client, other, email="fremd@example.org"), write_by_form(client, other)):
        assert answer.status_code == 403
    assert again(other).email != "fremd@example.org"


@pytest.mark.parametrize("name", ["participants_correct", "participants_write"])
def test_a_page_about_one_takes_as_many_queries_however_many_there_are(office: Client, name: str) -> None:
    registration = invite_to(EventFactory())
    few = queries(office, url(registration.event, name, registration.pk))
    RegistrationFactory.create_batch(3, event=registration.event)
    assert queries(office, url(registration.event, name, registration.pk)) == few
