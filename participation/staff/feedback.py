"""What somebody wrote to an event that was called off becomes an idea of a round, once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.staff_pages import answers, attempt, person, warn
from district.views import asks
from participation.actions.offline import take_up
from participation.forms.feedback import TakeUpForm
from participation.models import Idea
from workshops.models import Feedback

from .asking import page


@asks
def take_up_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to which round it belongs, and store it there; the moderation then treats it as any other."""
    written = get_object_or_404(Feedback.objects.select_related("event__concept", "event__group"), pk=pk)
    may_settle = request.user.has_perm("workshops.handle_feedback", written.event)
    if not (may_settle and request.user.has_perm("participation.record_idea", written)):
        raise PermissionDenied
    if idea := Idea.objects.filter(feedback=written).first():
        warn(request, [_("Aus dieser Rückmeldung ist schon eine Idee geworden.")])
        return HttpResponseRedirect(_desk_of(idea))
    form = TakeUpForm(answers(request), concept=written.concept)
    if request.method == "POST" and form.is_valid():
        asked, title = form.cleaned_data["to"], form.cleaned_data["title"]
        if not request.user.has_perm("participation.record_idea", asked):
            raise PermissionDenied
        if idea := attempt(
            form, lambda: take_up(written, to=asked, title=title, by=person(request), at=timezone.now())
        ):
            messages.success(
                request, _("%(idea)s ist aufgenommen und wartet auf die Prüfung.") % {"idea": idea.reference}
            )
            return HttpResponseRedirect(_desk_of(idea))
    return page(
        request,
        "feedback_take_up",
        title=_("Idee aus einer Rückmeldung"),
        feedback=written,
        form=form,
        back=reverse("admin:workshops_event_feedback", args=[written.event_id]),
    )


def _desk_of(idea: Idea) -> str:
    return reverse("admin:participation_idea_moderate", args=[idea.pk])
