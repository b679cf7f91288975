"""Written feedback to an event that was called off: read, dealt with, and turned into outcomes."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.addresses import key_of
from district.models import FieldOfAction, User
from district.staff_pages import answers, attempt, person, warn
from district.views import asks
from workshops.actions import record_outcome, release_outcome, settle_feedback
from workshops.forms.feedback import FeedbackFilter, Standing
from workshops.forms.minutes import OutcomeForm
from workshops.models import Event, Feedback, Outcome

from .frame import Route, event_for, page

PER_PAGE: Final = 20
HANDLE: Final = "workshops.handle_feedback"


@asks
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was written, what nobody has dealt with first; note that somebody has."""
    event = event_for(request, pk, right="workshops.view_participants")
    may_handle = request.user.has_perm(HANDLE, event)
    if request.method == "POST":
        if not may_handle:
            raise PermissionDenied
        handled = _find(event, request.POST.get("feedback", ""))
        try:
            settle_feedback(handled, by=person(request), at=timezone.now())
        except ValidationError as gone:
            warn(request, gone.messages)
        else:
            messages.success(request, _("Als erledigt vermerkt."))
        return HttpResponseRedirect(request.get_full_path())
    filters = FeedbackFilter(request.GET)
    page_obj = Paginator(_narrowed(_readable(event), filters), PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "feedback",
        event,
        tab="feedback",
        title=_("Rückmeldungen"),
        filters=filters,
        is_narrowed=any(filters.cleaned_data.values()),
        page_obj=page_obj,
        count=event.feedback.count(),
        waiting=event.feedback.open().count(),  # type: ignore[attr-defined]
        may_handle=may_handle,
    )


@asks
def outcome_of_feedback(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Write down what a feedback brought; with that, somebody has dealt with it, unless its author waits for a call."""
    event = event_for(request, pk, right=HANDLE)
    written = get_object_or_404(event.feedback.select_related("registration"), pk=key)
    fields = list(FieldOfAction.objects.filter(concept=event.concept_id))
    form = OutcomeForm(answers(request), fields=fields)
    if request.method == "POST" and form.is_valid():
        is_released = "release" in request.POST
        by = person(request)
        if attempt(form, lambda: _record(written, form, by=by, is_released=is_released)):
            told = _("Das Ergebnis ist veröffentlicht.") if is_released else _("Das Ergebnis ist festgehalten.")
            messages.success(request, told)
            return HttpResponseRedirect(f"{reverse('admin:workshops_event_feedback', args=[pk])}#rueckmeldung-{key}")
    return page(
        request,
        "feedback_outcome",
        event,
        tab="feedback",
        title=_("Ergebnis aus einer Rückmeldung"),
        feedback=written,
        form=form,
    )


ROUTES: list[Route] = [
    ("rueckmeldungen/", feedback, "feedback"),
    ("rueckmeldungen/<int:key>/ergebnis/", outcome_of_feedback, "feedback_outcome"),
]


def _record(written: Feedback, form: OutcomeForm, *, by: User, is_released: bool) -> Outcome:
    at = timezone.now()
    with transaction.atomic():
        settle_feedback(written, by=by, at=at, has_talked=False)  # first: nobody makes an outcome of what is gone
        outcome = record_outcome(written.event, form.found, at=at, feedback=written)
        if is_released:
            outcome = release_outcome(outcome, at=at)
    return outcome


def _readable(event: Event) -> QuerySet[Feedback]:
    """Return feedback with all that the list shows of it: what waits first, the oldest before the others."""
    # Rooms above keep what an outcome and a feedback became.
    entries = ("promotion__need", "promotion__goal", "promotion__measure")
    outcomes = Outcome.objects.select_related("event__minutes", "field_of_action", *entries).order_by("pk")
    rows = event.feedback.select_related("registration", "handled_by", "idea").prefetch_related(
        Prefetch("outcomes", outcomes)
    )
    return rows.order_by(F("handled_at").desc(nulls_first=True), "created_at", "pk")


def _narrowed(rows: QuerySet[Feedback], filters: FeedbackFilter) -> QuerySet[Feedback]:
    """Leave out what was not asked for; a value that cannot be is not asked for."""
    filters.is_valid()
    asked = filters.cleaned_data
    if words := asked.get("q"):
        rows = rows.filter(text__icontains=words)
    if standing := asked.get("stand"):
        rows = rows.filter(handled_at__isnull=standing == Standing.OPEN)
    return rows.filter(wants_talk=True) if asked.get("gespraech") else rows


def _find(event: Event, key: str) -> Feedback:
    return get_object_or_404(event.feedback, pk=key_of(key))
