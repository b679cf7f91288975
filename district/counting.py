"""How many there are: counted up to a limit, so that a million costs no more than ten thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MOST_COUNTED: Final = 10_000


@dataclass(frozen=True)
class Counted:
    """A number that says „mehr als 10.000“ where nobody counted further."""

    number: int
    most: int = MOST_COUNTED

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Self:
        """Count rows, and no further than needed."""
        return cls(rows[: MOST_COUNTED + 1].count())

    def __str__(self) -> str:
        shown = number_format(min(self.number, self.most), force_grouping=True)
        return _("mehr als %(number)s") % {"number": shown} if self.is_more else shown

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.number > self.most


class CountUpTo(Subquery):
    """How many rows there are, and one more than `most` where there are more; give the rows an order with an index."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any], *, most: int = MOST_COUNTED) -> None:
        super().__init__(rows.values("pk")[: most + 1])


@dataclass(frozen=True)
class Figure:
    """A number with its words and the page where one deals with it, for the start page of „Verwaltung“."""

    count: Counted
    label: str
    url: str
    is_alarming: bool = False
