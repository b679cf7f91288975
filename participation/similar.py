"""Ideas like the one somebody is about to write: „Meinten Sie …?“."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Combinable

from .models import Idea, Round

MOST: Final = 3
# The newest ones alone are compared, so that it takes as long with a million ideas as with a thousand.
CANDIDATES: Final = 500
MOST_WORDS: Final = 12
_WORD: Final = re.compile(r"\w{3,40}")


def similar(asked: Round, title: str, *, exclude: Idea | None = None) -> list[Idea]:
    """Return public ideas of a round that share words with a title, the most alike first; `exclude` is not among them.

    A title of three words and more shares two at least: one alone („mehr“, „neue“) says little.
    """
    words = list(dict.fromkeys(_WORD.findall(title.casefold())))[:MOST_WORDS]
    if not words:
        return []
    queries = [SearchQuery(word, config="german") for word in words]
    any_of_them = reduce(or_, queries)
    newest = Idea.objects.public().filter(round=asked, search=any_of_them).order_by("-published_at", "-pk")
    if exclude:
        newest = newest.exclude(pk=exclude.pk)
    shared: Combinable = sum(
        (Case(When(search=query, then=1), default=0, output_field=IntegerField()) for query in queries),
        start=Value(0),
    )
    alike = (
        Idea.objects.filter(pk__in=newest.values("pk")[:CANDIDATES])
        .annotate(shared=shared, rank=SearchRank(F("search"), any_of_them))
        .filter(shared__gte=2 if len(words) > 2 else 1)
        .select_related("round__concept", "section")
        .defer("search", "text", "original_text", "section__text")
        .order_by("-shared", "-rank", "-support_count", "-pk")
    )
    return list(alike[:MOST])
