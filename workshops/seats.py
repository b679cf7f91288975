"""How it stands with the seats of events: how many are taken, and how many who come now get one at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from .models import Event, Registration
from .models.registrations import TAKING_PART, State


@dataclass(frozen=True)
class Seats:
    """The seats of one event: how many there are (None: not limited), are taken, and are waited for."""

    total: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        """How many nobody has, None where they are not limited."""
        return None if self.total is None else max(0, self.total - self.taken)

    @property
    def at_once(self) -> int | None:
        """How many who register now have a seat at once: those free that nobody waits for; None where not limited."""
        return None if self.free is None else max(0, self.free - self.waiting)

    @property
    def is_full(self) -> bool:
        """Whether who registers now comes onto the waiting list."""
        return self.at_once == 0


def seats_of(events: Iterable[Event]) -> dict[int, Seats]:
    """Return how it stands with the seats of events, by their keys; of all of them in one query."""
    events = list(events)
    keys = [each.pk for each in events]
    taking_part = Registration.objects.filter(event__in=keys, state__in=TAKING_PART).order_by()
    rows = taking_part.values_list("event", "state").annotate(Count("pk")) if keys else ()
    counts: dict[tuple[int, str], int] = {(event, state): count for event, state, count in rows}

    def count(event: Event, state: State) -> int:
        return counts.get((event.pk, state), 0)

    return {
        each.pk: Seats(each.seats, taken=count(each, State.CONFIRMED), waiting=count(each, State.WAITING))
        for each in events
    }


def seats(event: Event) -> Seats:
    """Return how it stands with the seats of an event."""
    return seats_of([event])[event.pk]
