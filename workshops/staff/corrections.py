"""What is put right for one person: their name and address, and the mail that did not arrive, written once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from district import rate_limit
from district.acting import Outdated
from district.staff_pages import answers, attempt, person
from district.views import asks
from workshops import notices
from workshops.actions import (
    Letter,
    correct,
    fitting_letter,
    latest_invitation,
    letter_to_new_address,
    revision_of,
    why_no_answer,
    why_no_letter,
    write_again,
)
from workshops.forms.participants import CorrectForm, WriteForm
from workshops.models import Event, Registration
from workshops.models.registrations import WRITTEN, State
from workshops.participants import since

from .frame import Route, page, registration_for


@asks
@never_cache
def correct_for(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Correct somebody's name, organisation and address, also where the concept is closed; say who is written to."""
    right = "workshops.erase_registration"
    event, registration = registration_for(request, pk, registration_pk, right=right)
    form = CorrectForm(answers(request), registration=registration, seen=revision_of(registration))
    is_outdated = False
    if request.method == "POST" and form.is_valid():
        if not form.is_corrected:
            messages.info(request, _("Es ist nichts geändert."))
            return HttpResponseRedirect(_list(event))
        given: dict[str, Any] = {"seen": form.cleaned_data["seen"], "by": person(request), "at": timezone.now()}
        try:
            corrected = attempt(form, lambda: correct(registration, form.person, **given))
        except Outdated:
            event, registration = registration_for(request, pk, registration_pk, right=right)
            form, is_outdated = _seen_anew(request, registration), True
        else:
            if corrected:
                messages.success(request, _corrected(corrected.registration, corrected.letter))
                return HttpResponseRedirect(_list(event))
    return _page(
        request,
        "participants_correct",
        event,
        registration,
        title=_("Angaben berichtigen"),
        form=form,
        is_outdated=is_outdated,
        letter=letter_to_new_address(registration, at=timezone.now()),
    )


@asks
@never_cache
def write_to(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Say which mail somebody would get, then write it once."""
    right = "workshops.write_to_participants"
    event, registration = registration_for(request, pk, registration_pk, right=right)
    form, is_outdated = WriteForm(answers(request)), False
    if request.method == "POST" and form.is_valid() and not _is_held_up(form, registration):
        given: dict[str, Any] = {"seen": form.cleaned_data["seen"], "by": person(request), "at": timezone.now()}
        try:
            letter = attempt(form, lambda: write_again(registration, **given))
        except Outdated:
            event, registration = registration_for(request, pk, registration_pk, right=right)
            is_outdated = True
        else:
            if letter:
                told = _("%(name)s bekommt %(letter)s.")
                messages.success(request, told % {"name": registration, "letter": letter.label})
                return HttpResponseRedirect(_list(event))
    at = timezone.now()
    fitting = fitting_letter(registration, at=at)
    is_invited = registration.state == State.INVITED
    return _page(
        request,
        "participants_write",
        event,
        registration,
        title=_("Noch einmal schreiben"),
        form=form,
        is_outdated=is_outdated,
        hindrance=why_no_letter(registration, at=at),
        may_compose=is_invited and fitting is None and not why_no_answer(event, at=at),
        letter=fitting,
        preview=_invitation(registration) if fitting == Letter.INVITATION else None,
        last=registration.events.filter(pgh_label=WRITTEN).order_by("pgh_id").last(),
        seen=revision_of(registration),
    )


def _is_held_up(form: forms.Form, registration: Registration) -> bool:
    """Whether the address has just got enough mails; the form then says until when. Without an address nothing counts."""
    if not registration.email:
        return False
    who, event = registration.email.casefold(), registration.event_id
    seconds = rate_limit.take("mails", at=timezone.now(), who=who, scope=event)
    if seconds:
        told = _("An diese Adresse sind eben erst mehrere E-Mails gegangen. Die nächste ist %(wait)s möglich.")
        form.add_error(None, told % {"wait": rate_limit.wait_in_words(seconds)})
    return bool(seconds)


def _invitation(registration: Registration) -> tuple[str, str] | None:
    """Return subject and text of the invitation that somebody would get, which the office has written."""
    mailing = latest_invitation(registration.event)
    return notices.preview(registration, mailing) if mailing else None


def _seen_anew(request: HttpRequest, registration: Registration) -> CorrectForm:
    """Return the form as it was sent, as if the registration had been seen as it is now."""
    seen, sent = revision_of(registration), request.POST.copy()
    sent["seen"] = str(seen)
    return CorrectForm(sent, registration=registration, seen=seen)


def _corrected(registration: Registration, letter: Letter | None) -> str:
    if letter is None:
        return _("Die Angaben sind berichtigt. Geschrieben wird niemandem.")
    told = _("Die Angaben sind berichtigt. %(name)s bekommt %(letter)s.")
    return told % {"name": registration, "letter": letter.label}


def _page(
    request: HttpRequest, template: str, event: Event, registration: Registration, **context: Any
) -> HttpResponse:
    return page(
        request,
        template,
        event,
        tab="participants",
        registration=registration,
        since=since(registration),
        back=_list(event),
        **context,
    )


def _list(event: Event) -> str:
    return reverse("admin:workshops_event_participants", args=[event.pk])


ROUTES: list[Route] = [
    ("teilnehmende/<int:registration_pk>/berichtigen/", correct_for, "participants_correct"),
    ("teilnehmende/<int:registration_pk>/schreiben/", write_to, "participants_write"),
]
