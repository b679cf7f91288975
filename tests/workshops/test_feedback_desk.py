"""The desk for written feedback: what waits first, dealt with, and turned into outcomes that keep where they come from."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role, User
from tests.factories import (
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    IdeaFactory,
    OutcomeFactory,
    RegistrationFactory,
    RoundFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.actions import erase, settle_feedback
from workshops.models import Event, Feedback, Outcome

from .staff import told

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office() -> Client:
    return as_person(UserFactory(role=Role.PROJECT_OFFICE, function="Projektkoordination"))


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(state=Event.State.CALLED_OFF, feedback_until=datetime.date(2026, 12, 1))
    return made


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def desk(event: Event, **query: Any) -> str:
    return reverse("admin:workshops_event_feedback", args=[event.pk], query=query)


def outcome_url(feedback: Feedback) -> str:
    return reverse("admin:workshops_event_feedback_outcome", args=[feedback.event_id, feedback.pk])


def days_ago(count: int) -> datetime.datetime:
    return NOW - datetime.timedelta(days=count)


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("role", Role)
def test_the_project_office_alone_reads_and_deals_with_feedback_of_no_group(event: Event, role: Role) -> None:
    feedback = FeedbackFactory(event=event)
    client, may = as_person(UserFactory(role=role)), role == Role.PROJECT_OFFICE
    assert client.get(desk(event)).status_code == (200 if may else 403)
    assert client.get(outcome_url(feedback)).status_code == (200 if may else 403)
    assert client.post(desk(event), {"feedback": feedback.pk}).status_code == (302 if may else 403)
    assert (Feedback.objects.get().handled_at is not None) == may


def test_a_chair_deals_with_feedback_of_the_own_group_alone() -> None:
    chair = UserFactory(role=Role.GROUP_CHAIR)
    own = WorkingGroupFactory(chair=chair)
    mine = FeedbackFactory(event__group=own, event__concept=own.concept)
    foreign = FeedbackFactory(event__group=WorkingGroupFactory(concept=own.concept), event__concept=own.concept)
    client = as_person(chair)
    assert client.get(desk(mine.event)).status_code == 200
    assert client.post(desk(mine.event), {"feedback": mine.pk}).status_code == 302
    assert client.get(desk(foreign.event)).status_code == 403
    assert client.post(desk(mine.event), {"feedback": foreign.pk}).status_code == 404
    assert Feedback.objects.get(pk=foreign.pk).handled_at is None


def test_what_waits_stands_first_the_oldest_at_the_top(office: Client, event: Event) -> None:
    handled = [FeedbackFactory(event=event, handled_at=days_ago(n), handled_by=UserFactory()) for n in (2, 1)]
    newer, older = (FeedbackFactory(event=event, created_at=days_ago(n)) for n in (1, 5))
    response = office.get(desk(event))
    assert list(response.context["page_obj"]) == [older, newer, handled[1], handled[0]]
    assert "4 Rückmeldungen, davon 2 offen" in " ".join(html(response).split())


def test_the_wish_to_talk_and_the_telephone_are_shown(office: Client, event: Event) -> None:
    registration = RegistrationFactory(event=event, name="Gast Eins", organisation="Heimatverein")
    FeedbackFactory(event=event, registration=registration, wants_talk=True, phone="03421 000000", text="")
    page = html(office.get(desk(event)))
    for words in ("wünscht ein Gespräch", "03421 000000", "Gast Eins", "Heimatverein", "nur der Wunsch"):
        assert words in page
    assert "Ergebnis daraus" not in page  # there are no words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "bänke"}, ["Mehr Bänke."]),
        ({"stand": "offen"}, ["Mehr Bänke."]),
        ({"stand": "erledigt"}, ["Mehr Busse."]),
        ({"gespraech": "on"}, ["Mehr Busse."]),
        ({"q": "nichts davon"}, []),
        ({"stand": "quer", "q": "\x00", "page": "x"}, ["Mehr Bänke.", "Mehr Busse."]),
    ],
)
def test_the_list_is_narrowed(office: Client, event: Event, query: dict[str, str], found: list[str]) -> None:
    FeedbackFactory(event=event, text="Mehr Bänke.")
    FeedbackFactory(event=event, text="Mehr Busse.", wants_talk=True, handled_at=NOW, handled_by=UserFactory())
    assert [each.text for each in office.get(desk(event, **query)).context["page_obj"]] == found


def test_a_long_list_has_pages(office: Client, event: Event) -> None:
    FeedbackFactory.create_batch(21, event=event)
    assert len(office.get(desk(event, page=2)).context["page_obj"]) == 1


def test_dealt_with_is_noted_with_the_person_and_leads_back_to_the_same_page(office: Client, event: Event) -> None:
    feedback = FeedbackFactory(event=event)
    response = office.post(desk(event, stand="offen"), {"feedback": feedback.pk})
    assert response["Location"] == desk(event, stand="offen")
    settled = Feedback.objects.get()
    assert (settled.handled_at, str(settled.handled_by)) == (NOW, "Projektkoordination")


def test_an_outcome_of_feedback_keeps_where_it_comes_from(office: Client, event: Event) -> None:
    feedback = FeedbackFactory(event=event)
    field = FieldOfActionFactory(concept=event.concept)
    sent = {"kind": "need", "title": "Busse fehlen", "field_of_action": field.pk, "is_public": "on"}
    response = office.post(outcome_url(feedback), sent)
    assert response["Location"] == f"{desk(event)}#rueckmeldung-{feedback.pk}"
    outcome = Outcome.objects.get()
    assert (outcome.feedback, outcome.event, outcome.item) == (feedback, event, None)
    assert (outcome.field_of_action, outcome.released_at) == (field, None)
    assert Feedback.objects.get().handled_at == NOW
    page = html(office.get(desk(event)))
    assert "Busse fehlen" in page
    assert "noch nicht veröffentlicht" in page


def test_a_wish_to_talk_stays_open_until_somebody_says_that_it_is_done(office: Client, event: Event) -> None:
    feedback = FeedbackFactory(event=event, wants_talk=True)
    waits = "Das Gespräch steht noch aus."
    assert waits in html(office.get(outcome_url(feedback)))
    office.post(outcome_url(feedback), {"kind": "need", "title": "Busse fehlen", "is_public": "on"})
    assert Outcome.objects.get().feedback == feedback
    response = office.get(desk(event, stand="offen"))
    assert list(response.context["page_obj"]) == [feedback]
    assert waits in html(response)
    assert "Als erledigt vermerken</span>" in html(response)
    office.post(desk(event), {"feedback": feedback.pk})
    assert Feedback.objects.get().handled_at == NOW
    assert waits not in html(office.get(desk(event)))


def test_an_outcome_of_feedback_is_published_at_once_or_later(office: Client, event: Event) -> None:
    first, second = FeedbackFactory.create_batch(2, event=event)
    sent = {"kind": "need", "title": "Busse fehlen", "is_public": "on"}
    office.post(outcome_url(first), {**sent, "release": "1"})
    office.post(outcome_url(second), sent)
    assert list(Outcome.objects.public()) == [Outcome.objects.get(feedback=first)]
    later = Outcome.objects.get(feedback=second)
    address = reverse("admin:workshops_event_outcome", args=[event.pk, later.pk])
    assert office.post(address, {"verb": "release"})["Location"] == f"{desk(event)}#ergebnis-{later.pk}"
    assert Outcome.objects.public().count() == 2


@pytest.mark.parametrize("more", [{}, {"release": "1"}])
def test_the_form_sent_twice_makes_one_outcome(office: Client, event: Event, more: dict[str, str]) -> None:
    feedback = FeedbackFactory(event=event)
    sent = {"kind": "need", "title": "Busse fehlen", "is_public": "on", **more}
    answers = [office.post(outcome_url(feedback), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Outcome.objects.get().feedback == feedback


def test_what_its_author_erases_at_the_same_moment_is_said_to_be_gone(
    office: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = RegistrationFactory(event=event)
    sent = {"kind": "need", "title": "Busse fehlen", "release": "1"}

    def too_late(feedback: Feedback, **given: Any) -> Feedback:
        erase(author, at=NOW)
        return settle_feedback(feedback, **given)

    monkeypatch.setattr("workshops.staff.feedback.settle_feedback", too_late)
    gone = "Diese Rückmeldung gibt es nicht mehr: Wer sie geschrieben hat, hat sie gelöscht."
    handled = office.post(desk(event), {"feedback": FeedbackFactory(event=event, registration=author).pk})
    assert (handled["Location"], told(handled)) == (desk(event), [gone])
    made = office.post(outcome_url(FeedbackFactory(event=event, registration=author)), sent)
    assert made.context["form"].non_field_errors() == [gone]
    assert 'value="Busse fehlen"' in html(made)
    assert not Outcome.objects.exists()


def test_what_is_missing_is_told_and_nothing_happens(office: Client, event: Event) -> None:
    feedback = FeedbackFactory(event=event)
    page = html(office.post(outcome_url(feedback), {"owner": "Bauamt"}))
    assert "Bitte geben Sie an, was herauskam." in page
    assert 'value="Bauamt"' in page
    assert not Outcome.objects.exists()
    assert Feedback.objects.get().handled_at is None


def test_the_way_to_an_idea_is_there_until_there_is_one(office: Client, event: Event) -> None:
    feedback = FeedbackFactory(event=event)
    way = reverse("admin:participation_take_up", args=[feedback.pk])
    assert way in html(office.get(desk(event)))
    idea = IdeaFactory(round=RoundFactory(concept=event.concept), feedback=feedback)
    page = html(office.get(desk(event)))
    assert way not in page
    assert idea.reference in page


def test_a_closed_process_is_read_alone(office: Client) -> None:
    concept = ConceptFactory(process_closed_on=datetime.date(2026, 11, 1))
    feedback = FeedbackFactory(event__concept=concept, text="Mehr Bänke.")
    page = html(office.get(desk(feedback.event)))
    assert "Mehr Bänke." in page
    assert "Als erledigt vermerken" not in page
    assert office.post(desk(feedback.event), {"feedback": feedback.pk}).status_code == 403


def test_three_take_the_same_queries_as_one(office: Client, event: Event) -> None:
    asked = RoundFactory(concept=event.concept)

    def fill() -> None:
        registration = RegistrationFactory(event=event)
        feedback = FeedbackFactory(event=event, registration=registration, handled_at=NOW, handled_by=UserFactory())
        OutcomeFactory(event=event, feedback=feedback, field_of_action=FieldOfActionFactory(concept=event.concept))
        IdeaFactory(round=asked, feedback=feedback)

    def count() -> int:
        office.get(desk(event))
        with CaptureQueriesContext(connection) as captured:
            assert office.get(desk(event)).status_code == 200
        return len(captured)

    fill()
    one = count()
    fill()
    fill()
    assert count() == one
