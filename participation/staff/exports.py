"""The weighing's table as a file: Excel, Word or an accessible PDF, as it is narrowed, for readers or for staff.

That contact data were taken out is written down (`LogEntry`, before the file is made): who, when, what, how many rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.downloads import send_bytes
from district.models import Concept, District
from district.staff_pages import answers, person
from district.tables import Table, docx_file, pdf_file, xlsx_file
from district.views import asks
from participation.forms.weighing_table import ExportForm, Format, TableFilter
from participation.models import Assessment
from participation.weighing_file import Audience, document, spreadsheet
from participation.weighing_rows import Criteria, WeighingRows, deadlines_on

from .weighing import page, table_url

MOST_SHOWN: Final = 10
# How the names of files tell for whom they are.
NAME_ENDS_WITH: Final = {
    Audience.PUBLIC: gettext_lazy("öffentlich"),
    Audience.STAFF: gettext_lazy("intern"),
    Audience.CONTACT: gettext_lazy("intern mit Personenbezug"),
}


@dataclass(frozen=True)
class Writer:
    """A kind of file: how the rows are arranged and written, and how many a person waits for gladly."""

    arrange: Callable[..., Table]
    write: Callable[[Table], bytes]
    most: int


WRITERS: Final = {
    Format.XLSX: Writer(spreadsheet, xlsx_file, most=10_000),
    Format.DOCX: Writer(document, docx_file, most=5_000),
    Format.PDF: Writer(document, lambda table: pdf_file(table, made_at=timezone.now()), most=3_000),
}


@asks
def export_table(request: HttpRequest) -> HttpResponse:
    """Ask as what, say how much it is, and hand out the file."""
    if not request.user.has_perm("participation.view_assessment"):
        raise PermissionDenied
    filters = TableFilter(request.GET, person=person(request))
    rows = WeighingRows(filters.criteria, deadlines_on(timezone.localdate()))
    may_see_contact = request.user.has_perm("participation.view_contact")
    form = ExportForm(answers(request), may_see_contact=may_see_contact)
    if request.method == "POST" and form.is_valid():
        kind, audience = form.cleaned_data["format"], form.cleaned_data["audience"]
        wanted = rows
        if audience == Audience.PUBLIC:
            wanted = WeighingRows(filters.criteria.released_to_readers, rows.deadlines)
        if audience == Audience.PUBLIC and not wanted.count():
            form.add_error("audience", _("Davon ist noch keine Antwort freigegeben."))
        elif wanted.count() <= WRITERS[kind].most:
            return _file(request, filters, wanted, kind, audience)
        else:
            form.add_error("format", _told_too_many(WRITERS[kind].most))
    return page(
        request,
        "weighing_export",
        title=_("Tabelle herunterladen"),
        form=form,
        filters=filters,
        count=rows.count(),
        limits=[(kind.upper(), writer.most) for kind, writer in WRITERS.items()],
        exports=exports_with_contact()[:MOST_SHOWN] if may_see_contact else [],
        table=f"{table_url()}?{filters.query}" if filters.query else table_url(),
    )


def exports_with_contact() -> QuerySet[LogEntry]:
    """Return who took contact data out, the latest first."""
    kind = ContentType.objects.get_for_model(Assessment)
    return LogEntry.objects.filter(content_type=kind, object_id=None).select_related("user").order_by("-action_time")


def _told_too_many(most: int) -> str:
    told = _("Das sind mehr als %(most)s Einträge, zu viele für dieses Format. Bitte grenzen Sie die Tabelle ein.")
    return told % {"most": number_format(most, force_grouping=True)}


def _file(
    request: HttpRequest, filters: TableFilter, rows: WeighingRows, kind: str, audience: Audience
) -> HttpResponse:
    title = _("Abwägung")
    if rows.criteria.round:
        title = _("Abwägung: %(round)s") % {"round": rows.criteria.round}
    if audience == Audience.CONTACT:
        _write_down(request, kind, rows.count(), filters.in_words)
    writer = WRITERS[kind]
    table = writer.arrange(
        rows.all(with_contact=audience == Audience.CONTACT),
        title=title,
        notes=_notes(filters, rows.criteria, audience, rows.count()),
        audience=audience,
    )
    return send_bytes(writer.write(table), title=f"{title} {NAME_ENDS_WITH[audience]}", ending=kind)


def _notes(filters: TableFilter, criteria: Criteria, audience: Audience, count: int) -> list[str]:
    """Return what stands above the table: whose it is, what of it, as of when, and for whom."""
    district, asked = District.objects.current(), criteria.round
    in_progress, narrowed = Concept.objects.in_progress(), filters.in_words
    if audience == Audience.PUBLIC:
        in_progress, narrowed = in_progress.public(), filters.in_words_for_readers
    concepts = [asked.concept] if asked else list(in_progress)
    if asked is None:
        narrowed = [_("Beteiligungsrunde: alle aus laufenden Verfahren"), *narrowed]
    notes = [
        *([district.name] if district else []),
        _("Entwicklungskonzept: %(concepts)s") % {"concepts": ", ".join(concept.title for concept in concepts)},
        *narrowed,
        _("Einträge: %(count)s") % {"count": number_format(count, force_grouping=True)},
        _("Stand der Daten: %(moment)s Uhr") % {"moment": f"{timezone.localtime():%d.%m.%Y %H:%M}"},
        str(audience.label),
    ]
    if any(concept.is_example for concept in concepts):
        notes.append(_("Enthält ein Beispiel: kein echtes Verfahren."))
    if audience == Audience.CONTACT:
        notes.append(_("Enthält persönliche Angaben. Bitte nur für die Antwort verwenden und danach löschen."))
    return notes


def _write_down(request: HttpRequest, kind: str, count: int, narrowed: list[str]) -> None:
    told = _("%(format)s mit persönlichen Angaben, %(count)s Einträge") % {"format": kind.upper(), "count": count}
    LogEntry.objects.create(
        user=person(request),
        content_type=ContentType.objects.get_for_model(Assessment),
        object_repr=_("Tabelle der Abwägung"),
        action_flag=CHANGE,
        change_message="; ".join([told, *narrowed]),
    )
