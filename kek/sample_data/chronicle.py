"""Telling a story through the actions: each record is written as if on the day it tells of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone

from district.approximate_date import ApproximateDate
from district.models import User
from milestones import actions
from milestones.actions.council import Delay, Votes
from milestones.models import Consultation, CouncilSession, Dependency, Milestone, Postponement

OFFICE_HOUR = datetime.time(10)


def moment(day: datetime.date) -> datetime.datetime:
    """Return when the project office writes its records on a day."""
    return timezone.make_aware(datetime.datetime.combine(day, OFFICE_HOUR), timezone.get_default_timezone())


@dataclass(frozen=True)
class Chronicle:
    """Records of the project office, dated back to the day they tell of."""

    by: User

    def reach(
        self, milestone: Milestone, on: ApproximateDate, *, recorded_on: datetime.date | None = None, remark: str = ""
    ) -> None:
        """Record that a milestone was reached; on the last day of `on` if no other day is given."""
        day = recorded_on or on.latest
        actions.reach(milestone, on=on, by=self.by, remark=remark, today=day, at=moment(day))

    def postpone(
        self,
        milestone: Milestone,
        *,
        to: ApproximateDate,
        reason: str,
        cause: str,
        recorded_on: datetime.date,
        decided_in: CouncilSession | None = None,
    ) -> Postponement:
        """Record that a milestone was moved, with all that moves along."""
        return actions.postpone(
            milestone,
            to=to,
            reason=reason,
            cause=cause,
            by=self.by,
            decided_in=decided_in,
            at=moment(recorded_on),
        )

    def call_off(self, milestone: Milestone, on: datetime.date, *, reason: str, cause: str) -> None:
        """Record that a milestone will not take place."""
        actions.call_off(milestone, on=on, reason=reason, cause=cause, by=self.by, today=on, at=moment(on))

    def record(
        self,
        consultation: Consultation,
        result: str,
        *,
        on: datetime.date,
        votes: Votes | None = None,
        delay: Delay | None = None,
        remark: str = "",
    ) -> Consultation:
        """Record what a body decided; return the step as it stands."""
        return actions.record_result(
            consultation,
            result=result,
            by=self.by,
            votes=votes or Votes(),
            delay=delay or Delay(),
            remark=remark,
            today=on,
            at=moment(on),
        )


def chain(*milestones: Milestone, days: int = 0, working_days: int = 0) -> None:
    """Let each milestone wait for the one before it, with the lead time in calendar or in working days."""
    unit = Dependency.Unit.WORKING_DAYS if working_days else Dependency.Unit.CALENDAR_DAYS
    for predecessor, successor in pairwise(milestones):
        Dependency.objects.create(
            predecessor=predecessor, successor=successor, lead_time=working_days or days, unit=unit
        )


def fix(milestones: Iterable[Milestone]) -> None:
    """Fix the plan, so that everything after it is on record."""
    actions.fix_baseline(milestones)
