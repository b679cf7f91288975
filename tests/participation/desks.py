"""What the tests of the moderation's pages share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from district.models import Role, User
from participation.actions.together import Seen
from participation.models import Comment, Idea, Report
from participation.staff.together import mark_of
from tests.factories import UserFactory

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
INBOX = reverse("admin:participation_inbox")
TOGETHER = reverse("admin:participation_together")


def log_in(client: Client, role: Role = Role.MODERATION) -> User:
    """Log somebody with this role in."""
    user: User = UserFactory(role=role)
    client.force_login(user)
    return user


def desk(idea: Idea) -> str:
    """Return the address of an idea's desk."""
    return reverse("admin:participation_idea_moderate", args=[idea.pk])


def split_url(idea: Idea) -> str:
    """Return the address where an idea is split."""
    return reverse("admin:participation_idea_split", args=[idea.pk])


def comment_url(comment: Comment) -> str:
    """Return the address of a comment's desk."""
    return reverse("admin:participation_comment_moderate", args=[comment.pk])


def report_url(report: Report) -> str:
    """Return the address of a report's desk."""
    return reverse("admin:participation_report_moderate", args=[report.pk])


def together(client: Client, verb: str, *marks: str, **more: Any) -> Any:
    """Send several chosen in the list."""
    return client.post(TOGETHER, {"verb": verb, "chosen": list(marks), **more})


def days_ago(count: int) -> datetime:
    """Return the moment so many days before now."""
    return NOW - timedelta(days=count)


def a_report(days: int = 1, **about: Any) -> Report:
    """Make an open report."""
    fields = {"reason": "Das beleidigt jemanden.", "created_at": days_ago(days), **about}
    report: Report = Report.objects.create(**fields)
    return report


def decide(client: Client, idea: Idea, verb: str, *, seen: str | None = None, query: str = "", **answers: Any) -> Any:
    """Send the form of a decision as the page drew it."""
    data = {f"{verb}-{name}": value for name, value in answers.items()}
    data |= {"verb": verb, f"{verb}-seen": Seen.of(idea).state if seen is None else seen}
    return client.post(desk(idea) + query, data)


def mark(thing: Idea | Comment) -> str:
    """Return what the box of a line sends."""
    return mark_of(Seen.of(thing))


def told(response: Any) -> list[str]:
    """Return the messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]
