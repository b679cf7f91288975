"""One decision about several ideas and comments: counted and listed first, then taken for all or for none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from participation.actions import publish
from participation.inbox import Inbox
from participation.models import Idea
from tests.factories import (
    CommentFactory,
    ConceptFactory,
    DepartmentFactory,
    IdeaFactory,
    RoundFactory,
    UserFactory,
)

from .desks import (
    INBOX,
    NOW,
    log_in,
    mark,
    together,
    told,
)

pytestmark = pytest.mark.django_db

State = Idea.State


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


# Several at once


def test_several_are_counted_and_listed_before_anything_happens(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    comment = CommentFactory(idea=IdeaFactory(public=True))
    html = together(client, "publish", mark(first), mark(second), mark(comment)).content.decode()
    assert "<h1>2 Ideen und 1 Kommentar veröffentlichen?</h1>" in html
    assert str(first) in html
    assert Idea.objects.awaiting_moderation().count() == 2


def test_once_confirmed_all_of_them_are_published(client: Client) -> None:
    log_in(client)
    ideas = IdeaFactory.create_batch(2)
    comment = CommentFactory(idea=IdeaFactory(public=True))
    response = together(client, "publish", *map(mark, [*ideas, comment]), confirm="1")
    assert (response["Location"], told(response)) == (INBOX, ["3 Beiträge sind veröffentlicht."])
    assert not Inbox().count


def test_declining_several_asks_for_one_reason(client: Client) -> None:
    log_in(client)
    ideas = IdeaFactory.create_batch(2)
    page = together(client, "decline", *map(mark, ideas), confirm="1", reason="")
    assert 'href="#id_reason"' in page.content.decode()
    together(client, "decline", *map(mark, ideas), confirm="1", reason="Werbung.")
    assert {idea.steps.get(kind="declined").note for idea in ideas} == {"Werbung."}


def test_several_are_assigned_comments_are_left_out(client: Client) -> None:
    log_in(client)
    ideas, comment, department = IdeaFactory.create_batch(2), CommentFactory(), DepartmentFactory(name="Straßenamt")
    page = together(client, "assign", *map(mark, [*ideas, comment]))
    assert page.context["left_out"] == [f"Kommentar zu {comment.idea.reference}: Das geht nur mit Ideen."]
    response = together(client, "assign", *map(mark, ideas), confirm="1", department=department.pk)
    assert told(response) == ["2 Ideen sind zugewiesen: Straßenamt."]


def test_several_are_merged_into_the_one_that_was_chosen(client: Client) -> None:
    log_in(client)
    asked = RoundFactory()
    plain, supported = IdeaFactory(round=asked, public=True), IdeaFactory(round=asked, public=True, support_count=3)
    page = together(client, "merge", mark(plain), mark(supported))
    assert page.context["form"].initial["into"] == supported.pk
    response = together(client, "merge", mark(plain), mark(supported), confirm="1", into=plain.pk)
    assert told(response) == [f"1 Idee ist jetzt Teil von {plain}."]
    alone = together(client, "merge", mark(plain))
    assert told(alone)[-1] == "Bitte wählen Sie mindestens zwei Ideen."


def test_ideas_of_two_rounds_are_not_merged(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    page = together(client, "merge", mark(first), mark(second), confirm="1", into=first.pk)
    assert "Zusammenführen lässt sich nur" in page.content.decode()


def test_what_somebody_else_decided_meanwhile_is_left_out_and_nothing_is_half_done(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    marks = [mark(first), mark(second)]
    publish([second], by=UserFactory(), at=NOW)
    page = together(client, "decline", *marks, confirm="1", reason="Werbung.")
    assert page.context["left_out"] == [
        f"{second.reference}: Das hat inzwischen jemand anderes bearbeitet, jetzt „veröffentlicht“."
    ]
    assert "<h1>1 Idee nicht veröffentlichen?</h1>" in page.content.decode()
    first.refresh_from_db()
    assert first.state == State.RECEIVED


def test_where_nothing_is_left_the_list_says_why(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    stale = mark(idea)
    publish([idea], by=UserFactory(), at=NOW)
    response = together(client, "publish", stale, confirm="1")
    assert response["Location"] == INBOX
    assert len(told(response)) == 2


@pytest.mark.parametrize("marks", [[], ["unsinn"], ["idea.x.received"], ["idea.999999."], [f"idea.{'9' * 30}."]])
def test_marks_that_name_nothing_choose_nothing(client: Client, marks: list[str]) -> None:
    log_in(client)
    assert "Bitte wählen Sie mindestens einen Beitrag." in told(together(client, "publish", *marks))


def test_a_decision_has_to_be_named_and_more_than_can_be_read_are_refused(client: Client) -> None:
    log_in(client)
    assert told(together(client, "", mark(IdeaFactory()))) == [
        "Bitte wählen Sie, was mit den gewählten Beiträgen geschehen soll."
    ]
    many = [f"idea.{number}." for number in range(201)]
    assert told(together(client, "publish", *many))[-1] == (
        "Das sind zu viele auf einmal. Bitte wählen Sie höchstens 200."
    )


def test_ideas_of_a_closed_concept_are_left_out(client: Client) -> None:
    log_in(client)
    closed = IdeaFactory(round__concept=ConceptFactory(process_closed_on=date(2026, 1, 1)))
    page = together(client, "publish", mark(closed), mark(IdeaFactory()))
    assert page.context["left_out"] == [f"{closed.reference}: Das Verfahren zu diesem Konzept ist abgeschlossen."]
