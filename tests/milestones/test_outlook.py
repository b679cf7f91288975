"""What is overdue, due next, and how much may slip: without a database."""

from __future__ import annotations

import datetime

from district.approximate_date import ApproximateDate
from milestones.models import Milestone, Phase, Postponement
from milestones.outlook import moves, outlook
from milestones.schedule import Link, Schedule

TODAY = datetime.date(2030, 3, 1)


def milestone(pk: int, current: str, kind: str = Milestone.Kind.DRAFT, reached: str = "") -> Milestone:
    return Milestone(
        pk=pk,
        title=f"M{pk}",
        kind=kind,
        phase=Phase(title="Beschluss", method_step=Phase.MethodStep.RESOLUTION),
        current=ApproximateDate.parse(current),
        reached=ApproximateDate.parse(reached) if reached else None,
    )


def schedule(*milestones: Milestone, links: list[Link] | None = None) -> Schedule:
    return Schedule(
        {each.pk: each.reached or each.current for each in milestones},
        links or [],
        [each.pk for each in milestones if each.reached],
    )


def test_an_open_milestone_is_overdue_after_the_last_day_its_date_allows() -> None:
    over, still = milestone(1, "Februar 2030"), milestone(2, "Anfang 2030")
    ahead = outlook([over, still], schedule(over, still), today=TODAY)
    assert [(due.milestone, due.days_overdue) for due in ahead.overdue] == [(over, 1)]
    assert [(due.milestone, due.days) for due in ahead.next] == [(still, 60)]


def test_next_comes_what_may_come_within_the_horizon_by_date() -> None:
    far, near, reached = (
        milestone(1, "1.6.2030"),
        milestone(2, "30.4.2030"),
        milestone(3, "2.3.2030", reached="1.3.2030"),
    )
    ahead = outlook([far, near, reached], schedule(far, near, reached), today=TODAY)
    assert [due.milestone for due in ahead.next] == [near]
    wider = outlook([far, near], schedule(far, near), today=TODAY, horizon=datetime.timedelta(days=100))
    assert [due.milestone for due in wider.next] == [near, far]


def test_the_slack_counts_to_the_resolution_of_the_concept_which_is_the_last_of_its_phase() -> None:
    draft, first = milestone(1, "1.4.2030"), milestone(2, "30.4.2030", Milestone.Kind.RESOLUTION)
    second = milestone(3, "30.9.2030", Milestone.Kind.RESOLUTION)
    every = [second, first, draft]
    ahead = outlook(every, schedule(*every, links=[Link(1, 2, 14), Link(1, 3, 14)]), today=TODAY)
    assert ahead.resolution == second
    assert ahead.tightest
    assert (ahead.tightest.milestone, ahead.tightest.slack) == (draft, 168)


def test_what_is_overdue_has_used_up_a_part_of_its_slack() -> None:
    late, resolution = milestone(1, "19.2.2030"), milestone(2, "30.4.2030", Milestone.Kind.RESOLUTION)
    ahead = outlook([late, resolution], schedule(late, resolution, links=[Link(1, 2, 40)]), today=TODAY)
    assert [(due.days, due.slack) for due in ahead.overdue] == [(-10, 20)]


def test_the_slack_is_negative_where_the_resolution_cannot_be_held() -> None:
    late, resolution = milestone(1, "19.2.2030"), milestone(2, "5.3.2030", Milestone.Kind.RESOLUTION)
    ahead = outlook([late, resolution], schedule(late, resolution, links=[Link(1, 2, 14)]), today=TODAY)
    assert ahead.tightest
    assert ahead.tightest.slack == -10


def test_without_a_resolution_there_is_no_slack() -> None:
    draft = milestone(1, "1.4.2030")
    ahead = outlook([draft], schedule(draft), today=TODAY)
    assert (ahead.resolution, ahead.tightest, ahead.next[0].slack) == (None, None, None)


def test_nothing_at_all_is_an_empty_outlook() -> None:
    ahead = outlook([], schedule(), today=TODAY)
    assert (ahead.resolution, ahead.overdue, ahead.next, ahead.tightest) == (None, (), (), None)


def test_what_moved_along_stands_under_what_moved_first() -> None:
    lead = Postponement(pk=1)
    followers = [Postponement(pk=2, moved_along_with_id=1), Postponement(pk=3, moved_along_with_id=1)]
    other = Postponement(pk=4)
    grouped = moves([other, *followers, lead])
    assert [(move.cause, list(move.followers)) for move in grouped] == [(other, []), (lead, followers)]


def test_what_moved_along_with_something_not_shown_stands_by_itself() -> None:
    orphan = Postponement(pk=2, moved_along_with_id=1)
    assert [move.cause for move in moves([orphan])] == [orphan]
