"""What a list of events shows of each (templates/workshops/_date_card.html)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .actions.registration import why_closed, why_no_change
from .models import Event, Registration
from .models.events import EventQuerySet

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
    taken = seats_taken(each for each in events if each.seats is not None and not why_closed(each, on=on))
    return [Card(each, hint(each, taken=taken.get(each.pk, 0), on=on)) for each in events]


def seats_taken(events: Iterable[Event]) -> dict[int, int]:
    """Return how many seats of each event are taken; one without any may be missing."""
    keys = [event.pk for event in events]
    confirmed = Registration.objects.confirmed().filter(event__in=keys).order_by()
    return dict(confirmed.values_list("event").annotate(Count("pk"))) if keys else {}


def hint(event: Event, *, taken: int, on: datetime.date) -> Hint | None:
    """Return what there is to say of registering on a day; None where nothing is, for the event is over or has no date."""
    if event.state != Event.State.PLANNED or why_no_change(event, on=on):
        return None
    if event.is_by_invitation:
        return Hint(_("auf Einladung"))
    if not event.takes_registrations:
        return Hint(_("ohne Anmeldung")) if event.is_exact else None  # while the day is open, that may be, too
    if not why_closed(event, on=on):
        if event.seats is not None and event.seats <= taken:
            return Hint(_("ausgebucht, Warteliste"), "warning")
        return Hint(_("Anmeldung offen bis %(day)s") % {"day": _day(event.registration_closes_on)}, "success")
    if event.registration_opens_on and on < event.registration_opens_on:
        return Hint(_("Anmeldung ab %(day)s") % {"day": _day(event.registration_opens_on)})
    return Hint(_("Anmeldung beendet"))


def _day(day: datetime.date | None) -> str:
    return date_format(day) if day else ""
