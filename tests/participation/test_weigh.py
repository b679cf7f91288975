"""Weighing: written by one, released by another, answered to everybody it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from district.models import User
from participation.actions import (
    begin,
    decline,
    discard,
    hand_back,
    merge,
    propose,
    publish,
    release,
    reopen,
    revise,
    withdraw,
)
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, IdeaStep, Round
from participation.weighing_rows import people_to_tell
from tests.factories import IdeaFactory, RoundFactory, SubmitterFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DRAFT = Draft(
    summary="Gewünscht wird ein Radweg.",
    proposal="In das Radverkehrskonzept aufnehmen.",
    decision=Assessment.Decision.PARTLY,
    reason="Ein Teil der Strecke ist schon geplant.",
)


@pytest.fixture
def writer() -> User:
    return UserFactory()


@pytest.fixture
def releaser() -> User:
    return UserFactory()


def submitted(writer: User, *ideas: Idea) -> Assessment:
    return propose(begin(ideas or [IdeaFactory(public=True)], draft=DRAFT, by=writer, at=NOW), by=writer, at=NOW)


def test_weighing_several_ideas_begins_for_all_of_them(writer: User) -> None:
    asked = RoundFactory()
    ideas = IdeaFactory.create_batch(2, round=asked, public=True)
    assessment = begin(ideas, draft=DRAFT, by=writer, at=NOW)
    assert {(idea.state, idea.steps.latest("pk").kind) for idea in assessment.ideas.all()} == {
        (Idea.State.IN_REVIEW, IdeaStep.Kind.IN_REVIEW)
    }


def test_a_goal_or_measure_names_no_ideas_of_a_round_that_is_no_longer_public(writer: User, releaser: User) -> None:
    idea = IdeaFactory(public=True)
    release([submitted(writer, idea)], by=releaser, at=NOW)
    assert list(Assessment.objects.all().public_ideas()) == [idea]
    Round.objects.filter(pk=idea.round_id).update(is_public=False)
    assert not Assessment.objects.all().public_ideas().exists()


def test_ideas_of_two_rounds_are_not_weighed_together(writer: User) -> None:
    with pytest.raises(ValidationError, match="selben Runde"):
        begin([IdeaFactory(public=True), IdeaFactory(public=True)], draft=DRAFT, by=writer, at=NOW)


def test_an_idea_that_waits_for_moderation_is_not_weighed(writer: User) -> None:
    with pytest.raises(ValidationError, match="in Prüfung"):
        begin([IdeaFactory()], draft=DRAFT, by=writer, at=NOW)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(("field", "message"), [("decision", "Entscheidung"), ("reason", "begründen")])
def test_what_is_put_before_somebody_has_a_decision_and_a_reason(writer: User, field: str, message: str) -> None:
    assessment = begin([IdeaFactory(public=True)], draft=replace(DRAFT, **cast("Any", {field: ""})), by=writer, at=NOW)
    with pytest.raises(ValidationError) as refused:
        propose(assessment, by=writer, at=NOW)
    assert list(refused.value.message_dict) == [field]
    assert message in refused.value.messages[0]


def test_releasing_answers_all_ideas_and_tells_whoever_can_be_told(
    writer: User, releaser: User, django_capture_on_commit_callbacks: Any
) -> None:
    asked = RoundFactory()
    told = IdeaFactory(round=asked, public=True, submitter=SubmitterFactory(confirmed=True))
    unconfirmed = IdeaFactory(round=asked, public=True, submitter=SubmitterFactory(email="x@example.org"))
    merged = IdeaFactory(round=asked, public=True, submitter=SubmitterFactory(confirmed=True))
    merge([merged], into=told, by=writer, at=NOW)
    assessment = submitted(writer, told, unconfirmed)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        release([assessment], by=releaser, at=NOW)

    told.refresh_from_db()
    assert (told.state, told.answered_at) == (Idea.State.ANSWERED, NOW)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([told.submitter.email, merged.submitter.email])
    assert all(DRAFT.reason in sent.body for sent in mail.outbox)
    assert all("teilweise berücksichtigt" in sent.body for sent in mail.outbox)


def test_what_is_merged_into_an_answered_idea_gets_its_answer_at_once(
    writer: User, releaser: User, django_capture_on_commit_callbacks: Any
) -> None:
    answered = IdeaFactory(public=True)
    release([submitted(writer, answered)], by=releaser, at=NOW)
    late = IdeaFactory(round=answered.round, submitter=SubmitterFactory(confirmed=True))
    with django_capture_on_commit_callbacks(execute=True):
        merge([late], into=answered, by=writer, at=NOW)
    assert [sent.to for sent in mail.outbox] == [[late.submitter.email]] * 2
    assert DRAFT.reason in str(mail.outbox[-1].body)


def test_nobody_releases_what_they_wrote_or_submitted(writer: User, releaser: User) -> None:
    assessment = submitted(writer)
    with pytest.raises(ValidationError, match="gibt sie nicht selbst frei"):
        release([assessment], by=writer, at=NOW)
    assessment = hand_back(assessment, note="Bitte kürzer.", by=releaser, at=NOW)
    assessment = revise(assessment, draft=DRAFT, ideas=assessment.ideas.all(), by=releaser, at=NOW)
    assessment = propose(assessment, by=writer, at=NOW)
    with pytest.raises(ValidationError, match="gibt sie nicht selbst frei"):
        release([assessment], by=releaser, at=NOW)


def test_the_database_asks_for_four_eyes_too(writer: User) -> None:
    assessment = submitted(writer)
    with pytest.raises(IntegrityError, match="assessment_four_eyes"):
        Assessment.objects.filter(pk=assessment.pk).update(state="released", released_by=writer, released_at=NOW)


def test_many_are_released_at_once_or_none(writer: User, releaser: User) -> None:
    ready, own = submitted(writer), submitted(releaser)
    with pytest.raises(ValidationError):
        release([ready, own], by=releaser, at=NOW)
    ready.refresh_from_db()
    assert ready.state == Assessment.State.SUBMITTED
    assert len(release([ready, submitted(writer)], by=releaser, at=NOW)) == 2


def test_what_was_released_stays(writer: User, releaser: User) -> None:
    (assessment,) = release([submitted(writer)], by=releaser, at=NOW)
    with pytest.raises(ValidationError, match="freigegeben"):
        release([assessment], by=releaser, at=NOW)
    with pytest.raises(InternalError, match="released_stays"), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(reason="Anders.")


def test_handing_back_says_what_to_change(writer: User, releaser: User) -> None:
    assessment = submitted(writer)
    with pytest.raises(ValidationError) as refused:
        hand_back(assessment, note=" ", by=releaser, at=NOW)
    assert list(refused.value.message_dict) == ["note"]
    assessment = hand_back(assessment, note="Bitte die Kosten nennen.", by=releaser, at=NOW)
    assert (assessment.state, assessment.hand_back_note) == ("draft", "Bitte die Kosten nennen.")


def test_an_idea_taken_out_of_a_weighing_waits_again(writer: User) -> None:
    asked = RoundFactory()
    stays, goes, comes = IdeaFactory.create_batch(3, round=asked, public=True)
    assessment = begin([stays, goes], draft=DRAFT, by=writer, at=NOW)
    revise(assessment, draft=DRAFT, ideas=[stays, comes], by=writer, at=NOW)
    assert set(assessment.ideas.all()) == {stays, comes}
    goes.refresh_from_db()
    assert (goes.state, goes.assessment) == (Idea.State.PUBLISHED, None)


def test_discarding_lets_its_ideas_wait_again(writer: User) -> None:
    idea = IdeaFactory(public=True)
    discard(begin([idea], draft=DRAFT, by=writer, at=NOW), by=writer, at=NOW)
    idea.refresh_from_db()
    assert (idea.state, Assessment.objects.count()) == (Idea.State.PUBLISHED, 0)


def test_a_withdrawn_idea_leaves_the_weighing(writer: User, releaser: User) -> None:
    asked = RoundFactory()
    stays, goes = IdeaFactory.create_batch(2, round=asked, public=True)
    assessment = submitted(writer, stays, goes)
    withdraw(goes, at=NOW)
    release([assessment], by=releaser, at=NOW)
    assert [idea.pk for idea in assessment.ideas.all()] == [stays.pk]
    goes.refresh_from_db()
    assert goes.state == Idea.State.WITHDRAWN


def test_a_weighing_without_ideas_is_not_submitted(writer: User) -> None:
    idea = IdeaFactory(public=True)
    assessment = begin([idea], draft=DRAFT, by=writer, at=NOW)
    withdraw(idea, at=NOW)
    with pytest.raises(ValidationError, match="keine Idee"):
        propose(assessment, by=writer, at=NOW)


def test_a_weighing_whose_last_idea_is_gone_is_not_released(writer: User, releaser: User) -> None:
    idea = IdeaFactory(public=True)
    assessment = submitted(writer, idea)
    withdraw(idea, at=NOW)
    with pytest.raises(ValidationError, match="keine Idee"):
        release([assessment], by=releaser, at=NOW)
    assessment.refresh_from_db()
    assert not assessment.is_released


def test_who_withdrew_a_part_of_an_idea_gets_no_answer_to_it(
    writer: User, releaser: User, django_capture_on_commit_callbacks: Any
) -> None:
    lead = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True))
    parts = IdeaFactory.create_batch(2, round=lead.round, public=True)
    for part in parts:
        part.submitter = SubmitterFactory(confirmed=True)
        part.save()
    merge(parts, into=lead, by=writer, at=NOW)
    withdraw(parts[0], at=NOW)
    assessment = submitted(writer, lead)
    foreseen = people_to_tell([assessment])
    with django_capture_on_commit_callbacks(execute=True):
        release([assessment], by=releaser, at=NOW)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([lead.submitter.email, parts[1].submitter.email])
    assert len(mail.outbox) == foreseen


def test_an_answered_idea_that_is_taken_down_and_looked_at_again_starts_anew(writer: User, releaser: User) -> None:
    idea: Idea = IdeaFactory(public=True)
    (assessment,) = release([submitted(writer, idea)], by=releaser, at=NOW)
    decline([idea], reason="Nennt einen Nachbarn.", by=writer, at=NOW)
    idea.refresh_from_db()
    assert idea.assessment == assessment  # on record as long as the idea is down
    reopen(idea, by=writer, at=NOW)
    (idea,) = publish([idea], by=writer, at=NOW)
    idea.refresh_from_db()
    assert (idea.state, idea.assessment, idea.answered_at) == (Idea.State.PUBLISHED, None, None)


def test_publishing_and_weighing_leave_a_history_in_order(writer: User, releaser: User) -> None:
    idea = IdeaFactory()
    publish([idea], by=writer, at=NOW)
    release([submitted(writer, idea)], by=releaser, at=NOW)
    assert [step.kind for step in idea.steps.for_readers()] == ["received", "published", "in_review", "answered"]
