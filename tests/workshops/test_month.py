"""How a month is laid out, without a database."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.approximate_date import ApproximateDate
from tests.factories import when
from workshops.month import Week, after, before, month_of, undated, weeks

DAY = datetime.date
SEPTEMBER = ApproximateDate.month(2026, 9)


@dataclass(frozen=True)
class Thing:
    """What has a date."""

    name: str
    date: ApproximateDate
    last_day: datetime.date | None = None


def days(*things: Thing, month: ApproximateDate = SEPTEMBER) -> dict[datetime.date, list[str]]:
    """Return what stands on the days that are not free; what goes on there begins with dots."""
    return {
        day.date: [entry.event.name if entry.is_first else f"…{entry.event.name}" for entry in day.entries]
        for week in weeks(month, things)
        for day in week
        if day.date and day.entries
    }


def test_weeks_begin_on_monday_and_are_filled_up() -> None:
    table: tuple[Week[Thing], ...] = weeks(SEPTEMBER, [])
    first, *_, last = table
    assert [day.date and day.date.day for day in first] == [None, 1, 2, 3, 4, 5, 6]
    assert [day.date and day.date.day for day in last] == [28, 29, 30, None, None, None, None]


@pytest.mark.parametrize(
    ("year", "month", "count"),
    [(2021, 2, 4), (2026, 9, 5), (2026, 8, 6), (1900, 1, 5), (2200, 12, 5)],
)
def test_a_month_has_as_many_weeks_as_it_touches(year: int, month: int, count: int) -> None:
    assert len(weeks(ApproximateDate.month(year, month), [])) == count


def test_events_of_a_day_keep_their_order() -> None:
    assert days(Thing("A", when("01.09.2026")), Thing("B", when("01.09.2026"))) == {DAY(2026, 9, 1): ["A", "B"]}


def test_an_event_of_several_days_stands_on_each() -> None:
    lasting = Thing("Klausur", when("02.09.2026"), DAY(2026, 9, 4))
    assert days(lasting) == {
        DAY(2026, 9, 2): ["Klausur"],
        DAY(2026, 9, 3): ["…Klausur"],
        DAY(2026, 9, 4): ["…Klausur"],
    }


def test_what_began_in_another_month_goes_on_in_this_one() -> None:
    into, out_of = Thing("A", when("30.08.2026"), DAY(2026, 9, 1)), Thing("B", when("30.09.2026"), DAY(2026, 10, 2))
    assert days(into, out_of) == {DAY(2026, 9, 1): ["…A"], DAY(2026, 9, 30): ["B"]}
    throughout = Thing("C", when("01.05.2026"), DAY(2027, 1, 1))
    assert len(days(throughout)) == 30


def test_what_lies_in_another_month_does_not_show() -> None:
    assert days(Thing("A", when("31.08.2026")), Thing("B", when("01.10.2026"))) == {}


def test_what_has_no_day_stands_on_none_and_is_told_apart() -> None:
    vague = [Thing(text, when(text)) for text in ("September 2026", "3. Quartal 2026", "Ende 2026", "2026")]
    elsewhere = [Thing(text, when(text)) for text in ("August 2026", "Mitte 2026", "2027")]
    exact = Thing("Tag", when("01.09.2026"))
    assert days(*vague) == {}
    assert undated(SEPTEMBER, [*vague, *elsewhere, exact]) == vague


def test_months_follow_each_other_up_to_the_years_that_the_portal_knows() -> None:
    assert before(ApproximateDate.month(2026, 1)) == ApproximateDate.month(2025, 12)
    assert after(ApproximateDate.month(2026, 12)) == ApproximateDate.month(2027, 1)
    assert before(ApproximateDate.month(1900, 1)) is None
    assert after(ApproximateDate.month(2200, 12)) is None


@pytest.mark.parametrize(("year", "month"), [(1899, 12), (2201, 1), (0, 1), (99999, 1), (2026, 0), (2026, 13)])
def test_what_is_no_month_is_none(year: int, month: int) -> None:
    assert month_of(year, month) is None


@given(st.integers(1900, 2200), st.integers(1, 12))
def test_every_day_of_every_month_stands_in_its_weekday(year: int, month: int) -> None:
    shown = ApproximateDate.month(year, month)
    table: tuple[Week[Thing], ...] = weeks(shown, [])
    found = [day.date for week in table for day in week if day.date]
    assert found == [shown.earliest + datetime.timedelta(number) for number in range(shown.days)]
    assert all(day.date.weekday() == place for week in table for place, day in enumerate(week) if day.date)
