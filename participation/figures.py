"""What the list of the rounds tells of each in figures."""

from __future__ import annotations

from django.db.models import IntegerField, OuterRef, Subquery

from district.counting import MOST_COUNTED, CountUpTo

from .models import Idea
from .models.ideas import IdeaQuerySet, State
from .models.rounds import RoundQuerySet


class SupportsUpTo(Subquery):
    """How many supports ideas have together; each counted idea has one, so that more than enough ideas have enough."""

    template = "(SELECT coalesce(sum(support_count), 0) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, ideas: IdeaQuerySet) -> None:
        most_supported = ideas.filter(support_count__gt=0).order_by("-support_count", "-pk")
        super().__init__(most_supported.values("support_count")[: MOST_COUNTED + 1])


def with_figures(rounds: RoundQuerySet) -> RoundQuerySet:
    """Count what is published in each round, what of it is answered, and how often it is supported."""
    ideas = Idea.objects.public().filter(round=OuterRef("pk"))
    newest = ideas.order_by("-published_at", "-pk")
    return rounds.annotate(
        ideas_counted=CountUpTo(newest),
        answers_counted=CountUpTo(newest.filter(state=State.ANSWERED)),
        supports_counted=SupportsUpTo(ideas),
    )
