"""The members of a group come on the list of its session, and the invitation goes to who has not been written to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, WorkingGroupFactory
from workshops.actions import recipients
from workshops.models import Event, Mailing, Registration, WorkingGroup

from .sample import NOW
from .staff import log_in, log_in_chair, told, url

pytestmark = pytest.mark.django_db

CONSENT = datetime.date(2026, 1, 5)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group() -> WorkingGroup:
    found: WorkingGroup = WorkingGroupFactory()
    return found


@pytest.fixture
def event(group: WorkingGroup) -> Event:
    found: Event = EventFactory(
        concept=group.concept, group=group, kind=Event.Kind.GROUP_SESSION, admission=Event.Admission.INVITED
    )
    return found


def test_members_with_an_address_come_on_the_list_once(client: Client, event: Event, group: WorkingGroup) -> None:
    log_in(client)
    MembershipFactory(group=group, name="Anna Beispiel", email="anna@example.org", consented_on=CONSENT)
    MembershipFactory(group=group, organisation="Heimatverein", email="verein@example.org", consented_on=CONSENT)
    MembershipFactory(group=group, organisation="ohne Adresse")
    MembershipFactory(group=group, email="frueher@example.org", consented_on=CONSENT, left_on=datetime.date(2026, 2, 1))

    asked = client.get(url(event, "participants_members"))
    assert [person.email for person in asked.context["reading"].people] == ["verein@example.org", "anna@example.org"]
    assert "ohne Adresse" in asked.content.decode()
    assert not event.registrations.exists()

    first = client.post(url(event, "participants_members"))
    assert sorted(event.registrations.values_list("name", "email", "state")) == [
        ("Anna Beispiel", "anna@example.org", "invited"),
        ("Heimatverein", "verein@example.org", "invited"),
    ]
    assert told(first)[0].startswith("2 Personen stehen neu auf der Einladungsliste.")
    again = client.post(url(event, "participants_members"))
    assert event.registrations.count() == 2
    assert told(again)[-1] == "Alle diese Personen standen schon auf der Liste."


def test_a_chair_invites_the_own_group_alone(client: Client, event: Event, group: WorkingGroup) -> None:
    log_in_chair(client, group)
    assert client.get(url(event, "participants_members")).status_code == 200
    other = WorkingGroupFactory(concept=group.concept)
    foreign = EventFactory(concept=group.concept, group=other, kind=Event.Kind.GROUP_SESSION)
    assert client.get(url(foreign, "participants_members")).status_code == 403


def test_an_event_without_a_group_has_no_members(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    page = client.get(url(event, "participants_members"))
    assert (page.status_code, page["Location"]) == (302, url(event, "participants"))
    assert told(page) == ["Dieser Termin gehört zu keiner Arbeitsgruppe."]


def test_an_invitation_goes_first_to_who_has_not_been_written_to(client: Client, event: Event) -> None:
    log_in(client)
    invited = Registration.State.INVITED
    RegistrationFactory(event=event, state=invited, name="Alt", invited_at=NOW)
    new = RegistrationFactory(event=event, state=invited, name="Neu")
    assert list(recipients(event, Mailing.Audience.NEWLY_INVITED)) == [new]
    assert recipients(event, Mailing.Audience.INVITED).count() == 2
    page = client.get(url(event, "mailings_new", kind="invitation"))
    assert page.context["form"]["audience"].value() == Mailing.Audience.NEWLY_INVITED
    given = {"kind": "invitation", "audience": "new", "subject": "Einladung", "text": "Bitte kommen Sie.", "seen": "0"}
    client.post(url(event, "mailings_new"), {**given, "send": "1"})
    new.refresh_from_db()
    assert (new.invited_at, Mailing.objects.get().recipients) == (NOW, 1)
