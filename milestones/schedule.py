"""How dates hang together: what a postponement moves along, what must not come too early, and how much slack is left.

Pure calculations over plain values; `actions` and the cockpit feed them from the database.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from district.approximate_date import ApproximateDate

from .working_days import add_working_days, subtract_working_days

MilestoneId = int


@dataclass(frozen=True)
class Link:
    """`successor` comes at least `lead_time` days (working days if so said) after `predecessor`."""

    predecessor: MilestoneId
    successor: MilestoneId
    lead_time: int = 0
    in_working_days: bool = False

    def earliest_after(self, predecessor: ApproximateDate) -> datetime.date:
        """Return the first day the successor can have if the predecessor comes on its first possible day."""
        if self.in_working_days:
            return add_working_days(predecessor.earliest, self.lead_time)
        return predecessor.earliest + datetime.timedelta(days=self.lead_time)

    def latest_before(self, successor: datetime.date) -> datetime.date:
        """Return the last day the predecessor may have so that the successor still comes on its day."""
        if self.in_working_days:
            return subtract_working_days(successor, self.lead_time)
        return successor - datetime.timedelta(days=self.lead_time)

    def allows(self, predecessor: ApproximateDate, successor: ApproximateDate) -> bool:
        """Whether both dates can be true together; only what is certainly impossible is refused."""
        return self.earliest_after(predecessor) <= successor.latest


class Schedule:
    """The dates of a concept's milestones and the links between them."""

    def __init__(
        self,
        dates: Mapping[MilestoneId, ApproximateDate],
        links: Iterable[Link],
        settled: Iterable[MilestoneId] = (),
    ) -> None:
        """Take the dates of all that count; `settled` milestones (reached) hold others to their date but never move."""
        self.dates = dict(dates)
        self.settled = frozenset(settled)
        self._after: dict[MilestoneId, list[Link]] = defaultdict(list)
        self._before: dict[MilestoneId, list[Link]] = defaultdict(list)
        for link in links:
            if link.predecessor in self.dates and link.successor in self.dates:
                self._after[link.predecessor].append(link)
                self._before[link.successor].append(link)

    def earliest_for(self, milestone: MilestoneId) -> tuple[datetime.date, MilestoneId] | None:
        """Return the first day the predecessors allow and which of them says so; None where none does."""
        bounds = [
            (link.earliest_after(self.dates[link.predecessor]), link.predecessor) for link in self._before[milestone]
        ]
        return max(bounds, default=None)

    def consequences(self, milestone: MilestoneId, to: ApproximateDate) -> dict[MilestoneId, ApproximateDate]:
        """Return the new dates of all milestones that must move along when `milestone` moves to `to`, in order.

        Each keeps its precision and moves no further than it must.
        """
        dates = {**self.dates, milestone: to}
        moved: dict[MilestoneId, ApproximateDate] = {}
        for each in self._downstream_in_order(milestone):
            for link in self._after[each]:
                successor = link.successor
                if successor not in self.settled and not link.allows(dates[each], dates[successor]):
                    dates[successor] = dates[successor].shifted_to(link.earliest_after(dates[each]))
                    moved[successor] = dates[successor]
        return moved

    def slack(self, target: MilestoneId) -> dict[MilestoneId, int]:
        """Return for each milestone before `target` the days it may slip before `target` has to move.

        Counted from the last day its date allows to the last day that still keeps `target` on its last day; negative
        where the dates no longer fit. Milestones without a path to `target` are left out.
        """
        latest = {target: self.dates[target].latest}
        for milestone in reversed(list(self._order())):
            for link in self._after[milestone]:
                if link.successor in latest and link.successor not in self.settled:
                    bound = link.latest_before(latest[link.successor])
                    latest[milestone] = min(bound, latest.get(milestone, bound))
        return {
            milestone: (bound - self.dates[milestone].latest).days
            for milestone, bound in latest.items()
            if milestone != target and milestone not in self.settled
        }

    def _order(self) -> Iterable[MilestoneId]:
        """Return all milestones, predecessors first."""
        graph = {milestone: {link.predecessor for link in self._before[milestone]} for milestone in self.dates}
        return TopologicalSorter(graph).static_order()

    def _downstream_in_order(self, milestone: MilestoneId) -> list[MilestoneId]:
        """Return `milestone` and everything after it, predecessors first."""
        reachable = {milestone}
        order = []
        for each in self._order():
            if each in reachable:
                order.append(each)
                reachable.update(link.successor for link in self._after[each] if link.successor not in self.settled)
        return order


def has_cycle(links: Iterable[Link]) -> bool:
    """Whether milestones would wait for each other."""
    graph: dict[MilestoneId, set[MilestoneId]] = defaultdict(set)
    for link in links:
        graph[link.successor].add(link.predecessor)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False
