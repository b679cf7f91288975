"""Tables as CSV for German Excel: semicolons, decimal commas, a byte order mark, and no cell that turns into a formula."""

from __future__ import annotations

import datetime
import io

from defusedcsv import csv

from .table import Table, Value, clean, in_words, local


def csv_file(table: Table) -> bytes:
    """Return the table without title and notes: the first row holds the headings. Dates are ISO 8601."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow([clean(column.heading) for column in table.columns])
    for row in table.checked_rows():
        writer.writerow([_cell(value) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    if isinstance(value, datetime.datetime):
        return local(value).isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return in_words(value)
