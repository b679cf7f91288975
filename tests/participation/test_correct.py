"""Correcting an answer: it holds until another one is released, and stays readable after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role, User
from participation import links
from participation.actions import (
    begin,
    correct,
    decline,
    discard,
    erase,
    merge,
    propose,
    publish,
    release,
    reopen,
    revise,
    withdraw,
)
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, IdeaStep
from participation.weighing_rows import Criteria, WeighingRows, deadlines_on
from tests.factories import (
    DepartmentFactory,
    DistrictFactory,
    IdeaFactory,
    MeasureFactory,
    RoundFactory,
    SubmitterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
DRAFT = Draft(
    summary="Gewünscht wird ein Radweg.",
    proposal="In das Radverkehrskonzept aufnehmen.",
    decision=Assessment.Decision.ADOPTED,
    reason="Der Radweg wird 2027 gebaut.",
)
REASON = "Die Jahreszahl war falsch."
State, Kind = Idea.State, IdeaStep.Kind


@pytest.fixture(autouse=True)
def today() -> Any:
    DistrictFactory()
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def writer() -> User:
    return UserFactory(role=Role.MODERATION)


@pytest.fixture
def office() -> User:
    return UserFactory(role=Role.PROJECT_OFFICE)


@pytest.fixture
def idea() -> Idea:
    return IdeaFactory(round=RoundFactory(), public=True, submitter=SubmitterFactory(confirmed=True))


@pytest.fixture
def answer(idea: Idea, writer: User, office: User) -> Assessment:
    return released(begin([idea], draft=DRAFT, by=writer, at=NOW), writer, office, at=NOW)


def released(assessment: Assessment, writer: User, office: User, *, at: datetime) -> Assessment:
    (done,) = release([propose(assessment, by=writer, at=at)], by=office, at=at)
    return done


def rewritten(correction: Assessment, writer: User) -> Assessment:
    draft = replace(DRAFT, reason="Der Radweg wird 2028 gebaut.")
    return revise(correction, draft=draft, ideas=correction.weighed, by=writer, at=LATER)


def now(idea: Idea) -> Idea:
    return Idea.objects.select_related("assessment__corrects").get(pk=idea.pk)


def read(idea: Idea) -> str:
    return Client().get(idea.get_absolute_url()).content.decode()


def test_a_correction_begins_with_the_words_and_links_of_the_answer(idea: Idea, writer: User, office: User) -> None:
    measure = MeasureFactory(concept=idea.concept, field_of_action__concept=idea.concept)
    draft = replace(DRAFT, measures=(measure,))
    answer = released(begin([idea], draft=draft, by=writer, at=NOW), writer, office, at=NOW)
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    assert (correction.reason, correction.proposal, correction.decision) == (DRAFT.reason, DRAFT.proposal, "adopted")
    assert (list(correction.measures.all()), correction.state) == ([measure], Assessment.State.DRAFT)


def test_the_answer_holds_while_it_is_corrected_and_readers_are_told_why(
    idea: Idea, answer: Assessment, writer: User
) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    revise(correction, draft=replace(DRAFT, reason="Noch geheim."), ideas=[idea], by=writer, at=LATER)
    page = read(idea)
    assert (now(idea).state, now(idea).assessment) == (State.ANSWERED, answer)
    assert "Der Radweg wird 2027 gebaut." in page
    assert "wird gerade noch einmal geprüft" in page
    assert REASON in page
    assert "Noch geheim." not in page


def test_the_holder_reads_the_answer_that_holds(idea: Idea, answer: Assessment, writer: User) -> None:
    correct(answer, reason=REASON, by=writer, at=LATER)
    page = Client().get(links.status_path(idea.submitter)).content.decode()
    assert "Der Radweg wird 2027 gebaut." in page
    assert "wird gerade noch einmal geprüft" in page


def test_the_released_correction_is_the_answer_and_the_former_one_stays_readable(
    idea: Idea, answer: Assessment, writer: User, office: User, django_capture_on_commit_callbacks: Any
) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    draft = replace(DRAFT, reason="Der Radweg wird 2028 gebaut.")
    correction = revise(correction, draft=draft, ideas=[idea], by=writer, at=LATER)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        released(correction, writer, office, at=LATER)
    idea = now(idea)
    assert (idea.state, idea.answered_at, idea.assessment) == (State.ANSWERED, NOW, correction)
    assert [step.kind for step in idea.steps.order_by("pk")][-2:] == [Kind.WEIGHED_AGAIN, Kind.CORRECTED]
    page = read(idea)
    assert page.index("2028 gebaut") < page.index("Frühere Fassung der Antwort") < page.index("2027 gebaut")
    (sent,) = mail.outbox
    assert sent.subject.endswith(f"Berichtigte Antwort auf Ihren Beitrag {idea.reference}")
    assert "2028 gebaut" in str(sent.body)


def test_an_answer_can_be_corrected_twice(idea: Idea, answer: Assessment, writer: User, office: User) -> None:
    for year in (2028, 2029):
        assessment = now(idea).assessment
        assert assessment
        correction = correct(assessment, reason=REASON, by=writer, at=LATER)
        draft = replace(DRAFT, reason=f"Der Radweg wird {year} gebaut.")
        released(revise(correction, draft=draft, ideas=[idea], by=writer, at=LATER), writer, office, at=LATER)
    page = read(idea)
    assert page.index("2029 gebaut") < page.index("2028 gebaut") < page.index("2027 gebaut")


def test_a_dropped_correction_leaves_the_answer_as_it_was(idea: Idea, answer: Assessment, writer: User) -> None:
    discard(correct(answer, reason=REASON, by=writer, at=LATER), by=writer, at=LATER)
    idea = now(idea)
    assert (idea.state, idea.assessment, idea.answered_at) == (State.ANSWERED, answer, NOW)
    assert idea.steps.latest("pk").kind == Kind.UPHELD
    assert "wird gerade noch einmal geprüft" not in read(idea)


def test_each_step_is_told_by_mail(
    idea: Idea, answer: Assessment, writer: User, django_capture_on_commit_callbacks: Any
) -> None:
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        correction = correct(answer, reason=REASON, by=writer, at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        discard(correction, by=writer, at=LATER)
    again, upheld = mail.outbox
    assert again.subject.endswith("wird noch einmal geprüft")
    assert REASON in str(again.body)
    assert upheld.subject.endswith("bleibt, wie sie ist")


def test_the_same_answer_is_not_corrected_twice_at_a_time(answer: Assessment, writer: User) -> None:
    correct(answer, reason=REASON, by=writer, at=LATER)
    with pytest.raises(ValidationError):
        correct(answer, reason=REASON, by=writer, at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(round=answer.round, summary="Noch eine.", drafted_by=writer, corrects=answer)


def test_a_correction_needs_a_reason_and_an_answer(idea: Idea, answer: Assessment, writer: User) -> None:
    with pytest.raises(ValidationError) as refused:
        correct(answer, reason=" ", by=writer, at=LATER)
    assert list(refused.value.message_dict) == ["reason"]
    draft = begin([IdeaFactory(public=True)], draft=DRAFT, by=writer, at=NOW)
    with pytest.raises(ValidationError, match="in Arbeit"):
        correct(draft, reason=REASON, by=writer, at=LATER)
    withdraw(idea, at=LATER)
    with pytest.raises(ValidationError, match="nicht möglich"):
        correct(answer, reason=REASON, by=writer, at=LATER)


def test_a_correction_is_for_the_same_ideas(idea: Idea, answer: Assessment, writer: User) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    other = IdeaFactory(round=idea.round, public=True)
    with pytest.raises(ValidationError, match="dieselben Ideen"):
        revise(correction, draft=DRAFT, ideas=[idea, other], by=writer, at=LATER)


def test_an_idea_taken_down_meanwhile_keeps_its_answer_on_record(idea: Idea, answer: Assessment, writer: User) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    decline([idea], reason="Der Text nennt eine Person.", by=writer, at=LATER)
    discard(correction, by=writer, at=LATER)
    assert (now(idea).state, now(idea).assessment) == (State.DECLINED, answer)


def test_nobody_releases_their_own_correction(answer: Assessment, writer: User) -> None:
    correction = rewritten(correct(answer, reason=REASON, by=writer, at=LATER), writer)
    correction = propose(correction, by=writer, at=LATER)
    with pytest.raises(ValidationError, match="nicht selbst frei"):
        release([correction], by=writer, at=LATER)


def test_the_table_has_one_row_for_an_answer_and_its_correction(
    idea: Idea, answer: Assessment, writer: User, office: User
) -> None:
    def rows() -> list[tuple[Assessment | None, list[Idea]]]:
        table = WeighingRows(Criteria(round=idea.round), deadlines_on(LATER.date()))
        return [(row.assessment, list(row.ideas)) for row in table.all()]

    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    assert rows() == [(correction, [idea])]
    released(rewritten(correction, writer), writer, office, at=LATER)
    assert rows() == [(correction, [idea])]


# In „Verwaltung“


def test_staff_begin_a_correction_and_go_on_at_its_desk(idea: Idea, answer: Assessment, writer: User) -> None:
    client = Client()
    client.force_login(writer)
    page = client.get(reverse("admin:participation_assessment_weigh", args=[answer.pk])).content.decode()
    url = reverse("admin:participation_assessment_correct", args=[answer.pk])
    assert url in page
    response = client.post(url, {"reason": ""})
    assert "Bitte schreiben Sie, warum" in response.content.decode()
    response = client.post(url, {"reason": REASON}, follow=True)
    correction = Assessment.objects.get(corrects=answer)
    assert response.redirect_chain[-1][0] == reverse("admin:participation_assessment_weigh", args=[correction.pk])
    desk = response.content.decode()
    assert "die Antwort vom 01.06.2026" in desk
    assert 'name="ideas"' not in desk
    seen = response.context["form"]["seen"].value()
    words = {
        "summary": "Ein Radweg.",
        "decision": "adopted",
        "reason": "Er wird 2028 gebaut.",
        "submit": "",
        "seen": seen,
    }
    client.post(reverse("admin:participation_assessment_weigh", args=[correction.pk]), words)
    correction.refresh_from_db()
    assert (correction.state, correction.reason) == (Assessment.State.SUBMITTED, "Er wird 2028 gebaut.")
    assert str(answer) == f"Abwägung zu {idea.reference}"
    response = client.get(url, follow=True)
    assert "nicht schon berichtigt wird" in response.content.decode()


def test_dropping_a_correction_says_that_the_answer_stays(answer: Assessment, writer: User) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    client = Client()
    client.force_login(writer)
    url = reverse("admin:participation_assessment_discard", args=[correction.pk])
    page = client.get(url)
    assert "Die bisherige Antwort gilt weiter." in page.content.decode()
    seen = page.context["form"]["seen"].value()
    response = client.post(url, {"seen": seen}, follow=True)
    assert "Die Berichtigung ist verworfen." in response.content.decode()
    assert not Assessment.objects.filter(pk=correction.pk).exists()


def test_the_list_of_weighings_takes_the_same_queries_with_more_corrections(writer: User, office: User) -> None:
    client = Client()
    client.force_login(office)
    asked = RoundFactory()

    def queries_with_one_more() -> int:
        idea = IdeaFactory(round=asked, public=True)
        answer = released(begin([idea], draft=DRAFT, by=writer, at=NOW), writer, office, at=NOW)
        correct(answer, reason=REASON, by=writer, at=LATER)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("admin:participation_assessment_changelist")).content.decode()
        assert page.count(f">{idea.reference}<") == 2  # the answer and its correction
        return len(queries)

    few = queries_with_one_more()
    queries_with_one_more()
    assert queries_with_one_more() == few


def test_whoever_is_merged_into_it_meanwhile_gets_the_answer_that_holds(
    idea: Idea, answer: Assessment, writer: User, django_capture_on_commit_callbacks: Any
) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    revise(correction, draft=replace(DRAFT, reason="Noch geheim."), ideas=[idea], by=writer, at=LATER)
    other = IdeaFactory(round=idea.round, public=True, submitter=SubmitterFactory(confirmed=True))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        merge([other], into=idea, by=writer, at=LATER)
    texts = [str(sent.body) for sent in mail.outbox if sent.to == [other.submitter.email]]
    assert any("2027 gebaut" in text for text in texts)
    assert not any("Noch geheim." in text for text in texts)


def test_an_idea_that_waits_again_after_its_answer_sends_nobody_an_empty_one(
    idea: Idea, answer: Assessment, writer: User, django_capture_on_commit_callbacks: Any
) -> None:
    decline([idea], reason="Der Text nennt eine Person.", by=writer, at=LATER)
    reopen(now(idea), by=writer, at=LATER)
    publish([now(idea)], by=writer, at=LATER)
    other = IdeaFactory(round=idea.round, public=True, submitter=SubmitterFactory(confirmed=True))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        merge([other], into=idea, by=writer, at=LATER)
    assert not any("Entscheidung:" in str(sent.body) for sent in mail.outbox)


def test_who_is_merged_into_an_answered_idea_is_told_each_step(
    idea: Idea, answer: Assessment, writer: User, office: User, django_capture_on_commit_callbacks: Any
) -> None:
    other = IdeaFactory(round=idea.round, public=True, submitter=SubmitterFactory(confirmed=True))
    merge([other], into=idea, by=writer, at=NOW)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        correction = correct(answer, reason=REASON, by=writer, at=LATER)
        released(rewritten(correction, writer), writer, office, at=LATER)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([idea.submitter.email, other.submitter.email] * 2)
    page = Client().get(links.status_path(other.submitter)).content.decode()
    assert "Frühere Fassung der Antwort" in page


def test_an_answer_that_holds_is_exported_linked_and_not_due_while_it_is_corrected(
    idea: Idea, writer: User, office: User
) -> None:
    measure = MeasureFactory(concept=idea.concept, field_of_action__concept=idea.concept)
    draft = replace(DRAFT, measures=(measure,))
    answer = released(begin([idea], draft=draft, by=writer, at=NOW), writer, office, at=NOW)
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    years_later = deadlines_on(LATER.date() + timedelta(days=800))
    table = WeighingRows(Criteria(round=idea.round), years_later)
    assert [(row.assessment, row.due_on) for row in table.all()] == [(correction, None)]
    assert table.figures.overdue == 0
    for_readers = WeighingRows(Criteria(round=idea.round).released_to_readers, years_later)
    assert [(row.assessment, list(row.ideas)) for row in for_readers.all()] == [(answer, [idea])]
    assert list(measure.assessments.all().public_ideas()) == [idea]
    assert not Idea.objects.overdue(LATER.date() + timedelta(days=800), target_days=90).exists()


def test_whoever_erases_everything_keeps_the_answered_words_while_they_are_corrected(
    idea: Idea, answer: Assessment, writer: User
) -> None:
    correct(answer, reason=REASON, by=writer, at=LATER)
    erase(idea.submitter, at=LATER)
    assert now(idea).text
    assert now(idea).assessment == answer


def test_a_fachamt_reads_the_former_answer_of_its_own_idea(
    idea: Idea, answer: Assessment, writer: User, office: User
) -> None:
    department = DepartmentFactory()
    Idea.objects.filter(pk=idea.pk).update(department=department)
    correction = rewritten(correct(answer, reason=REASON, by=writer, at=LATER), writer)
    released(correction, writer, office, at=LATER)
    client = Client()
    client.force_login(UserFactory(role=Role.DEPARTMENT, department=department))
    assert client.get(reverse("admin:participation_assessment_weigh", args=[answer.pk])).status_code == 200


def test_a_correction_that_changes_nothing_is_not_put_before_anybody(answer: Assessment, writer: User) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    with pytest.raises(ValidationError, match="unverändert"):
        propose(correction, by=writer, at=LATER)


def test_who_releases_a_correction_reads_why(idea: Idea, answer: Assessment, writer: User, office: User) -> None:
    correction = correct(answer, reason=REASON, by=writer, at=LATER)
    draft = replace(DRAFT, reason="Der Radweg wird 2028 gebaut.")
    correction = propose(revise(correction, draft=draft, ideas=[idea], by=writer, at=LATER), by=writer, at=LATER)
    client = Client()
    client.force_login(office)
    url = reverse("admin:participation_assessment_release", args=[correction.pk])
    page = client.get(url)
    text = page.content.decode()
    assert all(words in text for words in ("Berichtigung freigeben", REASON, "2028 gebaut", "2027 gebaut"))
    response = client.post(url, {"seen": page.context["form"]["seen"].value()}, follow=True)
    assert f"Die Antwort auf {idea.reference} ist berichtigt." in response.content.decode()
    assert f'Berichtigte Antwort:</strong> <span lang="de">{REASON}' in read(idea)
