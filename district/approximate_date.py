"""A date as exactly as it is known: a day, a month, a quarter, a third of a year or a year.

The thirds follow ISO 8601-2 (quadrimesters, codes 37 to 39): „Anfang 2021“ is January to April, „Mitte 2021“ May to
August, „Ende 2021“ September to December.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Self

from django.db import models
from django.utils import dateformat
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
ONE_DAY: Final = timedelta(days=1)


class Precision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", gettext_lazy("Tag")
    MONTH = "month", gettext_lazy("Monat")
    QUARTER = "quarter", gettext_lazy("Quartal")
    BEGIN_OF_YEAR = "begin_of_year", gettext_lazy("Anfang des Jahres")
    MIDDLE_OF_YEAR = "middle_of_year", gettext_lazy("Mitte des Jahres")
    END_OF_YEAR = "end_of_year", gettext_lazy("Ende des Jahres")
    YEAR = "year", gettext_lazy("Jahr")


@dataclass(frozen=True, slots=True, order=True)
class ApproximateDate:
    """A period of one of the forms in `Precision`, both days inclusive; sorts by first, then by last day.

    Raises ValueError for any other pair of days and for years before 1900 or after 2200.
    """

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if any(not isinstance(day, date) or isinstance(day, datetime) for day in (self.earliest, self.latest)):
            raise TypeError("An ApproximateDate is made of two days, not of points in time.")
        if not FIRST_YEAR <= self.earliest.year <= self.latest.year <= LAST_YEAR:
            raise ValueError(
                _("Bitte geben Sie ein Jahr zwischen %(first)s und %(last)s an.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        if _precision(self.earliest, self.latest) is None:
            raise ValueError(
                _("Eine Zeitangabe ist ein Tag, Monat, Quartal, Anfang, Mitte oder Ende eines Jahres oder ein Jahr.")
            )

    @classmethod
    def of(cls, day: date, precision: Precision | str) -> Self:
        """The period of this precision around `day`; for the thirds of a year, the third of that name in its year."""
        return cls(*_period(day, Precision(precision)))

    @classmethod
    def on(cls, day: date) -> Self:
        """Exactly this day."""
        return cls(day, day)

    @classmethod
    def day(cls, year: int, month: int, day: int) -> Self:
        """Exactly this day, given in numbers."""
        return cls.on(date(year, month, day))

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """A calendar month."""
        return cls.of(date(year, month, 1), Precision.MONTH)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        """A calendar quarter, 1 to 4."""
        if quarter not in range(1, 5):
            raise ValueError(_("Ein Jahr hat vier Quartale."))
        return cls.of(date(year, quarter * 3, 1), Precision.QUARTER)

    @classmethod
    def begin_of(cls, year: int) -> Self:
        """January to April."""
        return cls.of(date(year, 1, 1), Precision.BEGIN_OF_YEAR)

    @classmethod
    def middle_of(cls, year: int) -> Self:
        """May to August."""
        return cls.of(date(year, 1, 1), Precision.MIDDLE_OF_YEAR)

    @classmethod
    def end_of(cls, year: int) -> Self:
        """September to December."""
        return cls.of(date(year, 1, 1), Precision.END_OF_YEAR)

    @classmethod
    def year(cls, year: int) -> Self:
        """A calendar year."""
        return cls.of(date(year, 1, 1), Precision.YEAR)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what people type in German, what `str()` prints in any language, and what `isoformat()` writes.

        Raises ValueError with a message for the person who typed.
        """
        return cls(*_read(text))

    @property
    def precision(self) -> Precision:
        """How exactly the date is known; the forms are disjoint, so the two days tell it."""
        precision = _precision(self.earliest, self.latest)
        assert precision is not None  # seen to by the constructor
        return precision

    @property
    def days(self) -> int:
        """Length in days, 1 for an exact day."""
        return (self.latest - self.earliest).days + 1

    @property
    def html_datetime(self) -> str | None:
        """The value of `<time datetime>`, None for the forms HTML does not know."""
        if self.precision in {Precision.DAY, Precision.MONTH, Precision.YEAR}:
            return self.isoformat()
        return None

    def __str__(self) -> str:
        return _written(self, get_language())

    def isoformat(self) -> str:
        """ISO 8601 where it has a form, else ISO 8601-2: 33 to 36 are quarters, 37 to 39 thirds of a year."""
        match self.precision:
            case Precision.DAY:
                return self.earliest.isoformat()
            case Precision.MONTH:
                return f"{self.earliest:%Y-%m}"
            case Precision.QUARTER:
                return f"{self.earliest:%Y}-{33 + self.earliest.month // 3}"
            case Precision.BEGIN_OF_YEAR | Precision.MIDDLE_OF_YEAR | Precision.END_OF_YEAR:
                return f"{self.earliest:%Y}-{37 + self.earliest.month // 4}"
            case Precision.YEAR:
                return f"{self.earliest:%Y}"

    def contains(self, other: "date | ApproximateDate") -> bool:
        """Whether all of `other` lies within."""
        if isinstance(other, ApproximateDate):
            return self.earliest <= other.earliest and other.latest <= self.latest
        return self.earliest <= other <= self.latest

    def overlaps(self, other: "ApproximateDate") -> bool:
        """Whether both can be the same day."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def is_before(self, other: "ApproximateDate") -> bool:
        """Whether this is certainly before `other`, whichever days are meant."""
        return self.latest < other.earliest

    def shifted_to(self, day: date) -> "ApproximateDate":
        """The earliest date just as exact that does not end before `day`; a third of a year becomes any third."""
        precisions = _THIRDS if self.precision in _THIRDS else (self.precision,)
        candidates = (ApproximateDate.of(day, precision) for precision in precisions)
        return min(candidate for candidate in candidates if candidate.latest >= day)


@lru_cache(maxsize=4096)
def _written(value: ApproximateDate, _language: str | None) -> str:
    """The date in words; a page says the same dates many times."""
    year = {"year": f"{value.earliest.year:04}"}
    match value.precision:
        case Precision.DAY:
            # Translators: a date format of Django: day, month as a word, year
            return dateformat.format(value.earliest, _("j. F Y"))
        case Precision.MONTH:
            return dateformat.format(value.earliest, "F Y")
        case Precision.QUARTER:
            quarters = (
                _("1. Quartal %(year)s"),
                _("2. Quartal %(year)s"),
                _("3. Quartal %(year)s"),
                _("4. Quartal %(year)s"),
            )
            return quarters[value.earliest.month // 3] % year
        case Precision.BEGIN_OF_YEAR:
            return _("Anfang %(year)s") % year
        case Precision.MIDDLE_OF_YEAR:
            return _("Mitte %(year)s") % year
        case Precision.END_OF_YEAR:
            return _("Ende %(year)s") % year
        case Precision.YEAR:
            return year["year"]


_THIRDS: Final = (Precision.BEGIN_OF_YEAR, Precision.MIDDLE_OF_YEAR, Precision.END_OF_YEAR)

# First month and number of months of each precision; those of months and quarters depend on the day.
_THIRDS_AND_YEAR: Final = {
    Precision.BEGIN_OF_YEAR: (1, 4),
    Precision.MIDDLE_OF_YEAR: (5, 4),
    Precision.END_OF_YEAR: (9, 4),
    Precision.YEAR: (1, 12),
}


def _period(day: date, precision: Precision) -> tuple[date, date]:
    """First and last day of the period of this precision that belongs to `day`."""
    if precision == Precision.DAY:
        return day, day
    if precision == Precision.MONTH:
        first, months = day.month, 1
    elif precision == Precision.QUARTER:
        first, months = (day.month - 1) // 3 * 3 + 1, 3
    else:
        first, months = _THIRDS_AND_YEAR[precision]
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


@lru_cache(maxsize=4096)
def _precision(earliest: date, latest: date) -> Precision | None:
    """The form whose first and last day these are, if any."""
    return next((each for each in Precision if _period(earliest, each) == (earliest, latest)), None)


# Reading

_MONTH_NAMES: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar jan jänner january",
            "februar feb february",
            "märz maerz mär mrz mar march",
            "april apr",
            "mai may",
            "juni jun june",
            "juli jul july",
            "august aug",
            "september sep sept",
            "oktober okt oct october",
            "november nov",
            "dezember dez dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_THIRD_NAMES: Final = {
    name: precision
    for precision, names in (
        (Precision.BEGIN_OF_YEAR, "anfang jahresanfang beginn jahresbeginn early"),
        (Precision.MIDDLE_OF_YEAR, "mitte jahresmitte mid"),
        (Precision.END_OF_YEAR, "ende jahresende late"),
    )
    for name in names.split()
}
_ISO_QUARTERS: Final = range(33, 37)
_ISO_THIRDS: Final = {37: Precision.BEGIN_OF_YEAR, 38: Precision.MIDDLE_OF_YEAR, 39: Precision.END_OF_YEAR}
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_HYPHENS: Final = dict.fromkeys(map(ord, "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}"), "-")
_YEAR: Final = "['\N{RIGHT SINGLE QUOTATION MARK}]?(?P<year>[0-9]{4}|[0-9]{2})"
_WORD: Final = r"(?P<word>[a-zäöü]+)\.?"
_QUARTER: Final = r"(?P<quarter>[0-9]|i{1,3}|iv)"


def _read(text: str) -> tuple[date, date]:
    """First and last day of what was typed."""
    text = " ".join(unicodedata.normalize("NFKC", text).lower().translate(_HYPHENS).split())
    for pattern, reading in _READINGS:
        if (match := pattern.fullmatch(text)) is None:
            continue
        parts = match.groupdict()
        if (word := parts.get("word")) is not None and word not in _MONTH_NAMES | _THIRD_NAMES:
            continue
        if len(parts["year"]) == 2:
            raise ValueError(_("Bitte geben Sie das Jahr mit vier Ziffern an, zum Beispiel 2021."))
        year = int(parts["year"])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(
                _("Bitte geben Sie ein Jahr zwischen %(first)s und %(last)s an.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return reading(year, parts)
    raise _unreadable()


def _unreadable() -> ValueError:
    return ValueError(
        _(
            "Diese Zeitangabe ist nicht lesbar. Schreiben Sie zum Beispiel 24.03.2021, März 2021, 2. Quartal 2021, "
            "Anfang 2021 oder 2021."
        )
    )


def _read_day(year: int, parts: dict[str, str]) -> tuple[date, date]:
    month = _month_number(parts)
    day = int(parts["day"])
    if not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(
            _("Den Tag %(day)s.%(month)s.%(year)s gibt es nicht.")
            % {"day": f"{day:02}", "month": f"{month:02}", "year": year}
        )
    return _period(date(year, month, day), Precision.DAY)


def _read_month(year: int, parts: dict[str, str]) -> tuple[date, date]:
    return _period(date(year, _month_number(parts), 1), Precision.MONTH)


def _read_quarter(year: int, parts: dict[str, str]) -> tuple[date, date]:
    quarter = _ROMAN.get(parts["quarter"]) or int(parts["quarter"])
    if not 1 <= quarter <= 4:
        raise ValueError(_("Ein Jahr hat vier Quartale."))
    return _period(date(year, quarter * 3, 1), Precision.QUARTER)


def _read_third(year: int, parts: dict[str, str]) -> tuple[date, date]:
    return _period(date(year, 1, 1), _THIRD_NAMES[parts["word"]])


def _read_word(year: int, parts: dict[str, str]) -> tuple[date, date]:
    return _read_third(year, parts) if parts["word"] in _THIRD_NAMES else _read_month(year, parts)


def _read_iso_pair(year: int, parts: dict[str, str]) -> tuple[date, date]:
    code = int(parts["month"])
    if code in _ISO_QUARTERS:
        return _read_quarter(year, {"quarter": str(code - 32)})
    if code in _ISO_THIRDS:
        return _period(date(year, 1, 1), _ISO_THIRDS[code])
    return _read_month(year, parts)


def _read_year(year: int, parts: dict[str, str]) -> tuple[date, date]:
    return _period(date(year, 1, 1), Precision.YEAR)


def _month_number(parts: dict[str, str]) -> int:
    """The month from a name or a number."""
    if "word" in parts:
        if parts["word"] not in _MONTH_NAMES:
            raise _unreadable()
        return _MONTH_NAMES[parts["word"]]
    month = int(parts["month"])
    if not 1 <= month <= 12:
        raise ValueError(_("Der Monat muss zwischen 1 und 12 liegen."))
    return month


_Reading = Callable[[int, dict[str, str]], tuple[date, date]]
_READINGS: Final[tuple[tuple[re.Pattern[str], _Reading], ...]] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"(?:(?:im )?jahre? )?{_YEAR}", _read_year),
        (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _read_day),
        (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", _read_iso_pair),
        (rf"(?:am )?(?P<day>[0-9]{{1,2}}) ?[./-] ?(?P<month>[0-9]{{1,2}}) ?[./-] ?{_YEAR}", _read_day),
        (rf"(?P<month>[0-9]{{1,2}}) ?[./-] ?{_YEAR}", _read_month),
        (rf"(?:im )?{_QUARTER}\.? ?(?:quartal|vierteljahr|q)\.? ?[/-]? ?{_YEAR}", _read_quarter),
        (rf"(?:quartal|q) ?{_QUARTER}\.? ?[/-]? ?{_YEAR}", _read_quarter),
        (r"(?P<year>[0-9]{4}) ?[/-]? ?q ?(?P<quarter>[0-9])", _read_quarter),
        (rf"(?P<quarter>[0-9])(?:st|nd|rd|th) quarter (?:of )?{_YEAR}", _read_quarter),
        (rf"(?:am )?(?P<day>[0-9]{{1,2}})\.? ?{_WORD} ?{_YEAR}", _read_day),
        (rf"(?:im )?{_WORD}(?: des jahres)?(?: |-| - )?{_YEAR}", _read_word),
    )
)
