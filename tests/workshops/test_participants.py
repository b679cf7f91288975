"""The list of those who take part: finding people, acting for them, and handing the list out."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from district.models import Role
from tests.factories import (
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.actions import erase, expire
from workshops.models import Event, Feedback, Registration
from workshops.participants import Figures

from .sample import AFTERWARDS, NOW, again, states, written
from .staff import log_in, log_in_chair, queries, told, url

pytestmark = pytest.mark.django_db

State = Registration.State
READING = ("participants", "participants_export", "signatures", "mailings")
ACTING = ("participants_add", "invitations", "invitations_template", "door", "door_walk_in", "mailings_new")
ABOUT_ONE = (
    "participants_cancel",
    "participants_take_up",
    "participants_correct",
    "participants_write",
    "participants_erase",
)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def names(response: Any) -> list[str]:
    return [line.registration.name for line in response.context["lines"]]


def html(response: Any) -> str:
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def invited(**more: Any) -> Registration:
    found: Registration = RegistrationFactory(state=State.INVITED, confirmed_at=None, source="invitation", **more)
    return found


# Who may


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROJECT_OFFICE])
def test_names_and_addresses_are_for_who_runs_the_event(client: Client, role: Role) -> None:
    event = EventFactory(group=WorkingGroupFactory())
    registration = RegistrationFactory(event=event)
    log_in(client, role)
    for name in (*READING, *ACTING):
        assert (name, client.get(url(event, name)).status_code) == (name, 403)
        assert (name, client.post(url(event, name)).status_code) in {(name, 403), (name, 405)}
    for name in (*ABOUT_ONE, "door_registration"):
        assert client.post(url(event, name, registration.pk), {"present": "1"}).status_code == 403
    assert client.post(url(event, "invitations_store")).status_code == 403
    assert (again(registration).state, registration.attended_at) == (State.CONFIRMED, None)


def test_a_chair_runs_the_own_groups_events_and_no_others(client: Client) -> None:
    group = WorkingGroupFactory()
    own = EventFactory(group=group, concept=group.concept)
    others = [EventFactory(group=WorkingGroupFactory(concept=group.concept)), EventFactory()]
    log_in_chair(client, group)
    for name in (*READING, *ACTING):
        expected = 302 if name == "signatures" else 200  # whose button sends a form
        assert (name, client.get(url(own, name)).status_code) == (name, expected)
        for event in others:
            assert (name, client.get(url(event, name)).status_code) == (name, 403)


def test_somebody_of_another_event_is_not_found_here(client: Client) -> None:
    log_in(client)
    event, registration = EventFactory(), RegistrationFactory()
    for name in ABOUT_ONE:
        assert client.post(url(event, name, registration.pk)).status_code == 404
    assert again(registration).name


def test_where_the_concept_is_closed_people_are_seen_corrected_and_erased_but_nothing_else(client: Client) -> None:
    log_in(client)
    event = EventFactory(concept=ConceptFactory(process_closed_on=datetime.date(2026, 6, 1)))
    registration = RegistrationFactory(event=event)
    page = html(client.get(url(event, "participants")))
    for way in ("absagen", "schreiben"):
        assert f"/{way}/" not in page
    assert "Jemanden anmelden" not in page
    assert client.get(url(event, "participants_write", registration.pk)).status_code == 403
    correct = url(event, "participants_correct", registration.pk)
    assert correct in page
    seen = client.get(correct).context["form"].initial["seen"]
    client.post(correct, {"name": "Richtig", "email": "richtig@example.org", "seen": seen})
    assert (again(registration).name, written()) == ("Richtig", [])
    for name in ACTING:
        assert client.get(url(event, name)).status_code == 403
    client.post(url(event, "participants_erase", registration.pk))
    assert again(registration).name == ""


# The list


def test_the_figures_say_how_many_there_are_of_each(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=40)
    RegistrationFactory(event=event, attended_at=NOW)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, state=State.WAITING)
    RegistrationFactory(event=event, state=State.CANCELLED)
    invited(event=event)
    RegistrationFactory()
    figures = Figures.of(event)
    assert (figures.total, figures.confirmed, figures.seats.free, figures.waiting) == (5, 2, 38, 1)
    assert (figures.invited, figures.cancelled, figures.unconfirmed) == (1, 1, 0)
    assert (figures.present, figures.absent, figures.erased) == (1, 1, 0)
    parts = {part.label: part.count for part in client.get(url(event, "participants")).context["parts"]}
    assert parts == {
        "alle": "5",
        "angemeldet": "2 von 40",
        "Warteliste": "1",
        "eingeladen, ohne Antwort": "1",
        "abgesagt": "1",
        "anwesend": "1",
        "angemeldet, nicht anwesend": "1",
    }


def test_before_somebody_is_ticked_nobody_is_called_absent(client: Client) -> None:
    log_in(client)
    event = RegistrationFactory().event
    assert "nicht anwesend" not in html(client.get(url(event, "participants")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Anna Beispiel", "Bernd Muster", "Carla Test"]),
        ({"q": "beispiel"}, ["Anna Beispiel"]),
        ({"q": "muster bernd"}, ["Bernd Muster"]),
        ({"q": "HEIMATVEREIN"}, ["Carla Test"]),
        ({"q": "anna@"}, ["Anna Beispiel"]),
        ({"q": "niemand"}, []),
        ({"q": "a\x00b"}, ["Anna Beispiel", "Bernd Muster", "Carla Test"]),
        ({"show": "waiting"}, ["Carla Test"]),
        ({"show": "confirmed", "q": "a"}, ["Anna Beispiel", "Bernd Muster"]),
        ({"show": "present"}, ["Bernd Muster"]),
        ({"show": "absent"}, ["Anna Beispiel"]),
        ({"show": "erfunden"}, ["Anna Beispiel", "Bernd Muster", "Carla Test"]),
    ],
)
def test_people_are_found_by_name_organisation_address_and_state(
    client: Client, query: dict[str, str], found: list[str]
) -> None:
    log_in(client)
    event = EventFactory()
    RegistrationFactory(event=event, name="Bernd Muster", organisation="Stadt Tanne", attended_at=NOW)
    RegistrationFactory(event=event, name="Anna Beispiel", email="anna@example.org")
    RegistrationFactory(event=event, name="Carla Test", organisation="Heimatverein", state=State.WAITING)
    assert names(client.get(url(event, "participants", **query))) == found


def test_the_waiting_list_stands_in_the_order_in_which_people_move_up(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    for name, hour in (("Anna", 3), ("Bernd", 1), ("Carla", 2)):
        at = NOW + datetime.timedelta(hours=hour)
        RegistrationFactory(event=event, name=name, state=State.WAITING, confirmed_at=at)
    assert names(client.get(url(event, "participants", show="waiting"))) == ["Bernd", "Carla", "Anna"]


def test_a_long_list_has_pages(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    RegistrationFactory.create_batch(51, event=event)
    assert len(names(client.get(url(event, "participants")))) == 50
    assert len(names(client.get(url(event, "participants", page=2)))) == 1


@pytest.mark.parametrize("page", ["participants", "participants_export", "door", "mailings"])
def test_a_page_with_three_people_takes_as_many_queries_as_with_one(client: Client, page: str) -> None:
    log_in(client)
    event = EventFactory(seats=10)

    def one_of_each() -> None:
        RegistrationFactory(event=event)
        RegistrationFactory(event=event, attended_at=NOW)
        RegistrationFactory(event=event, state=State.WAITING)
        invited(event=event, invited_at=NOW)
        event.mailings.create(
            kind="message", audience="confirmed", subject="Hallo", text="x", recipients=1, sent_by=UserFactory()
        )

    one_of_each()
    few = queries(client, url(event, page, q="Gast"))
    one_of_each()
    one_of_each()
    assert queries(client, url(event, page, q="Gast")) == few


def test_a_line_says_since_when_and_what_is_needed(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=5)
    moved = datetime.datetime(2026, 6, 20, 8, tzinfo=datetime.UTC)
    RegistrationFactory(event=event, moved_up_at=moved, requirements="Gebärdensprache", email="")
    invited(event=event)
    page = html(client.get(url(event, "participants")))
    assert "nachgerückt am 20.06.2026" in page
    assert "Gebärdensprache" in page
    assert "ohne E-Mail-Adresse" in page
    assert "noch nicht angeschrieben" in page


def test_where_personal_data_are_erased_the_list_says_so(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    erase(RegistrationFactory(event=event, name="Anna Beispiel"), at=NOW)
    page = html(client.get(url(event, "participants")))
    assert "Persönliche Angaben am 01.07.2026 gelöscht" in page
    assert "Die persönlichen Angaben sind gelöscht." in page
    assert "Was tun?" not in page
    RegistrationFactory(event=event)
    assert "Von 1 Person sind die persönlichen Angaben gelöscht." in html(client.get(url(event, "participants")))


def test_after_the_event_nobody_is_cancelled_or_added(client: Client) -> None:
    registration = RegistrationFactory()
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        page = html(client.get(url(registration.event, "participants")))
        assert "Dieser Termin ist vorbei. Plätze wechseln nicht mehr." in page
        assert "/absagen/" not in page
        assert "/schreiben/" not in page
        assert "/berichtigen/" in page
        answer = client.post(url(registration.event, "participants_add"), {**SOMEBODY, "key": str(uuid.uuid4())})
        assert "Dieser Termin ist vorbei." in html(answer)
    with time_machine.travel(AFTERWARDS + datetime.timedelta(weeks=9), tick=False):
        log_in(client)
        page = html(client.get(url(registration.event, "participants")))
    assert "Dieser Termin ist vorbei. Die Liste ändert sich nicht mehr." in page


# Acting for somebody

SOMEBODY = {"name": "Anna Beispiel", "email": "anna@example.org", "language": "de", "organisation": "Heimatverein"}


def enrol_by_form(client: Client, event: Event, **more: Any) -> Any:
    return client.post(url(event, "participants_add"), {**SOMEBODY, "key": str(uuid.uuid4()), **more})


def test_somebody_who_called_gets_a_seat_or_waits_and_it_is_said_which(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    response = enrol_by_form(client, event, requirements="Rampe")
    assert (response["Location"], told(response)) == (url(event, "participants"), ["Anna Beispiel ist angemeldet."])
    (registration,) = event.registrations.all()
    assert (registration.organisation, registration.requirements) == ("Heimatverein", "Rampe")
    assert registration.source == Registration.Source.OFFICE
    response = enrol_by_form(client, event, name="Bernd", email="", another="1")
    assert response["Location"] == url(event, "participants_add")
    assert told(response)[-1] == "Bernd steht auf der Warteliste, an Stelle 1."
    assert written() == [("anna", "Anmeldung")]


def test_a_second_registration_with_the_address_is_told_at_the_field_and_nothing_is_lost(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    enrol_by_form(client, event)
    response = enrol_by_form(client, event, name="Noch einmal", email="ANNA@example.org")
    assert response.context["form"].errors == {
        "email": ["Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung."]
    }
    assert 'value="Noch einmal"' in html(response)
    assert event.registrations.count() == 1


def test_the_form_sent_twice_adds_one_person(client: Client) -> None:
    log_in(client)
    event, key = EventFactory(), str(uuid.uuid4())
    enrol_by_form(client, event, email="", key=key)
    enrol_by_form(client, event, email="", key=key)
    assert event.registrations.count() == 1


def test_a_name_is_needed_and_an_address_must_be_whole(client: Client) -> None:
    log_in(client)
    response = enrol_by_form(client, EventFactory(), name=" ", email="anna@")
    assert response.context["form"].errors == {
        "name": ["Bitte geben Sie den Namen an."],
        "email": ["Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@example.org"],
    }


def test_cancelling_for_somebody_asks_first_and_then_the_next_one_moves_up_and_is_told(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    seated = RegistrationFactory(event=event, name="Anna", email="anna@example.org")
    waiting = RegistrationFactory(event=event, name="Bernd", email="bernd@example.org", state=State.WAITING)
    page = html(client.get(url(event, "participants_cancel", seated.pk)))
    assert "Bernd rückt von der Warteliste nach" in page
    assert states(event) == [("Anna", "confirmed"), ("Bernd", "waiting")]
    response = client.post(url(event, "participants_cancel", seated.pk), {"tell": "on"})
    assert told(response) == ["Anna ist abgemeldet.", "Nachgerückt ist Bernd."]
    assert (again(seated).state, again(waiting).state) == (State.CANCELLED, State.CONFIRMED)
    assert written() == [("anna", "Abmeldung"), ("bernd", "Nachgerückt")]


def test_who_told_the_office_on_the_telephone_need_not_be_told(client: Client) -> None:
    log_in(client)
    registration = RegistrationFactory()
    client.post(url(registration.event, "participants_cancel", registration.pk), {})
    assert again(registration).state == State.CANCELLED
    assert written() == []


def test_who_cancelled_is_taken_up_again_also_after_the_last_day(client: Client) -> None:
    event = EventFactory(seats=1)
    registration = RegistrationFactory(event=event, name="Anna", state=State.CANCELLED)
    last = datetime.datetime(2026, 8, 31, 8, tzinfo=datetime.UTC)
    with time_machine.travel(last, tick=False):
        log_in(client)
        assert "Anna" in html(client.get(url(event, "participants_take_up", registration.pk)))
        response = client.post(url(event, "participants_take_up", registration.pk))
    assert told(response) == ["Anna ist angemeldet."]
    assert again(registration).state == State.CONFIRMED


def test_an_invitation_is_accepted_for_somebody_who_calls(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    RegistrationFactory(event=event)
    registration = invited(event=event, name="Bernd")
    assert "Die Person kommt auf die Warteliste." in html(
        client.get(url(event, "participants_take_up", registration.pk))
    )
    response = client.post(url(event, "participants_take_up", registration.pk))
    assert told(response) == ["Bernd steht auf der Warteliste, an Stelle 1."]


def test_why_somebody_cannot_be_taken_up_is_said_on_the_page(client: Client) -> None:
    log_in(client)
    gone = RegistrationFactory(email="anna@example.org", state=State.CANCELLED)
    RegistrationFactory(event=gone.event, email="anna@example.org")
    page = html(client.post(url(gone.event, "participants_take_up", gone.pk)))
    assert "Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung." in page
    assert again(gone).state == State.CANCELLED


def test_who_is_registered_already_is_not_taken_up_twice(client: Client) -> None:
    log_in(client)
    registration = RegistrationFactory(name="Anna")
    response = client.post(url(registration.event, "participants_take_up", registration.pk))
    assert told(response) == ["Anna: angemeldet."]


def test_erasing_at_somebodys_wish_asks_first_and_says_what_goes(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    registration = RegistrationFactory(event=event, name="Anna")
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    FeedbackFactory(event=event, registration=registration)
    page = html(client.get(url(event, "participants_erase", registration.pk)))
    assert "Der Platz wird frei" in page
    assert "1 Rückmeldung, aus der noch nichts geworden ist" in page
    assert again(registration).name == "Anna"
    response = client.post(url(event, "participants_erase", registration.pk))
    assert told(response) == ["Die persönlichen Angaben sind gelöscht."]
    erased = again(registration)
    assert (erased.name, erased.email, erased.state) == ("", "", State.CANCELLED)
    assert again(waiting).state == State.CONFIRMED
    assert not Feedback.objects.exists()
    assert client.get(url(event, "participants_erase", registration.pk)).status_code == 404


def test_who_is_gone_at_the_moment_of_erasing_is_said_to_be(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(client)
    registration = RegistrationFactory(state=State.UNCONFIRMED, confirmed_at=None)

    def too_late(gone: Registration, **given: Any) -> Registration:
        expire(at=NOW)  # the nightly run
        return erase(gone, **given)

    monkeypatch.setattr("workshops.staff.participants.erase", too_late)
    response = client.post(url(registration.event, "participants_erase", registration.pk))
    assert response["Location"] == url(registration.event, "participants")
    assert told(response) == ["Diese Anmeldung gibt es nicht mehr."]


def test_seats_that_others_wait_for_are_not_promised_to_who_calls(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=2)
    RegistrationFactory(event=event)
    gone = RegistrationFactory(event=event, state=State.CANCELLED)
    RegistrationFactory(event=event, state=State.WAITING)
    for page in (url(event, "participants_add"), url(event, "participants_take_up", gone.pk)):
        assert "Es ist kein Platz frei: Die Person kommt auf die Warteliste." in html(client.get(page))
