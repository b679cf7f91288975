"""The list of events: what is announced, what is over, its pages, and the headings under which they stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate
from district.counting import Counted

from .cards import Card
from .models import Event
from .models.events import EventQuerySet, State, going_on

PER_PAGE: Final = 20
MOST_IN_A_MONTH: Final = 500


@dataclass(frozen=True)
class Section:
    """Events under one heading."""

    label: str
    cards: tuple[Card, ...]


class EventPaginator(Paginator[Event]):
    """Pages of a list that is counted up to a limit: what lies behind it is found by the filter or in its month."""

    def __init__(self, events: EventQuerySet) -> None:
        super().__init__(events, PER_PAGE)
        self.events = events

    @cached_property
    def counted(self) -> Counted:
        """How many there are, perhaps „mehr als 10.000“."""
        return Counted.of(self.events.order_by())

    @property
    def count(self) -> int:
        """How many can be paged through."""
        return min(self.counted.number, self.counted.most)


def announced(events: EventQuerySet, *, on: datetime.date) -> EventQuerySet:
    """Return those ahead on a day, the next first; also what is called off, so that nobody goes there in vain."""
    return events.filter(_ahead(on)).order_by("date", "starts_at", "pk")


def bygone(events: EventQuerySet, *, on: datetime.date) -> EventQuerySet:
    """Return all others, the latest first."""
    return events.exclude(_ahead(on)).order_by("-date", "-starts_at", "-pk")


def _ahead(on: datetime.date) -> Q:
    return ~Q(state=State.HELD) & going_on(on)


def sections(cards: Iterable[Card], *, ahead_of: datetime.date | None = None) -> list[Section]:
    """Put events, sorted by date, under the months in which they begin.

    `ahead_of` is the day since which a list of what is coming counts: what began before it goes on, or has no day yet.
    """

    def label(card: Card) -> str:
        first = card.event.date.earliest
        if ahead_of and first < ahead_of:
            return _("Läuft gerade oder noch ohne festen Tag")
        return str(ApproximateDate.month(first.year, first.month))

    return [Section(words, tuple(found)) for words, found in groupby(cards, key=label)]
