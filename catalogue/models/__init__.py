"""The goal system and the measures, and which outcomes of the experts' work they were taken from."""

from .entries import (
    NEXT,
    Entry,
    EntryQuerySet,
    Goal,
    GoalNeed,
    GoalQuerySet,
    Measure,
    MeasureGoal,
    MeasureQuerySet,
    Need,
    NeedQuerySet,
    State,
)
from .promotions import Promotion

__all__ = [
    "NEXT",
    "Entry",
    "EntryQuerySet",
    "Goal",
    "GoalNeed",
    "GoalQuerySet",
    "Measure",
    "MeasureGoal",
    "MeasureQuerySet",
    "Need",
    "NeedQuerySet",
    "Promotion",
    "State",
]
