"""Mails to the people of an event: composing, looking at one, sending it once, and the log."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import ConceptFactory, EventFactory, RegistrationFactory
from workshops import links
from workshops.models import Event, Mailing, Registration

from .sample import AFTERWARDS, NOW, again, letters, written
from .staff import log_in, told, url

pytestmark = pytest.mark.django_db

State = Registration.State
MAIL = {"kind": "message", "audience": "confirmed", "subject": "Bitte beachten", "text": "Der Eingang ist hinten."}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    log_in(client)
    return client


@pytest.fixture
def event() -> Event:
    """An event with two who have a seat, one who waits, one who is invited, and one without an address."""
    found: Event = EventFactory(title="Forum Mobilität", seats=3)
    RegistrationFactory(event=found, name="Bernd", email="bernd@example.org")
    RegistrationFactory(event=found, name="Anna", email="anna@example.org")
    RegistrationFactory(event=found, name="Carla", email="")
    RegistrationFactory(event=found, name="Dora", email="dora@example.org", state=State.WAITING)
    RegistrationFactory(event=found, name="Emil", email="emil@example.org", state=State.INVITED, confirmed_at=None)
    return found


def html(response: Any) -> str:
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def preview(client: Client, event: Event, **more: str) -> Any:
    return client.post(url(event, "mailings_new"), {**MAIL, **more})


def send(client: Client, event: Event, *, seen: int = 0, **more: str) -> Any:
    return preview(client, event, send="1", seen=str(seen), **more)


def test_each_audience_says_how_many_it_reaches(office: Client, event: Event) -> None:
    page = html(office.get(url(event, "mailings_new")))
    for words in (
        "Angemeldete und Warteliste (3)",
        "Angemeldete (2)",
        "Warteliste (1)",
        "auch noch nicht angeschriebene (1)",
    ):
        assert words in page
    assert "1 Person mit Platz oder auf der Warteliste hat keine E-Mail-Adresse." in page


def test_who_was_not_written_to_is_counted_where_the_words_say_so(office: Client, event: Event) -> None:
    at_first = html(office.get(url(event, "mailings_new")))
    event.registrations.filter(name="Emil").update(invited_at=NOW)
    later = html(office.get(url(event, "mailings_new")))
    everybody = "Angemeldete, Warteliste und angeschriebene Eingeladene"
    for page, count, new in ((at_first, 3, 1), (later, 4, 0)):
        assert f"{everybody} ({count})" in page
        assert "Eingeladene ohne Antwort, auch noch nicht angeschriebene (1)" in page
        assert f"Eingeladene, denen noch niemand geschrieben hat ({new})" in page
    assert f"{everybody}: 4 Personen" in html(preview(office, event, audience="everybody"))


def test_the_preview_is_what_the_first_recipient_reads_and_sends_nothing(office: Client, event: Event) -> None:
    response = preview(office, event)
    assert "Jetzt an 2 Personen senden" in html(response)
    shown = (response.context["subject"], response.context["text"])
    assert (written(), Mailing.objects.count()) == ([], 0)
    send(office, event)
    (first, _second) = letters()
    anna = event.registrations.get(name="Anna")
    assert first["to"] == "anna@example.org"
    assert shown == (first["subject"], first["text"].replace(links.secret_of(anna), "…"))
    assert "Guten Tag Anna," in shown[1]


def test_the_preview_does_not_open_the_link_of_a_person(office: Client, event: Event) -> None:
    page = html(preview(office, event))
    assert "/termine/anmeldung/…/" in page
    assert links.secret_of(event.registrations.get(name="Anna")) not in page


def test_markup_in_a_text_is_text(office: Client, event: Event) -> None:
    assert "<b>Achtung</b>" not in html(preview(office, event, text="<b>Achtung</b>"))


def test_what_is_changed_after_the_preview_keeps_its_words(office: Client, event: Event) -> None:
    page = html(preview(office, event, edit="1", text="Erste Zeile\r\n\r\nZweite Zeile"))
    assert 'value="Bitte beachten"' in page
    assert "Erste Zeile\r\n\r\nZweite Zeile" in page
    assert written() == []


def test_the_preview_carries_the_words_on_unchanged(office: Client, event: Event) -> None:
    page = html(preview(office, event, text="Erste Zeile\r\n\r\nZweite & letzte Zeile"))
    found = re.search(r"<textarea name=\"text\" hidden>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    assert found[1] == "Erste Zeile\n\nZweite &amp; letzte Zeile"


def test_sending_writes_to_each_and_the_log_keeps_what_was_said(client: Client, event: Event) -> None:
    user = log_in(client)
    response = send(client, event)
    assert response["Location"] == url(event, "mailings")
    assert told(response) == ["Das Rundschreiben geht an 2 Personen."]
    assert [to for to, _purpose in written()] == ["anna", "bernd"]
    page = html(client.get(url(event, "mailings")))
    for words in ("Bitte beachten", "Der Eingang ist hinten.", "Nachricht", "Angemeldete", "2 Personen", str(user)):
        assert words in page
    assert "01.07.2026, 12:00" in page


def test_pressing_the_button_twice_sends_once_and_says_so(office: Client, event: Event) -> None:
    send(office, event)
    response = send(office, event)
    assert told(response)[-1] == "Dieses Rundschreiben ist schon gesendet. Es ging nur einmal hinaus."
    assert (Mailing.objects.count(), len(letters())) == (1, 2)


def test_where_somebody_else_was_faster_one_looks_again_before_sending(office: Client, event: Event) -> None:
    send(office, event)
    response = send(office, event, subject="Noch etwas")
    assert "Inzwischen hat jemand ein anderes Rundschreiben gesendet: Bitte beachten" in html(response)
    assert Mailing.objects.count() == 1
    assert response.context["seen"] == 1
    assert told(send(office, event, subject="Noch etwas", seen=1))[-1] == "Das Rundschreiben geht an 2 Personen."


def test_a_mail_cannot_be_sent_without_having_been_looked_at_since_the_last_one(office: Client, event: Event) -> None:
    send(office, event)
    preview(office, event, send="1", subject="Noch etwas")
    assert Mailing.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"subject": " "}, "subject", "Bitte geben Sie einen Betreff ein."),
        ({"text": ""}, "text", "Bitte geben Sie einen Text ein."),
        ({"audience": ""}, "audience", "Bitte wählen Sie, an wen die Nachricht geht."),
        ({"audience": "present"}, "audience", "Dort ist niemand mit einer E-Mail-Adresse."),
        ({"kind": "invitation"}, "audience", "Eine Einladung geht an Eingeladene ohne Antwort."),
        ({"subject": "x" * 151}, "subject", "Zu lang: 151 Zeichen, erlaubt sind 150."),
    ],
)
def test_what_is_missing_or_cannot_be_is_told_at_the_field(
    office: Client, event: Event, given: dict[str, Any], field: str, message: str
) -> None:
    for response in (preview(office, event, **given), send(office, event, **given)):
        assert response.context["form"].errors == {field: [message]}
    assert not Mailing.objects.exists()


def test_kinds_that_events_write_themselves_are_nobodys_choice(office: Client, event: Event) -> None:
    assert "kind" in send(office, event, kind="called_off").context["form"].errors


INVITATION: dict[str, Any] = {"kind": "invitation", "audience": "invited"}


def test_an_invitation_goes_to_those_without_an_answer_with_their_link(office: Client, event: Event) -> None:
    page = html(office.get(url(event, "mailings_new", kind="invitation")))
    assert 'value="Einladung: Forum Mobilität"' in page
    assert "Bitte sagen Sie hier" in html(preview(office, event, **INVITATION))
    send(office, event, **INVITATION)
    (letter,) = letters()
    emil = event.registrations.get(name="Emil")
    assert letter["to"] == "emil@example.org"
    assert links.path_of(emil) in letter["text"]
    assert emil.invited_at == NOW
    again_page = html(preview(office, event, **INVITATION))
    assert "1 davon ist schon angeschrieben und bekommt die Einladung noch einmal." in again_page


def test_without_a_list_there_is_nobody_to_invite(office: Client) -> None:
    event = RegistrationFactory().event
    assert "Einladung verfassen" not in html(office.get(url(event, "mailings")))
    told_there = "Es gibt niemanden ohne Antwort. Bitte lesen Sie zuerst die Einladungsliste ein."
    assert preview(office, event, **INVITATION).context["form"].errors == {"audience": [told_there]}


def test_after_the_event_nobody_is_invited_but_those_present_are_thanked(client: Client, event: Event) -> None:
    event.registrations.filter(name="Anna").update(attended_at=NOW)
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        assert "verfassen" in html(client.get(url(event, "mailings")))
        assert "Einladung verfassen" not in html(client.get(url(event, "mailings")))
        response = send(client, event, **INVITATION)
        assert response.context["form"].errors == {"kind": ["Dieser Termin ist vorbei."]}
        assert told(send(client, event, audience="present"))[-1] == "Das Rundschreiben geht an 1 Person."


def test_the_page_says_who_has_not_answered(office: Client, event: Event) -> None:
    page = html(office.get(url(event, "mailings")))
    assert "1 Person hat noch nicht geantwortet" in page
    assert "Davon ist 1 noch nicht angeschrieben." in page
    assert "Emil" in page
    assert "Anna" not in page
    emil = event.registrations.get(name="Emil")
    emil.invited_at = NOW
    emil.save()
    page = html(office.get(url(event, "mailings")))
    assert "angeschrieben am 01.07.2026" in page
    assert "An die Einladung erinnern" in page


def test_where_the_concept_is_closed_the_log_is_read_and_nothing_written(office: Client) -> None:
    event = EventFactory(concept=ConceptFactory(process_closed_on=datetime.date(2026, 6, 1)))
    assert "verfassen" not in html(office.get(url(event, "mailings")))
    assert send(office, event).status_code == 403


def test_the_log_stays_when_people_are_forgotten(office: Client, event: Event) -> None:
    send(office, event)
    event.registrations.update(name="", email="", erased_at=NOW)
    assert "2 Personen" in html(office.get(url(event, "mailings")))
    assert again(event.registrations.all()[0]).email == ""
