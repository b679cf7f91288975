"""What is measured: add a page here, and it stands in the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Max, Min
from django.urls import reverse

from benchmarks.ideas import COMMON_WORD, RARE_WORD
from district.models import FieldOfAction, Municipality
from participation.filters import NEWEST
from participation.models import Idea, Round
from participation.paging import AFTER

# So many addresses of a kind, asked for in turn: no page is fast only because one row has just been read.
VARIETY: Final = 40


@dataclass(frozen=True)
class Target:
    """A page's name in the table, and the addresses at which it is asked for."""

    name: str
    paths: tuple[str, ...]


BARE: Final = Target("bare Django view", ("/benchmark/bare",))
ONE_QUERY: Final = Target("one-query view", ("/benchmark/one-query",))
LIST: Final = "list of ideas"
FILTERED: Final = "filtered list"
IDEA: Final = "idea"


def targets(asked: Round) -> list[Target]:
    """Return pages of the round and its concept, after the two that they are compared with."""
    slug = asked.concept.slug
    listed = asked.get_absolute_url()
    return [
        BARE,
        ONE_QUERY,
        Target("home", (reverse("home", args=[slug]),)),
        Target("timeline", (reverse("milestones:timeline", args=[slug]),)),
        Target(LIST, (listed,)),
        Target(FILTERED, tuple(f"{listed}?{urlencode(query)}" for query in _filters(asked))),
        Target("search", tuple(f"{listed}?{urlencode({'q': words})}" for words in (COMMON_WORD, RARE_WORD, "Radweg"))),
        Target("deep in the list", tuple(f"{listed}?{AFTER}={cursor}" for cursor in _depths(asked))),
        Target(IDEA, tuple(idea.get_absolute_url() for idea in _some(asked))),
    ]


def _filters(asked: Round) -> Iterator[dict[str, str]]:
    fields = FieldOfAction.objects.filter(concept=asked.concept).order_by("number").values_list("number", flat=True)
    municipalities = Municipality.objects.existing().order_by("ags").values_list("ags", flat=True)
    for number in fields:
        yield {"handlungsfeld": str(number)}
        yield {"handlungsfeld": str(number), "stand": "beantwortet"}
    for ags in municipalities[:VARIETY]:
        yield {"gemeinde": ags}


def _depths(asked: Round) -> Iterator[str]:
    """Yield places spread over the whole list, the last of them near its end."""
    ideas = Idea.objects.public().filter(round=asked)
    span = ideas.aggregate(first=Min("published_at"), last=Max("published_at"))
    for step in range(1, VARIETY):
        at = span["last"] - (span["last"] - span["first"]) * step / VARIETY
        if idea := NEWEST.sort(ideas.filter(published_at__lte=at)).first():
            yield str(NEWEST.cursor_of(idea))


def _some(asked: Round) -> Iterator[Idea]:
    """Yield ideas spread over all that were handed in, in every state (`benchmarks.ideas` gives it by the last digit)."""
    ideas = asked.ideas.select_related("round__concept").order_by("pk")
    first, last = (asked.ideas.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk"))
    for step in range(VARIETY):
        place = (last - first) * step // VARIETY
        yield ideas.filter(pk__gte=first + place - place % 10 + step % 10)[0]
