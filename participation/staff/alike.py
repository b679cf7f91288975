"""Ideas beside an idea: those like it, and those found by words, to put together what says the same."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Combinable

from participation import search
from participation.models import Idea
from participation.models.ideas import PUBLIC, IdeaQuerySet, State

MOST_SHOWN: Final = 5
# The newest ones alone are compared, so that it takes as long with a million ideas as with a thousand.
CANDIDATES: Final = 500
MOST_WORDS: Final = 12
_WORD: Final = re.compile(r"\w{4,40}")


def alike(idea: Idea) -> list[Idea]:
    """Return what shares most words with an idea's title, or with how its text begins; what waits is among them."""
    words = list(dict.fromkeys(_WORD.findall((idea.title or idea.text).casefold())))[:MOST_WORDS]
    if not words:
        return []
    queries = [SearchQuery(word, config=search.CONFIG) for word in words]
    any_of_them = reduce(or_, queries)
    newest = _partners(idea).filter(search=any_of_them).order_by("-submitted_at", "-pk")
    shared: Combinable = sum(
        (Case(When(search=query, then=1), default=0, output_field=IntegerField()) for query in queries),
        start=Value(0),
    )
    found = (
        Idea.objects.filter(pk__in=newest.values("pk")[:CANDIDATES])
        .annotate(shared=shared, rank=SearchRank(F("search"), any_of_them))
        .filter(shared__gte=2 if len(words) > 2 else 1)
        .order_by("-shared", "-rank", "-support_count", "-pk")
    )
    return list(_shown(found)[:MOST_SHOWN])


def found_by(words: str, idea: Idea) -> list[Idea]:
    """Return what a reference number names, or what is found by words, of those it could be put together with."""
    found = search.matching(_partners(idea), words)
    return list(_shown(found.order_by("-submitted_at", "-pk"))[:MOST_SHOWN])


def _partners(idea: Idea) -> IdeaQuerySet:
    others = Idea.objects.filter(round=idea.round_id, section=idea.section_id, state__in=[State.RECEIVED, *PUBLIC])
    return others.exclude(pk=idea.pk)


def _shown(ideas: IdeaQuerySet) -> IdeaQuerySet:
    return ideas.select_related("round", "section", "municipality").defer("search", "municipality__boundary")
