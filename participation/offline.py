"""A table of what came offline: its columns, its template, and what its rows say or what is wrong with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from district.table_forms import Fault
from district.tables import ImportColumn, ImportedRow, import_template
from district.tables import Kind as ColumnKind

from .actions.offline import Entry
from .forms.offline import OFFLINE_SOURCES, Known, RowForm
from .models import Idea, Round

MOST_ROWS: Final = 1000


@dataclass(frozen=True)
class Stored:
    """A row that was read before: its number in the sheet, and the idea it became."""

    row: int
    idea: Idea


@dataclass(frozen=True)
class Reading:
    """What a table says: entries to record, of which some are known already, or faults."""

    entries: Sequence[Entry] = ()
    faults: Sequence[Fault] = ()
    known: Sequence[Stored] = ()

    @property
    def new(self) -> list[Entry]:
        """Those that are not stored yet."""
        stored = {each.idea.key for each in self.known}
        return [entry for entry in self.entries if entry.key not in stored]


def columns(asked: Round) -> list[ImportColumn]:
    """Return the columns of a round's table, with what its template tells."""
    known = Known.of(asked)
    where = [
        ImportColumn("title", _("Titel"), hint=_("Ein paar Worte, höchstens 120 Zeichen.")),
        ImportColumn(
            "text", _("Text"), required=True, hint=_("Im Wortlaut, höchstens 5.000 Zeichen."), aliases=["Idee"]
        ),
        ImportColumn(
            "field_of_action",
            _("Handlungsfeld"),
            hint=_("Name oder Nummer; freiwillig."),
            choices=list(dict.fromkeys(each.name for each in known.fields_of_action.values())),
        ),
        ImportColumn(
            "place",
            _("Ort"),
            hint=_("Name der Gemeinde oder „überall im Landkreis“; freiwillig."),
            choices=[_("überall im Landkreis"), *(each.name for each in known.municipalities.values())],
            aliases=["Gemeinde"],
        ),
    ]
    if asked.is_draft:
        where = [
            ImportColumn(
                "section",
                _("Abschnitt"),
                required=True,
                hint=_("Nummer des Abschnitts, zu dem etwas gesagt wird."),
                choices=list(known.sections),
            ),
            where[1],
        ]
    return [
        ImportColumn(
            "number",
            _("Nummer"),
            hint=_(
                "Ihre eigene Nummer, in jeder Runde nur einmal. An ihr erkennt das Portal, was es schon gelesen hat."
            ),
        ),
        *where,
        ImportColumn(
            "source",
            _("Eingegangen über"),
            required=True,
            hint=_("Wie der Beitrag zu Ihnen kam."),
            choices=[str(label) for _value, label in OFFLINE_SOURCES],
        ),
        ImportColumn(
            "source_note",
            _("Herkunft"),
            hint=_("Zum Beispiel „Regionalforum Eilenburg“. Nur bei Veranstaltungen öffentlich."),
        ),
        ImportColumn(
            "received_on",
            _("Eingegangen am"),
            required=True,
            kind=ColumnKind.DATE,
            hint=_("Tag des Eingangs oder der Veranstaltung."),
        ),
        ImportColumn(
            "pseudonym", _("Name oder Pseudonym"), hint=_("Wird veröffentlicht; sonst leer lassen."), aliases=["Name"]
        ),
        ImportColumn("postal_address", _("Anschrift"), hint=_("Nur für die Antwort auf dem Postweg, nie öffentlich.")),
        ImportColumn("email", _("E-Mail"), hint=_("Nur mit Einwilligung, nie öffentlich."), aliases=["E-Mail-Adresse"]),
        ImportColumn(
            "may_write",
            _("Einwilligung"),
            hint=_("„ja“, wenn die Person eingewilligt hat, dass wir ihr an diese Adresse schreiben."),
            choices=[_("ja"), _("nein")],
        ),
    ]


def template(asked: Round) -> bytes:
    """Return the empty table of a round as an Excel file."""
    example = {
        "number": "1",
        "title": _("Bank an der Haltestelle"),
        "text": _("An der Haltestelle am Markt fehlt eine Bank."),
        "source": str(OFFLINE_SOURCES[2][1]),
        "source_note": _("Regionalforum Eilenburg"),
        "received_on": f"24.03.{asked.opens_on.year}",
        "pseudonym": "",
        "may_write": _("nein"),
    }
    hints = [
        _(
            "Eine Zeile ist ein Beitrag. Verfasserin oder Verfasser ist, wer den Beitrag eingebracht hat, nie die Person, die ihn abschreibt."
        ),
        _("Beim Einlesen sehen Sie zuerst, was geschehen würde. Stimmt eine Zeile nicht, wird nichts gespeichert."),
        _(
            "Sie können dieselbe Tabelle mehrmals einlesen: Zeilen mit derselben Nummer (ohne Nummer: mit demselben Inhalt) werden nur einmal gespeichert."
        ),
        _("Höchstens %(most)s Zeilen auf einmal.") % {"most": MOST_ROWS},
    ]
    return import_template(columns(asked), title=_("Beiträge"), hints=hints, examples=[example])


def read(rows: Iterable[ImportedRow], *, to: Round, today: Any) -> Reading:
    """Return what the rows say, or all that is wrong with them."""
    may_name = Known.of(to)
    headings = {column.key: str(column.heading) for column in columns(to)}
    forms: dict[uuid.UUID, RowForm] = {}
    faults: list[Fault] = []
    for row in rows:
        form = RowForm(row, known=may_name, today=today)
        faults += [
            Fault(row.number, headings.get(name, ""), str(message))
            for name, messages in form.errors.items()
            for message in messages
        ]
        first = forms.setdefault(form.key, form)
        if first is not form:
            told = _("Diese Zeile steht schon in Zeile %(row)s.")
            faults.append(Fault(row.number, headings["number"], told % {"row": first.row.number}))
    stored = Idea.objects.filter(key__in=forms).select_related("section").defer("search").order_by("pk")
    known = [Stored(forms[idea.key].row.number, idea) for idea in stored]
    told = _("Diese Nummer hat in dieser Runde schon %(idea)s, mit anderem Inhalt. Bitte vergeben Sie eine neue.")
    faults += [
        Fault(each.row, headings["number"], told % {"idea": each.idea.reference})
        for each in known
        if not is_the_same(forms[each.idea.key].cleaned_data, each.idea)
    ]
    if faults:
        return Reading(faults=sorted(faults, key=attrgetter("row")))
    entries = [form.entry(key) for key, form in forms.items()]
    return Reading(entries=entries, known=sorted(known, key=attrgetter("row")))


def is_the_same(said: Mapping[str, Any], idea: Idea) -> bool:
    """Whether a stored idea came in with these words, on this day and this way, as far as a row says it in a valid way.

    Erased words are not compared.
    """
    title, text = (idea.original_title, idea.original_text) if idea.is_redacted else (idea.title, idea.text)
    stored = {"received_on": timezone.localdate(idea.submitted_at), "source": idea.source}
    if title or text:
        stored |= {"title": title, "text": text}
    return all(said.get(name, value) == value for name, value in stored.items())
