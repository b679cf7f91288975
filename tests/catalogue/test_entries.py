"""Needs, goals and measures: what may exist, in which order they stand, and what readers see of them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalogue.models import Entry, Goal, Measure, Need, State
from tests.factories import ConceptFactory, FieldOfActionFactory, GoalFactory, MeasureFactory, NeedFactory

pytestmark = pytest.mark.django_db


def refusal(entry: Entry) -> dict[str, list[str]]:
    """What `full_clean` says against an entry, by field."""
    with pytest.raises(ValidationError) as refused:
        entry.full_clean()
    return refused.value.message_dict


def test_numbers_are_ordered_as_people_count() -> None:
    field = FieldOfActionFactory()
    for number in ("Z 10", "Z 2.10", "Z 1.1", "Z 2", "Z 2.9", "Z 1", "Z 1.01.3"):
        NeedFactory(field_of_action=field, number=number)
    numbers = [need.number for need in Need.objects.listed()]
    assert numbers == ["Z 1", "Z 1.1", "Z 1.01.3", "Z 2", "Z 2.9", "Z 2.10", "Z 10"]


def test_a_number_is_given_once_per_concept_and_kind() -> None:
    need = NeedFactory(number="1")
    GoalFactory(field_of_action=need.field_of_action, number="1")
    NeedFactory(number="1")
    second = NeedFactory.build(field_of_action=need.field_of_action, number="1")
    assert refusal(second) == {"number": ["Diese Nummer ist im Konzept schon vergeben."]}


@pytest.mark.parametrize("factory", [NeedFactory, GoalFactory, MeasureFactory])
def test_only_a_draft_is_not_public(factory: type[NeedFactory]) -> None:
    field = FieldOfActionFactory()
    entries = {state: factory(field_of_action=field, state=state) for state in State}
    public = set(type(entries[State.DRAFT]).objects.public())
    assert public == {entries[State.PROPOSED], entries[State.AGREED], entries[State.DROPPED]}
    assert [entries[state].is_public for state in State] == [False, True, True, True]


def test_a_field_of_action_of_another_concept_is_refused() -> None:
    measure = MeasureFactory.build(field_of_action=FieldOfActionFactory(), concept=ConceptFactory())
    assert refusal(measure) == {"field_of_action": ["Dieses Handlungsfeld gehört zu einem anderen Konzept."]}


def test_a_dropped_entry_has_a_reason_and_no_other_has_one() -> None:
    need = NeedFactory()
    for state, reason in ((State.DROPPED, ""), (State.AGREED, "Weil.")):
        with pytest.raises(IntegrityError, match="need_is_dropped_for_a_reason"), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(state=state, drop_reason=reason)


@pytest.mark.parametrize(
    ("present", "following"), [("proposed", "draft"), ("agreed", "draft"), ("dropped", "draft"), ("dropped", "agreed")]
)
def test_no_way_around_the_steps_not_even_in_bulk(present: str, following: str) -> None:
    measure = MeasureFactory(state=present)
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(state=following, drop_reason="")
    assert Measure.objects.get().state == present


# Goals


def test_a_strategic_goal_stands_for_itself() -> None:
    parent = GoalFactory()
    goal = GoalFactory.build(kind="strategic", field_of_action=parent.field_of_action, parent=parent)
    assert refusal(goal) == {"parent": ["Ein strategisches Ziel steht für sich. Bitte lassen Sie dieses Feld leer."]}
    with pytest.raises(IntegrityError, match="goal_strategic_stands_for_itself"):
        GoalFactory(kind="strategic", parent=parent)


def test_a_sub_goal_belongs_to_a_strategic_one() -> None:
    field = FieldOfActionFactory()
    goal = GoalFactory.build(kind="sub_goal", field_of_action=field)
    assert refusal(goal) == {
        "parent": ["Bitte wählen Sie das strategische Ziel, zu dem dieses Teilziel gehört."],
    }
    with pytest.raises(IntegrityError, match="goal_sub_goal_belongs_to_another"), transaction.atomic():
        GoalFactory(kind="sub_goal", field_of_action=field)
    sub_goal = GoalFactory(parent=GoalFactory(field_of_action=field))
    below = GoalFactory.build(parent=sub_goal)
    assert refusal(below) == {"parent": ["Ein Teilziel gehört zu einem strategischen Ziel."]}


def test_a_sub_goal_stays_with_its_strategic_goal_in_concept_and_field() -> None:
    parent = GoalFactory()
    neighbour = FieldOfActionFactory(concept=parent.concept)
    goal = GoalFactory.build(parent=parent, field_of_action=neighbour)
    assert refusal(goal) == {"parent": ["Dieses Ziel gehört zu einem anderen Handlungsfeld."]}
    goal = GoalFactory.build(parent=parent, field_of_action=FieldOfActionFactory())
    assert refusal(goal) == {"parent": ["Dieses Ziel gehört zu einem anderen Konzept."]}


def test_a_strategic_goal_with_sub_goals_stays_what_and_where_it_is() -> None:
    parent: Goal = GoalFactory()
    GoalFactory(parent=parent)
    parent.kind, parent.parent = Goal.Kind.SUB_GOAL, GoalFactory(field_of_action=parent.field_of_action)
    assert refusal(parent) == {"kind": ["Zu diesem Ziel gehören Teilziele. Es bleibt ein strategisches Ziel."]}
    parent = Goal.objects.get(pk=parent.pk)
    parent.field_of_action = FieldOfActionFactory(concept=parent.concept)
    message = "Zu diesem Ziel gehören Teilziele. Es bleibt in seinem Handlungsfeld."
    assert refusal(parent) == {"field_of_action": [message]}


def test_relations_read_as_prose() -> None:
    need = NeedFactory()
    goal = GoalFactory(field_of_action=need.field_of_action, needs=[need])
    measure = MeasureFactory(field_of_action=need.field_of_action, goals=[goal])
    assert (need.goals.get(), goal.measures.get(), need.concept.measures.get()) == (goal, measure, measure)
