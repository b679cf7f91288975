"""Public pages of the way to the resolution: timeline, method, postponements, papers of the council."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from district.downloads import send_file
from district.freshness import kept_for_readers
from district.models import Concept
from district.views import public_concept

from .deliberations import course, papers
from .filters import PostponementFilter, ResolutionFilter
from .listing import latest_moves, listing
from .method import picture
from .models import Attachment, Phase, Postponement, Resolution
from .models.changes import PostponementQuerySet
from .models.council import ResolutionQuerySet
from .timeline import SCREEN, SHEET, Chart, Format, chart
from .wording import name_of

PER_PAGE: Final = 20


@kept_for_readers
@require_safe
def timeline(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Show the way to the resolution as picture and list, the method, and the latest postponements."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    phases = list(Phase.objects.filter(concept=concept).with_history())
    return render(
        request,
        "milestones/timeline.html",
        {
            "concept": concept,
            "name": name_of(concept),
            "today": today,
            "chart": _chart(concept, phases),
            "sheet": _chart(concept, phases, form=SHEET),
            "picture": picture(phases, today=today),
            "listing": listing(phases, today=today),
            "postponements": latest_moves(phases, most=PER_PAGE),
        },
    )


@kept_for_readers
@require_safe
def timeline_svg(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Send the timeline as a file."""
    concept = public_concept(concept_slug)
    phases = Phase.objects.filter(concept=concept).with_milestones()
    return _svg(request, concept, "milestones/timeline.svg", "zeitplan", {"chart": _chart(concept, phases)})


@kept_for_readers
@require_safe
def postponements(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List all postponements, to be searched by words and cause."""
    concept = public_concept(concept_slug)
    form = PostponementFilter(request.GET or None)
    page = Paginator(form.narrow(_postponements(concept)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "milestones/postponements.html", {"concept": concept, "form": form, "page": page})


@kept_for_readers
@require_safe
def method(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Show the picture „Methodisches Vorgehen“ as large as the window, with the same as a list."""
    concept = public_concept(concept_slug)
    return render(request, "milestones/method.html", {"concept": concept} | _method(concept))


@kept_for_readers
@require_safe
def method_svg(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Send the picture „Methodisches Vorgehen“ as a file."""
    concept = public_concept(concept_slug)
    return _svg(request, concept, "milestones/method.svg", "methodisches-vorgehen", _method(concept))


@kept_for_readers
@require_safe
def resolutions(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List the papers of the council with their Beratungsfolge."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    form = ResolutionFilter(request.GET or None)
    found = form.narrow(_resolutions(concept)).order_by("pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    courses = [(each, course(each)) for each in page.object_list]
    return render(
        request,
        "milestones/resolutions.html",
        {
            "concept": concept,
            "today": today,
            "form": form,
            "page": page,
            "entries": [
                {"course": way, "papers": papers(each.attachments.all()), "next_session": way.next_session(today)}
                for each, way in courses
            ],
        },
    )


@kept_for_readers
@require_safe
def resolution(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show one paper with proposal, reasoning and financial effects."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    paper = get_object_or_404(_resolutions(concept).select_related("milestone"), pk=pk)
    way = course(paper)
    return render(
        request,
        "milestones/resolution.html",
        {
            "concept": concept,
            "today": today,
            "resolution": paper,
            "course": way,
            "papers": papers(paper.attachments.all()),
            "next_session": way.next_session(today),
        },
    )


@require_safe
def attachment(request: HttpRequest, concept_slug: str, pk: int) -> FileResponse:
    """Send a public attachment of a public paper, to be saved and never shown by the browser itself."""
    found = get_object_or_404(
        Attachment,
        pk=pk,
        is_public=True,
        resolution__is_public=True,
        resolution__concept__is_public=True,
        resolution__concept__slug=concept_slug,
    )
    return send_file(found.file, title=found.title)


def _chart(concept: Concept, phases: Iterable[Phase], form: Format = SCREEN) -> Chart:
    today = concept.as_of(timezone.localdate())
    picture = chart(phases, today=today, is_closed=concept.is_closed, form=form)
    return replace(picture, title=f"{picture.title}: {name_of(concept)}")


def _method(concept: Concept) -> dict[str, object]:
    phases = Phase.objects.filter(concept=concept).with_milestones()
    today = concept.as_of(timezone.localdate())
    return {"picture": picture(phases, today=today), "today": today}


def _postponements(concept: Concept) -> PostponementQuerySet:
    return Postponement.objects.of(concept).public().with_circumstances().order_by("-recorded_at", "-pk")


def _resolutions(concept: Concept) -> ResolutionQuerySet:
    return Resolution.objects.filter(concept=concept).public().with_consultations().prefetch_related("attachments")


def _svg(request: HttpRequest, concept: Concept, template: str, name: str, context: dict[str, object]) -> HttpResponse:
    context |= {"concept": concept, "name": name_of(concept)}
    response = render(request, template, context, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{concept.slug}.svg"'
    return response
