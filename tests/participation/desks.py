"""What the tests of the moderation's pages share."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from district.models import Role, User
from participation.actions.together import Seen
from participation.models import Comment, Idea
from participation.staff.together import mark_of
from tests.factories import UserFactory

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
