"""The way to the resolution from today: what is overdue, what comes next, and how much may slip.

Pure calculations over loaded milestones and their `Schedule`; the cockpit shows them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .models import Milestone, Postponement, resolving
from .schedule import Schedule
from .wording import move

# How far ahead „due next“ looks.
HORIZON: Final = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Due:
    """An open milestone. `days` are left until the last day its date allows, negative once that is over.

    `slack` are the days it may still slip from today's view before the resolution has to move; None where the
    resolution does not wait for it.
    """

    milestone: Milestone
    days: int
    slack: int | None

    @property
    def days_overdue(self) -> int:
        """Days since its last possible day, 0 if that is still ahead."""
        return max(0, -self.days)


@dataclass(frozen=True)
class Outlook:
    """What is ahead of a concept."""

    resolution: Milestone | None
    overdue: tuple[Due, ...]
    next: tuple[Due, ...]
    tightest: Due | None


def outlook(
    milestones: Iterable[Milestone],
    schedule: Schedule,
    *,
    today: datetime.date,
    horizon: datetime.timedelta = HORIZON,
) -> Outlook:
    """Return the outlook: each list by date, `next` with everything that may come within the horizon."""
    still_open = sorted((each for each in milestones if each.is_open), key=lambda each: (each.current, each.pk))
    resolution = resolving(still_open)
    slack = schedule.slack(resolution.pk) if resolution else {}
    dues = [_due(each, slack.get(each.pk), today) for each in still_open]
    on_the_way = [due for due in dues if due.slack is not None]
    return Outlook(
        resolution=resolution,
        overdue=tuple(due for due in dues if due.days < 0),
        next=tuple(due for due in dues if due.days >= 0 and due.milestone.current.earliest <= today + horizon),
        tightest=min(on_the_way, key=_slack, default=None),
    )


def _due(milestone: Milestone, slack: int | None, today: datetime.date) -> Due:
    days = (milestone.current.latest - today).days
    # Slack is counted from the planned day; what is overdue has used up a part of it.
    return Due(milestone, days, None if slack is None else slack + min(0, days))


def _slack(due: Due) -> int:
    assert due.slack is not None  # the caller chose those
    return due.slack


@dataclass(frozen=True)
class Move:
    """A postponement with those that moved along."""

    cause: Postponement
    followers: tuple[Postponement, ...]

    @property
    def text(self) -> str:
        """What it did to the date."""
        return move(self.cause)


def moves(postponements: Iterable[Postponement]) -> list[Move]:
    """Group what moved along under what moved first, in the given order."""
    postponements = list(postponements)
    shown = {each.pk for each in postponements}
    leads = [each for each in postponements if each.moved_along_with_id not in shown]
    return [Move(lead, tuple(each for each in postponements if each.moved_along_with_id == lead.pk)) for lead in leads]
