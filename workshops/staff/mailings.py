"""Mails to the people of an event: what was sent, and writing a new one, which is looked at before it goes out once."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from district.acting import Outdated
from district.staff_pages import answers, attempt, person
from district.views import asks
from workshops import notices
from workshops.actions import recipients, send, why_no_change
from workshops.forms.mailings import AUDIENCES, MailingForm
from workshops.models import Event, Mailing
from workshops.models.registrations import TAKING_PART
from workshops.participants import Show, narrowed

from .frame import Route, event_for, page

Audience, Kind = Mailing.Audience, Mailing.Kind
PER_PAGE: Final = 20
MOST_NAMES: Final = 30


@require_safe
def mailings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was written to whom, and who has not answered an invitation."""
    event = event_for(request, pk, right="workshops.view_participants")
    unanswered = narrowed(event, show=Show.INVITED)
    sent = Paginator(event.mailings.select_related("sent_by").order_by("-sent_at", "-pk"), PER_PAGE)
    return page(
        request,
        "mailings",
        event,
        tab="mailings",
        title=_("Rundschreiben"),
        page_obj=sent.get_page(request.GET.get("page")),
        unanswered=unanswered[:MOST_NAMES],
        unanswered_count=unanswered.count(),
        uninvited_count=unanswered.filter(invited_at=None).count(),
        may_write=request.user.has_perm("workshops.write_to_participants", event),
        closed=why_no_change(event, on=timezone.localdate()),
    )


@asks
@never_cache
def compose(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a mail, look at it as the first recipient will, and send it once."""
    event = event_for(request, pk, right="workshops.write_to_participants")
    counts = {audience.value: recipients(event, audience).count() for audience in Audience}
    form = MailingForm(answers(request), counts=counts, initial=_beginning(request, event))
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if "send" not in request.POST:
            return _preview(request, event, form)
        try:
            sent = attempt(form, lambda: _send(request, event, form))
        except Outdated:
            return _sent_already(request, event, form)
        if sent:
            told = ngettext(
                "Das Rundschreiben geht an %(count)s Person.",
                "Das Rundschreiben geht an %(count)s Personen.",
                sent.recipients,
            )
            messages.success(request, told % {"count": sent.recipients})
            return HttpResponseRedirect(_log(event))
    taking_part = event.registrations.filter(state__in=TAKING_PART)
    return page(
        request,
        "mailing_compose",
        event,
        tab="mailings",
        title=_("Rundschreiben verfassen"),
        form=form,
        unreachable=taking_part.filter(email="", erased_at=None).count(),
        back=_log(event),
    )


def _beginning(request: HttpRequest, event: Event) -> dict[str, Any]:
    """Return what a new mail begins with: an invitation goes to whoever has not been written to, else to all without an answer."""
    if request.GET.get("kind") == Kind.INVITATION:
        subject = _("Einladung: %(event)s") % {"event": event}
        has_new = recipients(event, Audience.NEWLY_INVITED).exists()
        audience = Audience.NEWLY_INVITED if has_new else Audience.INVITED
        return {"kind": Kind.INVITATION, "audience": audience, "subject": subject[:150]}
    return {"kind": Kind.MESSAGE, "subject": event.title[:150]}


def _preview(
    request: HttpRequest, event: Event, form: MailingForm, *, meanwhile: Mailing | None = None
) -> HttpResponse:
    """Show the mail as the first recipient will read it; `meanwhile` is what somebody else has just sent."""
    mailing = _mailing(event, form)
    people = recipients(event, mailing.audience)
    first = people[0]  # the form has seen that somebody is there
    first.event = event
    subject, text = notices.preview(first, mailing)
    return page(
        request,
        "mailing_preview",
        event,
        tab="mailings",
        title=_("Vorschau"),
        form=form,
        mailing=mailing,
        audience=AUDIENCES[mailing.audience],
        first=first,
        subject=subject,
        text=text,
        count=form.counts[mailing.audience],
        again=people.exclude(invited_at=None).count() if mailing.kind == Kind.INVITATION else 0,
        seen=event.mailings.count(),
        meanwhile=meanwhile,
    )


def _send(request: HttpRequest, event: Event, form: MailingForm) -> Mailing:
    given = form.cleaned_data
    return send(
        event,
        kind=Kind(given["kind"]),
        audience=given["audience"],
        subject=given["subject"],
        text=given["text"],
        by=person(request),
        at=timezone.now(),
        seen=given["seen"] or 0,
    )


def _sent_already(request: HttpRequest, event: Event, form: MailingForm) -> HttpResponse:
    """Say that this very mail was sent before, or show it again where it was another one."""
    wanted, latest = _mailing(event, form), event.mailings.order_by("-sent_at", "-pk").first()
    said = ("kind", "audience", "subject", "text")
    if latest and all(getattr(latest, name) == getattr(wanted, name) for name in said):
        messages.warning(request, _("Dieses Rundschreiben ist schon gesendet. Es ging nur einmal hinaus."))
        return HttpResponseRedirect(_log(event))
    return _preview(request, event, form, meanwhile=latest)


def _mailing(event: Event, form: MailingForm) -> Mailing:
    """Return what would be sent."""
    said = {name: form.cleaned_data[name] for name in ("kind", "audience", "subject", "text")}
    return Mailing(event=event, **said)


def _log(event: Event) -> str:
    return reverse("admin:workshops_event_mailings", args=[event.pk])


ROUTES: list[Route] = [
    ("rundschreiben/", mailings, "mailings"),
    ("rundschreiben/neu/", compose, "mailings_new"),
]
