"""The goal system as a pure arrangement, without a database."""

from __future__ import annotations

from catalogue.goal_system import goal_system
from catalogue.models import Goal, Need
from district.models import FieldOfAction

ECONOMY, EDUCATION = FieldOfAction(pk=1, number=1, name="Wirtschaft"), FieldOfAction(pk=2, number=2, name="Bildung")


def goal(pk: int, field: FieldOfAction = ECONOMY, parent: int | None = None) -> Goal:
    return Goal(pk=pk, field_of_action=field, parent_id=parent)


def test_goals_stand_under_their_field_and_sub_goals_under_their_goal() -> None:
    goals = [goal(1), goal(11, parent=1), goal(12, parent=1), goal(2), goal(3, EDUCATION)]
    needs = [Need(pk=1, field_of_action=EDUCATION)]
    economy, education = goal_system([ECONOMY, EDUCATION], needs, goals)
    assert [(each.goal.pk, [part.pk for part in each.sub_goals]) for each in economy.goals] == [(1, [11, 12]), (2, [])]
    assert ([each.goal.pk for each in education.goals], education.needs) == ([3], tuple(needs))


def test_a_field_without_anything_says_so() -> None:
    (economy,) = goal_system([ECONOMY], [], [])
    assert economy.is_empty


def test_a_sub_goal_without_its_strategic_goal_is_left_out() -> None:
    (economy,) = goal_system([ECONOMY], [], [goal(11, parent=1)])
    assert economy.is_empty


def test_what_belongs_to_a_field_that_is_not_asked_for_is_left_out() -> None:
    (education,) = goal_system([EDUCATION], [Need(pk=1, field_of_action=ECONOMY)], [goal(1)])
    assert education.is_empty
