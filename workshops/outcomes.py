"""What events brought as readers are told it: by kind, each with what it became and how far it is seen to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from district.models import Concept

from .models import Outcome
from .models.minutes import OutcomeQuerySet

Kind = Outcome.Kind


@dataclass(frozen=True)
class Told:
    """An outcome with the public entry of the catalogue that it was taken into, and its sign while somebody sees to it."""

    outcome: Outcome
    entry: Any = None  # of the room above
    status: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Group:
    """Outcomes of one kind."""

    kind: str
    label: str
    outcomes: tuple[Told, ...]


# What a room above keeps of an outcome, with the three kinds of entries it may lead to.
_ENTRIES: Final = ("promotion__need", "promotion__goal", "promotion__measure")


def with_entries(outcomes: OutcomeQuerySet) -> OutcomeQuerySet:
    """Load what readers may see and are told of each, the latest event first and in the order of its agenda."""
    related = ("event", "item", "field_of_action", *_ENTRIES)
    return outcomes.public().select_related(*related).order_by("-event__date", "-event", "item__order", "pk")


def by_kind(outcomes: Iterable[Outcome], *, concept: Concept, on: datetime.date) -> tuple[Group, ...]:
    """Arrange outcomes of a concept by kind, as of a day; load them `with_entries`. Kinds without any are left out."""
    told = [_told(outcome, concept=concept, on=on) for outcome in outcomes]
    labels = {
        Kind.NEED: _("Handlungsbedarfe"),
        Kind.GOAL: _("Zielvorschläge"),
        Kind.MEASURE: _("Maßnahmenvorschläge"),
        Kind.DECISION: _("Festlegungen"),
        Kind.OPEN_POINT: _("Offene Punkte"),
    }
    groups = (
        Group(kind, label, tuple(each for each in told if each.outcome.kind == kind)) for kind, label in labels.items()
    )
    return tuple(group for group in groups if group.outcomes)


def _told(outcome: Outcome, *, concept: Concept, on: datetime.date) -> Told:
    outcome.event.concept = concept
    promotion = getattr(outcome, "promotion", None)
    entry = promotion.entry if promotion and promotion.entry.is_public else None
    if entry:
        entry.concept = concept
    status, sign = _status(outcome, on=on)
    return Told(outcome, entry, status, sign)


def _status(outcome: Outcome, *, on: datetime.date) -> tuple[str, str]:
    """Return how far an open point or a decision is seen to; nothing for what only the catalogue takes up."""
    if outcome.done_on:
        return _("erledigt"), "success"
    if outcome.is_overdue(on):
        return _("überfällig"), "warning"
    return (_("offen"), "info") if outcome.is_to_be_done else ("", "")
