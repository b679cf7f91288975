"""The empty Excel file for an import: the headings to fill in below, what they mean, and lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from .imports import MAX_ROWS, ImportColumn
from .table import Column, Kind, clean
from .workbook import Sheet, add_sheet, heading, new_workbook, saved, text

_FORMATS: Final = dict.fromkeys(Kind, "@") | {Kind.DATE: "DD.MM.YYYY", Kind.NUMBER: "General"}


def import_template(
    columns: Sequence[ImportColumn],
    *,
    title: str,
    hints: Sequence[str] = (),
    examples: Sequence[Mapping[str, str]] = (),
) -> bytes:
    """Return a workbook whose first sheet is read by `read_rows`, whose second explains it with examples.

    Text columns are formatted as text, so that a postal code keeps its zero.
    """
    workbook = new_workbook(title)
    starred = [f"{clean(column.heading)}*" if column.required else clean(column.heading) for column in columns]
    headed = [Column(name, column.kind) for name, column in zip(starred, columns, strict=True)]
    sheet = add_sheet(workbook, title, headed, empty_cells=_FORMATS)
    choices = _("Auswahl")
    with_choices = [column for column in columns if column.choices]
    for position, column in enumerate(columns, start=1):
        letter = get_column_letter(position)
        if column.choices:
            place = get_column_letter(with_choices.index(column) + 1)
            source = f"{quote_sheetname(choices)}!${place}$2:${place}${len(column.choices) + 1}"
            chooser = DataValidation(type="list", formula1=source, allow_blank=True)
            chooser.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
            sheet.data_validations.append(chooser)

    explained: Sheet = workbook.create_sheet(_("Hinweise"))
    explained.column_dimensions["A"].width = 30
    for letter in "BCDE":
        explained.column_dimensions[letter].width = 50
    for hint in hints:
        explained.append([text(explained, clean(hint))])
    if hints:
        explained.append([])
    headings = [
        _("Spalte"),
        _("Bedeutung"),
        *[_("Beispiel %(number)s") % {"number": n + 1} for n in range(len(examples))],
    ]
    explained.append([heading(explained, each) for each in headings])
    for name, column in zip(starred, columns, strict=True):
        cells = [name, clean(column.hint), *[clean(example.get(column.key, "")) for example in examples]]
        explained.append([text(explained, each) for each in cells])
    explained.append([])
    explained.append([text(explained, _("Spalten mit * müssen vorhanden sein."))])

    if with_choices:
        offered: Sheet = workbook.create_sheet(choices)
        offered.append([heading(offered, clean(column.heading)) for column in with_choices])
        for row in range(max(len(column.choices) for column in with_choices)):
            offered.append(
                [
                    text(offered, clean(column.choices[row])) if row < len(column.choices) else None
                    for column in with_choices
                ]
            )
    return saved(workbook)
