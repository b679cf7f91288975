"""What a postponement moves along, what must not come too early, and the slack that is left."""

from datetime import date

import pytest

from district.approximate_date import ApproximateDate
from milestones.schedule import Link, Schedule, has_cycle

DRAFT, TALKS, DEADLINE, RESOLUTION = 1, 2, 3, 4


def day(month: int, number: int, year: int = 2027) -> ApproximateDate:
    return ApproximateDate.day(year, month, number)


@pytest.fixture
def schedule() -> Schedule:
    return Schedule(
        dates={DRAFT: day(1, 15), TALKS: day(3, 1), DEADLINE: day(4, 1), RESOLUTION: ApproximateDate.month(2027, 6)},
        links=[Link(DRAFT, TALKS, 28), Link(TALKS, DEADLINE, 14), Link(DEADLINE, RESOLUTION, 21)],
    )


def test_a_small_postponement_moves_nothing_along(schedule: Schedule) -> None:
    assert schedule.consequences(DRAFT, day(1, 29)) == {}


def test_a_postponement_moves_the_whole_chain_no_further_than_it_must(schedule: Schedule) -> None:
    assert schedule.consequences(DRAFT, day(3, 15)) == {TALKS: day(4, 12), DEADLINE: day(4, 26)}


def test_a_moved_month_stays_a_month(schedule: Schedule) -> None:
    assert schedule.consequences(DEADLINE, day(6, 20)) == {RESOLUTION: ApproximateDate.month(2027, 7)}


def test_a_date_known_only_as_a_month_is_left_while_one_of_its_days_still_fits(schedule: Schedule) -> None:
    assert schedule.consequences(DEADLINE, day(6, 9)) == {}


def test_an_approximate_predecessor_moves_only_what_is_certainly_impossible() -> None:
    schedule = Schedule({DRAFT: day(1, 1), TALKS: day(2, 1)}, [Link(DRAFT, TALKS, 10)])
    assert schedule.consequences(DRAFT, ApproximateDate.begin_of(2027)) == {}
    assert schedule.consequences(DRAFT, ApproximateDate.month(2027, 2)) == {TALKS: day(2, 11)}


def test_lead_time_in_working_days_steps_over_easter() -> None:
    schedule = Schedule({DRAFT: day(3, 1), TALKS: day(3, 20)}, [Link(DRAFT, TALKS, lead_time=5, in_working_days=True)])
    assert schedule.consequences(DRAFT, day(3, 24)) == {TALKS: day(4, 2)}


def test_a_reached_successor_does_not_move() -> None:
    schedule = Schedule(
        {DRAFT: day(1, 1), TALKS: day(2, 1), DEADLINE: day(2, 2)},
        [Link(DRAFT, TALKS), Link(TALKS, DEADLINE)],
        settled=[TALKS],
    )
    assert schedule.consequences(DRAFT, day(5, 1)) == {}


def test_two_ways_to_the_same_milestone_count_by_the_longer_one() -> None:
    schedule = Schedule(
        {DRAFT: day(1, 1), TALKS: day(1, 10), DEADLINE: day(1, 20)},
        [Link(DRAFT, DEADLINE, 5), Link(DRAFT, TALKS, 9), Link(TALKS, DEADLINE, 10)],
    )
    assert schedule.consequences(DRAFT, day(2, 1)) == {TALKS: day(2, 10), DEADLINE: day(2, 20)}


def test_the_latest_bound_of_all_predecessors_counts(schedule: Schedule) -> None:
    assert schedule.earliest_for(DEADLINE) == (date(2027, 3, 15), TALKS)
    assert schedule.earliest_for(DRAFT) is None


def test_a_reached_predecessor_still_bounds_its_successor() -> None:
    schedule = Schedule({DRAFT: day(1, 1), TALKS: day(2, 1)}, [Link(DRAFT, TALKS, 7)], settled=[DRAFT])
    assert schedule.earliest_for(TALKS) == (date(2027, 1, 8), DRAFT)


def test_slack_is_what_each_may_slip_before_the_target_moves(schedule: Schedule) -> None:
    assert schedule.slack(RESOLUTION) == {DEADLINE: 69, TALKS: 86, DRAFT: 103}


def test_slack_is_negative_where_the_dates_no_longer_fit() -> None:
    schedule = Schedule({DRAFT: day(2, 10), TALKS: day(2, 1)}, [Link(DRAFT, TALKS)])
    assert schedule.slack(TALKS) == {DRAFT: -9}


def test_slack_leaves_out_what_does_not_lead_to_the_target_and_what_is_done() -> None:
    schedule = Schedule(
        {DRAFT: day(1, 1), TALKS: day(2, 1), DEADLINE: day(3, 1), RESOLUTION: day(4, 1)},
        [Link(DRAFT, RESOLUTION), Link(TALKS, DEADLINE), Link(TALKS, RESOLUTION)],
        settled=[DRAFT],
    )
    assert schedule.slack(RESOLUTION) == {TALKS: 59}


def test_links_to_milestones_that_no_longer_count_are_ignored() -> None:
    schedule = Schedule({TALKS: day(2, 1)}, [Link(DRAFT, TALKS, 900)])
    assert schedule.earliest_for(TALKS) is None


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], False),
        ([Link(1, 2), Link(2, 3), Link(1, 3)], False),
        ([Link(1, 2), Link(2, 3), Link(3, 1)], True),
        ([Link(1, 1)], True),
    ],
)
def test_a_circle_is_found(links: list[Link], expected: bool) -> None:
    assert has_cycle(links) is expected
