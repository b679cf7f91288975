"""Moving an entry from state to state: one function, its steps, and who did it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from catalogue.actions import move
from catalogue.models import NEXT, Need, State
from district.history import history_of
from district.models import User
from tests.factories import GoalFactory, MeasureFactory, NeedFactory, UserFactory

pytestmark = pytest.mark.django_db

STEPS = {(present, following) for present, steps in NEXT.items() for following in steps}


@pytest.fixture
def office() -> User:
    return UserFactory(function="Projektkoordination")


@pytest.mark.parametrize("following", State)
@pytest.mark.parametrize("present", State)
def test_only_the_allowed_steps_are_gone(office: User, present: State, following: State) -> None:
    need = NeedFactory(state=present)
    if (present, following) in STEPS:
        assert move(need, to=following, reason="Zu teuer.", by=office).state == following
    else:
        with pytest.raises(ValidationError) as refused:
            move(need, to=following, reason="Zu teuer.", by=office)
        message = f"Aus „{present.label}“ kann nicht „{following.label}“ werden."
        assert refused.value.message_dict == {"to": [message]}
    assert Need.objects.get().state == (following if (present, following) in STEPS else present)


def test_dropping_needs_a_reason_and_taking_up_again_forgets_it(office: User) -> None:
    measure = MeasureFactory()
    with pytest.raises(ValidationError) as refused:
        move(measure, to=State.DROPPED, reason="  ", by=office)
    assert refused.value.message_dict == {"reason": ["Bitte begründen Sie, warum der Eintrag verworfen wird."]}
    measure = move(measure, to=State.DROPPED, reason=" Die Fähre genügt. ", by=office)
    assert measure.drop_reason == "Die Fähre genügt."
    assert move(measure, to=State.PROPOSED, reason="ohne Belang", by=office).drop_reason == ""


def test_the_trail_names_who_moved_it(office: User) -> None:
    need = NeedFactory()
    move(need, to=State.DROPPED, reason="Die Fähre genügt.", by=office)
    latest = history_of(need)[0]
    assert latest.by == "Projektkoordination"
    assert [(change.label, change.before, change.after) for change in latest.changes] == [
        ("Stand", "vorgeschlagen", "verworfen"),
        ("Warum verworfen", "", "Die Fähre genügt."),
    ]


def test_it_moves_from_where_the_entry_is_now(office: User) -> None:
    seen = NeedFactory()
    move(Need.objects.get(), to=State.AGREED, by=office)
    with pytest.raises(ValidationError) as refused:
        move(seen, to=State.AGREED, by=office)
    assert refused.value.message_dict == {"to": ["Aus „abgestimmt“ kann nicht „abgestimmt“ werden."]}


def test_a_state_that_is_none_and_an_entry_that_is_gone_are_told(office: User) -> None:
    need = NeedFactory(state=State.DRAFT)
    with pytest.raises(ValidationError, match="Bitte wählen Sie einen Stand aus der Liste"):
        move(need, to="resolved", by=office)
    Need.objects.all().delete()
    with pytest.raises(ValidationError, match="Diesen Eintrag gibt es nicht mehr"):
        move(need, to=State.PROPOSED, by=office)


def test_a_sub_goal_becomes_public_after_its_strategic_goal(office: User) -> None:
    parent = GoalFactory(number="Z 1", title="Mobil", state=State.DRAFT)
    goal = GoalFactory(parent=parent, state=State.DRAFT)
    with pytest.raises(ValidationError, match="„Z 1 Mobil“ ist noch ein Entwurf"):
        move(goal, to=State.PROPOSED, by=office)
    move(parent, to=State.PROPOSED, by=office)
    assert move(goal, to=State.PROPOSED, by=office).is_public
