"""The door: who is there, one tap each; the code of a registration; who comes without one."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import EventFactory, RegistrationFactory, WorkingGroupFactory
from workshops import links
from workshops.actions import cancel, erase
from workshops.models import Event, Registration
from workshops.staff import door

from .sample import AFTERWARDS, EVENING, NOW, again, states, written
from .staff import log_in, log_in_chair, told, url

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture(autouse=True)
def tonight() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    log_in(client)
    return client


def tap(client: Client, registration: Registration, *, present: bool = True, **more: str) -> Any:
    address = url(registration.event, "door_registration", registration.pk)
    return client.post(address, {"present": "1" if present else "0", **more})


def html(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    words: str = response.content.decode()
    return words


def people(client: Client, event: Event, **query: Any) -> tuple[list[str], list[str], list[str]]:
    """Return who is shown: with a seat, waiting, and without either."""
    context = client.get(url(event, "door", **query)).context
    return tuple([each.name for each in context[part]] for part in ("people", "waiting", "others"))  # type: ignore[return-value]  # three of them


def test_one_tap_notes_that_somebody_is_there_and_the_counter_follows(office: Client) -> None:
    event = EventFactory(seats=40)
    anna = RegistrationFactory(event=event, name="Anna Beispiel")
    RegistrationFactory(event=event, name="Bernd Muster")
    assert "0 von 2 da" in html(office, url(event, "door"))
    response = tap(office, anna, list="confirmed")
    assert again(anna).attended_at == EVENING
    assert response["Location"] == url(event, "door", last=anna.pk)
    page = html(office, response["Location"])
    assert "1 von 2 da" in page
    assert "38 Plätze frei" in page
    assert "da seit 18:00" in page


def test_a_slip_is_undone_with_one_tap(office: Client) -> None:
    anna = RegistrationFactory(name="Anna Beispiel", attended_at=EVENING)
    response = tap(office, anna, present=False, list="confirmed")
    assert again(anna).attended_at is None
    assert "Anna Beispiel ist nicht mehr als anwesend eingetragen." in html(office, response["Location"])


def test_tapping_twice_keeps_the_first_moment(office: Client) -> None:
    anna = RegistrationFactory()
    tap(office, anna)
    with time_machine.travel(EVENING + datetime.timedelta(minutes=5), tick=False):
        tap(office, anna)
    assert again(anna).attended_at == EVENING


def test_the_list_is_searched_and_stays_narrowed_after_a_tap(office: Client) -> None:
    event = EventFactory()
    anna = RegistrationFactory(event=event, name="Anna Beispiel")
    RegistrationFactory(event=event, name="Ärger", attended_at=EVENING)
    RegistrationFactory(event=event, name="Carla Test")
    assert people(office, event) == (["Anna Beispiel", "Ärger", "Carla Test"], [], [])
    assert people(office, event, q="carla") == (["Carla Test"], [], [])
    assert people(office, event, show="absent") == (["Anna Beispiel", "Carla Test"], [], [])
    assert people(office, event, show="present") == (["Ärger"], [], [])
    assert tap(office, anna, list="absent")["Location"] == url(event, "door", last=anna.pk, show="absent")


def test_who_is_neither_registered_nor_waiting_is_found_by_searching(office: Client) -> None:
    event = EventFactory()
    RegistrationFactory(event=event, name="Anna Abgesagt", state=State.CANCELLED)
    RegistrationFactory(event=event, name="Anna Eingeladen", state=State.INVITED, confirmed_at=None)
    assert people(office, event) == ([], [], [])
    assert people(office, event, q="anna") == ([], [], ["Anna Abgesagt", "Anna Eingeladen"])


def test_of_many_the_first_are_shown_and_the_rest_are_found_by_searching(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_SHOWN", 2)
    event = EventFactory()
    for name in ("Anna", "Bernd", "Carla"):
        RegistrationFactory(event=event, name=name)
    page = html(office, url(event, "door"))
    assert "Gezeigt sind die ersten 2." in page
    assert "Carla" not in page
    assert "Carla" in html(office, url(event, "door", q="carla"))


def test_whoever_waits_gets_a_free_seat_at_the_door(office: Client) -> None:
    event = EventFactory(seats=2)
    RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    assert "Wer da ist, bekommt einen freien Platz." in html(office, url(event, "door"))
    tap(office, waiting, list="confirmed")
    assert (again(waiting).state, again(waiting).attended_at) == (State.CONFIRMED, EVENING)


def test_in_a_full_house_nobody_else_gets_a_seat_and_it_is_said_why(office: Client) -> None:
    event = EventFactory(seats=1)
    RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, name="Bernd", state=State.WAITING)
    response = tap(office, waiting, list="confirmed")
    assert told(response) == ["Es ist kein Platz mehr frei. Mehr Plätze können Sie beim Termin eintragen."]
    page = html(office, response["Location"])
    assert "kein Platz mehr frei" in page
    assert "kein Platz frei" in page
    assert (again(waiting).state, again(waiting).attended_at) == (State.WAITING, None)


def test_the_code_of_a_registration_opens_one_person_with_one_button(office: Client) -> None:
    anna = RegistrationFactory(name="Anna Beispiel", organisation="Heimatverein", requirements="Rampe")
    page = html(office, links.door_path(anna))
    for words in ("Anna Beispiel", "Heimatverein", "Braucht: Rampe", "angemeldet", "0 von 1 da"):
        assert words in page
    assert page.count('name="present"') == 1
    response = office.post(links.door_path(anna), {"present": "1"})
    assert response["Location"] == links.door_path(anna)
    page = html(office, links.door_path(anna))
    assert "da seit 18:00" in page
    assert "Rückgängig" in page


def test_a_code_that_does_not_belong_here_is_said_to(office: Client) -> None:
    event, elsewhere = EventFactory(), RegistrationFactory(name="Anna Beispiel")
    for key in (elsewhere.pk, 0, 10**30):
        response = office.get(url(event, "door_registration", key))
        assert response.status_code == 404
        assert "Diesen Code gibt es bei diesem Termin nicht." in response.content.decode()
        assert "Anna Beispiel" not in response.content.decode()
        assert office.post(url(event, "door_registration", key), {"present": "1"}).status_code == 404
    assert again(elsewhere).attended_at is None


def test_a_code_read_by_a_stranger_asks_to_log_in_and_by_another_chair_is_refused(client: Client) -> None:
    group = WorkingGroupFactory()
    anna = RegistrationFactory(event=EventFactory(group=WorkingGroupFactory(concept=group.concept)))
    for response in (client.get(links.door_path(anna)), client.post(links.door_path(anna), {"present": "1"})):
        assert response.status_code == 302
        assert "/login/?next=" in response["Location"]
    log_in_chair(client, group)
    assert client.get(links.door_path(anna)).status_code == 403
    assert client.post(links.door_path(anna), {"present": "1"}).status_code == 403
    assert again(anna).attended_at is None


def test_it_is_said_where_the_event_is_not_today_or_called_off(client: Client) -> None:
    anna = RegistrationFactory()
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        assert "Dieser Termin ist nicht heute." in html(client, links.door_path(anna))
    log_in(client)
    assert "Dieser Termin ist nicht heute." not in html(client, links.door_path(anna))
    Event.objects.filter(pk=anna.event_id).update(state=Event.State.CALLED_OFF)
    for page in (url(anna.event, "door"), links.door_path(anna), url(anna.event, "door_walk_in")):
        assert "Dieser Termin ist abgesagt." in html(client, page)
        assert 'name="present" value="1"' not in html(client, page)


def test_before_the_first_day_nobody_is_ticked_and_every_page_says_why(client: Client) -> None:
    """Who was ticked months ahead could no longer cancel."""
    anna = RegistrationFactory()
    with time_machine.travel(NOW, tick=False):
        log_in(client)
        for page in (url(anna.event, "door"), links.door_path(anna), url(anna.event, "door_walk_in")):
            assert "Der Einlass beginnt am Tag der Veranstaltung." in html(client, page)
            assert 'name="present" value="1"' not in html(client, page)
            assert 'name="name"' not in html(client, page)
        assert told(tap(client, anna, list="confirmed")) == ["Der Einlass beginnt am Tag der Veranstaltung."]
        refused = walk_in(client, anna.event).content.decode()
        assert 'value="Wer gerade kommt"' in refused
        assert cancel(again(anna), at=NOW).state == State.CANCELLED
    assert anna.event.registrations.count() == 1


def test_whose_data_are_erased_is_not_listed(office: Client) -> None:
    anna = RegistrationFactory(name="Anna Beispiel")
    erase(anna, at=NOW)
    assert people(office, anna.event, q="") == ([], [], [])
    assert "Persönliche Angaben gelöscht" in html(office, links.door_path(anna))


def walk_in(client: Client, event: Event, **more: str) -> Any:
    given = {"name": "Wer gerade kommt", "organisation": "Heimatverein", "key": str(uuid.uuid4()), **more}
    return client.post(url(event, "door_walk_in"), given)


def test_somebody_without_a_registration_is_taken_down_and_is_there(office: Client) -> None:
    event = EventFactory(seats=1)
    response = walk_in(office, event)
    (found,) = event.registrations.all()
    assert (found.state, found.source, found.attended_at) == (State.CONFIRMED, Registration.Source.DOOR, EVENING)
    assert response["Location"] == url(event, "door", last=found.pk)
    assert "1 von 1 da" in html(office, response["Location"])


def test_the_day_after_the_sheet_is_typed_in_without_a_mail(client: Client) -> None:
    event = EventFactory(seats=2, state=Event.State.HELD)
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    with time_machine.travel(AFTERWARDS, tick=False):
        log_in(client)
        assert url(event, "door_walk_in") in html(client, url(event, "door"))
        assert "Hier tragen Sie nach, wer ohne Anmeldung da war." in html(client, url(event, "door_walk_in"))
        walk_in(client, event, email="spaet@example.org")
    assert states(event) == [(waiting.name, "waiting"), ("Wer gerade kommt", "confirmed")]
    assert written() == []


def test_the_form_sent_twice_takes_down_one_person(office: Client) -> None:
    event, key = EventFactory(), str(uuid.uuid4())
    assert walk_in(office, event, key=key)["Location"] == walk_in(office, event, key=key)["Location"]
    assert event.registrations.count() == 1


def test_where_the_house_is_full_the_form_says_so_before_and_after(office: Client) -> None:
    event = EventFactory(seats=1)
    RegistrationFactory(event=event, name="Anna")
    assert "Es ist kein Platz frei." in html(office, url(event, "door_walk_in"))
    response = walk_in(office, event)
    assert "Es ist kein Platz mehr frei." in response.content.decode()
    assert 'value="Wer gerade kommt"' in response.content.decode()
    assert states(event) == [("Anna", "confirmed")]


def test_who_waits_comes_before_who_just_walks_in(office: Client) -> None:
    event = EventFactory(seats=1)
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    assert "Freie Plätze bekommt zuerst die Warteliste." in html(office, url(event, "door_walk_in"))
    assert "Es ist kein Platz mehr frei." in walk_in(office, event).content.decode()
    assert again(waiting).state == State.CONFIRMED
    assert event.registrations.count() == 1


def test_a_name_is_needed(office: Client) -> None:
    response = walk_in(office, EventFactory(), name=" ")
    assert response.context["form"].errors == {"name": ["Bitte geben Sie den Namen an."]}


def test_every_button_works_as_a_form_without_scripts(office: Client) -> None:
    anna = RegistrationFactory()
    page = html(office, url(anna.event, "door"))
    assert f'<form method="post" action="{links.door_path(anna)}"' in page
    client = Client(enforce_csrf_checks=True)
    log_in(client)
    token = client.get(url(anna.event, "door")).context["csrf_token"]
    sent = {"present": "1", "list": "confirmed", "csrfmiddlewaretoken": str(token)}
    assert page.count("csrfmiddlewaretoken") >= 1 + page.count('id="tick-')
    assert client.post(links.door_path(anna), sent).status_code == 302
    assert again(anna).attended_at == EVENING
