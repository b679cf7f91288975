"""The table of the weighing: what a row says, and which rows there are in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from district.models import Role
from participation.actions import begin, propose, release
from participation.actions.weighing import Draft
from participation.deadlines import Deadlines, Due
from participation.models import Assessment, Idea, Round
from participation.weighing_rows import Criteria, WeighingRows, people_to_tell
from participation.weighing_table import Row, Stage
from tests.factories import (
    AssessmentFactory,
    ConceptFactory,
    DepartmentFactory,
    FieldOfActionFactory,
    IdeaFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)

TODAY = date(2026, 6, 1)
DEADLINES = Deadlines(TODAY, target_days=90)
NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DRAFT = Draft(summary="Gewünscht wird ein Radweg.", decision="adopted", reason="Der Radweg wird gebaut.")


def published(days_ago: int) -> datetime:
    return NOW - timedelta(days=days_ago)


# Pure


@pytest.mark.parametrize(
    ("days_ago", "due", "words"),
    [
        (92, Due.OVERDUE, "seit 2 Tagen überfällig"),
        (91, Due.OVERDUE, "seit 1 Tag überfällig"),
        (90, Due.SOON, "heute"),
        (89, Due.SOON, "noch 1 Tag"),
        (76, Due.SOON, "noch 14 Tage"),
        (75, Due.OPEN, "noch 15 Tage"),
    ],
)
def test_a_row_says_how_long_its_answer_may_take(days_ago: int, due: Due, words: str) -> None:
    row = Row((Idea(pk=1, title="Radweg", published_at=published(days_ago)),), None, DEADLINES)
    assert (row.due, row.due_in_words) == (due, words)
    begin_, end = DEADLINES.published(due)
    moment = published(days_ago)
    assert begin_ is None or begin_ <= moment
    assert end is None or moment < end


def test_the_first_idea_of_a_weighing_sets_its_day() -> None:
    ideas = tuple(Idea(pk=number, published_at=published(days)) for number, days in enumerate((30, 40, 50), start=1))
    row = Row(ideas, Assessment(state="draft"), DEADLINES)
    assert row.due_on == date(2026, 4, 12) + timedelta(days=90)


def test_what_is_answered_is_never_due() -> None:
    row = Row((Idea(pk=1, published_at=published(500)),), Assessment(state="released"), DEADLINES)
    assert (row.due_on, row.due_in_words, row.stage) == (None, "", Stage.RELEASED)


def test_a_row_names_its_first_ideas_and_counts_the_others() -> None:
    ideas = tuple(Idea(pk=number, title=f"Idee {number}", submitted_at=NOW) for number in range(1, 6))
    row = Row(ideas, Assessment(state="draft"), DEADLINES)
    assert row.title == "Idee 1"
    assert row.others_in_words == "und 4 weitere"
    assert (row.references, row.more_references) == (["KEK-2026-000001", "KEK-2026-000002", "KEK-2026-000003"], 2)


def test_a_weighing_without_ideas_has_a_row_all_the_same() -> None:
    row = Row((), Assessment(state="draft"), DEADLINES)
    assert (row.title, row.due_on, row.section, row.field_of_action) == ("ohne Idee", None, None, None)


# With the database


@pytest.fixture
def asked() -> Round:
    return RoundFactory()


def rows(**criteria: Any) -> list[Row]:
    return list(WeighingRows(Criteria(**criteria), DEADLINES)[0:50])


def titles(**criteria: Any) -> list[str]:
    return [row.title for row in rows(**criteria)]


def idea(title: str, asked: Round, days_ago: int = 10, **more: Any) -> Idea:
    return IdeaFactory(title=title, round=asked, public=True, published_at=published(days_ago), **more)


def released(*ideas: Idea, at: datetime = NOW) -> Assessment:
    writer = UserFactory()
    (assessment,) = release(
        [propose(begin(ideas, draft=DRAFT, by=writer, at=at), by=writer, at=at)], by=UserFactory(), at=at
    )
    return assessment


@pytest.mark.django_db
def test_what_is_due_first_stands_first_and_what_is_answered_last(asked: Round) -> None:
    idea("offen, neu", asked, 5)
    idea("offen, alt", asked, 100)
    AssessmentFactory(round=asked, ideas=[idea("in Arbeit", asked, 50), idea("dabei", asked, 3)])
    released(idea("beantwortet, früher", asked, 200), at=NOW - timedelta(days=9))
    released(idea("beantwortet, eben", asked, 200))
    AssessmentFactory(round=asked)
    idea_in_moderation = IdeaFactory(round=asked)
    assert idea_in_moderation.title not in titles()
    assert titles() == [
        "offen, alt",
        "in Arbeit",
        "offen, neu",
        "ohne Idee",
        "beantwortet, eben",
        "beantwortet, früher",
    ]


@pytest.mark.django_db
def test_the_rows_of_two_pages_are_the_rows_of_the_table(asked: Round) -> None:
    for number in range(4):
        idea(f"offen {number}", asked, 100 - number)
        AssessmentFactory(round=asked, ideas=[idea(f"in Arbeit {number}", asked, 100 - number)])
        released(idea(f"beantwortet {number}", asked), at=NOW + timedelta(minutes=number))
    table = WeighingRows(Criteria(), DEADLINES)
    whole = [row.title for row in table[0:50]]
    assert [row.title for start in range(0, 12, 5) for row in table[start : start + 5]] == whole
    assert [row.title for row in table.all()] == whole
    assert (len(table), len(whole)) == (12, 12)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "expected"),
    [("waiting", ["offen"]), ("draft", ["in Arbeit"]), ("submitted", ["vorgelegt"]), ("released", ["beantwortet"])],
)
def test_the_table_is_narrowed_by_state(asked: Round, stage: str, expected: list[str]) -> None:
    writer = UserFactory()
    idea("offen", asked)
    begin([idea("in Arbeit", asked)], draft=DRAFT, by=writer, at=NOW)
    propose(begin([idea("vorgelegt", asked)], draft=DRAFT, by=writer, at=NOW), by=writer, at=NOW)
    released(idea("beantwortet", asked))
    assert titles(stage=stage) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("overdue", ["spät", "spät, in Arbeit"]),
        ("soon", ["bald"]),
        ("open", ["spät", "spät, in Arbeit", "bald", "neu"]),
    ],
)
def test_the_table_is_narrowed_by_due_date(asked: Round, due: str, expected: list[str]) -> None:
    idea("neu", asked, 1)
    idea("bald", asked, 80)
    idea("spät", asked, 95)
    AssessmentFactory(round=asked, ideas=[idea("spät, in Arbeit", asked, 91), idea("dabei", asked, 80)])
    released(idea("beantwortet", asked, 200))
    assert titles(due=due) == expected


@pytest.mark.django_db
def test_the_table_is_narrowed_by_field_department_and_words(asked: Round) -> None:
    field = FieldOfActionFactory(concept=asked.concept)
    department = DepartmentFactory()
    idea("Feld", asked, 40, field_of_action=field)
    idea("Amt", asked, 39, department=department)
    AssessmentFactory(
        round=asked, ideas=[idea("Anlass", asked, 38), idea("Schwimmhalle", asked, 37, department=department)]
    )
    AssessmentFactory(round=asked, field_of_action=field, summary="Eine Fähre.", ideas=[idea("Elbe", asked, 36)])
    assert titles(field_of_action=field) == ["Feld", "Elbe"]
    assert titles(department=department) == ["Amt", "Anlass"]
    assert titles(words="Schwimmhallen") == ["Anlass"]
    assert titles(words="fähre") == ["Elbe"]
    assert titles(words=Idea.objects.get(title="Amt").reference) == ["Amt"]
    assert titles(sees_nothing=True) == []


@pytest.mark.django_db
def test_a_draft_is_told_section_by_section() -> None:
    section = SectionFactory(number="2.1", order=1)
    other = SectionFactory(round=section.round, number="2.2", order=2)
    idea("a", section.round, 40, section=section)
    idea("b", section.round, 39, section=section)
    AssessmentFactory(round=section.round, ideas=[idea("c", section.round, 38, section=section)])
    released(idea("d", section.round, 37, section=other))
    assert titles(round=section.round, section=section) == ["a", "b", "c"]
    told = WeighingRows(Criteria(round=section.round), DEADLINES).sections
    assert [(each.section.number, each.waiting, each.in_review, each.answered) for each in told] == [
        ("2.1", 2, 1, 0),
        ("2.2", 0, 0, 1),
    ]


@pytest.mark.django_db
def test_a_closed_concept_shows_only_where_its_round_is_asked_for(asked: Round) -> None:
    closed = RoundFactory(concept=ConceptFactory(process_closed_on=date(2026, 5, 1)))
    idea("läuft", asked)
    idea("vorbei", closed)
    assert titles() == ["läuft"]
    assert titles(round=closed) == ["vorbei"]


@pytest.mark.django_db
def test_the_figures_count_answers_that_wait_and_weighings_on_their_way(asked: Round) -> None:
    idea("neu", asked, 1)
    idea("bald", asked, 80)
    AssessmentFactory(round=asked, ideas=[idea("spät", asked, 95), idea("auch", asked, 1)])
    released(idea("beantwortet", asked, 200))
    figures = WeighingRows(Criteria(stage="released", due="overdue"), DEADLINES).figures
    assert (figures.open, figures.soon, figures.overdue) == (4, 1, 1)
    assert (figures.drafts, figures.submitted, figures.released) == (1, 0, 1)


@pytest.mark.django_db
def test_a_fachamt_sees_its_own_alone() -> None:
    own = DepartmentFactory()
    in_department = UserFactory(role=Role.DEPARTMENT, department=own)
    assert Criteria.of(in_department, department=DepartmentFactory(), words="x") == Criteria(
        department=own, words="x", sees_hidden_rounds=False, is_of_fachamt=True
    )
    assert Criteria.of(UserFactory(role=Role.DEPARTMENT)).sees_nothing
    other = DepartmentFactory()
    assert Criteria.of(UserFactory(role=Role.PROJECT_OFFICE, department=own), department=other).department == other


@pytest.mark.django_db
def test_only_who_gave_and_confirmed_an_address_is_told_and_once(asked: Round) -> None:
    known = SubmitterFactory(confirmed=True)
    ideas = [
        idea("a", asked, submitter=known),
        idea("b", asked, submitter=known),
        idea("c", asked, submitter=SubmitterFactory(email="unbestaetigt@example.org")),
        idea("d", asked),
    ]
    merged = IdeaFactory(round=asked, submitter=SubmitterFactory(confirmed=True), state="merged", merged_into=ideas[3])
    assert merged.submitter.gets_mail
    assert people_to_tell([AssessmentFactory(round=asked, ideas=ideas)]) == 2
