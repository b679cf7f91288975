"""Which stretch of time the timeline shows, and from days to x."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from district.approximate_date import ONE_DAY, ApproximateDate, Precision
from milestones.models import Phase

from .entries import Stretch
from .formats import Format

# How long after the way to the resolution the picture still goes on; what lasts longer ends in an arrow.
AFTERMATH: Final = datetime.timedelta(days=366)
SHORTEST: Final = datetime.timedelta(days=180)
_AFTERWARDS: Final = {Phase.MethodStep.IMPLEMENTATION, Phase.MethodStep.STEERING, Phase.MethodStep.PUBLICITY}


def window(
    stretches: Sequence[Stretch], today: datetime.date, since: datetime.date | None, until: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of the picture: whole quarters around what is to be seen, unless told."""
    if not stretches:
        first = last = today
    else:
        dates = [date for stretch in stretches for date in stretch.dates]
        way = [stretch for stretch in stretches if stretch.method_step not in _AFTERWARDS] or stretches
        first = min(date.earliest for date in dates)
        last = max(date.latest for stretch in way for date in stretch.dates)
        horizon = last + AFTERMATH
        last = max([last, *(date.latest for date in dates if date.latest <= horizon)])
        if first <= today and any(stretch.state == Phase.State.RUNNING for stretch in stretches):
            last = max(last, today)
        if any(stretch.ends.latest > last for stretch in stretches):
            last = _quarter(last).latest + ONE_DAY  # a quarter more, in which to see that something goes on
    since = since or _quarter(first).earliest
    return since, max(until or _quarter(last).latest, since + SHORTEST)


def _quarter(day: datetime.date) -> ApproximateDate:
    return ApproximateDate.of(day, Precision.QUARTER)


class Scale:
    """From days to x."""

    def __init__(self, since: datetime.date, until: datetime.date, form: Format) -> None:
        self.since, self.until = since, until
        self.left, self.right = form.plot_left, form.plot_right
        self.per_day = (self.right - self.left) / ((until - since).days + 1)

    def begin(self, day: datetime.date) -> float:
        """Return the x at which a day begins, within the plot."""
        return min(max(self.left + (day - self.since).days * self.per_day, self.left), self.right)

    def end(self, day: datetime.date) -> float:
        """Return the x at which a day ends, within the plot."""
        return self.begin(day + ONE_DAY)

    def middle(self, date: ApproximateDate) -> float:
        """Return the x of the middle of what is to be seen of a date."""
        return (self.begin(date.earliest) + self.end(date.latest)) / 2

    def beyond(self, first: datetime.date, last: datetime.date) -> int:
        """Return -1 for what is over before the window, 1 for what begins after it, else 0."""
        return (first > self.until) - (last < self.since)

    def edge(self, beyond: int) -> float:
        """Return the x of the plot's end at which to point to what lies `beyond`."""
        return self.left if beyond < 0 else self.right
