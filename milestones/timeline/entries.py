"""What the timeline tells of phases and milestones on a day: dates, states and words, before any of it has a place.

Words are put together once, however many pictures are tried until one fits its page.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate
from milestones.models import Milestone, Phase
from milestones.wording import expected, period


@dataclass(frozen=True)
class Point:
    """A milestone where it stands on the day."""

    title: str
    state: Milestone.State
    date: ApproximateDate
    baseline: ApproximateDate | None

    @cached_property
    def first_planned(self) -> ApproximateDate | None:
        """The baseline where the milestone has left it; a more exact date is not a move."""
        return None if self.baseline is None or self.baseline.contains(self.date) else self.baseline

    @cached_property
    def words(self) -> list[str]:
        """Its captions: the date with the state, of which „planned“ goes without saying, and the first plan."""
        is_planned = self.state == Milestone.State.PLANNED
        words = [expected(self.date) if is_planned else f"{self.date}, {self.state.label}"]
        if self.first_planned:
            words.append(_("ursprünglich %(date)s") % {"date": self.first_planned})
        return words


@dataclass(frozen=True)
class Stretch:
    """A phase with the milestones that are shown of it."""

    title: str
    method_step: str
    state: Phase.State
    starts: ApproximateDate
    ends: ApproximateDate
    points: tuple[Point, ...]

    @cached_property
    def words(self) -> str:
        """Its caption."""
        return f"{period(self.starts, self.ends)}, {self.state.label}"

    @cached_property
    def words_going_on(self) -> str:
        """Its caption where it lasts longer than the picture shows."""
        words = {"start": self.starts, "end": self.ends, "state": self.state.label}
        return _("%(start)s → bis %(end)s, %(state)s") % words

    @property
    def dates(self) -> list[ApproximateDate]:
        """All dates that are to be seen."""
        dates = (date for point in self.points for date in (point.date, point.baseline) if date)
        return [self.starts, self.ends, *dates]


def stretches(
    phases: Iterable[Phase], *, today: datetime.date, with_internal: bool, ended_since: datetime.date | None
) -> list[Stretch]:
    """Return the phases with their milestones by date, in the state of `today`."""
    return [
        Stretch(
            title=phase.title,
            method_step=phase.method_step,
            state=phase.state(today),
            starts=phase.starts,
            ends=phase.ends,
            points=tuple(_points(phase, today, with_internal=with_internal, ended_since=ended_since)),
        )
        for phase in phases
    ]


def _points(
    phase: Phase, today: datetime.date, *, with_internal: bool, ended_since: datetime.date | None
) -> list[Point]:
    points = [
        Point(each.title, each.state(today), _date(each), each.baseline)
        for each in phase.milestones.all()
        if (with_internal or each.is_public)
        and (ended_since is None or each.is_open or _date(each).latest >= ended_since)
    ]
    return sorted(points, key=lambda point: point.date)


def _date(milestone: Milestone) -> ApproximateDate:
    return milestone.reached or milestone.current
