"""Ideas beside an idea: those like it, and those found by words, to put together what says the same."""

from __future__ import annotations

from typing import Final

from participation import search
from participation.models import Idea
from participation.models.ideas import PUBLIC, IdeaQuerySet, State
from participation.similar import most_alike

MOST_SHOWN: Final = 5


def alike(idea: Idea) -> list[Idea]:
    """Return what is most like an idea; what waits is among them."""
    partners = _partners(idea)
    keys = most_alike(idea.title, idea.text, partners.order_by("-submitted_at", "-pk"))[:MOST_SHOWN]
    found = _shown(partners).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def found_by(words: str, idea: Idea) -> list[Idea]:
    """Return what a reference number names, or what is found by words, of those it could be put together with."""
    found = search.matching(_partners(idea), words)
    return list(_shown(found.order_by("-submitted_at", "-pk"))[:MOST_SHOWN])


def _partners(idea: Idea) -> IdeaQuerySet:
    others = Idea.objects.filter(round=idea.round_id, section=idea.section_id, state__in=[State.RECEIVED, *PUBLIC])
    return others.exclude(pk=idea.pk)


def _shown(ideas: IdeaQuerySet) -> IdeaQuerySet:
    return ideas.select_related("round", "section", "municipality").defer("search", "municipality__boundary")
