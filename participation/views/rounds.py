"""What readers see of the rounds: all of a concept, one with its ideas or its draft, and where the ideas lie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from district.freshness import kept_for_readers
from district.models import District
from district.views import public_concept
from participation.draft import document
from participation.figures import with_figures
from participation.filters import IdeaFilter
from participation.listing import listing
from participation.models import Round
from participation.outline import entry, outline
from participation.paging import PARAMETERS, Place
from participation.points import features


@kept_for_readers
@require_safe
def rounds(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List the rounds of a concept by their state, with what may be done and what came of it."""
    concept = public_concept(concept_slug)
    found = with_figures(Round.objects.public().filter(concept=concept)).select_related("concept")
    groups = outline(found, on=timezone.localdate())
    return render(request, "participation/rounds.html", {"concept": concept, "groups": groups})


@kept_for_readers
@require_safe
def round_page(request: HttpRequest, concept_slug: str, round_slug: str) -> HttpResponse:
    """Show what is asked, and the ideas to be searched and sorted; of a draft its sections, unless somebody searches."""
    asked = _public_round(concept_slug, round_slug)
    context = {
        "concept": asked.concept,
        "entry": entry(asked, on=timezone.localdate()),
        "round": asked,
        "district": District.objects.current(),
    }
    if asked.is_draft and not request.GET.keys() & {*IdeaFilter.base_fields, *PARAMETERS}:
        return render(request, "participation/draft.html", {**context, "parts": document(asked)})
    form = IdeaFilter(request.GET, asked=asked)
    found = listing(form, Place.asked_for(request.GET), asked=asked)
    return render(request, "participation/round.html", {**context, "form": form, "listing": found})


@kept_for_readers
@require_safe
def points(request: HttpRequest, concept_slug: str, round_slug: str) -> HttpResponse:
    """Send the ideas of the filtered list for the map beside it."""
    asked = _public_round(concept_slug, round_slug)
    collection = {"type": "FeatureCollection", "features": features(IdeaFilter(request.GET, asked=asked), asked=asked)}
    return JsonResponse(collection, content_type="application/geo+json")


def _public_round(concept_slug: str, round_slug: str) -> Round:
    """Return a round that a reader may see, with its concept, or answer 404."""
    rounds = Round.objects.public().filter(concept__slug=concept_slug)
    return get_object_or_404(rounds.select_related("concept", "milestone"), slug=round_slug)
