"""Several people at the same moment: nothing is stored twice, answered twice or counted twice."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from district.models import User
from participation.actions import (
    Contribution,
    Sender,
    begin,
    comment,
    confirm_support,
    decline,
    merge,
    propose,
    publish,
    release,
    request_support,
    revise,
    submit,
    support,
)
from participation.actions.together import Changed
from participation.actions.weighing import Draft, as_read, mark_of
from participation.models import Assessment, Comment, Confirmation, Idea, IdeaStep, Submitter, Support, Supporter
from tests.factories import IdeaFactory, RoundFactory, UserFactory
from tests.milestones.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DRAFT = Draft(summary="Gewünscht wird ein Radweg.", decision="adopted", reason="Der Radweg wird gebaut.")


def test_one_form_sent_five_times_is_one_idea() -> None:
    asked, key = RoundFactory(), uuid.uuid4()
    given: list[Idea] = []

    def act() -> None:
        given.append(submit(Contribution(text="Mehr Busse."), to=asked, key=key, sender=Sender(), at=NOW))

    assert at_once(*[act] * 5) == []
    assert (len(given), len(set(given))) == (5, 1)
    assert (Idea.objects.count(), Submitter.objects.count(), IdeaStep.objects.count()) == (1, 1, 1)


def test_one_comment_sent_three_times_is_one_comment() -> None:
    idea, key = IdeaFactory(public=True), uuid.uuid4()
    assert at_once(*[lambda: comment(idea, text="Ja!", key=key, sender=Sender(), at=NOW)] * 3) == []
    assert (Comment.objects.count(), Submitter.objects.count()) == (1, 2)


def test_two_who_save_the_same_draft_do_not_overwrite_each_other() -> None:
    writer, other = UserFactory(), UserFactory()
    assessment = begin([IdeaFactory(public=True)], draft=DRAFT, by=writer, at=NOW)
    read = {assessment.pk: mark_of(assessment)}
    ideas = list(assessment.ideas.all())

    def save(by: User, summary: str) -> None:
        draft, at = replace(DRAFT, summary=summary), NOW + timedelta(minutes=1)
        as_read(read, lambda: revise(assessment, draft=draft, ideas=ideas, by=by, at=at))

    refused = at_once(lambda: save(writer, "So."), lambda: save(other, "Anders."))
    assert [type(error) for error in refused] == [Changed]
    written = Assessment.objects.get()
    assert (written.summary, written.drafted_by) in [("So.", writer), ("Anders.", other)]


def test_two_releasers_answer_once() -> None:
    idea, writer = IdeaFactory(public=True), UserFactory()
    first, second = UserFactory(), UserFactory()
    assessment = propose(begin([idea], draft=DRAFT, by=writer, at=NOW), by=writer, at=NOW)
    refused = at_once(
        lambda: release([assessment], by=first, at=NOW),
        lambda: release([assessment], by=second, at=NOW),
    )
    assert [type(error) for error in refused] == [ValidationError]
    assert idea.steps.filter(kind=IdeaStep.Kind.ANSWERED).count() == 1


def test_a_person_supports_once_however_fast() -> None:
    idea, supporter = IdeaFactory(public=True), Supporter.objects.create(digest="x")
    assert at_once(*[lambda: support(idea, supporter=supporter, at=NOW)] * 4) == []
    idea.refresh_from_db()
    assert (idea.support_count, Support.objects.count()) == (1, 1)


def test_many_support_at_once_and_all_count() -> None:
    idea = IdeaFactory(public=True)
    people = [Supporter.objects.create(digest=str(number)) for number in range(5)]
    acts = [lambda person=person: support(idea, supporter=person, at=NOW) for person in people]  # type: ignore[misc]
    assert at_once(*acts) == []
    idea.refresh_from_db()
    assert idea.support_count == 5


def test_a_confirming_link_opened_twice_counts_once() -> None:
    idea = IdeaFactory(public=True)
    request_support(idea, email="anna@example.org", language="de", at=NOW)
    link = Confirmation.objects.get()
    refused = at_once(*[lambda: confirm_support(link, at=NOW)] * 2)
    assert [str(error) for error in refused] == ["['Dieser Link wurde schon benutzt.']"]
    assert Support.objects.count() == 1


def test_published_and_declined_at_once_is_one_after_the_other() -> None:
    idea, person = IdeaFactory(), UserFactory()
    refused = at_once(
        lambda: publish([idea], by=person, at=NOW),
        lambda: decline([idea], reason="Werbung.", by=person, at=NOW),
    )
    idea.refresh_from_db()
    assert (idea.state, len(refused)) in {("declined", 0), ("declined", 1)}


def test_two_ideas_merged_into_each_other_end_as_one() -> None:
    asked, person = RoundFactory(), UserFactory()
    first, second = IdeaFactory.create_batch(2, round=asked, public=True)
    refused = at_once(
        lambda: merge([first], into=second, by=person, at=NOW),
        lambda: merge([second], into=first, by=person, at=NOW),
    )
    assert [type(error) for error in refused] == [ValidationError]
    assert Idea.objects.public().count() == 1
