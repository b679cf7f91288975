"""Those who take part as a file: a table for the office, and the list they sign.

That names were taken out is written down (`LogEntry`, before the file is made): who, when, what, how many rows.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from district.downloads import send_bytes
from district.models import District
from district.staff_pages import answers, person
from district.tables import csv_file, xlsx_file
from district.views import asks
from workshops.forms.participants import ExportForm, ParticipantsFilter
from workshops.models import Event, Registration
from workshops.participants import Show, narrowed
from workshops.participants_file import signature_sheet, table

from .frame import Route, event_for, page

WRITERS: Final = {"xlsx": xlsx_file, "csv": csv_file}
# How many a person waits for gladly.
MOST_ROWS: Final = 10_000
MOST_SIGNATURES: Final = 2_000
MOST_SHOWN: Final = 10


@asks
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask as what, say how many, and hand out the list as it is narrowed."""
    event = event_for(request, pk, right="workshops.view_participants")
    filters = ParticipantsFilter(request.GET)
    people = narrowed(event, words=filters.words, show=filters.shown)
    count = people.count()
    form = ExportForm(answers(request))
    if request.method == "POST" and form.is_valid():
        if count <= MOST_ROWS:
            kind = form.cleaned_data["format"]
            told = _("%(format)s mit persönlichen Angaben, %(count)s Einträge")
            _write_down(request, event, told % {"format": kind.upper(), "count": count})
            title = _("Teilnehmende: %(event)s") % {"event": event}
            content = WRITERS[kind](table(people, title=title, notes=_notes(event, filters, count)))
            return send_bytes(content, title=f"{title} {_('intern mit Personenbezug')}", ending=kind)
        form.add_error("format", _too_many(MOST_ROWS))
    return page(
        request,
        "participants_export",
        event,
        tab="participants",
        title=_("Liste herunterladen"),
        form=form,
        count=count,
        filters=filters,
        narrowing=_narrowing(filters),
        exports=exports_of(event)[:MOST_SHOWN],
        back=_list(event),
    )


@asks
def signatures(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the list that people sign at the door: names and organisations of those with a seat, no addresses.

    It is written down, so only the button on the list of those who take part brings it; a link leads there.
    """
    event = event_for(request, pk, right="workshops.view_participants")
    if request.method != "POST":
        return HttpResponseRedirect(_list(event))
    people = event.registrations.confirmed().filter(erased_at=None)
    count = people.count()
    if count > MOST_SIGNATURES:
        messages.error(request, _too_many(MOST_SIGNATURES))
        return HttpResponseRedirect(_list(event))
    _write_down(request, event, _("Unterschriftenliste, %(count)s Einträge") % {"count": count})
    content = signature_sheet(event, people, made_at=timezone.now())
    return send_bytes(content, title=_("Unterschriftenliste %(event)s") % {"event": event}, ending="pdf")


def exports_of(event: Event) -> QuerySet[LogEntry]:
    """Return who took the list of an event out, the latest first."""
    kind = ContentType.objects.get_for_model(Registration)
    return LogEntry.objects.filter(content_type=kind, object_id=str(event.pk)).select_related("user")


def _write_down(request: HttpRequest, event: Event, told: str) -> None:
    """Write it down below the kind of rows that were taken out; the key is the event's, whose rows they all are."""
    LogEntry.objects.create(
        user=person(request),
        content_type=ContentType.objects.get_for_model(Registration),
        object_id=str(event.pk),
        object_repr=str(event)[:200],
        action_flag=CHANGE,
        change_message=told,
    )


def _notes(event: Event, filters: ParticipantsFilter, count: int) -> list[str]:
    """Return what stands beside the table: whose it is, what of it, as of when, and what to do with it."""
    district = District.objects.current()
    return [
        *([district.name] if district else []),
        f"{event} ({event.when})",
        *_narrowing(filters),
        _("Einträge: %(count)s") % {"count": number_format(count, force_grouping=True)},
        _("Stand der Daten: %(moment)s Uhr") % {"moment": f"{timezone.localtime():%d.%m.%Y %H:%M}"},
        _("Enthält persönliche Angaben. Bitte nur für diese Veranstaltung verwenden und danach löschen."),
    ]


def _narrowing(filters: ParticipantsFilter) -> list[str]:
    told = [_("Stand: %(state)s") % {"state": Show(filters.shown).label}] if filters.shown else []
    return [*told, _("Suche: %(words)s") % {"words": filters.words}] if filters.words else told


def _too_many(most: int) -> str:
    told = _("Das sind mehr als %(most)s Einträge, zu viele für eine Datei. Bitte grenzen Sie die Liste ein.")
    return told % {"most": number_format(most, force_grouping=True)}


def _list(event: Event) -> str:
    return reverse("admin:workshops_event_participants", args=[event.pk])


ROUTES: list[Route] = [
    ("teilnehmende/herunterladen/", export, "participants_export"),
    ("teilnehmende/unterschriften.pdf", signatures, "signatures"),
]
