"""The weighing's table as a file: Excel, Word or an accessible PDF, as it is narrowed, with or without contact data.

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

from district.downloads import send_bytes
from district.tables import Table, docx_file, pdf_file, xlsx_file
from participation.forms.weighing import ExportForm, Format, TableFilter
from participation.models import Assessment
from participation.weighing_rows import WeighingRows, deadlines_on
from participation.weighing_table import document, spreadsheet

from .asking import answers, asks, person
from .weighing import page, table_url

MOST_SHOWN: Final = 10


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
        kind = form.cleaned_data["format"]
        if rows.count() <= WRITERS[kind].most:
            return _file(request, filters, rows, kind, with_contact=form.cleaned_data.get("with_contact", False))
        told = _("Das sind mehr als %(most)s Einträge, zu viele für dieses Format. Bitte grenzen Sie die Tabelle ein.")
        form.add_error("format", told % {"most": number_format(WRITERS[kind].most, force_grouping=True)})
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


def _file(
    request: HttpRequest, filters: TableFilter, rows: WeighingRows, kind: str, *, with_contact: bool
) -> HttpResponse:
    title = _("Abwägung")
    if filters.criteria.round:
        title = _("Abwägung: %(round)s") % {"round": filters.criteria.round}
    made = _("Stand: %(moment)s") % {"moment": f"{timezone.localtime():%d.%m.%Y %H:%M}"}
    notes = [made, *filters.in_words]
    if with_contact:
        notes.append(_("Enthält persönliche Angaben. Bitte nur für die Antwort verwenden und danach löschen."))
        _write_down(request, kind, rows.count(), filters.in_words)
    writer = WRITERS[kind]
    table = writer.arrange(rows.all(with_contact=with_contact), title=title, notes=notes, with_contact=with_contact)
    return send_bytes(writer.write(table), title=title, ending=kind)


def _write_down(request: HttpRequest, kind: str, count: int, narrowed: list[str]) -> None:
    told = _("%(format)s mit persönlichen Angaben, %(count)s Einträge") % {"format": kind.upper(), "count": count}
    LogEntry.objects.create(
        user=person(request),
        content_type=ContentType.objects.get_for_model(Assessment),
        object_repr=_("Tabelle der Abwägung"),
        action_flag=CHANGE,
        change_message="; ".join([told, *narrowed]),
    )
