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
COMPARED: Final = 1000
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
    shared: Combinable = sum(
        (Case(When(search=query, then=1), default=0, output_field=IntegerField()) for query in queries),
        start=Value(0),
    )
    public = Idea.objects.public().filter(round=asked)
    # As a query of its own: a day that the planner does not know yet would lead it astray.
    newest = public.order_by("-published_at", "-pk").values_list("published_at", flat=True)
    since = newest[COMPARED : COMPARED + 1].first()
    alike = (
        (public.filter(published_at__gt=since) if since else public)
        .filter(search=any_of_them)
        .annotate(shared=shared, rank=SearchRank(F("search"), any_of_them))
        .filter(shared__gte=2 if len(words) > 2 else 1)
        .select_related("section")
        .defer("search", "text", "original_text", "section__text")
        .order_by("-shared", "-rank", "-support_count", "-pk")
    )
    if exclude:
        alike = alike.exclude(pk=exclude.pk)
    found = list(alike[:MOST])
    for idea in found:
        idea.round = asked
    return found
