"""The frame of the pages about one event in „Verwaltung“: its head, the way between them, and who may open which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.models import Event, Registration

# Address below `<event>/`, view, and the last part of its name: „admin:workshops_event_<name>“.
Route = tuple[str, Callable[..., HttpResponseBase], str]


@dataclass(frozen=True)
class Tab:
    """One of the pages about an event."""

    label: str
    url: str
    is_current: bool


def event_for(request: HttpRequest, pk: int, *, right: str) -> Event:
    """Return the event in the address to somebody who has this right to it; 404 without one, 403 without the right."""
    event = get_object_or_404(Event.objects.select_related("concept", "group", "municipality", "milestone"), pk=pk)
    if not request.user.has_perm(right, event):
        raise PermissionDenied
    return event


def registration_for(request: HttpRequest, pk: int, registration_pk: int, *, right: str) -> tuple[Event, Registration]:
    """Return the event in the address and one of its registrations of which the portal knows whose it is."""
    event = event_for(request, pk, right=right)
    registration = get_object_or_404(event.registrations.filter(erased_at=None), pk=registration_pk)
    registration.event = event
    return event, registration


def page(request: HttpRequest, template: str, event: Event, *, tab: str, **context: Any) -> TemplateResponse:
    """Return a page about an event in the frame of „Verwaltung“; `tab` is the name of the page it belongs to."""
    return TemplateResponse(
        request,
        f"workshops/admin/{template}.html",
        {
            **admin.site.each_context(request),
            "event": event,
            "tabs": tabs(request, event, tab),
            "today": timezone.localdate(),
            "opts": Event._meta,
            **context,
        },
    )


def tabs(request: HttpRequest, event: Event, current: str) -> list[Tab]:
    """Return the pages about an event that this person may open."""
    known = (
        ("change", _("Termin"), "workshops.view_event"),
        ("participants", _("Teilnehmende"), "workshops.view_participants"),
        ("door", _("Einlass"), "workshops.run_registration"),
        ("mailings", _("Rundschreiben"), "workshops.view_participants"),
        ("feedback", _("Rückmeldungen"), "workshops.view_participants"),
        ("minutes", _("Protokoll"), "workshops.view_internal_minutes"),
    )
    return [
        Tab(label, reverse(f"admin:workshops_event_{name}", args=[event.pk]), name == current)
        for name, label, right in known
        if request.user.has_perm(right, event)
    ]
