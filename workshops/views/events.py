"""What readers see of one event: its page, its papers, its minutes, and its entry for their own calendar."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from district import rate_limit
from district.downloads import send_bytes
from district.freshness import kept_for_readers
from district.models import Concept, District, FieldOfAction
from district.views import public_concept, too_many
from milestones import calendar as ical
from workshops.calendar import entry
from workshops.event_page import facts, history, record, registering, standing
from workshops.minutes_file import minutes_docx, minutes_pdf
from workshops.models import Event, Minutes, Outcome, Paper
from workshops.outcomes import by_kind, with_entries
from workshops.papers import papers
from workshops.structured_data import event_data, in_script

from .papers import send_paper

MINUTES_ENDINGS: Final = ("pdf", "docx")


@kept_for_readers
@require_safe
def event(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show an event with its agenda and papers, who can come, what happened to its date and what it brought."""
    concept = public_concept(concept_slug)
    found = _event_of(concept, pk)
    today = concept.as_of(timezone.localdate())
    district = District.objects.current()
    changes = list(found.changes.all())
    minutes: Minutes | None = getattr(found, "minutes", None)
    outcomes = list(with_entries(Outcome.objects.filter(event=found)))
    entrance = registering(found, on=today)
    data = event_data(
        found,
        changes=changes,
        free=entrance.free if entrance else None,
        url=request.build_absolute_uri(found.get_absolute_url()),
        site=request.build_absolute_uri("/"),
        district=district,
    )
    return render(
        request,
        "workshops/event.html",
        {
            "concept": concept,
            "district": district,
            "today": today,
            "event": found,
            "standing": standing(found, on=today),
            "facts": facts(found, fields_of_action=FieldOfAction.objects.filter(dates=found).order_by("number")),
            "agenda": list(found.agenda.all()),
            "papers": papers(found.papers.for_registered()),
            "history": history(changes),
            "registering": entrance,
            "minutes": minutes,
            "record": record(minutes, minutes.steps.all() if minutes else ()),
            "outcomes": by_kind(_of_agenda(outcomes), concept=concept, on=today),
            "feedback": found.feedback.count() if found.state == Event.State.CALLED_OFF else 0,
            "takes_feedback": found.takes_feedback(today),
            "from_feedback": by_kind(_of_feedback(outcomes), concept=concept, on=today),
            "structured_data": in_script(data),
        },
    )


@require_safe
def paper(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponseBase:
    """Send a public paper of a public event."""
    papers_of_events = Paper.objects.public().select_related("event__concept")
    found = get_object_or_404(papers_of_events, pk=pk, event__concept__slug=concept_slug)
    return send_paper(request, found, back=found.event.get_absolute_url())


@kept_for_readers
@require_safe
@conditional_page
def calendar(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Send the event for somebody's own calendar."""
    concept = public_concept(concept_slug)
    found = _event_of(concept, pk)
    return ical.send(
        request,
        [entry(found)],
        key=f"event-{found.pk}",
        name=found.title,
        description=found.topic,
        page=found.get_absolute_url(),
        file_name=f"{concept.slug}-termin-{found.pk}",
    )


@require_safe
def minutes(request: HttpRequest, concept_slug: str, pk: int, ending: str) -> HttpResponse:
    """Send what is public of the released minutes, as PDF or Word file; typesetting them costs, so not without end."""
    found = _event_of(public_concept(concept_slug), pk)
    released: Minutes | None = getattr(found, "minutes", None)
    if released is None or not released.is_released or ending not in MINUTES_ENDINGS:
        raise Http404
    if seconds := rate_limit.take("documents", at=timezone.now(), who=rate_limit.visitor_of(request)):
        return too_many(request, seconds)
    if ending == "pdf":
        content = minutes_pdf(found, internal=False, made_at=timezone.now())
    else:
        content = minutes_docx(found, internal=False)
    return send_bytes(content, title=str(released), ending=ending)


def _event_of(concept: Concept, pk: int) -> Event:
    """Return an event that readers see, or answer 404."""
    events = Event.objects.public().filter(concept=concept).defer("municipality__boundary")
    found = get_object_or_404(events.select_related("group", "milestone", "municipality", "phase", "minutes"), pk=pk)
    found.concept = concept
    if found.group:
        found.group.concept = concept
    return found


def _of_agenda(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.feedback_id is None]


def _of_feedback(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.feedback_id is not None]
