"""The days of a series of events, calculated. Pure."""

from __future__ import annotations

import datetime
import re
from typing import Final

from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate, Precision

_BETWEEN_DAYS: Final = re.compile(r"[\n;,]+")


def days_after(
    first: datetime.date, *, every: int, until: datetime.date | None = None, times: int | None = None, most: int
) -> list[datetime.date]:
    """Return each `every`-th day after the first: up to and including `until`, or so many; never more than `most` + 1."""
    step = datetime.timedelta(days=every)
    days: list[datetime.date] = []
    day = first + step
    while len(days) <= most and (until is None or day <= until) and (times is None or len(days) < times):
        days.append(day)
        day += step
    return days


def days_in(text: str) -> list[datetime.date]:
    """Read a list of days, one a line or with commas between.

    Raises ValueError with a message that names the line, where one is no day.
    """
    days = []
    for line in filter(None, map(str.strip, _BETWEEN_DAYS.split(text))):
        try:
            date = ApproximateDate.parse(line)
        except ValueError as error:
            raise ValueError(f"„{line}“: {error}") from error
        if date.precision != Precision.DAY:
            raise ValueError(
                _("„%(line)s“ ist kein Tag. Bitte geben Sie jeden Termin auf den Tag genau an.") % {"line": line}
            )
        days.append(date.earliest)
    return days
