"""Answering ideas in a test the way the office does."""

from __future__ import annotations

import datetime
from typing import Any

from participation.actions import begin, propose, release
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea
from tests.factories import UserFactory

AT = datetime.datetime(2026, 2, 20, 10, tzinfo=datetime.UTC)


def weigh(*ideas: Idea, **words: Any) -> Assessment:
    """Begin a weighing."""
    draft = Draft(
        **{"summary": "Gewünscht wird ein Radweg.", "decision": "adopted", "reason": "Er ist geplant.", **words}
    )
    return begin(ideas, draft=draft, by=UserFactory(), at=AT)


def answer(*ideas: Idea, at: datetime.datetime = AT, **words: Any) -> Assessment:
    """Weigh ideas and release the answer; they are reloaded."""
    writer = UserFactory()
    assessment = propose(weigh(*ideas, **words), by=writer, at=at)
    (released,) = release([assessment], by=UserFactory(), at=at)
    for idea in ideas:
        idea.refresh_from_db()
    return released
