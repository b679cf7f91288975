"""What a table is before it is a file: title, columns, rows, and how a value reads."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Value = str | Promise | int | float | Decimal | datetime.date | datetime.datetime | bool | None
# What XML forbids and no office program shows; a line may end with \n alone.
_NEVER_SHOWN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Kind(Enum):
    """What a column holds; it decides alignment, format and width.

    `LONG` is running text of several lines, `KEY` something short that is not broken: a number of a paper, a state.
    """

    KEY = "key"
    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column. `share` is its part of the width against the others', 0 for what is usual for its kind."""

    heading: str | Promise
    kind: Kind = Kind.TEXT
    share: float = 0


@dataclass(frozen=True)
class Table:
    """A table for any format. `notes` are sentences about the whole: as of which day, which filter, an example or not."""

    title: str | Promise
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str | Promise] = ()

    def checked_rows(self) -> Iterator[Sequence[Value]]:
        """Return the rows one by one; raise ValueError where one has more or fewer cells than there are columns."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"A row has {len(row)} cells, but there are {len(self.columns)} columns: {row!r}")
            yield row


def clean(text: object) -> str:
    """Return text without control signs and without white space at its ends; a line ends with a line feed alone."""
    return _NEVER_SHOWN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n")).strip()


def in_words(value: Value, kind: Kind = Kind.TEXT) -> str:
    """Return a value as a German reader writes it: 24.03.2021, 1.234,5, ja."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    with translation.override("de"):
        if isinstance(value, bool):
            return _("ja") if value else _("nein")
        if isinstance(value, datetime.datetime):
            return f"{local(value):%d.%m.%Y %H:%M}"
        if isinstance(value, datetime.date):
            return f"{value:%d.%m.%Y}"
        if isinstance(value, int | float | Decimal):
            # Only figures are grouped: a year or a key must read as it is.
            return number_format(value, use_l10n=True, force_grouping=kind is Kind.NUMBER)
        return clean(value)


def local(moment: datetime.datetime) -> datetime.datetime:
    """Return a moment as clocks here show it, without time zone, which no office program knows."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment
