"""The desks of one comment and of one report."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.staff_pages import attempt, person, warn, with_ways
from district.views import asks
from participation.actions import decline_comment, publish_comment
from participation.actions.reports import keep, take_down
from participation.actions.together import Changed, as_seen
from participation.forms.moderation import DeclineForm, InboxFilter, SeenForm
from participation.inbox import Inbox, Place
from participation.models import Comment, Report
from participation.models.voices import CommentState

from .asking import desk_of, inbox_url, page
from .offered import decisions


@asks
def moderate_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a comment with what it answers; publish or decline it, and go on to what waits next."""
    comments = Comment.objects.select_related("idea__round__concept", "idea__section", "submitter", "parent__submitter")
    comment = get_object_or_404(comments.defer("idea__search"), pk=pk)
    if not request.user.has_perm("participation.moderate_idea", comment):
        raise PermissionDenied
    offered = decisions(comment)
    sent: SeenForm | None = None
    verb = request.POST.get("verb", "")
    if request.method == "POST":
        if verb not in ("publish", "decline"):
            raise BadRequest("no such decision")
        if verb not in offered:
            late = _("Der Kommentar ist inzwischen „%(state)s“. Das lässt sich deshalb nicht mehr tun.")
            messages.warning(request, late % {"state": comment.get_state_display()})
            return HttpResponseRedirect(request.get_full_path())
        sent = _form(verb)(request.POST, of=comment, prefix=verb)
        try:
            if sent.is_valid() and (told := attempt(sent, lambda: _decide(request, comment, verb, sent))):
                messages.success(request, told)
                return HttpResponseRedirect(_way_on(request, comment))
        except Changed as faster:
            warn(request, faster.messages)
            return HttpResponseRedirect(request.get_full_path())
    forms = {name: _form(name)(of=comment, prefix=name) for name in offered}
    if sent is not None:
        forms[verb] = sent
    filters = InboxFilter(request.GET)
    inbox = Inbox(filters.criteria)
    following = inbox.after(Place.of(comment))
    return page(
        request,
        "moderation_comment",
        row=comment,
        title=_("Kommentar"),
        subtitle=str(comment.idea),
        comment=comment,
        idea=comment.idea,
        days=max((timezone.localdate() - timezone.localdate(comment.submitted_at)).days, 0),
        is_waiting=comment.checked_at is None,
        forms=forms,
        sent=verb if sent else "",
        reports=Report.objects.open().filter(comment=comment),
        next_url=desk_of(following, filters) if following else "",
        left=inbox.count,
        keys=_keys(forms, publish=_("veröffentlichen"), has_next=following is not None),
    )


@asks
def moderate_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report with the reported text; leave it or take it down, and go on to what waits next."""
    reports = Report.objects.select_related(
        "idea__round__concept", "idea__section", "idea__submitter", "comment__submitter", "handled_by"
    )
    report = get_object_or_404(reports.defer("idea__search"), pk=pk)
    if not request.user.has_perm("participation.moderate_idea", report):
        raise PermissionDenied
    thing = report.comment or report.idea
    verb = request.POST.get("verb", "")
    sent: DeclineForm | None = None
    if request.method == "POST":
        if verb not in ("keep", "take_down"):
            raise BadRequest("no such decision")
        if report.handled_at:
            messages.warning(request, _("Diese Meldung hat inzwischen jemand anderes erledigt."))
            return HttpResponseRedirect(request.get_full_path())
        form = DeclineForm(request.POST, of=thing, prefix="take_down") if verb == "take_down" else forms.Form({})
        if form.is_valid() and (count := attempt(form, lambda: _settle(request, report, form))):
            messages.success(request, _told(verb, count))
            return HttpResponseRedirect(_way_on(request, report))
        if not isinstance(form, DeclineForm):
            warn(request, form.non_field_errors())
            return HttpResponseRedirect(request.get_full_path())
        sent = form
    filters = InboxFilter(request.GET)
    inbox = Inbox(filters.criteria)
    following = inbox.after(Place.of(report))
    others = Report.objects.filter(idea=report.idea_id, comment=report.comment_id).exclude(pk=report.pk)
    return page(
        request,
        "moderation_report",
        row=report,
        title=_("Meldung"),
        subtitle=str(report.idea),
        report=report,
        thing=thing,
        idea=report.idea,
        others=others.select_related("handled_by"),
        open_count=sum(1 for other in others if other.handled_at is None) + (report.handled_at is None),
        days=max((timezone.localdate() - timezone.localdate(report.created_at)).days, 0),
        may_take_down=report.handled_at is None and _is_up(report),
        form=sent or DeclineForm(of=thing, prefix="take_down"),
        next_url=desk_of(following, filters) if following else "",
        left=inbox.count,
        keys=_keys(
            [] if report.handled_at else ["publish", "decline"],
            publish=_("stehen lassen"),
            has_next=following is not None,
        ),
    )


def _form(verb: str) -> type[SeenForm]:
    return DeclineForm if verb == "decline" else SeenForm


def _decide(request: HttpRequest, comment: Comment, verb: str, form: SeenForm) -> str:
    by, at = person(request), timezone.now()
    if verb == "publish":
        as_seen([form.what_was_seen], lambda: publish_comment([comment], by=by, at=at))
        back = f"{reverse('admin:participation_comment_moderate', args=[comment.pk])}#herunternehmen"
        return with_ways(_("Der Kommentar ist veröffentlicht."), (back, _("Herunternehmen …")))
    reason = form.cleaned_data["reason"]
    as_seen([form.what_was_seen], lambda: decline_comment([comment], reason=reason, by=by, at=at))
    return _("Der Kommentar wird nicht veröffentlicht.")


def _settle(request: HttpRequest, report: Report, form: forms.Form) -> int:
    by, at = person(request), timezone.now()
    if isinstance(form, DeclineForm):
        return take_down(report, reason=form.cleaned_data["reason"], by=by, at=at)
    return keep(report, by=by, at=at)


def _keys(offered: Iterable[str], *, publish: str, has_next: bool) -> list[tuple[str, str]]:
    """Return the keys that do something on this page, and what (static/kek/moderation.js)."""
    words = {"publish": ("p", publish), "decline": ("a", _("ablehnen"))}
    keys = [words[name] for name in offered]
    return [*keys, ("n", _("nächster Beitrag"))] if has_next else keys


def _is_up(report: Report) -> bool:
    """Whether readers still see what was reported."""
    return report.comment.state == CommentState.PUBLISHED if report.comment else report.idea.is_public


def _told(verb: str, count: int) -> str:
    if verb == "keep":
        told = ngettext(
            "Der Beitrag bleibt stehen, die Meldung ist erledigt.",
            "Der Beitrag bleibt stehen, %(count)s Meldungen sind erledigt.",
            count,
        )
    else:
        told = ngettext(
            "Der Beitrag ist nicht mehr öffentlich, die Meldung ist erledigt.",
            "Der Beitrag ist nicht mehr öffentlich, %(count)s Meldungen sind erledigt.",
            count,
        )
    return told % {"count": count}


def _way_on(request: HttpRequest, thing: Comment | Report) -> str:
    filters = InboxFilter(request.GET)
    following = Inbox(filters.criteria).after(Place.of(thing))
    return desk_of(following, filters) if following else inbox_url(filters)
