"""What readers see of one idea, and the files that came with it."""

from __future__ import annotations

from itertools import chain
from pathlib import PurePath
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from district import atlas
from district.downloads import send_file
from district.freshness import kept_for_readers
from district.map_drawing import SmallMap, small_map
from district.models import District
from participation.actions.voices import why_no_comment, why_no_support
from participation.discussion import discussion
from participation.listing import DECISION_SIGNS, for_cards, standing
from participation.models import Assessment, Idea, IdeaFile, IdeaStep
from participation.models.assessments import Decision
from participation.models.ideas import IdeaQuerySet, State
from participation.models.rounds import shown
from participation.similar import similar

MOST_LISTED: Final = 20
# Large, or nobody's business here.
NOT_SHOWN: Final = (
    "search",
    "municipality__boundary",
    "submitter__email",
    "submitter__postal_address",
    "assessment__proposal",
    "section__text",
    "split_from__search",
)


@kept_for_readers
@require_safe
def idea(request: HttpRequest, concept_slug: str, round_slug: str, pk: int) -> HttpResponse:
    """Show an idea with its history, the answer, what it flowed into and what others say of it."""
    found = get_object_or_404(_ideas_of(concept_slug).filter(round__slug=round_slug), pk=pk)
    if not found.is_public:
        return _not_here(request, found)
    now = timezone.now()
    district = District.objects.current()
    answer = found.assessment if found.state == State.ANSWERED else None
    return render(
        request,
        "participation/idea.html",
        {
            "concept": found.concept,
            "round": found.round,
            "district": district,
            "idea": found,
            "standing": standing(found),
            "map": _map(found),
            "files": list(found.files.filter(is_public=True)),
            "steps": list(
                IdeaStep.objects.for_readers().filter(idea=found).select_related("other").defer("other__search")
            ),
            "answer": answer,
            "due_on": found.due_on(district.answer_target_days) if district else None,
            "today": timezone.localdate(now),
            "absorbed": _absorbed(found),
            "alike": similar(found.round, found.title, exclude=found),
            "why_no_support": why_no_support(found, at=now),
            "why_no_comment": why_no_comment(found, at=now),
            "discussion": discussion(found, is_whole=request.GET.get("kommentare") == "alle"),
            "address": request.build_absolute_uri(found.get_absolute_url()),
            **(_outcome(answer, found) if answer else {}),
        },
    )


@require_safe
def file(request: HttpRequest, concept_slug: str, pk: int) -> FileResponse:
    """Send a public file of a public idea, to be saved and never shown by the browser itself."""
    found = get_object_or_404(IdeaFile.objects.public(), pk=pk, idea__round__concept__slug=concept_slug)
    return send_file(found.file, title=PurePath(found.name).stem)


def _ideas_of(concept_slug: str) -> IdeaQuerySet:
    """Return all ideas of public rounds, public themselves or not, with what their page shows."""
    ideas = Idea.objects.filter(shown("round__"), round__concept__slug=concept_slug)
    related = ("round__concept", "section", "field_of_action", "municipality", "submitter", "split_from")
    return ideas.select_related(*related, "assessment__corrects__corrects", "assessment__correction").defer(*NOT_SHOWN)


def _not_here(request: HttpRequest, found: Idea) -> HttpResponse:
    """Lead on from an idea that is not public: to what it became, to a page that says it is gone, or to nothing at all."""
    if found.merged_into and found.state == State.MERGED and found.merged_into.is_public:
        return redirect(found.merged_into)
    context = {"concept": found.concept, "round": found.round, "idea": found}
    if found.state == State.SPLIT and (parts := _listed(Idea.objects.public().filter(split_from=found), found)):
        return render(request, "participation/split.html", {**context, "parts": parts})
    if found.published_at and found.state in (State.DECLINED, State.WITHDRAWN, State.MERGED, State.SPLIT):
        return render(request, "participation/gone.html", context, status=410)
    raise Http404


def _outcome(answer: Assessment, found: Idea) -> dict[str, object]:
    """Return what the answer says beyond its words: what the idea flowed into, and which others it answers."""
    entries = chain(answer.needs.listed(), answer.goals.listed(), answer.measures.listed())
    others = Idea.objects.public().filter(assessment=answer, state=State.ANSWERED).exclude(pk=found.pk)
    return {
        "sign": DECISION_SIGNS[Decision(answer.decision)],
        "flowed_into": list(entries),
        "answered_along": _listed(others, found),
        "former_answers": answer.answers_before,
    }


def _listed(ideas: IdeaQuerySet, found: Idea) -> list[Idea]:
    """Return ideas of the same round, to be named and linked."""
    listed = list(for_cards(ideas).order_by("-support_count", "-pk")[:MOST_LISTED])
    for each in listed:
        each.round = found.round
    return listed


def _absorbed(found: Idea) -> list[Idea]:
    """Return what goes on as part of an idea and was public before: a withdrawn or declined one is named nowhere."""
    merged = found.merged.filter(state=State.MERGED).exclude(published_at=None)
    return list(merged.order_by("submitted_at", "pk").defer("search"))


def _map(found: Idea) -> SmallMap | None:
    if found.municipality is None and found.latitude is None:
        return None
    ags = found.municipality.ags if found.municipality else ""
    return small_map(atlas.current().drawing, ags=ags, latitude=found.latitude, longitude=found.longitude)
