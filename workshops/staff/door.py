"""The door: who is there. Made for a phone in the hand of somebody at the entrance; each tap is a form of its own.

A page that is asked for by htmx is the same page: the browser picks from it what has changed.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from district.addresses import key_of
from district.staff_pages import answers, attempt, warn
from district.views import asks
from workshops.actions import tick, walk_in, why_no_newcomer, why_no_seat, why_no_tick
from workshops.forms.participants import ParticipantsFilter, WalkInForm
from workshops.models import Event, Registration
from workshops.models.registrations import RegistrationQuerySet, State
from workshops.participants import Figures, Show, alphabetical, narrowed

from .frame import Route, event_for, page

# More names than that nobody looks through: there is the search.
MOST_SHOWN: Final = 100
# To which the list can be narrowed; else it is all of those with a seat.
PARTS: Final = (Show.ABSENT, Show.PRESENT)


@require_safe
@never_cache
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is expected and who is there."""
    event = event_for(request, pk, right="workshops.run_registration")
    filters = ParticipantsFilter(request.GET)
    words = filters.words
    show = filters.shown if filters.shown in PARTS else Show.CONFIRMED
    people = _first(narrowed(event, words=words, show=show))
    if len(people) <= MOST_SHOWN:
        people.sort(key=alphabetical)
    return _page(
        request,
        "door",
        event,
        title=_("Einlass"),
        filters=filters,
        show=show,
        people=people,
        waiting=_first(narrowed(event, words=words, show=Show.WAITING)),
        others=_first(_others(event, words)) if words else [],
        last=_last(request, event),
        most=MOST_SHOWN,
    )


@asks
@never_cache
def registration(request: HttpRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Show whose code was read, and note that they are there, or that it was a slip."""
    event = event_for(request, pk, right="workshops.run_registration")
    found = event.registrations.filter(pk=registration_pk).first()
    if found is None:
        return _page(request, "door_registration", event, title=_("Unbekannter Code"), status=404)
    found.event = event
    if request.method == "POST":
        try:
            tick(found, present=request.POST.get("present") == "1", at=timezone.now())
        except ValidationError as refused:
            warn(request, refused.messages)
        if "list" not in request.POST:
            return HttpResponseRedirect(request.path)
        narrowing = {"show": request.POST["list"]} if request.POST["list"] in PARTS else {}
        return HttpResponseRedirect(_door(event, last=found.pk, **narrowing))
    return _page(request, "door_registration", event, title=_("Einlass"), registration=found)


@asks
@never_cache
def newcomer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down somebody who stands at the door without having registered."""
    event = event_for(request, pk, right="workshops.run_registration")
    form = WalkInForm(answers(request))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        if found := attempt(form, lambda: walk_in(event, form.person, at=timezone.now(), key=key)):
            return HttpResponseRedirect(_door(event, last=found.pk))
    at = timezone.now()
    return _page(
        request,
        "door_walk_in",
        event,
        title=_("Ohne Anmeldung"),
        form=form,
        closed=why_no_newcomer(event, at=at),
        is_late=bool(why_no_seat(event, at=at)),
    )


def _page(request: HttpRequest, template: str, event: Event, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return a page of the door; it says where nobody is ticked, and where the event is not today."""
    given = {
        "figures": Figures.of(event),
        "closed": why_no_tick(event, at=timezone.now()),
        "is_today": event.date.earliest <= timezone.localdate() <= event.final_day,
        "back": _door(event),
    }
    response = page(request, template, event, tab="door", **{**given, **context})
    response.status_code = status
    return response


def _first(found: RegistrationQuerySet) -> list[Registration]:
    """Return so many as fit on a page, and one more where there are more."""
    return list(found.filter(erased_at=None)[: MOST_SHOWN + 1])


def _others(event: Event, words: str) -> RegistrationQuerySet:
    """Return who has neither a seat nor waits for one, and yet may stand at the door."""
    return narrowed(event, words=words).filter(state__in=[State.INVITED, State.CANCELLED, State.UNCONFIRMED])


def _last(request: HttpRequest, event: Event) -> Registration | None:
    """Return who was ticked last, so that a slip is undone with one tap."""
    return event.registrations.filter(pk=key_of(request.GET.get("last", "")) or 0).first()


def _door(event: Event, **query: Any) -> str:
    return reverse("admin:workshops_event_door", args=[event.pk], query=query or None)


ROUTES: list[Route] = [
    ("einlass/", door, "door"),
    ("einlass/ohne-anmeldung/", newcomer, "door_walk_in"),
    ("einlass/<int:registration_pk>/", registration, "door_registration"),
]
