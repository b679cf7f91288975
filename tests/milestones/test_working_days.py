"""Working days as Saxon offices count them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.working_days import add_working_days, is_working_day, subtract_working_days

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 10, 31), id="Reformationstag"),
        pytest.param(date(2026, 11, 18), id="Buß- und Bettag, in Sachsen allein"),
        pytest.param(date(2026, 11, 22), id="Sonntag"),
        pytest.param(date(2027, 5, 6), id="Himmelfahrt"),
    ],
)
def test_nobody_works_on_a_saxon_holiday(day: date) -> None:
    assert not is_working_day(day)


def test_corpus_christi_is_an_ordinary_day_in_nordsachsen() -> None:
    assert is_working_day(date(2026, 6, 4))


def test_ten_working_days_step_over_christmas() -> None:
    assert add_working_days(date(2026, 12, 18), 10) == date(2027, 1, 5)


def test_no_working_day_later_is_the_day_itself_even_on_a_sunday() -> None:
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


@pytest.mark.parametrize("step", [add_working_days, subtract_working_days])
def test_a_negative_count_is_refused(step: object) -> None:
    with pytest.raises(ValueError, match="below 0"):
        step(date(2026, 1, 1), -1)  # type: ignore[operator]  # either function


@given(days, st.integers(0, 40))
def test_subtracting_finds_the_latest_day_that_still_fits(day: date, count: int) -> None:
    start = subtract_working_days(day, count)
    assert add_working_days(start, count) <= day
    assert add_working_days(date.fromordinal(start.toordinal() + 1), count) > day
