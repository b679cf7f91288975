"""A draft under discussion: its numbered sections, each with what was said to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from district.counting import Counted, CountUpTo

from .listing import Card, cards, for_cards
from .models import Idea, Round, Section

# Of what was said, so much stands in the document itself.
MOST_SHOWN: Final = 3
MOST_COUNTED: Final = 1000
DEEPEST: Final = 3


@dataclass(frozen=True)
class Part:
    """A section with the newest of what was said to it."""

    section: Section
    counted: Counted
    contributions: list[Card]

    @property
    def depth(self) -> int:
        """How deep it lies: 1 for „2“, 2 for „2.1“, no deeper than headings can tell."""
        return min(self.section.number.count(".") + 1, DEEPEST)

    @property
    def has_more(self) -> bool:
        """Whether more was said than stands here."""
        return self.counted.number > len(self.contributions)


def document(asked: Round) -> list[Part]:
    """Return the sections of a draft in their order."""
    said = Idea.objects.public().filter(section=OuterRef("pk")).order_by("-published_at", "-pk")
    sections = list(
        asked.sections.order_by("order", "pk").annotate(
            counted=CountUpTo(said, most=MOST_COUNTED), newest=ArraySubquery(said.values("pk")[:MOST_SHOWN])
        )
    )
    shown = for_cards(Idea.objects.public()).in_bulk([key for section in sections for key in section.newest])
    return [
        Part(
            section,
            Counted(section.counted, MOST_COUNTED),
            cards((shown[key] for key in section.newest if key in shown), asked=asked),
        )
        for section in sections
    ]
