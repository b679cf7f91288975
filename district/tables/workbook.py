"""Tables as Excel files: written cell by cell, so that a long one needs little memory, and text stays text."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from .table import Column, Kind, Table, Value, clean, in_words, local

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

# What a workbook written from top to bottom has of a sheet; the library's types know half of it.
Sheet = Any
_WIDTHS: Final = {Kind.KEY: 18, Kind.TEXT: 24, Kind.LONG: 60, Kind.NUMBER: 14, Kind.DATE: 16}
_WIDTH_OF_A_SHARE: Final = 14
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_BOLD: Final = Font(bold=True)
_SHADE: Final = PatternFill("solid", fgColor="DDE3EA")
# Excel counts days from here; what is earlier it does not know as a date.
_FIRST_YEAR: Final = 1900


def xlsx_file(table: Table) -> bytes:
    """Return a workbook with the table, its headings fixed and repeated in print, and its notes on a second sheet."""
    rows = list(table.checked_rows())  # All of them first: a sheet once begun cannot be given up.
    workbook = new_workbook(clean(table.title))
    sheet = add_sheet(workbook, clean(table.title), table.columns)
    for row in rows:
        sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(rows) + 1}"
    if table.notes:
        add_lines(workbook, "Angaben", [clean(note) for note in table.notes])
    return saved(workbook)


def new_workbook(title: str) -> Workbook:
    """Begin a workbook that is written from top to bottom."""
    workbook = Workbook(write_only=True)
    workbook.properties.title = title
    workbook.properties.creator = "KEK-Portal"
    workbook.properties.language = "de-DE"
    return workbook


def add_sheet(
    workbook: Workbook, name: str, columns: Sequence[Column], *, empty_cells: Mapping[Kind, str] | None = None
) -> Sheet:
    """Begin a sheet with its headings; `empty_cells` are the formats of what will be typed in below them."""
    sheet: Sheet = workbook.create_sheet(_NOT_IN_SHEET_NAMES.sub(" ", name)[:31].strip() or "Tabelle")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for position, column in enumerate(columns, start=1):
        width = column.share * _WIDTH_OF_A_SHARE or _WIDTHS[column.kind]
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = width
        if empty_cells:
            dimension.number_format = empty_cells[column.kind]
    sheet.append([heading(sheet, clean(column.heading)) for column in columns])
    return sheet


def add_lines(workbook: Workbook, name: str, lines: Iterable[str]) -> None:
    """Add a sheet of sentences, one below the other."""
    sheet = workbook.create_sheet(name)
    sheet.column_dimensions["A"].width = 100
    for line in lines:
        sheet.append([text(sheet, line)])


def heading(sheet: Sheet, words: str) -> Cell:
    """Return a cell at the head of a column."""
    cell = text(sheet, words)
    cell.font, cell.fill = _BOLD, _SHADE
    return cell


def text(sheet: Sheet, words: str) -> Cell:
    """Return a cell that holds text, even where it looks like a formula."""
    cell = WriteOnlyCell(sheet, words)
    cell.alignment = _TOP
    if words:
        cell.data_type = "s"
    if words.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True  # Text for Excel, also after somebody has been in the cell.
    return cell


def saved(workbook: Workbook) -> bytes:
    """Return the finished file."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(sheet: Sheet, value: Value, kind: Kind) -> Cell:
    if isinstance(value, datetime.datetime) and value.year > _FIRST_YEAR:
        return _formatted(sheet, local(value), "DD.MM.YYYY HH:MM")
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and value.year > _FIRST_YEAR:
        return _formatted(sheet, value, "DD.MM.YYYY")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
        if kind is not Kind.NUMBER:
            return _formatted(sheet, value, "General")
        return _formatted(sheet, value, "#,##0" if value == int(value) else "#,##0.00")
    return text(sheet, in_words(value))


def _formatted(sheet: Sheet, value: datetime.date | float | Decimal, number_format: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.alignment, cell.number_format = _TOP, number_format
    return cell
