"""One outcome: its words changed, itself dropped where it was a mistake, or released where it comes from a feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.acting import Outdated
from district.models import FieldOfAction
from district.staff_pages import answers, asks, attempt
from workshops.actions import drop_outcome, release_outcome, revise_outcome, settle_outcome
from workshops.forms.minutes import OutcomeForm
from workshops.models import Event, Outcome

from .frame import event_for, page

WRITE: Final = "workshops.take_minutes"
HANDLE: Final = "workshops.handle_feedback"


@asks
def change_outcome(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show one outcome with what it says and where it comes from, and do with it what can be done now."""
    event = event_for(request, pk, right="workshops.view_outcome")
    outcome = get_object_or_404(
        event.outcomes.select_related("item", "feedback", "field_of_action", "group"), pk=key
    )
    outcome.event = event
    if not request.user.has_perm(HANDLE if outcome.feedback_id else WRITE, event):
        raise PermissionDenied
    fields = list(FieldOfAction.objects.filter(concept=event.concept_id))
    form = OutcomeForm.of(outcome, fields)
    theirs: Outcome | None = None
    if request.method == "POST":
        verb = request.POST.get("verb", "save")
        if verb == "save":
            form = OutcomeForm(answers(request), fields=fields)
        try:
            if (verb != "save" or form.is_valid()) and (told := attempt(form, _acts(outcome, form)[verb])):
                messages.success(request, told)
                return HttpResponseRedirect(_way_on(outcome, verb))
        except Outdated as faster:
            theirs = Outcome.objects.select_related("field_of_action").get(pk=outcome.pk)
            messages.warning(request, " ".join(faster.messages))
    ...
