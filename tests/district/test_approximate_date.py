"""Dates as exactly as they are known: reading, writing, comparing."""

import copy
import pickle
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from district.approximate_date import ApproximateDate, Precision

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
DATES = st.builds(ApproximateDate.of, DAYS, st.sampled_from(Precision))
THIRDS = {Precision.BEGIN_OF_YEAR, Precision.MIDDLE_OF_YEAR, Precision.END_OF_YEAR}

GERMAN = [
    (ApproximateDate.day(2021, 3, 24), "24. März 2021"),
    (ApproximateDate.day(2021, 1, 1), "1. Januar 2021"),
    (ApproximateDate.month(2019, 6), "Juni 2019"),
    (ApproximateDate.quarter(2021, 1), "1. Quartal 2021"),
    (ApproximateDate.quarter(2021, 2), "2. Quartal 2021"),
    (ApproximateDate.quarter(2021, 3), "3. Quartal 2021"),
    (ApproximateDate.quarter(2021, 4), "4. Quartal 2021"),
    (ApproximateDate.begin_of(2021), "Anfang 2021"),
    (ApproximateDate.middle_of(2021), "Mitte 2021"),
    (ApproximateDate.end_of(2018), "Ende 2018"),
    (ApproximateDate.year(2017), "2017"),
]
ENGLISH = [
    (ApproximateDate.day(2021, 3, 24), "24 March 2021"),
    (ApproximateDate.month(2019, 6), "June 2019"),
    (ApproximateDate.quarter(2021, 1), "1st quarter of 2021"),
    (ApproximateDate.quarter(2021, 2), "2nd quarter of 2021"),
    (ApproximateDate.quarter(2021, 3), "3rd quarter of 2021"),
    (ApproximateDate.quarter(2021, 4), "4th quarter of 2021"),
    (ApproximateDate.begin_of(2021), "early 2021"),
    (ApproximateDate.middle_of(2021), "mid-2021"),
    (ApproximateDate.end_of(2018), "late 2018"),
    (ApproximateDate.year(2017), "2017"),
]
TYPED = [
    ("24.03.2021", ApproximateDate.day(2021, 3, 24)),
    ("24.3.2021", ApproximateDate.day(2021, 3, 24)),
    (" 24. 3. 2021 ", ApproximateDate.day(2021, 3, 24)),
    ("24. März 2021", ApproximateDate.day(2021, 3, 24)),
    ("24.März 2021", ApproximateDate.day(2021, 3, 24)),
    ("24. Ma\N{COMBINING DIAERESIS}rz 2021", ApproximateDate.day(2021, 3, 24)),
    ("24.\N{NO-BREAK SPACE}MÄRZ\N{NO-BREAK SPACE}2021", ApproximateDate.day(2021, 3, 24)),
    ("am 24. Maerz 2021", ApproximateDate.day(2021, 3, 24)),
    ("3. Sept. 2021", ApproximateDate.day(2021, 9, 3)),
    ("2021-03-24", ApproximateDate.day(2021, 3, 24)),
    ("29.02.2020", ApproximateDate.day(2020, 2, 29)),
    ("24 March 2021", ApproximateDate.day(2021, 3, 24)),
    ("März 2021", ApproximateDate.month(2021, 3)),
    ("im märz  2021", ApproximateDate.month(2021, 3)),
    ("Jan. 2020", ApproximateDate.month(2020, 1)),
    ("Feb 2020", ApproximateDate.month(2020, 2)),
    ("03/2021", ApproximateDate.month(2021, 3)),
    ("3.2021", ApproximateDate.month(2021, 3)),
    ("2021-03", ApproximateDate.month(2021, 3)),
    ("2. Quartal 2021", ApproximateDate.quarter(2021, 2)),
    ("2.quartal 2021", ApproximateDate.quarter(2021, 2)),
    ("II. Quartal 2021", ApproximateDate.quarter(2021, 2)),
    ("IV. Quartal 2021", ApproximateDate.quarter(2021, 4)),
    ("Q2 2021", ApproximateDate.quarter(2021, 2)),
    ("q2/2021", ApproximateDate.quarter(2021, 2)),
    ("2021-Q2", ApproximateDate.quarter(2021, 2)),
    ("2021-34", ApproximateDate.quarter(2021, 2)),
    ("Anfang 2021", ApproximateDate.begin_of(2021)),
    ("Jahresanfang 2021", ApproximateDate.begin_of(2021)),
    ("MITTE 2021", ApproximateDate.middle_of(2021)),
    ("mid-2021", ApproximateDate.middle_of(2021)),
    ("Ende des Jahres 2021", ApproximateDate.end_of(2021)),
    ("2021-39", ApproximateDate.end_of(2021)),
    ("2021", ApproximateDate.year(2021)),
    ("Jahr 2021", ApproximateDate.year(2021)),
]
UNREADABLE = (
    "Diese Zeitangabe ist nicht lesbar. Schreiben Sie zum Beispiel 24.03.2021, März 2021, 2. Quartal 2021, "
    "Anfang 2021 oder 2021."
)
FOUR_DIGITS = "Bitte geben Sie das Jahr mit vier Ziffern an, zum Beispiel 2021."
NO_SUCH_YEAR = "Bitte geben Sie ein Jahr zwischen 1900 und 2200 an."
REFUSED = [
    ("24.3.21", FOUR_DIGITS),
    ("März 21", FOUR_DIGITS),
    ("Anfang '21", FOUR_DIGITS),
    ("21", FOUR_DIGITS),
    ("31.02.2021", "Den Tag 31.02.2021 gibt es nicht."),
    ("29. Februar 2021", "Den Tag 29.02.2021 gibt es nicht."),
    ("0.3.2021", "Den Tag 00.03.2021 gibt es nicht."),
    ("24.13.2021", "Der Monat muss zwischen 1 und 12 liegen."),
    ("2021-40", "Der Monat muss zwischen 1 und 12 liegen."),
    ("5. Quartal 2021", "Ein Jahr hat vier Quartale."),
    ("1899", NO_SUCH_YEAR),
    ("März 2201", NO_SUCH_YEAR),
    ("", UNREADABLE),
    ("bald", UNREADABLE),
    ("24. Anfang 2021", UNREADABLE),
    ("Anfang März 2021", UNREADABLE),
    ("24.03.2021\0", UNREADABLE),
    ("24.03.2021 10 Uhr", UNREADABLE),
    ("12345", UNREADABLE),
    ("٢٠٢١", UNREADABLE),
]


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with translation.override("de"):
        yield


@pytest.mark.parametrize(("value", "text"), GERMAN)
def test_it_speaks_german(value: ApproximateDate, text: str) -> None:
    assert str(value) == text


@pytest.mark.parametrize(("value", "text"), ENGLISH)
def test_it_speaks_english(value: ApproximateDate, text: str) -> None:
    with translation.override("en"):
        assert str(value) == text


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_it_reads_what_people_type(text: str, value: ApproximateDate) -> None:
    assert ApproximateDate.parse(text) == value


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_it_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ApproximateDate.parse(text)


@given(DATES)
def test_it_reads_what_it_prints(value: ApproximateDate) -> None:
    assert ApproximateDate.parse(str(value)) == value


@given(DATES)
def test_it_reads_what_it_prints_in_english(value: ApproximateDate) -> None:
    with translation.override("en"):
        assert ApproximateDate.parse(str(value)) == value


@given(DATES)
def test_it_reads_its_iso_form(value: ApproximateDate) -> None:
    assert ApproximateDate.parse(value.isoformat()) == value


@given(DATES)
def test_html_gets_a_form_it_knows_or_none(value: ApproximateDate) -> None:
    if value.precision in {Precision.DAY, Precision.MONTH, Precision.YEAR}:
        assert value.html_datetime == value.isoformat()
    else:
        assert value.html_datetime is None


@given(DAYS, st.sampled_from(Precision))
def test_the_two_days_tell_the_precision(day: date, precision: Precision) -> None:
    assert ApproximateDate.of(day, precision).precision == precision


@given(DATES)
def test_it_does_not_end_before_it_starts(value: ApproximateDate) -> None:
    assert value.earliest <= value.latest
    assert value.days == (value.latest - value.earliest).days + 1 >= 1


@pytest.mark.parametrize(
    ("value", "earliest", "latest"),
    [
        (ApproximateDate.month(2020, 2), date(2020, 2, 1), date(2020, 2, 29)),
        (ApproximateDate.quarter(2021, 4), date(2021, 10, 1), date(2021, 12, 31)),
        (ApproximateDate.begin_of(2021), date(2021, 1, 1), date(2021, 4, 30)),
        (ApproximateDate.middle_of(2021), date(2021, 5, 1), date(2021, 8, 31)),
        (ApproximateDate.end_of(2021), date(2021, 9, 1), date(2021, 12, 31)),
        (ApproximateDate.year(2021), date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_it_knows_its_earliest_and_latest_day(value: ApproximateDate, earliest: date, latest: date) -> None:
    assert (value.earliest, value.latest) == (earliest, latest)


@given(DAYS, st.integers(-400, 400))
def test_only_the_seven_forms_can_be_built(day: date, length: int) -> None:
    try:
        value = ApproximateDate(day, day + timedelta(days=length))
    except ValueError:
        return
    assert ApproximateDate.of(value.earliest, value.precision) == value


def test_points_in_time_are_refused() -> None:
    with pytest.raises(TypeError):
        ApproximateDate.on(datetime(2021, 3, 24, 10, tzinfo=UTC))


@given(DATES, DATES)
def test_it_sorts_by_first_then_by_last_day(one: ApproximateDate, other: ApproximateDate) -> None:
    assert (one < other) == ((one.earliest, one.latest) < (other.earliest, other.latest))
    assert (one == other) == (hash(one) == hash(other) and not one < other and not other < one)


@given(DATES, DATES)
def test_certainly_before_holds_in_one_direction_only(one: ApproximateDate, other: ApproximateDate) -> None:
    assert not (one.is_before(other) and other.is_before(one))
    assert [one.is_before(other), other.is_before(one), one.overlaps(other)].count(True) == 1


@given(DATES, DATES, DAYS)
def test_containing_is_about_every_day(one: ApproximateDate, other: ApproximateDate, day: date) -> None:
    assert one.contains(day) == one.overlaps(ApproximateDate.on(day)) == one.contains(ApproximateDate.on(day))
    assert one.contains(other) == (one.contains(other.earliest) and one.contains(other.latest))


@given(DATES, st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_shifting_finds_the_first_of_its_kind_that_does_not_end_before_the_day(
    value: ApproximateDate, day: date
) -> None:
    shifted = value.shifted_to(day)
    assert (shifted.precision in THIRDS) is (value.precision in THIRDS)
    assert shifted.precision == value.precision or shifted.precision in THIRDS
    assert shifted.latest >= day
    before = value.shifted_to(shifted.earliest - timedelta(days=1))
    assert before.latest < day


@pytest.mark.parametrize(
    ("value", "day", "shifted"),
    [
        ("Mitte 2021", date(2021, 3, 1), "Anfang 2021"),
        ("Mitte 2021", date(2021, 9, 1), "Ende 2021"),
        ("Ende 2021", date(2022, 1, 1), "Anfang 2022"),
        ("Dezember 2020", date(2021, 2, 3), "Februar 2021"),
        ("2. Quartal 2021", date(2021, 7, 1), "3. Quartal 2021"),
        ("24.03.2021", date(2021, 4, 1), "1. April 2021"),
    ],
)
def test_shifting_in_words(value: str, day: date, shifted: str) -> None:
    assert str(ApproximateDate.parse(value).shifted_to(day)) == shifted


@given(DATES)
def test_copies_are_equal(value: ApproximateDate) -> None:
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
