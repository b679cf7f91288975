"""What the pages of the working groups tell: the groups at a glance, and by which organisations each is made."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet

from district.models import Concept, FieldOfAction

from .cards import for_cards
from .models import Event, Membership, Outcome, WorkingGroup
from .models.groups import WorkingGroupQuerySet

SIGNS: Final = {
    WorkingGroup.State.PLANNED: "",
    WorkingGroup.State.RUNNING: "info",
    WorkingGroup.State.CONCLUDED: "success",
}


@dataclass(frozen=True)
class Entry:
    """A group among others."""

    group: WorkingGroup
    state: WorkingGroup.State
    fields_of_action: Sequence[FieldOfAction]
    next_session: Event | None
    outcomes: int

    @property
    def sign(self) -> str:
        """The sign of the badge that says the state."""
        return SIGNS[self.state]


@dataclass(frozen=True)
class Position:
    """What somebody does; no name."""

    function: str
    is_chair: bool


@dataclass(frozen=True)
class Organisation:
    """An organisation that works in a group, with the positions of those who do it."""

    name: str
    positions: tuple[Position, ...]


def outline(groups: WorkingGroupQuerySet, *, concept: Concept, on: datetime.date) -> list[Entry]:
    """Return the groups of a concept as of a day, each with its next session that has a date."""
    found = list(groups.prefetch_related("fields_of_action").order_by("order", "name", "pk"))
    ahead = Event.objects.public().filter(group__in=found, state=Event.State.PLANNED).coming(on)
    first = for_cards(ahead).order_by("group_id", "date", "starts_at", "pk").distinct("group_id")
    sessions = {session.group_id: session for session in first}
    brought = Outcome.objects.public().filter(group__in=found).order_by()
    counts = dict(brought.values_list("group").annotate(Count("pk")))
    for group in found:
        group.concept = concept
    return [
        Entry(
            group,
            group.state(on),
            list(group.fields_of_action.all()),
            sessions.get(group.pk),
            counts.get(group.pk, 0),
        )
        for group in found
    ]


def organisations(members: QuerySet[Membership]) -> tuple[Organisation, ...]:
    """Return the organisations that work in a group, the one that leads it first; names are not even loaded."""
    positions: dict[str, dict[Position, None]] = {}
    working = members.filter(left_on=None).order_by("-is_chair", "organisation", "pk")
    for name, function, is_chair in working.values_list("organisation", "function", "is_chair"):
        positions.setdefault(name, {})[Position(function, is_chair)] = None
    return tuple(
        Organisation(name, tuple(each for each in held if each.function or each.is_chair))
        for name, held in positions.items()
    )
