"""Where do we stand? The answer of the start page, worked out of phases and milestones in the state of a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .models import Milestone, Phase, Postponement
from .wording import countdown, expected, period

# The way itself; steering and publicity go along with it.
WAY: Final = (
    Phase.MethodStep.ANALYSIS,
    Phase.MethodStep.WORKSHOPS,
    Phase.MethodStep.DISCUSSION,
    Phase.MethodStep.RESOLUTION,
    Phase.MethodStep.IMPLEMENTATION,
)
ACCOMPANYING: Final = (Phase.MethodStep.STEERING, Phase.MethodStep.PUBLICITY)


@dataclass(frozen=True)
class Step:
    """A step of the way with its phases; `state` follows from theirs."""

    label: str
    is_content: bool
    state: Phase.State
    phases: tuple[Phase, ...]

    @property
    def period(self) -> str:
        """From when to when, as exactly as it is known."""
        starts = min((phase.starts for phase in self.phases), key=lambda date: date.earliest)
        ends = max((phase.ends for phase in self.phases), key=lambda date: date.latest)
        return period(starts, ends)


@dataclass(frozen=True)
class Ahead:
    """The milestone that comes next, and when."""

    milestone: Milestone
    when: str
    countdown: str


@dataclass(frozen=True)
class Standing:
    """Where a concept stands on a day; `last_moved` is the latest real move, not one that only names the day."""

    today: datetime.date
    steps: tuple[Step, ...]
    current: tuple[Phase, ...]
    next: Ahead | None
    overdue: tuple[Milestone, ...]
    last_reached: Milestone | None
    last_moved: Postponement | None
    moved_along: int

    @property
    def is_finished(self) -> bool:
        """Whether all phases are finished."""
        return bool(self.steps) and all(step.state == Phase.State.FINISHED for step in self.steps)

    @property
    def has_begun(self) -> bool:
        """Whether anything has begun."""
        return any(step.state != Phase.State.PLANNED for step in self.steps)

    @property
    def begins(self) -> str:
        """When the first step begins."""
        return expected(self.steps[0].phases[0].starts) if self.steps else ""


def standing(phases: Sequence[Phase], *, today: datetime.date) -> Standing:
    """Work out the standing from the phases in order, with milestones and postponements loaded (`with_moves`).

    Only public milestones are named; the internal ones count for the states of the phases.
    """
    milestones = [each for phase in phases for each in phase.milestones.all() if each.is_public]
    states = {each.pk: each.state(today) for each in milestones}

    def named(state: Milestone.State) -> list[Milestone]:
        return [each for each in milestones if states[each.pk] == state]

    planned = min(named(Milestone.State.PLANNED), key=lambda each: each.current, default=None)
    reached = max(named(Milestone.State.REACHED), key=_reached_on, default=None)
    moves = [move for each in milestones for move in each.postponements.all()]
    shown = {move.pk for move in moves}
    last_moved = max(
        (move for move in moves if move.moved_along_with_id not in shown),
        key=lambda move: (not move.is_refinement, move.recorded_at, move.pk),
        default=None,
    )
    return Standing(
        today=today,
        steps=tuple(_steps(phases, today)),
        current=tuple(
            phase
            for phase in phases
            if phase.method_step not in ACCOMPANYING and phase.state(today) == Phase.State.RUNNING
        ),
        next=Ahead(planned, expected(planned.current), countdown(planned.current, today)) if planned else None,
        overdue=tuple(sorted(named(Milestone.State.OVERDUE), key=lambda each: each.current)),
        last_reached=reached,
        last_moved=last_moved,
        moved_along=sum(move.moved_along_with_id == last_moved.pk for move in moves) if last_moved else 0,
    )


def _reached_on(milestone: Milestone) -> tuple[datetime.date, datetime.date, int]:
    assert milestone.reached is not None  # asked of reached milestones alone
    return milestone.reached.latest, milestone.reached.earliest, milestone.pk


def _steps(phases: Iterable[Phase], today: datetime.date) -> list[Step]:
    """Return the steps of the method that have phases; all phases as steps where none belongs to one."""
    phases = list(phases)
    steps = []
    for method_step in WAY:
        members = tuple(phase for phase in phases if phase.method_step == method_step)
        if members:
            state = joint_state(phase.state(today) for phase in members)
            steps.append(Step(str(method_step.label), False, state, members))
    return steps or [Step(phase.title, True, phase.state(today), (phase,)) for phase in phases]


def joint_state(states: Iterable[Phase.State]) -> Phase.State:
    """Return the one state of all phases of a step, or that it is running where they differ."""
    different = set(states)
    return different.pop() if len(different) == 1 else Phase.State.RUNNING
