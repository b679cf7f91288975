"""Several people at the same moment: nothing is stored twice, answered twice or counted twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from district.models import User
from participation.actions import (
    Contribution,
    Sender,
    begin,
    comment,
    confirm_address,
    confirm_support,
    correct,
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
from participation.actions.submission import ask_to_confirm
from participation.actions.together import Changed
from participation.actions.weighing import Draft, as_read, mark_of
from participation.models import (
    Assessment,
    Comment,
    Confirmation,
    Idea,
    IdeaFile,
    IdeaStep,
    Submitter,
    Support,
    Supporter,
)
from participation.uploads import keep
from tests.factories import IdeaFactory, RoundFactory, SubmitterFactory, UserFactory
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


def test_files_that_come_at_once_are_no_more_than_allowed(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    key, full = uuid.uuid4(), settings.IDEA_FILES_MAX
    content = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
    complaints: list[str] = []

    def bring(number: int) -> None:
        files = [SimpleUploadedFile(f"{number}-{name}.pdf", content) for name in range(full)]
        complaints.extend(keep(files, skipped=[], key=key, visitor=f"192.0.2.{number}", at=NOW))

    assert at_once(*[lambda number=number: bring(number) for number in range(4)]) == []
    assert IdeaFile.objects.filter(form_key=key).count() == full
    assert len(complaints) == 3 * full


def test_an_idea_that_the_database_refuses_is_not_taken_for_a_repetition() -> None:
    nowhere = Contribution(text="Mehr Busse.", latitude=1, longitude=1)
    with pytest.raises(IntegrityError, match="idea_point_lies_in_germany"):
        submit(nowhere, to=RoundFactory(), key=uuid.uuid4(), sender=Sender(), at=NOW)


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


def test_two_people_correct_an_answer_once() -> None:
    idea, writer = IdeaFactory(public=True), UserFactory()
    assessment = propose(begin([idea], draft=DRAFT, by=writer, at=NOW), by=writer, at=NOW)
    (answer,) = release([assessment], by=UserFactory(), at=NOW)
    refused = at_once(*[lambda: correct(answer, reason="Ein Fehler.", by=writer, at=NOW)] * 3)
    assert [type(error) for error in refused] == [ValidationError] * 2
    assert Assessment.objects.filter(corrects=answer).count() == 1
    assert idea.steps.filter(kind=IdeaStep.Kind.WEIGHED_AGAIN).count() == 1


def test_a_person_supports_once_however_fast() -> None:
    idea, supporter = IdeaFactory(public=True), Supporter.objects.create(digest="x")
    assert at_once(*[lambda: support(idea, supporter=supporter, at=NOW)] * 4) == []
    idea.refresh_from_db()
    assert (idea.support_count, Support.objects.count()) == (1, 1)


def locks(act: Callable[[], object]) -> list[str]:
    """Do something and return the tables it locked rows of, in order."""
    with CaptureQueriesContext(connection) as queries:
        act()
    asked = [query["sql"] for query in queries if " FOR NO KEY UPDATE" in query["sql"] or " FOR UPDATE" in query["sql"]]
    own = [sql.partition(' FROM "participation_')[2] for sql in asked]  # a mail that is sent locks itself as well
    return [sql.split('"')[0] for sql in own if sql]


def test_a_part_and_its_whole_are_locked_together_for_a_support() -> None:
    lead = IdeaFactory(public=True)
    part = IdeaFactory(round=lead.round, public=True)
    merge([part], into=lead, by=UserFactory(), at=NOW)
    supporter = Supporter.objects.create(digest="x")
    assert locks(lambda: support(part, supporter=supporter, at=NOW)) == ["idea"]
    lead.refresh_from_db()
    assert lead.support_count == 1


def test_a_person_is_locked_before_the_links_sent_to_them() -> None:
    submitter = IdeaFactory(submitter=SubmitterFactory(email="anna@example.org")).submitter
    ask_to_confirm(submitter, at=NOW)
    link = Confirmation.objects.get()
    assert locks(lambda: confirm_address(link, at=NOW)) == ["submitter", "confirmation"]


def test_many_support_at_once_and_all_count() -> None:
    idea = IdeaFactory(public=True)
    people = [Supporter.objects.create(digest=str(number)) for number in range(5)]
    acts = [lambda person=person: support(idea, supporter=person, at=NOW) for person in people]
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
