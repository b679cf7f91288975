"""The rows of the weighing's table, found, counted and put in order: what is due first, then what was answered last."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value

from catalogue.models import Goal, Measure, Need
from district.models import Department, District, FieldOfAction, User

from . import notices, search
from .deadlines import Deadlines, Due
from .models import Assessment, Idea, IdeaFile, Round, Section
from .models.assessments import State as AssessmentState
from .models.ideas import PUBLIC, State
from .models.rounds import shown
from .sought import Sought, sought
from .weighing_table import Row, Stage

PER_PAGE: Final = 50
AT_A_TIME: Final = 500
IDEA: Final = 0
ASSESSMENT: Final = 1
# Large, and of no use to any page of the weighing.
NOT_SHOWN: Final = ("search", "original_title", "original_text", "municipality__boundary")
RELATED: Final = ("section", "field_of_action", "municipality", "department")

Key = tuple[int, int]


@dataclass(frozen=True)
class Criteria:
    """What somebody wants to see of the table; all of the concepts in progress, unless told otherwise.

    `sees_nothing` is for a person of a Fachamt that nobody has named, `for_readers` for what is told to the public. Who
    does not see hidden rounds sees nothing of them, and whoever works for a Fachamt alone what is assigned to it.
    """

    round: Round | None = None
    section: Section | None = None
    field_of_action: FieldOfAction | None = None
    department: Department | None = None
    stage: str = ""
    due: str = ""
    words: str = ""
    sees_nothing: bool = False
    for_readers: bool = False
    sees_hidden_rounds: bool = True
    is_of_fachamt: bool = False

    @classmethod
    def of(cls, person: User, **asked: Any) -> Self:
        """Return what somebody asked for, within what they may see: of a Fachamt its own alone."""
        asked = {**asked, "sees_hidden_rounds": person.has_perm("participation.view_every_idea")}
        if person.has_perm("participation.view_every_weighing"):
            return cls(**asked)
        own = {"department": person.department, "sees_nothing": person.department_id is None}
        return cls(**{**asked, **own}, is_of_fachamt=True)

    @property
    def may_be_named(self) -> Q:
        """The condition „this person may see the idea“."""
        if self.sees_hidden_rounds:
            return Q()
        readable = shown("round__")
        return readable | Q(department=self.department) if self.is_of_fachamt else readable

    @property
    def released_to_readers(self) -> Self:
        """The same, but of it only what readers see: answers that were released, in public rounds."""
        asks_for_others = self.stage not in ("", Stage.RELEASED) or bool(self.due)
        return replace(
            self, stage=Stage.RELEASED, due="", for_readers=True, sees_nothing=self.sees_nothing or asks_for_others
        )


@dataclass(frozen=True)
class Figures:
    """How much there is to do: answers that wait, and weighings on their way. State and due date narrow nothing here."""

    open: int
    soon: int
    overdue: int
    drafts: int
    submitted: int
    released: int

    @classmethod
    def of(cls, ideas: QuerySet[Idea], assessments: QuerySet[Assessment], deadlines: Deadlines) -> Self:
        """Count ideas that wait for their answer, and weighings by state: two queries."""
        awaiting = ideas.filter(state__in=[State.PUBLISHED, State.IN_REVIEW]).order_by()
        waiting = awaiting.aggregate(
            open=Count("pk"),
            soon=Count("pk", filter=_published(deadlines, Due.SOON)),
            overdue=Count("pk", filter=_published(deadlines, Due.OVERDUE)),
        )
        states = dict(assessments.order_by().values_list("state").annotate(Count("pk")))
        return cls(
            **waiting,
            drafts=states.get(AssessmentState.DRAFT, 0),
            submitted=states.get(AssessmentState.SUBMITTED, 0),
            released=states.get(AssessmentState.RELEASED, 0),
        )


@dataclass(frozen=True)
class SectionFigures:
    """How far the contributions to one section of a draft have come."""

    section: Section
    waiting: int
    in_review: int
    answered: int


class WeighingRows:
    """The table by criteria. It can be counted, sliced by a paginator, and gone through as a whole."""

    def __init__(self, criteria: Criteria, deadlines: Deadlines) -> None:
        self.criteria = criteria
        self.deadlines = deadlines

    @cached_property
    def figures(self) -> Figures:
        """The counts at the top of the table."""
        return Figures.of(self._ideas, self._assessments, self.deadlines)

    @cached_property
    def sections(self) -> list[SectionFigures]:
        """The sections of the chosen draft, with what was said to each."""
        if self.criteria.round is None or not self.criteria.round.is_draft:
            return []
        said = self._ideas.order_by().values_list("section").annotate(
            waiting=Count("pk", filter=Q(state=State.PUBLISHED)),
            in_review=Count("pk", filter=Q(state=State.IN_REVIEW)),
            answered=Count("pk", filter=Q(state=State.ANSWERED)),
        )  # fmt: skip
        by_section = {section: counts for section, *counts in said}
        sections = self.criteria.round.sections.order_by("order", "pk").defer("text")
        return [SectionFigures(section, *by_section.get(section.pk, (0, 0, 0))) for section in sections]

    def page(self, number: int | str | None) -> Page[Row]:
        """Return one page; the first or the last where there is no such page."""
        return Paginator(self, PER_PAGE).get_page(number)  # type: ignore[arg-type]

    def count(self) -> int:
        """How many rows there are."""
        return self._open_count + self._released_count

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Row]:
        """Return a part, as the paginator asks for it."""
        return self._load(self._keys(part.start or 0, part.stop))

    def all(self, *, with_contact: bool = False) -> Iterator[Row]:
        """Go through all rows, so many at a time, with all that a file tells of them."""
        for start in range(0, self.count(), AT_A_TIME):
            keys = self._keys(start, start + AT_A_TIME)
            yield from self._load(keys, for_a_file=True, with_contact=with_contact)

    # Which rows there are

    @cached_property
    def _ideas(self) -> QuerySet[Idea]:
        """The public ideas that fit, whatever their state."""
        asked = self.criteria
        ideas: Any = Idea.objects.filter(self._of_round, asked.may_be_named, state__in=PUBLIC)
        for name in ("section", "field_of_action", "department"):
            if chosen := getattr(asked, name):
                ideas = ideas.filter(**{name: chosen})
        if asked.words:
            ideas = search.matching(ideas, self._sought)
        found: QuerySet[Idea] = ideas if not asked.sees_nothing else ideas.none()
        return found

    @cached_property
    def _assessments(self) -> QuerySet[Assessment]:
        """The weighings that fit, whatever their state: by themselves or by one of their ideas."""
        asked = self.criteria
        if asked.sees_nothing:
            return Assessment.objects.none()
        weighed: Any = Idea.objects.filter(Q(assessment=OuterRef("pk")) | Q(assessment=OuterRef("corrects")))
        # Readers have the answer that holds; staff have one row for it and its correction.
        found = Assessment.objects.all() if asked.for_readers else Assessment.objects.latest_versions()
        found = found.filter(self._of_round)
        if not (asked.sees_hidden_rounds or asked.is_of_fachamt):
            found = found.filter(shown("round__"))
        if section := asked.section:
            found = found.filter(Q(section=section) | Exists(weighed.filter(section=section)))
        if field := asked.field_of_action:
            by_ideas = Q(field_of_action=None) & Exists(weighed.filter(field_of_action=field))
            found = found.filter(Q(field_of_action=field) | by_ideas)
        if asked.department:
            found = found.filter(Exists(weighed.filter(department=asked.department)))
        if words := asked.words:
            by_ideas = Exists(search.matching(weighed, self._sought))
            found = found.filter(Q(summary__icontains=words) | Q(reason__icontains=words) | by_ideas)
        return found

    @cached_property
    def _sought(self) -> Sought:
        return sought(self.criteria.words)

    @property
    def _of_round(self) -> Q:
        # What a closed concept left open can no longer be answered: it shows only where somebody asks for its round.
        return Q(round=self.criteria.round) if self.criteria.round else Q(round__concept__process_closed_on=None)

    def _wants(self, *stages: Stage) -> bool:
        return self.criteria.stage in ("", *stages)

    @cached_property
    def _waiting(self) -> QuerySet[Idea]:
        """Ideas that nobody weighs yet."""
        ideas = self._ideas.filter(state=State.PUBLISHED) if self._wants(Stage.WAITING) else Idea.objects.none()
        if self.criteria.due:
            ideas = ideas.filter(_published(self.deadlines, Due(self.criteria.due)))
        return ideas.order_by()

    @cached_property
    def _in_work(self) -> QuerySet[Any]:
        """Weighings not yet released, with the day on which the first of their ideas was published."""
        stages = [Stage.DRAFT, Stage.SUBMITTED] if not self.criteria.stage else [self.criteria.stage]
        first = Idea.objects.filter(assessment=OuterRef("pk"), state=State.IN_REVIEW).order_by("published_at", "pk")
        found = self._assessments.filter(state__in=stages).exclude(state=AssessmentState.RELEASED)
        found = found.annotate(first=Subquery(first.values("published_at")[:1]))
        if self.criteria.due:
            found = found.filter(_published(self.deadlines, Due(self.criteria.due), "first"))
        return found.order_by()

    @cached_property
    def _released(self) -> QuerySet[Assessment]:
        """What was answered, the latest first."""
        wanted = self._wants(Stage.RELEASED) and not self.criteria.due
        found = self._assessments.filter(state=AssessmentState.RELEASED) if wanted else Assessment.objects.none()
        if self.criteria.for_readers:
            answered: Any = Idea.objects.filter(assessment=OuterRef("pk"), state=State.ANSWERED)
            found = found.filter(Exists(answered), shown("round__"))
        return found.order_by("-released_at", "-pk")

    @cached_property
    def _open_count(self) -> int:
        return self._waiting.count() + self._in_work.count()

    @cached_property
    def _released_count(self) -> int:
        return self._released.order_by().count()

    def _keys(self, start: int, stop: int) -> list[Key]:
        """Return which rows stand there: first what is open, then what is released."""
        keys: list[Key] = []
        if start < self._open_count:
            keys = self._open_keys(start, min(stop, self._open_count))
        if stop > self._open_count:
            first, last = max(start - self._open_count, 0), stop - self._open_count
            keys += [(ASSESSMENT, key) for key in self._released.values_list("pk", flat=True)[first:last]]
        return keys

    def _open_keys(self, start: int, stop: int) -> list[Key]:
        waiting = self._waiting.annotate(kind=Value(IDEA, IntegerField()), at=F("published_at"))
        in_work = self._in_work.annotate(kind=Value(ASSESSMENT, IntegerField()), at=F("first"))
        columns = ("kind", "at", "pk")
        both = waiting.values_list(*columns).union(in_work.values_list(*columns), all=True)
        # The database puts what has no day last.
        return [(kind, key) for kind, _at, key in both.order_by("at", "kind", "pk")[start:stop]]

    # What they are

    def _load(self, keys: list[Key], *, for_a_file: bool = False, with_contact: bool = False) -> list[Row]:
        related = RELATED + (("submitter",) if with_contact else ())
        ideas = Idea.objects.filter(self.criteria.may_be_named).select_related(*related, "round__concept")
        ideas = ideas.defer(*NOT_SHOWN)  # What has no title is called by how its text begins.
        waiting = ideas.in_bulk([key for kind, key in keys if kind == IDEA])
        assessments = with_ideas(
            Assessment.objects.select_related("round__concept", "section", "field_of_action", "correction"), ideas
        )
        if for_a_file:
            assessments = with_entries(assessments)
        weighed = assessments.in_bulk([key for kind, key in keys if kind == ASSESSMENT])
        rows = (
            Row((waiting[key],), None, self.deadlines)
            if kind == IDEA and key in waiting
            else Row(self._ideas_of(weighed[key]), weighed[key], self.deadlines)
            for kind, key in keys
            if key in (waiting if kind == IDEA else weighed)  # what somebody discarded in this very moment is left out
        )
        return list(rows)

    def _ideas_of(self, assessment: Assessment) -> tuple[Idea, ...]:
        return tuple(
            idea for idea in assessment.weighed if idea.state == State.ANSWERED or not self.criteria.for_readers
        )


def deadlines_on(today: datetime.date) -> Deadlines:
    """Return the deadlines by the district's setting."""
    return Deadlines(today, District.objects.answer_target_days())


def with_ideas(assessments: QuerySet[Assessment], ideas: Any = None) -> QuerySet[Assessment]:
    """Load the ideas of weighings in their order, those being weighed or answered, with what readers see of them."""
    if ideas is None:
        related = (*RELATED, "round__concept", "submitter")
        public_files = Prefetch("files", IdeaFile.objects.filter(is_public=True))
        ideas = Idea.objects.select_related(*related).defer(*NOT_SHOWN).prefetch_related(public_files)
    weighed = ideas.filter(state__in=[State.IN_REVIEW, State.ANSWERED]).order_by("published_at", "pk")
    assessments = assessments.select_related("corrects")
    return assessments.prefetch_related(Prefetch("ideas", weighed), Prefetch("corrects__ideas", weighed))


def with_entries(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Load what weighings flowed into, by number."""

    def by_number(kind: Any) -> QuerySet[Any]:
        entries: QuerySet[Any] = kind.objects.select_related("concept").order_by("sort_key", "pk")
        return entries

    return assessments.prefetch_related(
        Prefetch("needs", by_number(Need)), Prefetch("goals", by_number(Goal)), Prefetch("measures", by_number(Measure))
    )


def people_to_tell(assessments: QuerySet[Assessment] | list[Assessment]) -> int:
    """Count those who get a mail with the answers: of ideas, and of what was merged into them."""
    return notices.answered_by_mail(assessments).values("submitter").distinct().count()


def _published(deadlines: Deadlines, due: Due, column: str = "published_at") -> Q:
    begin, end = deadlines.published(due)
    condition = Q(**{f"{column}__gte": begin}) if begin else Q()
    return condition & Q(**{f"{column}__lt": end}) if end else condition
