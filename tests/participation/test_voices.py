"""Support, comments and reports."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from participation.actions import (
    Sender,
    comment,
    confirm_support,
    decline_comment,
    publish_comment,
    report,
    request_support,
    support,
    withdraw_comment,
    withdraw_support,
)
from participation.actions.reports import keep
from participation.models import Comment, Confirmation, Idea, Report, Support, Supporter
from tests.factories import CommentFactory, IdeaFactory, RoundFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def say(idea: Idea, text: str = "Das fehlt bei uns auch.", **more: Any) -> Comment:
    return comment(idea, **{"text": text, "key": uuid.uuid4(), "sender": Sender(), "at": NOW, **more})


def test_a_support_counts_once_it_is_confirmed(django_capture_on_commit_callbacks: Any) -> None:
    idea = IdeaFactory(public=True)
    with django_capture_on_commit_callbacks(execute=True):
        request_support(idea, email="Anna@Example.org ", language="de", at=NOW)
    idea.refresh_from_db()
    assert (idea.support_count, [sent.to for sent in mail.outbox]) == (0, [["Anna@Example.org"]])

    confirm_support(Confirmation.objects.get(), at=NOW)
    idea.refresh_from_db()
    assert idea.support_count == 1


def test_an_address_counts_once_however_it_is_written() -> None:
    idea = IdeaFactory(public=True)
    for email in ("anna@example.org", "ANNA@example.org"):
        request_support(idea, email=email, language="de", at=NOW)
    for confirmation in Confirmation.objects.all():
        confirm_support(confirmation, at=NOW)
    idea.refresh_from_db()
    assert (idea.support_count, Supporter.objects.count(), Support.objects.count()) == (1, 1, 1)


def test_no_address_is_stored_in_clear() -> None:
    request_support(IdeaFactory(public=True), email="anna@example.org", language="de", at=NOW)
    from django.apps import apps

    for model in apps.get_models():
        for row in model._default_manager.values_list():
            assert "anna@example.org" not in str(row), model


def test_a_link_of_support_works_once_and_for_three_days() -> None:
    request_support(IdeaFactory(public=True), email="anna@example.org", language="de", at=NOW)
    confirmation = Confirmation.objects.get()
    with pytest.raises(ValidationError, match="abgelaufen"):
        confirm_support(confirmation, at=NOW + timedelta(hours=72))
    confirm_support(confirmation, at=NOW)
    with pytest.raises(ValidationError, match="schon benutzt"):
        confirm_support(confirmation, at=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"public": False},
        {"round__allows_support": False},
        {"round__closes_on": date(2026, 11, 22)},
        {"round__concept__process_closed_on": date(2026, 11, 1)},
    ],
)
def test_what_is_not_open_is_not_supported(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        request_support(IdeaFactory(**{"public": True, **changes}), email="a@example.org", language="de", at=NOW)
    assert not Confirmation.objects.exists()


def test_a_support_is_taken_back() -> None:
    idea, supporter = IdeaFactory(public=True), Supporter.objects.create(digest="x")
    support(idea, supporter=supporter, at=NOW)
    withdraw_support(idea, supporter=supporter)
    idea.refresh_from_db()
    assert (idea.support_count, Support.objects.count()) == (0, 0)


def test_a_comment_waits_for_moderation_and_counts_when_it_is_public() -> None:
    idea = IdeaFactory(public=True)
    made = say(idea)
    assert (made.state, list(Comment.objects.awaiting_moderation())) == (Comment.State.RECEIVED, [made])
    publish_comment([made], by=UserFactory(), at=NOW)
    idea.refresh_from_db()
    assert (idea.comment_count, list(Comment.objects.awaiting_moderation())) == (1, [])


def test_a_round_may_publish_comments_unseen() -> None:
    idea = IdeaFactory(public=True, round__comments_checked_first=False)
    made = say(idea)
    idea.refresh_from_db()
    assert (made.state, idea.comment_count) == (Comment.State.PUBLISHED, 1)
    assert list(Comment.objects.awaiting_moderation()) == [made]


def test_the_same_key_comments_once() -> None:
    idea, key = IdeaFactory(public=True), uuid.uuid4()
    assert say(idea, key=key) == say(idea, key=key)


def test_replies_go_one_level_deep() -> None:
    first = CommentFactory(public=True)
    reply = say(first.idea, parent=first)
    publish_comment([reply], by=UserFactory(), at=NOW)
    reply.refresh_from_db()
    with pytest.raises(ValidationError, match="nicht antworten"):
        say(first.idea, parent=reply)
    with pytest.raises(ValidationError, match="nicht antworten"):
        say(IdeaFactory(public=True), parent=first)


def test_no_comments_where_the_round_has_none() -> None:
    with pytest.raises(ValidationError, match="keine Kommentare"):
        say(IdeaFactory(public=True, round=RoundFactory(allows_comments=False)))


def test_a_declined_comment_disappears_and_its_author_reads_why() -> None:
    made: Comment = CommentFactory(public=True)
    (made,) = decline_comment([made], reason="Beleidigend.", by=UserFactory(), at=NOW)
    made.idea.refresh_from_db()
    assert (made.state, made.decline_note, made.idea.comment_count) == ("declined", "Beleidigend.", 0)


def test_a_withdrawn_comment_is_forgotten() -> None:
    made = withdraw_comment(CommentFactory(public=True), at=NOW)
    assert (made.state, made.text) == ("withdrawn", "")
    with pytest.raises(ValidationError):
        withdraw_comment(made, at=NOW)


def test_a_report_is_handled_once() -> None:
    told = report(IdeaFactory(public=True), reason="Nennt einen Nachbarn.", at=NOW)
    person = UserFactory()
    assert keep(told, by=person, at=NOW) == 1
    with pytest.raises(ValidationError, match="schon erledigt"):
        keep(told, by=person, at=NOW)


def test_what_is_said_of_a_comment_ends_with_the_comment_and_nothing_else_does() -> None:
    idea, person = IdeaFactory(public=True), UserFactory()
    declined, withdrawn, stays = CommentFactory.create_batch(3, idea=idea, public=True)
    reports = [report(idea, reason="Stört.", made=made, at=NOW) for made in (declined, withdrawn, stays)]
    of_the_idea = report(idea, reason="Stört.", at=NOW)
    decline_comment([declined], reason="Beleidigend.", by=person, at=NOW)
    withdraw_comment(withdrawn, at=NOW)
    assert list(Report.objects.open()) == [reports[2], of_the_idea]
    handled = Report.objects.exclude(handled_at=None).order_by("pk")
    assert [(each.handled_by, each.handled_at) for each in handled] == [(person, NOW), (None, NOW)]


def test_a_comment_that_cannot_be_stored_is_not_taken_for_a_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise IntegrityError("something else")

    monkeypatch.setattr("participation.actions.voices.count_voices", refuse)
    with pytest.raises(IntegrityError, match="something else"):
        say(IdeaFactory(public=True, round__comments_checked_first=False))
    assert not Comment.objects.exists()


def test_only_what_is_public_is_reported() -> None:
    with pytest.raises(ValidationError, match="nicht öffentlich"):
        report(IdeaFactory(), reason="Stört.", at=NOW)
    with pytest.raises(ValidationError, match="nicht öffentlich"):
        report(IdeaFactory(public=True), made=CommentFactory(public=True), reason="Stört.", at=NOW)
