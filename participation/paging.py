"""Pages of a long list, each as fast as the first: an address names the row that a page follows, not how many come before.

So a page also keeps its rows while new ones come in before it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

PER_PAGE: Final = 20

# Of the address: what the page follows, what it comes before, or that it is the last one.
AFTER: Final = "nach"
BEFORE: Final = "vor"
LAST: Final = "ende"
PARAMETERS: Final = (AFTER, BEFORE, LAST)

_CURSOR: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)

Row = TypeVar("Row")
_Model = TypeVar("_Model", bound=Model)


@dataclass(frozen=True)
class Cursor:
    """A row's place in the list: what it is sorted by, as a whole number, then its key."""

    value: int
    pk: int

    def __str__(self) -> str:
        return f"{self.value}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the place that an address names, or None where somebody made it up."""
        found = _CURSOR.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True)
class Place:
    """Where in the list a page lies: from the start, after a row, before a row, or at the end."""

    cursor: Cursor | None = None
    is_backwards: bool = False

    @classmethod
    def asked_for(cls, query: Mapping[str, str]) -> Place:
        """Return the place in an address; the start where it names none, or none that can be."""
        if cursor := Cursor.read(query.get(AFTER, "")):
            return cls(cursor)
        if cursor := Cursor.read(query.get(BEFORE, "")):
            return cls(cursor, is_backwards=True)
        return cls(is_backwards=LAST in query)


START: Final = Place()


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of the list, and the cursors of what lies before and after them; empty where nothing does."""

    rows: Sequence[Row]
    before: str = ""
    after: str = ""

    @property
    def has_others(self) -> bool:
        """Whether there are other pages."""
        return bool(self.before or self.after)


def page_at(
    place: Place, *, rows_at: Callable[[Place, int], list[Row]], cursor_of: Callable[[Row], Cursor]
) -> Page[Row]:
    """Return the page at a place; `rows_at` gives that many rows from there on, in the direction of the place.

    Where nothing lies there (any more), or less than a page lies before, it is the first page.
    """
    rows = rows_at(place, PER_PAGE + 1)
    is_more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if place != START and (not rows or (place.is_backwards and place.cursor and len(rows) < PER_PAGE)):
        return page_at(START, rows_at=rows_at, cursor_of=cursor_of)
    if not rows:
        return Page(rows)
    if place.is_backwards:
        rows.reverse()
    has_before = is_more if place.is_backwards else place.cursor is not None
    has_after = place.cursor is not None if place.is_backwards else is_more
    return Page(
        rows,
        before=str(cursor_of(rows[0])) if has_before else "",
        after=str(cursor_of(rows[-1])) if has_after else "",
    )


@dataclass(frozen=True)
class Order:
    """A list sorted downwards by a column, then by key: an index has to exist for it. Rows without a value are not in it."""

    column: str
    is_time: bool = False
    may_be_empty: bool = False

    def sort(self, rows: QuerySet[_Model]) -> QuerySet[_Model]:
        """Return the rows in this order."""
        return rows.order_by(f"-{self.column}", "-pk")

    def rows_at(self, rows: QuerySet[_Model], place: Place, most: int) -> list[_Model]:
        """Return so many rows from a place on, in its direction."""
        if self.may_be_empty:
            rows = rows.filter(**{f"{self.column}__isnull": False})  # says that the index for it has them all
        ordered = rows.order_by(self.column, "pk") if place.is_backwards else self.sort(rows)
        if place.cursor:
            value = self._value(place.cursor.value)
            if value is None:
                return []
            beyond = TupleGreaterThan if place.is_backwards else TupleLessThan
            ordered = ordered.filter(beyond(Tuple(F(self.column), F("pk")), (value, place.cursor.pk)))
        return list(ordered[:most])

    def cursor_of(self, row: Model) -> Cursor:
        """Return a row's place."""
        return Cursor(self.number(getattr(row, self.column)), row.pk)

    def number(self, value: Any) -> int:
        """Return what the column holds as a whole number: a time in microseconds."""
        number: int = (value - _EPOCH) // _MICROSECOND if self.is_time else value
        return number

    def _value(self, number: int) -> Any:
        """Return what the column holds at that number, or None where no time can be so late."""
        if not self.is_time:
            return number
        try:
            return _EPOCH + number * _MICROSECOND
        except OverflowError:
            return None
