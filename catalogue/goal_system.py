"""The goal system as the page tells it: per field of action the needs, the strategic goals and their sub-goals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from district.models import FieldOfAction

from .models import Goal, Need


@dataclass(frozen=True)
class GoalWithParts:
    """A strategic goal and its sub-goals."""

    goal: Goal
    sub_goals: tuple[Goal, ...]


@dataclass(frozen=True)
class FieldSystem:
    """What one field of action is about."""

    field: FieldOfAction
    needs: tuple[Need, ...]
    goals: tuple[GoalWithParts, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but the Leitbild."""
        return not self.needs and not self.goals


def goal_system(
    fields: Iterable[FieldOfAction], needs: Iterable[Need], goals: Iterable[Goal]
) -> tuple[FieldSystem, ...]:
    """Arrange needs and goals, which come in order. A sub-goal without its strategic goal among them is left out."""
    needs_of = defaultdict(list)
    for need in needs:
        needs_of[need.field_of_action_id].append(need)
    strategic, parts_of = defaultdict(list), defaultdict(list)
    for goal in goals:
        if goal.parent_id is None:
            strategic[goal.field_of_action_id].append(goal)
        else:
            parts_of[goal.parent_id].append(goal)
    return tuple(
        FieldSystem(
            field=field,
            needs=tuple(needs_of[field.pk]),
            goals=tuple(GoalWithParts(goal, tuple(parts_of[goal.pk])) for goal in strategic[field.pk]),
        )
        for field in fields
    )
