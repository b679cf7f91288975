"""Where do we stand? Without a database and with fixed days."""

import datetime

import pytest

from milestones.models import Phase
from milestones.standing import Standing, standing

from .plan import milestone, move, phase

Step = Phase.MethodStep
State = Phase.State


def way() -> list[Phase]:
    """The way to the resolution as it was seen in autumn 2020."""
    return [
        phase("Analyse", "2019", "2019", milestone("SWOT", "2019", reached="2019"), method_step=Step.ANALYSIS),
        phase(
            "Diskussion",
            "2020",
            "November 2020",
            milestone("Gespräche", "September 2020", reached="September 2020"),
            milestone("Forum", "2. November 2020", called_off_on=datetime.date(2020, 10, 30)),
            method_step=Step.DISCUSSION,
        ),
        phase(
            "Beschluss",
            "Dezember 2020",
            "Anfang 2021",
            milestone("Kreistag", "Anfang 2021"),
            method_step=Step.RESOLUTION,
        ),
        phase("Steuerung", "2018", "2021", method_step=Step.STEERING),
    ]


def test_before_anything_begins() -> None:
    found = standing([phase("Analyse", "2019", "2019", method_step=Step.ANALYSIS)], today=datetime.date(2017, 5, 1))
    assert not found.has_begun
    assert found.begins == "voraussichtlich 2019"
    assert found.current == ()


def test_during_the_way() -> None:
    found = standing(way(), today=datetime.date(2020, 11, 15))
    assert [(step.label, step.state) for step in found.steps] == [
        ("Analyse", State.FINISHED),
        ("Diskussion und Beteiligung", State.FINISHED),
        ("Beschluss", State.PLANNED),
    ]
    assert found.next is not None
    assert (found.next.milestone.title, found.next.when, found.next.countdown) == (
        "Kreistag",
        "voraussichtlich Anfang 2021",
        "",
    )
    assert found.last_reached is not None
    assert found.last_reached.title == "Gespräche"
    assert not found.is_finished


def test_steering_is_never_the_current_phase() -> None:
    assert standing(way(), today=datetime.date(2020, 11, 15)).current == ()


def test_after_all() -> None:
    phases = [phase("Analyse", "2019", "2019", milestone("SWOT", "2019", reached="2019"), method_step=Step.ANALYSIS)]
    found = standing(phases, today=datetime.date(2022, 1, 1))
    assert found.is_finished
    assert found.next is None
    assert found.current == ()


def test_an_empty_concept_stands_nowhere() -> None:
    found = standing([], today=datetime.date(2020, 1, 1))
    assert found == Standing(datetime.date(2020, 1, 1), (), (), None, (), None, None, 0)
    assert not found.is_finished
    assert found.begins == ""


def test_phases_without_method_become_the_steps_themselves() -> None:
    found = standing([phase("Vorarbeit", "2017", "2018")], today=datetime.date(2018, 6, 1))
    assert [(step.label, step.is_content, step.period) for step in found.steps] == [("Vorarbeit", True, "2017 – 2018")]


def test_a_step_with_a_finished_and_a_planned_phase_is_running() -> None:
    phases = [
        phase("Erste Runde", "2019", "2019", method_step=Step.WORKSHOPS),
        phase("Zweite Runde", "2021", "2021", method_step=Step.WORKSHOPS),
    ]
    found = standing(phases, today=datetime.date(2020, 6, 1))
    assert [(step.state, step.period) for step in found.steps] == [(State.RUNNING, "2019 – 2021")]


@pytest.mark.parametrize(
    ("current", "countdown"),
    [
        ("16. November 2020", "morgen"),
        ("15. November 2020", "heute"),
        ("8. Dezember 2020", "noch 23 Tage"),
        ("24. März 2022", ""),
        ("November 2020", "der Zeitraum hat begonnen"),
        ("Anfang 2021", ""),
    ],
)
def test_the_countdown_is_as_exact_as_the_date(current: str, countdown: str) -> None:
    phases = [phase("Beschluss", "2020", "2022", milestone("Kreistag", current))]
    found = standing(phases, today=datetime.date(2020, 11, 15))
    assert found.next is not None
    assert found.next.countdown == countdown


def test_what_is_overdue_is_named_and_is_not_next() -> None:
    phases = [
        phase("Entwurf", "2020", "2020", milestone("Zu spät", "Juni 2020"), milestone("Als Nächstes", "Ende 2020"))
    ]
    found = standing(phases, today=datetime.date(2020, 7, 1))
    assert [each.title for each in found.overdue] == ["Zu spät"]
    assert found.next is not None
    assert found.next.milestone.title == "Als Nächstes"


def test_internal_milestones_are_not_named_but_keep_their_phase_open() -> None:
    phases = [phase("Entwurf", "2020", "Juni 2020", milestone("Intern", "Juni 2020", is_public=False))]
    found = standing(phases, today=datetime.date(2020, 12, 1))
    assert found.overdue == ()
    assert [each.title for each in found.current] == ["Entwurf"]


def test_of_two_moves_the_later_real_one_is_the_latest() -> None:
    moved_twice = milestone(
        "Kreistag",
        "24. März 2021",
        baseline="November 2020",
        moves=[
            move("November 2020", "Dezember 2020", datetime.date(2020, 9, 1)),
            move("Dezember 2020", "Anfang 2021", datetime.date(2020, 12, 10), reason="Pandemie."),
            move("Anfang 2021", "24. März 2021", datetime.date(2021, 2, 1), reason="Der Tag steht fest."),
        ],
    )
    found = standing([phase("Beschluss", "2020", "2021", moved_twice)], today=datetime.date(2021, 2, 15))
    assert found.last_moved is not None
    assert found.last_moved.reason == "Pandemie."


def test_a_refinement_counts_where_there_was_no_other_move() -> None:
    named = milestone(
        "Kreistag", "24. März 2021", moves=[move("Anfang 2021", "24. März 2021", datetime.date(2021, 2, 1))]
    )
    found = standing([phase("Beschluss", "2020", "2021", named)], today=datetime.date(2021, 2, 15))
    assert found.last_moved is not None
    assert found.last_moved.is_refinement


def test_what_moved_along_is_counted_and_not_told_itself() -> None:
    cause = move("Juni 2020", "Juli 2020", datetime.date(2020, 5, 1))
    effect = move("August 2020", "September 2020", datetime.date(2020, 5, 1), moved_along_with_id=cause.pk)
    phases = [
        phase(
            "Entwurf",
            "2020",
            "2020",
            milestone("A", "Juli 2020", moves=[cause]),
            milestone("B", "September 2020", moves=[effect]),
        )
    ]
    found = standing(phases, today=datetime.date(2020, 5, 2))
    assert found.last_moved == cause
    assert found.moved_along == 1


def test_a_move_that_followed_an_internal_one_is_told_itself() -> None:
    internal = move("Juni 2020", "Juli 2020", datetime.date(2020, 5, 1))
    followed = move("August 2020", "September 2020", datetime.date(2020, 5, 1), moved_along_with_id=internal.pk)
    phases = [
        phase(
            "Entwurf",
            "2020",
            "2020",
            milestone("A", "Juli 2020", moves=[internal], is_public=False),
            milestone("B", "September 2020", moves=[followed]),
        )
    ]
    assert standing(phases, today=datetime.date(2020, 5, 2)).last_moved == followed
