"""The timeline as a list: the same as the picture in words, and all that happened to each milestone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .models import CallOff, Milestone, Phase, Postponement
from .wording import expected, period

# A state without a badge of its own colour is neutral.
_PHASE_BADGES: Final = {Phase.State.FINISHED: "success", Phase.State.RUNNING: "info"}
_MILESTONE_BADGES: Final = {
    Milestone.State.REACHED: "success",
    Milestone.State.OVERDUE: "warning",
    Milestone.State.PLANNED: "info",
}


@dataclass(frozen=True)
class MilestoneEntry:
    """A milestone in words."""

    milestone: Milestone
    state: Milestone.State
    date: str
    original: str
    moves: tuple[Postponement, ...]
    call_off: CallOff | None
    remark: str

    @property
    def badge(self) -> str:
        """The kind of the state's badge."""
        return _MILESTONE_BADGES.get(self.state, "")


@dataclass(frozen=True)
class PhaseEntry:
    """A phase in words."""

    phase: Phase
    state: Phase.State
    period: str
    milestones: tuple[MilestoneEntry, ...]

    @property
    def badge(self) -> str:
        """The kind of the state's badge."""
        return _PHASE_BADGES.get(self.state, "")


def listing(phases: Iterable[Phase], *, today: datetime.date) -> tuple[PhaseEntry, ...]:
    """Return the phases with their public milestones in the state of `today`; load `with_history` first."""
    return tuple(
        PhaseEntry(
            phase=phase,
            state=phase.state(today),
            period=period(phase.starts, phase.ends),
            milestones=tuple(_entry(each, today) for each in _public(phase)),
        )
        for phase in phases
    )


def latest_moves(phases: Iterable[Phase], *, most: int) -> list[Postponement]:
    """Return the latest postponements of public milestones, newest first; load `with_history` first."""
    moves = [move for phase in phases for each in _public(phase) for move in each.postponements.all()]
    return sorted(moves, key=lambda move: (move.recorded_at, move.pk), reverse=True)[:most]


def _public(phase: Phase) -> list[Milestone]:
    return sorted(
        (each for each in phase.milestones.all() if each.is_public), key=lambda each: each.reached or each.current
    )


def _entry(milestone: Milestone, today: datetime.date) -> MilestoneEntry:
    date, state = milestone.reached or milestone.current, milestone.state(today)
    moves = sorted(milestone.postponements.all(), key=lambda move: (move.recorded_at, move.pk))
    attainment = getattr(milestone, "attainment", None)
    return MilestoneEntry(
        milestone=milestone,
        state=state,
        date=expected(date) if state == Milestone.State.PLANNED else str(date),
        original=str(milestone.baseline) if milestone.baseline and milestone.baseline != date else "",
        moves=tuple(moves),
        call_off=getattr(milestone, "call_off", None),
        remark=attainment.reason if attainment else "",
    )
