"""What readers see of the working groups: which there are, who works in each, when they meet and what they brought."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from district.freshness import kept_for_readers
from district.models import Concept
from district.views import public_concept
from milestones import calendar as ical
from milestones.wording import name_of
from workshops.calendar import subscribed
from workshops.cards import cards, for_cards
from workshops.group_pages import SIGNS, organisations, outline
from workshops.models import Event, Outcome, WorkingGroup
from workshops.outcomes import by_kind, with_entries

PER_PAGE: Final = 20
MOST_COMING: Final = 50  # who looks further ahead has the calendar


@kept_for_readers
@require_safe
def groups(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List the working groups with their next session and how much they brought."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    found = WorkingGroup.objects.public().filter(concept=concept)
    return render(
        request,
        "workshops/groups.html",
        {"concept": concept, "today": today, "groups": outline(found, concept=concept, on=today)},
    )


@kept_for_readers
@require_safe
def group(request: HttpRequest, concept_slug: str, group_slug: str) -> HttpResponse:
    """Show what a group is there for, which organisations work in it, its sessions and what came of them."""
    concept = public_concept(concept_slug)
    found = _group_of(concept, group_slug)
    today = concept.as_of(timezone.localdate())
    sessions = for_cards(Event.objects.public().filter(group=found))
    coming = list(sessions.coming(today)[: MOST_COMING + 1])
    page = Paginator(sessions.past(today), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "workshops/group.html",
        {
            "concept": concept,
            "today": today,
            "group": found,
            "state": (state := found.state(today)),
            "sign": SIGNS[state],
            "fields_of_action": list(found.fields_of_action.order_by("number")),
            "organisations": organisations(found.members.all()),
            "coming": cards(coming[:MOST_COMING], on=today),
            "has_more_coming": len(coming) > MOST_COMING,
            "page": page,
            "past": cards(page.object_list, on=today),
            "outcomes": by_kind(with_entries(Outcome.objects.filter(group=found)), concept=concept, on=today),
        },
    )


@kept_for_readers
@require_safe
@conditional_page
def calendar(request: HttpRequest, concept_slug: str, group_slug: str) -> HttpResponse:
    """Send the group's public sessions as a calendar to subscribe to."""
    concept = public_concept(concept_slug)
    found = _group_of(concept, group_slug)
    return ical.send(
        request,
        subscribed(Event.objects.public().filter(group=found), on=concept.as_of(timezone.localdate())),
        key=f"group-{found.pk}",
        name=f"{name_of(concept)}: {found.name}",
        description=found.task,
        page=found.get_absolute_url(),
        file_name=f"{concept.slug}-{found.slug}",
    )


def _group_of(concept: Concept, slug: str) -> WorkingGroup:
    """Return a group that readers see, or answer 404."""
    found = get_object_or_404(WorkingGroup.objects.public().filter(concept=concept), slug=slug)
    found.concept = concept
    return found
