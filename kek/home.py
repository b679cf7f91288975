"""The start page of a concept, „Wo stehen wir?“."""

from __future__ import annotations

import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from district.freshness import kept_for_readers
from district.models import Concept
from district.views import public_concept
from milestones.deliberations import Course, course
from milestones.models import Milestone, Phase, Resolution, resolving
from milestones.standing import standing
from participation.models import Round
from participation.outline import Entry, entries
from workshops.cards import Card, cards, for_cards
from workshops.models import Event

MOST_DATES: Final = 3


@kept_for_readers
@require_safe
def home(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Answer at a glance where the concept stands, what comes next, what moved, and how to take part."""
    concept = public_concept(concept_slug)
    successors = list(concept.successors.filter(is_public=True))
    today = concept.as_of(timezone.localdate())
    phases = list(Phase.objects.filter(concept=concept).with_moves())
    return render(
        request,
        "kek/home.html",
        {
            "concept": concept,
            "today": today,
            "standing": standing(phases, today=today),
            "decision": _decision(resolving(milestone for phase in phases for milestone in phase.milestones.all())),
            "rounds": _rounds([concept], on=timezone.localdate()),
            "dates": _dates(concept, on=timezone.localdate()),
            "fields_of_action": list(concept.fields_of_action.all()),
            "successors": successors,
            "rounds_after": _running(successors, on=timezone.localdate()),
            "predecessor": concept.predecessor if concept.predecessor and concept.predecessor.is_public else None,
        },
    )


def _dates(concept: Concept, *, on: datetime.date) -> list[Card]:
    """Return the next public events that have a date; a closed concept invites nobody any more."""
    if concept.is_closed:
        return []
    ahead = Event.objects.public().filter(concept=concept, state=Event.State.PLANNED).coming(on)
    return cards(for_cards(ahead)[:MOST_DATES], on=on)


def _rounds(concepts: list[Concept], *, on: datetime.date) -> list[Entry]:
    """Return the rounds in which readers can take part, now or soon; the first ones to begin stand first."""
    ahead = Round.objects.public().filter(concept__in=concepts, called_off_on=None, closes_on__gte=on)
    found = entries(ahead.select_related("concept").order_by("opens_on", "pk"), on=on)
    return [each for each in found if each.state == Round.State.COMING or not each.hindrance]


def _running(concepts: list[Concept], *, on: datetime.date) -> list[Round]:
    """Return the rounds in which readers can take part now; the first ones to end stand first."""
    running = [each.round for each in _rounds(concepts, on=on) if not each.hindrance]
    return sorted(running, key=lambda asked: (asked.closes_on, asked.pk))


def _decision(milestone: Milestone | None) -> Course | None:
    """Return the adopted paper about the concept itself: that of the milestone which stands for it."""
    papers = (
        Resolution.objects.filter(milestone=milestone, kind=Resolution.Kind.DECISION).public().with_consultations()
        if milestone
        else Resolution.objects.none()
    )
    ways = [course(paper) for paper in papers.order_by("pk")]
    return next((way for way in ways if way.state == Resolution.State.ADOPTED and way.decision), None)
