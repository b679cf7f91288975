"""What a list of events shows of each (templates/workshops/_date_card.html)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .actions import why_closed, why_no_change
from .models import Event
from .models.events import EventQuerySet
from .seats import Seats, seats_of

# Long, or on the event's own page only; a boundary is large.
NOT_SHOWN: Final = ("topic", "accessibility", "group__task", "municipality__boundary")


@dataclass(frozen=True)
class Hint:
    """What there is to say of registering, in a few words with the sign of its badge."""

    label: str
    kind: str = ""


@dataclass(frozen=True)
class Card:
    """An event among others."""

    event: Event
    hint: Hint | None


def for_cards(events: EventQuerySet) -> EventQuerySet:
    """Load what cards show, and no more."""
    return events.select_related("concept", "group", "municipality").defer(*NOT_SHOWN)


def cards(events: Iterable[Event], *, on: datetime.date) -> list[Card]:
    """Return the cards of events as of a day; load them `for_cards`."""
    events = list(events)
    limited = seats_of(each for each in events if each.seats is not None and not why_closed(each, on=on))
    return [Card(each, hint(each, seats=limited.get(each.pk), on=on)) for each in events]


def hint(event: Event, *, seats: Seats | None, on: datetime.date) -> Hint | None:
    """Return what there is to say of registering on a day; None where nothing is, for the event is over or has no date.

    `seats` are those of an event that takes registrations now and has no more than so many.
    """
    if event.state != Event.State.PLANNED or why_no_change(event, on=on):
        return None
    if event.is_by_invitation:
        return Hint(_("auf Einladung"))
    if not event.takes_registrations:
        return Hint(_("ohne Anmeldung")) if event.is_exact else None  # while the day is open, that may be, too
    if not why_closed(event, on=on):
        if seats and seats.is_full:
            return Hint(_("ausgebucht, Warteliste"), "warning")
        return Hint(_("Anmeldung offen bis %(day)s") % {"day": _day(event.registration_closes_on)}, "success")
    if event.registration_opens_on and on < event.registration_opens_on:
        return Hint(_("Anmeldung ab %(day)s") % {"day": _day(event.registration_opens_on)})
    return Hint(_("Anmeldung beendet"))


def _day(day: datetime.date | None) -> str:
    return date_format(day) if day else ""
