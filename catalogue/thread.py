"""The red thread at one entry: where it comes from, and what follows from it. A reader's view: drafts are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from workshops.models import Outcome

from .models import Entry, Goal, Measure, Need, Promotion


@dataclass(frozen=True)
class Strand:
    """Entries of one kind."""

    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Thread:
    """What lies before an entry and what after it; strands without entries are left out.

    `outcomes` are those of the experts' work that it was taken from.
    """

    origins: tuple[Strand, ...]
    results: tuple[Strand, ...]
    outcomes: tuple[Outcome, ...] = ()


def thread(entry: Entry) -> Thread:
    """Follow the thread one step in both directions; from a measure on to the needs, since the council asks for them."""
    return replace(_between_entries(entry), outcomes=tuple(_outcomes(entry)))


def _outcomes(entry: Entry) -> Iterable[Outcome]:
    """Return the outcomes that an entry was taken from, the first one first: also those that are being corrected."""
    taken = Promotion.objects.of(entry).values_list("outcome")
    related = ("event__minutes", "item", "group")
    found = Outcome.objects.released().filter(pk__in=taken).select_related(*related)
    for outcome in found.order_by("promotion__promoted_at", "pk"):
        outcome.event.concept = entry.concept
        if outcome.group:
            outcome.group.concept = entry.concept
        yield outcome


def _between_entries(entry: Entry) -> Thread:
    """Follow the thread within the catalogue."""
    match entry:
        case Need():
            return _thread(results=[(_("Ziele"), entry.goals.listed())])
        case Goal():
            sub_goals = entry.sub_goals.listed()
            measures = Measure.objects.filter(goals__in=[entry, *sub_goals]).distinct()
            return _thread(
                origins=[
                    (_("Handlungsbedarf"), Need.objects.filter(goals=entry).listed()),
                    (_("Strategisches Ziel"), [entry.parent] if entry.parent else []),
                ],
                results=[(_("Teilziele"), sub_goals), (_("Maßnahmen"), measures.listed())],
            )
        case Measure():
            goals = Goal.objects.filter(measures=entry).listed()
            family = {goal.pk for goal in goals} | {goal.parent_id for goal in goals if goal.parent_id}
            needs = Need.objects.filter(goals__in=family).distinct()
            return _thread(origins=[(_("Handlungsbedarf"), needs.listed()), (_("Ziele"), goals)])
    return _thread()


def _thread(
    origins: Iterable[tuple[str, Iterable[Entry]]] = (), results: Iterable[tuple[str, Iterable[Entry]]] = ()
) -> Thread:
    return Thread(_strands(origins), _strands(results))


def _strands(labelled: Iterable[tuple[str, Iterable[Entry]]]) -> tuple[Strand, ...]:
    strands = [Strand(label, list(entries)) for label, entries in labelled]
    return tuple(strand for strand in strands if strand.entries)
