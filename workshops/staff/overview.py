"""The desk „Planung“: the events ahead and those not done with, what each still lacks, and where that is mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.counting import Counted
from district.staff_pages import person
from workshops.forms.overview import OverviewFilter
from workshops.models import Event
from workshops.overview import Line, Missing, Overview

# What is late, not only to be done.
ALARMING = {Missing.RECORD, Missing.MINUTES}


@dataclass(frozen=True)
class Card:
    """A number at the top with its words; it leads to what it counts."""

    count: Counted
    label: str
    query: str
    is_current: bool
    is_alarming: bool


@dataclass(frozen=True)
class Lack:
    """Something an event lacks, and where it is mended; no address for who only reads."""

    label: str
    url: str
    is_alarming: bool


@dataclass(frozen=True)
class Row:
    """An event as the table shows it."""

    event: Event
    registered: int
    lacks: list[Lack]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is ahead and what is not done with, the first in time first."""
    if not request.user.has_perm("workshops.view_event"):
        raise PermissionDenied
    filters = OverviewFilter(request.GET, person=person(request))
    events = Overview(filters.criteria, on=timezone.localdate())
    page_obj = events.page(request.GET.get("page"))
    here = request.get_full_path()
    context = {
        **admin.site.each_context(request),
        "title": _("Planung"),
        "filters": filters,
        "cards": _cards(filters, events),
        "page_obj": page_obj,
        "rows": [_row(line, here) for line in events.lines(page_obj)],
        "may_add": request.user.has_perm("workshops.add_event"),
    }
    return TemplateResponse(request, "workshops/admin/overview.html", context)


def _cards(filters: OverviewFilter, events: Overview) -> list[Card]:
    chosen = events.criteria.missing
    whole = Card(Counted(events.figures[""]), _("Termine"), filters.query_with(missing=""), not chosen, False)
    lacking = [
        Card(
            Counted(number),
            str(name.label),
            filters.query_with(missing=name.value),
            chosen == name,
            name in ALARMING,
        )
        for name in Missing
        if (number := events.figures[name.value]) or chosen == name
    ]
    return [whole, *lacking]


def _row(line: Line, here: str) -> Row:
    lacks = [
        Lack(str(name.label), _mended_at(line.event, name, here) if line.is_run else "", name in ALARMING)
        for name in line.missing
    ]
    return Row(line.event, line.registered, lacks)


def _mended_at(event: Event, missing: Missing, here: str) -> str:
    """Return the page on which somebody sees to it, at the field where there is one."""
    change = reverse("admin:workshops_event_change", args=[event.pk])
    is_moved = event.is_public or event.state == Event.State.POSTPONED
    match missing:
        case Missing.RECORD:
            return _page(event, "hold", here)
        case Missing.MINUTES:
            return _page(event, "minutes")
        case Missing.FEEDBACK:
            return _page(event, "feedback")
        case Missing.DAY:
            return _page(event, "move", here) if is_moved else f"{change}#id_date"
        case Missing.PLACE:
            return f"{change}#id_place"
        case Missing.INVITATIONS:
            return _page(event, "participants")
        case Missing.REGISTRATION:
            return f"{change}#id_registration_opens_on"
    return f"{change}#agenda-heading"


def _page(event: Event, name: str, here: str = "") -> str:
    url = reverse(f"admin:workshops_event_{name}", args=[event.pk])
    return f"{url}?{urlencode({'next': here})}" if here else url
