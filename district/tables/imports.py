"""Excel files that staff fill in: the first sheet's rows, by the names of their columns, as plain text."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from district.uploads import DAMAGED

from .table import Kind, clean

MAX_ROWS: Final = 5_000
MAX_BYTES: Final = 10_000_000
_MAX_UNPACKED: Final = 100_000_000
_MAX_PARTS: Final = 1_000
_MAX_COLUMNS: Final = 100
_LAST_ROW: Final = 1_048_576  # of Excel: a file may claim more
_OLD_OR_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"
# openpyxl expects what Excel writes; the errors of its XML parsers are SyntaxErrors.
_UNREADABLE: Final = (*DAMAGED, ArithmeticError, AttributeError, InvalidFileException, SyntaxError, TypeError)


@dataclass(frozen=True)
class ImportColumn:
    """A column of an import: `key` in the code, `heading` in the file; one that is not `required` may be left out.

    `hint` and `choices` are what the template tells; `aliases` are other headings that are understood.
    """

    key: str
    heading: str | Promise
    required: bool = False
    kind: Kind = Kind.TEXT
    hint: str | Promise = ""
    choices: Sequence[str] = ()
    aliases: Sequence[str] = ()


@dataclass(frozen=True)
class ImportedRow:
    """A row with at least one value. `number` is what Excel shows beside it; `values` has all columns, empty ones as ""."""

    number: int
    values: Mapping[str, str]


def read_rows(file: UploadedFile[Any], columns: Sequence[ImportColumn], *, most: int = MAX_ROWS) -> list[ImportedRow]:
    """Return the rows below the headings, dates as ISO 8601, numbers with a point.

    Raises ValidationError in plain German where the file as a whole cannot be used; what a value means is not its matter.
    """
    try:
        return list(_rows(_checked(file), columns, most))
    except _UNREADABLE as error:
        raise ValidationError(
            _("Diese Excel-Datei ist beschädigt. Bitte öffnen Sie sie in Excel und speichern Sie sie neu."),
            code="damaged",
        ) from error
    finally:
        file.seek(0)


def _checked(file: UploadedFile[Any]) -> IO[bytes]:
    """Return the open file after a look at what it would unpack to."""
    if not file.size:
        raise ValidationError(_("Diese Datei ist leer."), code="empty")
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("Diese Datei ist zu groß (%(size)s). Erlaubt sind höchstens %(most)s.")
            % {"size": filesizeformat(file.size), "most": filesizeformat(MAX_BYTES)},
            code="too_large",
        )
    content: IO[bytes] = file.file  # type: ignore[assignment]
    content.seek(0)
    if content.read(4) == _OLD_OR_ENCRYPTED:
        raise ValidationError(
            _(
                "Diese Datei ist in einem alten Excel-Format oder durch ein Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort als .xlsx."
            ),
            code="old",
        )
    content.seek(0)
    if not zipfile.is_zipfile(content):
        raise ValidationError(_("Das ist keine Excel-Datei. Bitte speichern Sie die Tabelle als .xlsx."), code="kind")
    with zipfile.ZipFile(content) as archive:
        parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise ValidationError(
            _("Diese Excel-Datei enthält zu viele Daten. Bitte teilen Sie sie auf."), code="too_large"
        )
    content.seek(0)
    return content


def _rows(content: IO[bytes], columns: Sequence[ImportColumn], most: int) -> Iterator[ImportedRow]:
    workbook = load_workbook(content, read_only=True, data_only=True, keep_links=False)
    try:
        if not workbook.worksheets:
            raise ValidationError(_("Diese Excel-Datei hat kein Tabellenblatt."), code="empty")
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # What a file says of its own size is not to be relied on.
        keys: list[str | None] = []
        found = 0
        rows = sheet.iter_rows(max_row=_LAST_ROW, max_col=_MAX_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if cells.count(None) == len(cells) or not any(texts := [_text(cell) for cell in cells]):
                continue
            if not keys:
                keys = _keys(texts, columns)
                continue
            found += 1
            if found > most:
                raise ValidationError(
                    _("Diese Tabelle hat mehr als %(most)s Zeilen. Bitte teilen Sie sie auf.") % {"most": most},
                    code="too_long",
                )
            values = dict.fromkeys((column.key for column in columns), "")
            yield ImportedRow(number, values | {key: text for key, text in zip(keys, texts, strict=False) if key})
        if not keys:
            raise ValidationError(_("Das erste Tabellenblatt ist leer."), code="empty")
    finally:
        workbook.close()


def _keys(headings: Sequence[str], columns: Sequence[ImportColumn]) -> list[str | None]:
    """Return the key of each column of the sheet, None for those without a heading."""
    known = {_plain(str(name)): column for column in columns for name in (column.heading, *column.aliases)}
    named = [heading for heading in headings if heading]
    unknown = [heading for heading in named if _plain(heading) not in known]
    keys = [known[_plain(heading)].key if _plain(heading) in known else None for heading in headings]
    present = [key for key in keys if key]
    missing = [str(column.heading) for column in columns if column.required and column.key not in present]
    doubled = [str(column.heading) for column in columns if present.count(column.key) > 1]
    faults = []
    if missing:
        faults.append(_("In der ersten Zeile fehlen diese Spalten: %(names)s.") % {"names": _listed(missing)})
    if unknown:
        faults.append(
            _("Diese Spalten kennt der Import nicht: %(names)s. Bekannt sind: %(known)s.")
            % {"names": _listed(unknown), "known": _listed(str(column.heading) for column in columns)}
        )
    if doubled:
        faults.append(_("Diese Spalten kommen mehrmals vor: %(names)s.") % {"names": _listed(doubled)})
    if faults:
        raise ValidationError(faults, code="columns")
    return keys


def _listed(names: Sequence[str] | Iterator[str]) -> str:
    return ", ".join(f"„{name[:60]}“" for name in names)


def _plain(heading: str) -> str:
    """Return a heading as it is compared: without case, spaces, line breaks and the star of a required column."""
    return "".join(heading.casefold().replace("*", "").rstrip(": ").split())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return clean(value)
