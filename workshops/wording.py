"""How the dates of events are put into words."""

from __future__ import annotations

import datetime

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate


def when(
    date: ApproximateDate,
    starts_at: datetime.time | None = None,
    ends_at: datetime.time | None = None,
    last_day: datetime.date | None = None,
) -> str:
    """Return „24. März 2021, 18 bis 20 Uhr“, „2. Juli 2019 bis 4. Juli 2019“, „Mitte 2021“: as much as is known."""
    days = str(date)
    if last_day:
        days = _("%(first)s bis %(last)s") % {"first": date, "last": ApproximateDate.on(last_day)}
    return ", ".join(filter(None, [days, hours(starts_at, ends_at)]))


def hours(starts_at: datetime.time | None, ends_at: datetime.time | None = None) -> str:
    """Return „18 bis 20 Uhr“, „18:30 Uhr“; empty where the hour is not known."""
    if starts_at is None:
        return ""
    if ends_at is None:
        return _("%(start)s Uhr") % {"start": _hour(starts_at)}
    return _("%(start)s bis %(end)s Uhr") % {"start": _hour(starts_at), "end": _hour(ends_at)}


def _hour(time: datetime.time) -> str:
    """Return a full hour without its minutes in German („18“); other languages write times as they do."""
    # Translators: Django's time format of a full hour, "G" for „18“
    return time_format(time, _("G") if time.minute == 0 else _("G:i"))
