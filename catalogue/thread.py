"""The red thread at one entry: where it comes from, and what follows from it. A reader's view: drafts are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Entry, Goal, Measure, Need


@dataclass(frozen=True)
class Strand:
    """Entries of one kind."""

    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Thread:
    """What lies before an entry and what after it; strands without entries are left out."""

    origins: tuple[Strand, ...]
    results: tuple[Strand, ...]


def thread(entry: Entry) -> Thread:
    """Follow the thread one step in both directions; from a measure on to the needs, since the council asks for them."""
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
