"""Erasing at somebody's request, who calls or writes because the secret link is lost."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.staff_pages import person
from district.views import asks
from participation.actions import erase
from participation.models import Idea

from .asking import page


@asks
def erase_submitter(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what would be erased of whoever sent an idea, and erase it; also where the concept is closed."""
    ideas = Idea.objects.select_related("round__concept", "section", "submitter").defer("search")
    idea = get_object_or_404(ideas, pk=pk)
    if not request.user.has_perm("participation.erase_submitter", idea):
        raise PermissionDenied
    back = reverse("admin:participation_idea_change", args=[idea.pk])
    submitter = idea.submitter
    if request.method == "POST":
        erase(submitter, at=timezone.now(), by=person(request))
        messages.success(request, _("Alles, was sich löschen lässt, ist gelöscht."))
        return HttpResponseRedirect(back)
    own = submitter.ideas.select_related("section").defer("search").order_by("pk")
    return page(
        request,
        "erase_submitter",
        row=idea,
        title=_("Auf Verlangen löschen"),
        subtitle=str(idea),
        idea=idea,
        own=own,
        comments=submitter.comments.count(),
        back=back,
    )
