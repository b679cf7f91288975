"""Working days in Saxony: Monday to Friday without public holidays (SächsSFG, through the `holidays` package)."""

from __future__ import annotations

import datetime
from functools import cache

import holidays

ONE_DAY = datetime.timedelta(days=1)


@cache
def saxon_holidays() -> holidays.HolidayBase:
    """Return Saxony's public holidays; the years fill themselves as they are asked for."""
    return holidays.country_holidays("DE", subdiv="SN")


def is_working_day(day: datetime.date) -> bool:
    """Whether offices work on this day."""
    return day.weekday() < 5 and day not in saxon_holidays()


def add_working_days(day: datetime.date, count: int) -> datetime.date:
    """Return the `count`-th working day after `day`; `day` itself for 0. Raises ValueError below 0."""
    if count < 0:
        raise ValueError("count of working days below 0")
    while count:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def subtract_working_days(day: datetime.date, count: int) -> datetime.date:
    """Return the latest day from which `add_working_days(…, count)` does not pass `day`."""
    if count < 0:
        raise ValueError("count of working days below 0")
    if not count:
        return day
    while not is_working_day(day):
        day -= ONE_DAY
    while count:
        day -= ONE_DAY
        count -= is_working_day(day + ONE_DAY)
    return day
