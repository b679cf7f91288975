"""A month as a calendar shows it: weeks of days with their events, and what has no day yet beside them."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from district.approximate_date import FIRST_YEAR, LAST_YEAR, ONE_DAY, ApproximateDate, Precision

_WEEKS: Final = calendar.Calendar(calendar.MONDAY)


class Dated(Protocol):
    """What has a date, and perhaps goes on until a later day."""

    @property
    def date(self) -> ApproximateDate:
        """Its first day, or as exactly as it is known."""

    @property
    def last_day(self) -> datetime.date | None:
        """Its last day where there are several."""


Thing = TypeVar("Thing", bound=Dated)


@dataclass(frozen=True)
class Entry(Generic[Thing]):
    """An event on one of its days."""

    event: Thing
    is_first: bool


@dataclass(frozen=True)
class Day(Generic[Thing]):
    """A day of the month with what takes place; without a date it fills up the first or the last week."""

    date: datetime.date | None
    entries: tuple[Entry[Thing], ...] = ()


Week = tuple[Day[Thing], ...]


def month_of(year: int, month: int) -> ApproximateDate | None:
    """Return the month, None where there is no such month or it lies beyond the years that the portal knows."""
    return ApproximateDate.month(year, month) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


def before(month: ApproximateDate) -> ApproximateDate | None:
    """Return the month before, None where it is the first."""
    day = month.earliest - ONE_DAY
    return month_of(day.year, day.month)


def after(month: ApproximateDate) -> ApproximateDate | None:
    """Return the month after, None where it is the last."""
    day = month.latest + ONE_DAY
    return month_of(day.year, day.month)


def weeks(month: ApproximateDate, events: Iterable[Thing]) -> tuple[Week[Thing], ...]:
    """Return the weeks of a month, from Monday to Sunday; what lasts several days stands on each, in the given order."""
    by_day: dict[datetime.date, list[Entry[Thing]]] = {}
    for event in events:
        for day in _days(event, month):
            by_day.setdefault(day, []).append(Entry(event, is_first=day == event.date.earliest))
    return tuple(
        tuple(Day(day, tuple(by_day.get(day, ()))) if month.contains(day) else Day(None) for day in week)
        for week in _WEEKS.monthdatescalendar(month.earliest.year, month.earliest.month)
    )


def undated(month: ApproximateDate, events: Iterable[Thing]) -> list[Thing]:
    """Return those that may take place in the month, on a day that nobody knows yet."""
    return [event for event in events if not _is_exact(event) and event.date.overlaps(month)]


def _is_exact(event: Dated) -> bool:
    return event.date.precision == Precision.DAY


def _days(event: Dated, month: ApproximateDate) -> Iterator[datetime.date]:
    """Yield the days of the month on which something takes place."""
    if not _is_exact(event):
        return
    first = max(event.date.earliest, month.earliest)
    last = min(event.last_day or event.date.latest, month.latest)
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY
