"""Finding ideas by words: German stems and compounds, the title before the text, the hits marked in what is shown."""

from __future__ import annotations

import re
import textwrap
from typing import Any, Final

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .models import Idea
from .models.ideas import IdeaQuerySet
from .paging import Cursor, Order, Place
from .sought import CONFIG, Sought, sought

# So many of the newest hits are sorted: a word that a million ideas contain is no reason to read them all.
MOST_HITS: Final = 1000
LOOKED_THROUGH_FIRST: Final = 200_000
EXCERPT_CHARACTERS: Final = 240
CHARACTERS_BEFORE_HIT: Final = 60
# Above all ranks, which are below 1 each.
BEST: Final = 10.0

# Characters that nobody types: around a hit, and in place of „<“, which the database would take for the begin of a tag.
_START: Final = "\ue000"
_STOP: Final = "\ue001"
_LESS_THAN: Final = "\ue002"
_HIT: Final = re.compile(f"{_START}([^{_START}{_STOP}]*){_STOP}")
_ELLIPSIS: Final = "…"


def matching(ideas: IdeaQuerySet, words: str | Sought) -> IdeaQuerySet:
    """Return the ideas that contain the words, or whose number they are."""
    asked = words if isinstance(words, Sought) else sought(words)
    numbered, contain = Q(pk=asked.number), Q(search=asked.query)
    if asked.is_reference:
        return ideas.filter(numbered)
    return ideas.filter(contain if asked.number is None else contain | numbered)


def hits(ideas: IdeaQuerySet, asked: Sought, *, order: Order | None) -> list[Cursor]:
    """Return the places of the newest hits in an order; without one the best come first, and a place is a rank.

    Best is the idea whose number is asked for, then what contains the words as they were typed, then what is like them.

    The latest numbers are looked through first: the index of words alone would bring up all hits of a frequent word, and
    the index of days alone would look at all ideas for a rare one.
    """
    column = order.column if order else "rank"
    found = ideas.annotate(rank=_rank_of(asked)).order_by("-published_at", "-pk")
    rows = found.values_list(column, "pk")
    latest = asked.latest
    if latest is None:
        latest = Idea.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if (border := latest - LOOKED_THROUGH_FIRST) > 0:
        arms = [rows.filter(pk__gt=border), rows.filter(pk__lte=border)]
        rows = arms[0][: MOST_HITS + 1].union(arms[1][: MOST_HITS + 1], all=True)
    number = order.number if order else _rank
    places = (Cursor(number(value), pk) for value, pk in rows[: MOST_HITS + 1])
    return sorted(places, key=_place, reverse=True)


def hits_at(hits: list[Cursor], place: Place, most: int) -> list[Cursor]:
    """Return so many of the sorted hits from a place on, in its direction."""
    ordered = list(reversed(hits)) if place.is_backwards else hits
    if cursor := place.cursor:
        beyond = _place(cursor)
        ordered = [hit for hit in ordered if (_place(hit) > beyond if place.is_backwards else _place(hit) < beyond)]
    return ordered[:most]


def with_hits(ideas: IdeaQuerySet, asked: Sought) -> IdeaQuerySet:
    """Mark the words in title and text (`marked_title`, `marked_text`); for the few that are shown, since it is slow."""
    return ideas.annotate(
        marked_title=_headline("title", asked.query),
        marked_text=_headline("text", asked.query),
    )


def highlighted(marked: str) -> SafeString:
    """Return a marked text as HTML: everything escaped but the marks."""
    escaped = escape(marked.replace(_LESS_THAN, "<"))
    return mark_safe(_plain(_HIT.sub(r"<mark>\1</mark>", escaped)))  # noqa: S308 - escaped before


def excerpt(marked: str) -> SafeString:
    """Return the beginning of a text, marked or not; where the first hit comes later, what stands around it."""
    words = " ".join(marked.split())
    hit, start = _HIT.search(words), 0
    if hit and hit.end() > EXCERPT_CHARACTERS:
        start = words.rfind(" ", 0, hit.start() - CHARACTERS_BEFORE_HIT) + 1
    shortened = textwrap.shorten(words[start:], EXCERPT_CHARACTERS, placeholder=f" {_ELLIPSIS}")
    if shortened == _ELLIPSIS:  # Not even the first word has room.
        shortened = f"{words[start : start + EXCERPT_CHARACTERS]} {_ELLIPSIS}"
    return highlighted(f"{_ELLIPSIS} {shortened}" if start else shortened)


def _rank_of(asked: Sought) -> Combinable:
    rank = SearchRank(F("search"), asked.exact) + SearchRank(F("search"), asked.query)
    if asked.number is None:
        return rank
    return Case(When(pk=asked.number, then=Value(BEST)), default=rank, output_field=FloatField())


def _headline(column: str, query: Any) -> SearchHeadline:
    plain = Replace(F(column), Value("<"), Value(_LESS_THAN))
    return SearchHeadline(plain, query, config=CONFIG, start_sel=_START, stop_sel=_STOP, highlight_all=True)


def _plain(marked: str) -> str:
    """Return the text without any mark, paired or not."""
    return marked.replace(_START, "").replace(_STOP, "")


def _rank(value: float) -> int:
    return round(value * 1_000_000)


def _place(hit: Cursor) -> tuple[int, int]:
    return hit.value, hit.pk
