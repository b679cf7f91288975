"""A written feedback to an event that was called off becomes an idea, once; the event stays its origin for good."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from district.models import Role
from participation.actions import publish
from participation.actions.offline import take_up
from participation.models import Idea, Round
from tests.factories import (
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    RegistrationFactory,
    RoundFactory,
    SectionFactory,
    UserFactory,
)
from workshops.models import Event, Feedback

from .desks import desk, log_in, told

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked() -> Round:
    made: Round = RoundFactory()
    return made


@pytest.fixture
def feedback(asked: Round) -> Feedback:
    event = EventFactory(concept=asked.concept, title="Bürgerforum Torgau", state=Event.State.CALLED_OFF)
    registration = RegistrationFactory(event=event, name="Gast Eins", email="gast@example.org")
    made: Feedback = FeedbackFactory(
        event=event, registration=registration, text="Mehr Bänke.", created_at=NOW - datetime.timedelta(days=3)
    )
    return made


def url(feedback: Feedback) -> str:
    return reverse("admin:participation_take_up", args=[feedback.pk])


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("role", Role)
def test_who_handles_feedback_and_records_ideas_takes_it_up(
    client: Client, feedback: Feedback, asked: Round, role: Role
) -> None:
    log_in(client, role)
    may = role == Role.PROJECT_OFFICE
    assert client.get(url(feedback)).status_code == (200 if may else 403)
    assert client.post(url(feedback), {"to": asked.pk}).status_code == (302 if may else 403)
    assert Idea.objects.exists() == may


def test_the_idea_has_the_words_and_nothing_of_the_person(client: Client, feedback: Feedback, asked: Round) -> None:
    person = log_in(client, Role.PROJECT_OFFICE)
    response = client.post(url(feedback), {"to": asked.pk, "title": "Bänke"})
    idea = Idea.objects.get()
    assert response["Location"] == desk(idea)
    assert (idea.title, idea.text, idea.round, idea.feedback) == ("Bänke", "Mehr Bänke.", asked, feedback)
    assert (idea.state, idea.source, idea.source_note) == (Idea.State.RECEIVED, "event", "Bürgerforum Torgau")
    assert (idea.submitter.pseudonym, idea.submitter.email) == ("", "")
    assert idea.submitted_at.date() == datetime.date(2026, 11, 20)
    settled = Feedback.objects.get()
    assert (settled.handled_at, settled.handled_by) == (NOW, person)


def test_a_wish_to_talk_stays_open(client: Client, feedback: Feedback, asked: Round) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    Feedback.objects.update(wants_talk=True)
    assert "Das Gespräch steht noch aus." in html(client.get(url(feedback)))
    client.post(url(feedback), {"to": asked.pk})
    assert Idea.objects.get().feedback == feedback
    assert Feedback.objects.get().handled_at is None


def test_a_second_time_leads_to_the_idea_that_is_there(client: Client, feedback: Feedback, asked: Round) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    client.post(url(feedback), {"to": asked.pk})
    again = client.post(url(feedback), {"to": RoundFactory(concept=asked.concept).pk})
    idea = Idea.objects.get()
    assert again["Location"] == desk(idea)
    assert "schon eine Idee geworden" in " ".join(told(again))
    assert idea.round == asked
    assert take_up(feedback, to=asked, by=UserFactory(), at=NOW) == idea


def test_only_rounds_for_ideas_of_the_same_concept_are_offered(
    client: Client, feedback: Feedback, asked: Round
) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    foreign, draft = RoundFactory(), SectionFactory(round__concept=asked.concept).round
    offered = client.get(url(feedback)).context["form"].fields["to"].queryset
    assert list(offered) == [asked]
    for other in (foreign, draft):
        response = client.post(url(feedback), {"to": other.pk})
        assert response.context["form"].errors == {"to": ["Bitte wählen Sie eine Ideensammlung desselben Konzepts."]}
        with pytest.raises(ValidationError, match="Ideensammlung desselben Konzepts"):
            take_up(feedback, to=other, by=UserFactory(), at=NOW)
    assert not Idea.objects.exists()


def test_staff_see_where_the_idea_comes_from(client: Client, feedback: Feedback, asked: Round) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    client.post(url(feedback), {"to": asked.pk})
    idea = Idea.objects.get()
    event = reverse("admin:workshops_event_change", args=[feedback.event_id])
    for address in (desk(idea), reverse("admin:participation_idea_change", args=[idea.pk])):
        assert event in html(client.get(address))


def test_readers_see_the_event_and_no_name(client: Client, feedback: Feedback, asked: Round) -> None:
    idea = take_up(feedback, to=asked, by=UserFactory(), at=NOW)
    publish([idea], by=UserFactory(), at=NOW)
    page = html(client.get(idea.get_absolute_url()))
    assert "Bürgerforum Torgau" in page
    assert "Gast Eins" not in page


def test_an_event_that_readers_do_not_see_is_not_named(feedback: Feedback, asked: Round) -> None:
    Event.objects.update(is_public=False)
    feedback.refresh_from_db()
    assert take_up(feedback, to=asked, by=UserFactory(), at=NOW).source_note == "Rückmeldung zu einer Veranstaltung"


def test_without_words_there_is_no_idea(client: Client, asked: Round) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    feedback = FeedbackFactory(event__concept=asked.concept, text="", wants_talk=True)
    assert "keinen Text" in html(client.get(url(feedback)))
    assert client.post(url(feedback), {"to": asked.pk}).status_code == 200
    assert not Idea.objects.exists()


def test_a_closed_process_takes_nothing_up(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    concept = ConceptFactory(process_closed_on=datetime.date(2026, 11, 1))
    assert client.get(url(FeedbackFactory(event__concept=concept))).status_code == 403
