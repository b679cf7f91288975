"""Two moderators with the same idea: one decides, the other is told, and nothing happens twice or half."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from participation.actions import decline, decline_comment, merge, publish, support
from participation.actions.reports import keep, take_down
from participation.actions.together import Changed, Seen, as_seen
from participation.models import Idea, IdeaStep, Report, Supporter
from tests.factories import CommentFactory, IdeaFactory, RoundFactory, UserFactory
from tests.milestones.test_at_once import at_once

pytestmark = pytest.mark.django_db

State = Idea.State
Kind = IdeaStep.Kind
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def kinds(idea: Idea) -> list[str]:
    return list(idea.steps.values_list("kind", flat=True))


def a_report(**about: Any) -> Report:
    report: Report = Report.objects.create(reason="Das beleidigt jemanden.", created_at=NOW, **about)
    return report


# As it was seen


def test_who_comes_second_is_told_what_the_first_did() -> None:
    idea, first = IdeaFactory(), UserFactory(function="Frühschicht")
    seen = Seen.of(idea)
    decline([idea], reason="Werbung.", by=first, at=NOW)
    with pytest.raises(Changed) as refused:
        as_seen([seen], lambda: publish([idea], by=UserFactory(), at=NOW))
    assert refused.value.messages == [
        f"{idea.reference} wurde inzwischen von „Frühschicht“ bearbeitet (10:30 Uhr) und ist jetzt „nicht veröffentlicht“."
    ]
    assert refused.value.keys == {seen}


def test_publishing_what_somebody_else_published_is_a_change_too() -> None:
    idea = IdeaFactory(public=True, checked_at=None)
    seen = Seen.of(idea)
    publish([idea], by=UserFactory(), at=NOW)
    with pytest.raises(Changed):
        as_seen([seen], lambda: publish([idea], by=UserFactory(), at=NOW))


def test_of_several_none_is_touched_where_one_changed() -> None:
    fine, changed, comment = IdeaFactory(), IdeaFactory(), CommentFactory()
    seen = [Seen.of(fine), Seen.of(changed), Seen.of(comment)]
    decline_comment([comment], reason="Werbung.", by=UserFactory(), at=NOW)
    with pytest.raises(Changed) as refused:
        as_seen(seen, lambda: publish([fine, changed], by=UserFactory(), at=NOW))
    assert refused.value.keys == {seen[2]}
    fine.refresh_from_db()
    assert fine.state == State.RECEIVED


# Two at the same moment


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_one_decides_and_the_other_is_told() -> None:
    idea, by = IdeaFactory(), UserFactory()
    seen = Seen.of(idea)
    refused = at_once(
        lambda: as_seen([seen], lambda: publish([idea], by=by, at=NOW)),
        lambda: as_seen([seen], lambda: decline([idea], reason="Werbung.", by=by, at=NOW)),
    )
    assert [type(error) for error in refused] == [Changed]
    idea.refresh_from_db()
    assert kinds(idea) in ([Kind.RECEIVED, Kind.PUBLISHED], [Kind.RECEIVED, Kind.DECLINED])


@pytest.mark.django_db(transaction=True)
def test_two_merges_in_opposite_directions_end_in_one() -> None:
    asked, by = RoundFactory(), UserFactory()
    first, second = IdeaFactory(public=True, round=asked), IdeaFactory(public=True, round=asked)
    ours, theirs = Seen.of(first), Seen.of(second)
    refused = at_once(
        lambda: as_seen([ours], lambda: merge([first], into=second, by=by, at=NOW), along=[second]),
        lambda: as_seen([theirs], lambda: merge([second], into=first, by=by, at=NOW), along=[first]),
    )
    assert len(refused) == 1
    assert isinstance(refused[0], ValidationError)
    assert Idea.objects.filter(state=State.MERGED).count() == 1
    assert Idea.objects.public().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_support_that_comes_during_a_merge_is_not_lost() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, other = IdeaFactory(public=True, round=asked), IdeaFactory(public=True, round=asked)
    supporter = Supporter.objects.create(digest="0")
    refused = at_once(
        lambda: merge([other], into=lead, by=by, at=NOW),
        lambda: support(other, supporter=supporter, at=NOW),
    )
    assert refused == []
    lead.refresh_from_db()
    assert (lead.support_count, lead.supports.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_report_settled_by_two_is_settled_once() -> None:
    report, by = a_report(idea=IdeaFactory(public=True)), UserFactory()
    refused = at_once(
        lambda: keep(report, by=by, at=NOW), lambda: take_down(report, reason="Beleidigung.", by=by, at=NOW)
    )
    assert len(refused) == 1
    report.refresh_from_db()
    assert report.handled_at == NOW
