"""Two people at the same moment: one acts, the other is told, and nothing happens twice or half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from milestones.actions import postpone, reach, record_result
from milestones.models import Attainment, Consultation, Dependency, Milestone, Postponement
from milestones.models.changes import Cause
from tests.factories import (
    ConsultationFactory,
    DependencyFactory,
    MilestoneFactory,
    PhaseFactory,
    ResolutionFactory,
    UserFactory,
    when,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do all of it in the same moment, each in a connection of its own; return what was refused."""
    refused: list[Exception] = []
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        except (ValidationError, DatabaseError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return refused


def test_the_same_postponement_twice_is_recorded_once() -> None:
    milestone, person = MilestoneFactory(), UserFactory()

    def act() -> None:
        postpone(milestone, to=when("1.9.2020"), reason="Pandemie.", cause=Cause.PANDEMIC, by=person)

    refused = at_once(act, act, act)

    assert [error.message_dict for error in refused if isinstance(error, ValidationError)] == [
        {"to": ["Der neue Termin ist der bisherige."]}
    ] * 2
    assert Postponement.objects.count() == 1


def test_a_predecessor_and_its_successor_moved_at_once_end_in_order() -> None:
    phase, person = PhaseFactory(), UserFactory()
    draft = MilestoneFactory(phase=phase, current=when("1.6.2020"))
    resolution = MilestoneFactory(phase=phase, current=when("1.8.2020"))
    DependencyFactory(predecessor=draft, successor=resolution, lead_time=30)

    def later() -> None:
        postpone(draft, to=when("1.9.2020"), reason="Später.", cause=Cause.STAFF, by=person)

    def sooner() -> None:
        postpone(resolution, to=when("1.7.2020"), reason="Früher.", cause=Cause.POLITICS, by=person)

    refused = at_once(later, sooner)

    assert all(isinstance(error, ValidationError) for error in refused)
    draft.refresh_from_db()
    resolution.refresh_from_db()
    assert (draft.current, resolution.current) == (when("1.9.2020"), when("1.10.2020"))


def test_a_milestone_is_reached_once() -> None:
    milestone, person = MilestoneFactory(), UserFactory()
    refused = at_once(*[lambda: reach(milestone, on=when("1.6.2020"), by=person)] * 3)
    assert len(refused) == 2
    assert Attainment.objects.count() == 1


def test_a_result_is_recorded_once_and_the_milestone_moves_once() -> None:
    phase, person = PhaseFactory(), UserFactory()
    milestone = MilestoneFactory(phase=phase, current=when("Anfang 2021"))
    step = ConsultationFactory(resolution=ResolutionFactory(concept=phase.concept, milestone=milestone))

    def act() -> None:
        record_result(step, result=Consultation.Result.ADOPTED, by=person, today=date(2021, 3, 25))

    refused = at_once(act, act)

    assert [str(error) for error in refused] == [
        "['Zu dieser Beratung ist schon ein Ergebnis eingetragen. Ergebnisse bleiben stehen.']"
    ]
    assert Attainment.objects.count() == 1
    assert Milestone.objects.get().reached == when("24.03.2021")


def test_two_dependencies_that_close_a_circle_together_are_not_both_saved() -> None:
    first, second = MilestoneFactory(), MilestoneFactory()
    refused = at_once(
        lambda: Dependency.objects.create(predecessor=first, successor=second),
        lambda: Dependency.objects.create(predecessor=second, successor=first),
    )
    assert len(refused) == 1
    assert "wait for each other" in str(refused[0])
    assert Dependency.objects.count() == 1
