"""One outcome: its words changed, seen to, dropped where it was a mistake, released where it comes from a feedback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.acting import Outdated
from district.models import FieldOfAction
from district.staff_pages import attempt, warn
from district.views import asks
from workshops.actions import drop_outcome, release_outcome, revise_outcome, settle_outcome
from workshops.forms.minutes import OutcomeForm, SeenForm
from workshops.models import Event, Minutes, Outcome

from .frame import event_for, page


@asks
def change_outcome(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show one outcome and where it comes from; change its words, or do with it what a button says."""
    event = event_for(request, pk, right="workshops.view_event")
    outcome = find(event, key)
    if not request.user.has_perm(right_to(outcome), event):
        raise PermissionDenied
    fields = list(FieldOfAction.objects.filter(concept=event.concept_id))
    form: SeenForm = OutcomeForm.of(outcome, fields)
    theirs: Outcome | None = None
    if request.method == "POST" and request.POST.get("verb"):
        return _act(request, outcome)
    if request.method == "POST":
        written = form = OutcomeForm(request.POST, fields=fields)
        try:
            if written.is_valid() and (revised := attempt(written, partial(_revise, outcome, written))):
                messages.success(request, _("Das Ergebnis ist gespeichert."))
                return HttpResponseRedirect(way_back(revised))
        except Outdated:
            theirs = find(event, key)
            form = written.on_top_of(theirs.revision, fields=fields)
    return page(
        request,
        "outcome",
        event,
        tab="feedback" if outcome.feedback_id else "minutes",
        title=_("Ergebnis"),
        outcome=outcome,
        form=form,
        theirs=theirs,
        may_write=outcome.feedback_id is not None or not _is_released(event),
        back=way_back(outcome),
    )


def find(event: Event, key: int) -> Outcome:
    """Return an outcome of an event with where it comes from and where it went; 404 where it is gone."""
    related = ("item", "feedback", "field_of_action", "promotion__need", "promotion__goal", "promotion__measure")
    outcome: Outcome = get_object_or_404(event.outcomes.select_related(*related), pk=key)
    outcome.event = event
    return outcome


def right_to(outcome: Outcome) -> str:
    """Return the right that changing an outcome takes, asked with its event."""
    return "workshops.handle_feedback" if outcome.feedback_id else "workshops.take_minutes"


def way_back(outcome: Outcome) -> str:
    """Return where an outcome stands among the others."""
    name = "feedback" if outcome.feedback_id else "minutes"
    return f"{reverse(f'admin:workshops_event_{name}', args=[outcome.event_id])}#ergebnis-{outcome.pk}"


def _is_released(event: Event) -> bool:
    written = Minutes.objects.filter(event=event).first()
    return written is not None and written.is_released


def _act(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """Do what a button says, or tell why that cannot be."""
    act = VERBS.get(request.POST["verb"])
    if act is None:
        raise BadRequest("no such verb")
    try:
        messages.success(request, act(outcome))
    except ValidationError as refused:
        warn(request, refused.messages)
    return HttpResponseRedirect(way_back(outcome))


def _revise(outcome: Outcome, form: OutcomeForm) -> Outcome:
    return revise_outcome(outcome, form.found, seen=form.cleaned_data["seen"] or 0)


def _drop(outcome: Outcome) -> str:
    drop_outcome(outcome)
    return _("„%(outcome)s“ ist gelöscht.") % {"outcome": outcome}


def _release(outcome: Outcome) -> str:
    released = release_outcome(outcome, at=timezone.now())
    return (
        _("„%(outcome)s“ ist veröffentlicht.")
        if released.is_public
        else _("„%(outcome)s“ ist freigegeben und bleibt intern.")
    ) % {"outcome": outcome}


def _settle(outcome: Outcome) -> str:
    settle_outcome(outcome, on=timezone.localdate())
    return _("„%(outcome)s“ ist erledigt.") % {"outcome": outcome}


def _unsettle(outcome: Outcome) -> str:
    settle_outcome(outcome, on=None)
    return _("„%(outcome)s“ ist wieder offen.") % {"outcome": outcome}


VERBS: Final[Mapping[str, Callable[[Outcome], str]]] = {
    "drop": _drop,
    "release": _release,
    "done": _settle,
    "undone": _unsettle,
}
