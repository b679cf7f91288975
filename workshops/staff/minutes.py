"""The minutes: written on one page during the meeting, released by the chair, taken back to be corrected."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from district.acting import Outdated
from district.addresses import key_of
from district.downloads import send_bytes
from district.staff_pages import answers, attempt, person, warn
from district.tokens import digest_of
from district.views import asks
from workshops.actions import (
    audience_of_minutes,
    hold,
    recipients,
    release,
    reopen,
    settle_outcome,
    why_no_minutes,
)
from workshops.actions.locking import lock_event
from workshops.forms.minutes import ReleaseForm, ReopenForm
from workshops.minutes_file import minutes_docx, minutes_pdf
from workshops.models import Event, Mailing, Minutes, Outcome

from . import outcomes
from .frame import Route, event_for, page
from .writing import Desk

READ: Final = "workshops.view_internal_minutes"
WRITE: Final = "workshops.take_minutes"
RELEASE: Final = "workshops.release_minutes"
HTML: Final = "text/html"
JSON: Final = "application/json"


@asks
@never_cache
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the minutes item by item; save what was written, and do what a button says."""
    event = event_for(request, pk, right=READ)
    if request.method != "POST":
        return _desk_page(request, Desk(event))
    if not request.user.has_perm(WRITE, event):
        raise PermissionDenied
    now = timezone.now()
    desk = Desk.taking(event, request.POST, at=now)
    if request.get_preferred_type([HTML, JSON]) == JSON:
        return JsonResponse(desk.answer(now))
    if not desk.is_saved:
        return _desk_page(request, desk)
    return HttpResponseRedirect(_follow(request, desk))


@asks
def release_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show exactly what becomes public, and make it so once that is confirmed; record before that it took place."""
    event = event_for(request, pk, right=RELEASE)
    written = Minutes.objects.filter(event=event).first()
    if written is None or written.is_released:
        is_there = _("Dieses Protokoll ist freigegeben.")
        warn(request, [is_there if written else _("Zu diesem Termin gibt es noch kein Protokoll.")])
        return HttpResponseRedirect(_url("minutes", event))
    if request.POST.get("verb") == "hold":
        return _record_that_it_was_held(request, event)
    audience = audience_of_minutes(event)
    form = ReleaseForm(
        answers(request),
        initial={"seen": _seen(written), "tell": _is_worth_telling(event)},
        audience=audience,
        count=recipients(event, audience).count(),
    )
    try:
        is_sent = request.method == "POST" and form.is_valid()
        if is_sent and (released := attempt(form, partial(_release, request, written, form))):
            told = _("Das Protokoll ist freigegeben: Zusammenfassung und öffentliche Ergebnisse sind veröffentlicht.")
            messages.success(request, told)
            return HttpResponseRedirect(_url("minutes", released.event))
    except Outdated as faster:
        warn(request, faster.messages)
        return HttpResponseRedirect(_url("minutes_release", event))
    found = list(event.outcomes.filter(feedback=None).select_related("field_of_action").order_by("item__order", "pk"))
    return page(
        request,
        "minutes_release",
        event,
        tab="minutes",
        title=_("Protokoll freigeben"),
        form=form,
        minutes=written,
        shown=[outcome for outcome in found if outcome.is_public],
        kept=[outcome for outcome in found if not outcome.is_public],
        was_held=event.state == Event.State.HELD,
    )


@asks
def reopen_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is to be corrected, and take released minutes back."""
    event = event_for(request, pk, right=RELEASE)
    written = Minutes.objects.filter(event=event).first()
    if written is None or not written.is_released:
        warn(request, [_("Dieses Protokoll ist nicht freigegeben.")])
        return HttpResponseRedirect(_url("minutes", event))
    form = ReopenForm(answers(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: reopen(written, reason=reason, by=person(request), at=timezone.now())):
            messages.success(request, _("Das Protokoll ist wieder in Arbeit."))
            return HttpResponseRedirect(_url("minutes", event))
    return page(request, "minutes_reopen", event, tab="minutes", title=_("Protokoll berichtigen"), form=form)


@require_safe
@never_cache
def as_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the minutes with all that is internal as a PDF."""
    event = event_for(request, pk, right=READ)
    return send_bytes(minutes_pdf(event, internal=True, made_at=timezone.now()), title=_file_title(event), ending="pdf")


@require_safe
@never_cache
def as_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the minutes with all that is internal as a Word file."""
    event = event_for(request, pk, right=READ)
    return send_bytes(minutes_docx(event, internal=True), title=_file_title(event), ending="docx")


ROUTES: list[Route] = [
    ("protokoll/", minutes, "minutes"),
    ("protokoll/freigeben/", release_minutes, "minutes_release"),
    ("protokoll/berichtigen/", reopen_minutes, "minutes_reopen"),
    ("protokoll.pdf", as_pdf, "minutes_pdf"),
    ("protokoll.docx", as_docx, "minutes_docx"),
    ("ergebnisse/<int:key>/", outcomes.change_outcome, "outcome"),
]


def _follow(request: HttpRequest, desk: Desk) -> str:
    """Do what the button says after everything is saved, and return where it leads."""
    event = desk.event
    verb, _dash, key = request.POST.get("verb", "").partition("-")
    here = _url("minutes", event)
    match verb:
        case "release":
            return _url("minutes_release", event)
        case "edit" if outcome := _outcome(event, key):
            return _url("outcome", event, outcome.pk)
        case "done" | "undone" if (outcome := _outcome(event, key)) and outcome.kind in Outcome.TO_BE_DONE:
            try:
                settle_outcome(outcome, on=timezone.localdate() if verb == "done" else None)
            except ValidationError as refused:  # somebody else has changed it meanwhile
                warn(request, refused.messages)
            return f"{here}#ergebnis-{outcome.pk}"
        case "add" if key in desk.recorded:
            messages.success(request, _("Das Ergebnis ist festgehalten."))
            return f"{here}#punkt-{key}"
        case "point":
            return f"{here}#weitere"
    messages.success(request, _("Gespeichert."))
    return f"{here}#punkt-{key}" if verb == "save" and key_of(key) is not None else here


def _record_that_it_was_held(request: HttpRequest, event: Event) -> HttpResponse:
    try:
        hold(event, by=person(request), at=timezone.now())
        messages.success(request, _("Eingetragen: Die Veranstaltung hat stattgefunden."))
    except ValidationError as refused:
        warn(request, refused.messages)
    return HttpResponseRedirect(_url("minutes_release", event))


def _release(request: HttpRequest, written: Minutes, form: ReleaseForm) -> Minutes:
    """Release exactly what was seen. Raises `Outdated` where somebody has changed it meanwhile."""
    with transaction.atomic():
        lock_event(written.event)
        if form.cleaned_data["seen"] != _seen(Minutes.objects.get(pk=written.pk)):
            told = _("Jemand hat das Protokoll inzwischen geändert. Bitte sehen Sie noch einmal, was öffentlich wird.")
            raise Outdated(told)
        return release(written, by=person(request), at=timezone.now(), tell=form.cleaned_data.get("tell", False))


def _is_worth_telling(event: Event) -> bool:
    """Whether those who took part can read the minutes, and nobody has told them of an earlier release."""
    return event.is_shown and not event.mailings.filter(kind=Mailing.Kind.MINUTES).exists()


def _outcome(event: Event, key: str) -> Outcome | None:
    return event.outcomes.filter(pk=key_of(key) or 0).first()


def _desk_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    event, written = desk.event, desk.minutes
    may_change, hindrance = request.user.has_perm(WRITE, event), why_no_minutes(event)
    return page(
        request,
        "minutes",
        event,
        tab="minutes",
        title=_("Protokoll"),
        desk=desk,
        minutes=written,
        may_change=may_change,
        may_write=may_change and not desk.is_released and not hindrance,
        may_release=request.user.has_perm(RELEASE, event),
        hindrance=hindrance,
        is_off=event.state == Event.State.CALLED_OFF,
        steps=written.steps.select_related("by").order_by("-at", "-pk") if written else [],
    )


def _seen(written: Minutes) -> str:
    """Return what stands for exactly what the release would make public now."""
    of_outcomes = written.event.outcomes.filter(feedback=None).order_by("pk").values_list("pk", "revision")
    return digest_of(f"{written.revision} {list(of_outcomes)}")


def _url(name: str, event: Event, *more: Any) -> str:
    return reverse(f"admin:workshops_event_{name}", args=[event.pk, *more])


def _file_title(event: Event) -> str:
    return f"{_('Protokoll')} {event.title}"
