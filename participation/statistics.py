"""What a round brought in figures: when, from where, on what, how far it has come, and how long answers took.

The first part calculates and is pure; the second asks the database, in a number of queries that does not grow.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db.models import Count, DurationField, ExpressionWrapper, QuerySet
from django.db.models.functions import TruncDate
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from district.models import Municipality

from .models import Idea, Round
from .models.assessments import Decision
from .models.ideas import State

ONE_DAY: Final = datetime.timedelta(days=1)
# So many columns a chart has room for; what is longer is summed up by week, then by month.
MOST_DAYS: Final = 45
MOST_WEEKS: Final = 60
DAYS_OF_A_WEEK: Final = 7
MOST_BINS: Final = 16
BIN_WIDTHS: Final = (1, 7, 14, 30, 60, 90, 180)


class Step(Enum):
    """What one column of the course stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Span:
    """A day, a week or a month with what came in and what was published in it."""

    first: datetime.date
    last: datetime.date
    step: Step
    received: int
    published: int

    @property
    def label(self) -> str:
        """What stands below its column."""
        return f"{self.first:%m/%Y}" if self.step is Step.MONTH else f"{self.first:%d.%m.}"

    @property
    def name(self) -> str:
        """What it is called in a table."""
        if self.step is Step.MONTH:
            return str(date_format(self.first, "F Y"))
        if self.step is Step.WEEK:
            return f"{self.first:%d.%m.}–{self.last:%d.%m.%Y}"
        return f"{self.first:%d.%m.%Y}"


@dataclass(frozen=True)
class Course:
    """What came in and was published, day by day."""

    received: Mapping[datetime.date, int]
    published: Mapping[datetime.date, int]

    @property
    def days(self) -> list[Span]:
        """Each day from the first to the last on which something happened."""
        return self._spans(Step.DAY)

    @property
    def spans(self) -> list[Span]:
        """The same by day, week or month, so that a chart has room for it."""
        return self._spans(self.step)

    @property
    def step(self) -> Step:
        """What one column of the chart stands for."""
        if not self._happened:
            return Step.DAY
        days = (max(self._happened) - min(self._happened)).days + 1
        if days <= MOST_DAYS:
            return Step.DAY
        return Step.WEEK if days <= MOST_WEEKS * DAYS_OF_A_WEEK else Step.MONTH

    @property
    def _happened(self) -> set[datetime.date]:
        return {*self.received, *self.published}

    def _spans(self, step: Step) -> list[Span]:
        if not self._happened:
            return []
        received, published = _summed(self.received, step), _summed(self.published, step)
        return [
            Span(first, last, step, received[first], published[first])
            for first, last in _calendar(min(self._happened), max(self._happened), step)
        ]


@dataclass(frozen=True)
class Tally:
    """How many there are of each. `name` is its address, `base` says what was counted."""

    name: str
    title: str
    base: str
    heading: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All together."""
        return sum(number for _label, number in self.counts)

    @property
    def rows(self) -> list[tuple[str, int, str]]:
        """Each with its number and its share."""
        return [(label, number, percent(number, self.total)) for label, number in self.counts]


@dataclass(frozen=True)
class Bin:
    """Answers that took from `low` to `high` days."""

    low: int
    high: int
    number: int
    is_late: bool

    @property
    def label(self) -> str:
        """What stands below its column."""
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True)
class AnswerTimes:
    """How many days passed between publication and answer: number of answers by days."""

    by_days: Mapping[int, int]
    target_days: int

    @property
    def number(self) -> int:
        """How many answers there are."""
        return sum(self.by_days.values())

    @property
    def median(self) -> float | None:
        """The days within which half of the answers came."""
        if not self.number:
            return None
        return (self._at((self.number - 1) // 2) + self._at(self.number // 2)) / 2

    @property
    def mean(self) -> float | None:
        """The days that an answer took on average."""
        return sum(days * number for days, number in self.by_days.items()) / self.number if self.number else None

    @property
    def within_target(self) -> int:
        """How many came in time."""
        return sum(number for days, number in self.by_days.items() if days <= self.target_days)

    @property
    def bins(self) -> list[Bin]:
        """The answers in ranges of equal width, laid so that one ends with the target; the first may be narrower."""
        if not self.by_days:
            return []
        last = max(self.by_days)
        width = next((each for each in BIN_WIDTHS if (last + 1) / each <= MOST_BINS - 1), BIN_WIDTHS[-1])
        first = (self.target_days + 1) % width - width
        starts = [first + width * step for step in range(math.ceil((last + 1 - first) / width))]
        ranges = [(max(start, 0), start + width - 1) for start in starts if start + width > 0]
        return [
            Bin(low, high, self._between(low, high), is_late=low > self.target_days)
            for low, high in ranges
        ]  # fmt: skip

    def _between(self, low: int, high: int) -> int:
        return sum(number for days, number in self.by_days.items() if low <= days <= high)

    def _at(self, place: int) -> int:
        """Return the days of the answer at a place, the quickest first."""
        seen = 0
        for days in sorted(self.by_days):
            seen += self.by_days[days]
            if seen > place:
                return days
        raise IndexError(place)


@dataclass(frozen=True)
class Statistics:
    """A round in figures."""

    received: int
    published: int
    answered: int
    course: Course
    municipalities: Tally
    by_ags: Mapping[str, int]
    tallies: tuple[Tally, ...]
    times: AnswerTimes


def percent(part: int, whole: int) -> str:
    """Return a share in words, „12,5 %“; a dash where there is nothing to share."""
    return f"{number_format(round(100 * part / whole, 1), decimal_pos=1)} %" if whole else "–"


def _summed(by_day: Mapping[datetime.date, int], step: Step) -> Counter[datetime.date]:
    summed: Counter[datetime.date] = Counter()
    for day, number in by_day.items():
        summed[_first_of(day, step)] += number
    return summed


def _calendar(begin: datetime.date, end: datetime.date, step: Step) -> Iterator[tuple[datetime.date, datetime.date]]:
    first = _first_of(begin, step)
    while first <= end:
        following = _first_of(first + {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 31}[step] * ONE_DAY, step)
        yield first, following - ONE_DAY
        first = following


def _first_of(day: datetime.date, step: Step) -> datetime.date:
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - day.weekday() * ONE_DAY if step is Step.WEEK else day


# Asking the database


def statistics_of(asked: Round, *, target_days: int) -> Statistics:
    """Count everything of a round. What was split is counted as it came in, its parts as they were published."""
    ideas = Idea.objects.filter(round=asked).order_by()
    received = ideas.filter(split_from=None)
    public, answered = ideas.filter(is_public=True), ideas.filter(state=State.ANSWERED)
    by_ags, municipalities = _municipalities(received)
    course = Course(_by_day(received, "submitted_at"), _by_day(ideas.exclude(published_at=None), "published_at"))
    as_received = _("Alle Beiträge, wie sie eingegangen sind.")
    tallies = [
        _fields(asked, received, as_received),
        Tally("stand", _("Stand"), as_received, _("Stand"), _chosen(received, "state", State)),
        Tally("wege", _("Eingegangen über"), as_received, _("Weg"), _chosen(received, "source", Idea.Source)),
        Tally(
            "entscheidungen",
            _("Entscheidung"),
            _("Alle beantworteten Ideen, auch Teile von aufgeteilten."),
            _("Entscheidung"),
            _chosen(answered, "assessment__decision", Decision),
        ),
    ]
    if asked.is_draft:
        tallies.insert(0, _sections(asked, received, as_received))
    return Statistics(
        received=sum(course.received.values()),
        published=public.count(),
        answered=tallies[-1].total,
        course=course,
        municipalities=municipalities,
        by_ags=by_ags,
        tallies=tuple(tallies),
        times=AnswerTimes(_by_days_waited(answered), target_days),
    )


def _by_day(ideas: QuerySet[Idea], column: str) -> dict[datetime.date, int]:
    return dict(ideas.annotate(day=TruncDate(column)).values_list("day").annotate(Count("pk")))


def _by_days_waited(answered: QuerySet[Idea]) -> dict[int, int]:
    waited = ExpressionWrapper(TruncDate("answered_at") - TruncDate("published_at"), output_field=DurationField())
    counts = answered.exclude(published_at=None).annotate(waited=waited).values_list("waited").annotate(Count("pk"))
    return {max(waited.days, 0): number for waited, number in counts}


def _chosen(
    ideas: QuerySet[Idea], column: str, choices: type[State | Idea.Source | Decision]
) -> tuple[tuple[str, int], ...]:
    """Count by one of the fixed choices, each of them, in their order."""
    counts = dict(ideas.values_list(column).annotate(Count("pk")))
    return tuple((str(choice.label), counts.get(choice.value, 0)) for choice in choices)


def _fields(asked: Round, ideas: QuerySet[Idea], base: str) -> Tally:
    counts = dict(ideas.values_list("field_of_action").annotate(Count("pk")))
    named = [(str(field), counts.get(field.pk, 0)) for field in asked.concept.fields_of_action.order_by("number")]
    without = (_("ohne Handlungsfeld"), counts.get(None, 0))
    return Tally("handlungsfelder", _("Handlungsfeld"), base, _("Handlungsfeld"), (*named, without))


def _sections(asked: Round, ideas: QuerySet[Idea], base: str) -> Tally:
    counts = dict(ideas.values_list("section").annotate(Count("pk")))
    sections = asked.sections.order_by("order", "pk").defer("text")
    named = tuple((str(section), counts.get(section.pk, 0)) for section in sections)
    return Tally("abschnitte", _("Abschnitt"), base, _("Abschnitt"), named)


def _municipalities(ideas: QuerySet[Idea]) -> tuple[dict[str, int], Tally]:
    """Count by municipality: all that exist, others only where something came from there."""
    counts = {
        (key, everywhere): number
        for key, everywhere, number in ideas.values_list("municipality", "is_everywhere").annotate(Count("pk"))
    }
    by_key: Counter[int] = Counter()
    for (key, _everywhere), number in counts.items():
        if key is not None:
            by_key[key] += number
    rows = [
        (ags, name, by_key[key])
        for key, ags, name, closed_on in Municipality.objects.order_by("name").values_list(
            "pk", "ags", "name", "closed_on"
        )
        if closed_on is None or by_key[key]
    ]
    listed = [(name, number) for _ags, name, number in rows]
    listed.append((_("überall im Landkreis"), counts.get((None, True), 0)))
    listed.append((_("ohne Angabe"), counts.get((None, False), 0)))
    base = _("Alle Beiträge, wie sie eingegangen sind.")
    tally = Tally("gemeinden", _("Gemeinde"), base, _("Gemeinde"), tuple(listed))
    return {ags: number for ags, _name, number in rows}, tally
