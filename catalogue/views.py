"""Public pages of the goal system and the measures."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.freshness import kept_for_readers
from district.views import public_concept

from .filters import EntryFilter
from .goal_system import goal_system
from .models import EntryQuerySet, Goal, Measure, Need
from .thread import thread

PER_PAGE: Final = 24  # fills rows of two and of three cards


@kept_for_readers
@require_safe
def goals(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Show needs and goals per field of action, from the Leitbild down to the sub-goals."""
    concept = public_concept(concept_slug)
    form = EntryFilter(request.GET or None, concept=concept)
    needs = list(form.narrow(Need.objects.filter(concept=concept).listed()))
    own_goals = Goal.objects.filter(concept=concept)
    found = form.narrow(own_goals.public())
    shown = own_goals.with_family(found) if form.is_searching else found
    system = goal_system(form.fields_of_action, needs=needs, goals=shown.listed())
    return render(
        request,
        "catalogue/goals.html",
        {
            "concept": concept,
            "form": form,
            # A search shows what it found; without one, a field shows its Leitbild even where nothing follows yet.
            "system": [section for section in system if not request.GET or not section.is_empty],
            "count": len(needs) + found.count(),
        },
    )


@kept_for_readers
@require_safe
def measures(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List the measures, to be searched by words and field of action."""
    concept = public_concept(concept_slug)
    form = EntryFilter(request.GET or None, concept=concept)
    found = form.narrow(Measure.objects.filter(concept=concept).listed()).select_related("field_of_action")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalogue/measures.html", {"concept": concept, "form": form, "page": page})


@kept_for_readers
@require_safe
def need(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show what has to change, and which goals answer to it."""
    return _entry(request, concept_slug, Need.objects.listed(), pk)


@kept_for_readers
@require_safe
def goal(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show a goal with its needs, its sub-goals and the measures that serve it."""
    return _entry(request, concept_slug, Goal.objects.listed().select_related("parent__concept"), pk)


@kept_for_readers
@require_safe
def measure(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show a measure with the goals it serves and the needs behind them."""
    return _entry(request, concept_slug, Measure.objects.listed(), pk)


def _entry(request: HttpRequest, concept_slug: str, entries: EntryQuerySet[Any], pk: int) -> HttpResponse:
    concept = public_concept(concept_slug)
    entry = get_object_or_404(entries.filter(concept=concept).select_related("field_of_action"), pk=pk)
    list_page, label = ("measures", _("Maßnahmen")) if isinstance(entry, Measure) else ("goals", _("Ziele"))
    return render(
        request,
        "catalogue/entry.html",
        {
            "concept": concept,
            "entry": entry,
            "thread": thread(entry),
            "list_url": reverse(f"catalogue:{list_page}", args=[concept.slug]),
            "list_label": label,
        },
    )
