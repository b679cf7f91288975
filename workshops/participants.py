"""Who takes part in an event, as staff look for them: how many there are of each kind, and the list, narrowed."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Final

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Event, Registration
from .models.registrations import RegistrationQuerySet, State
from .seats import Seats


class Show(models.TextChoices):
    """Which part of the list is shown."""

    CONFIRMED = "confirmed", gettext_lazy("angemeldet")
    WAITING = "waiting", gettext_lazy("Warteliste")
    INVITED = "invited", gettext_lazy("eingeladen, ohne Antwort")
    CANCELLED = "cancelled", gettext_lazy("abgesagt")
    UNCONFIRMED = "unconfirmed", gettext_lazy("Adresse nicht bestätigt")
    PRESENT = "present", gettext_lazy("anwesend")
    ABSENT = "absent", gettext_lazy("angemeldet, nicht anwesend")


CONDITIONS: Final = {
    Show.CONFIRMED: Q(state=State.CONFIRMED),
    Show.WAITING: Q(state=State.WAITING),
    Show.INVITED: Q(state=State.INVITED),
    Show.CANCELLED: Q(state=State.CANCELLED),
    Show.UNCONFIRMED: Q(state=State.UNCONFIRMED),
    Show.PRESENT: Q(attended_at__isnull=False),
    Show.ABSENT: Q(state=State.CONFIRMED, attended_at=None),
}


@dataclass(frozen=True)
class Figures:
    """How many there are of each kind."""

    most: int | None
    total: int
    confirmed: int
    waiting: int
    invited: int
    cancelled: int
    unconfirmed: int
    present: int
    absent: int
    erased: int

    @classmethod
    def of(cls, event: Event) -> Figures:
        """Count in one go."""
        counts = {str(show.value): Count("pk", filter=condition) for show, condition in CONDITIONS.items()}
        found = event.registrations.aggregate(
            total=Count("pk"), erased=Count("pk", filter=Q(erased_at__isnull=False)), **counts
        )
        return cls(most=event.seats, **found)

    @property
    def seats(self) -> Seats:
        """How it stands with the seats."""
        return Seats(self.most, self.confirmed, self.waiting)

    def of_seats(self) -> str:
        """Return „38 von 40“, or the number alone where seats are not limited."""
        if self.most is None:
            return str(self.confirmed)
        return _("%(taken)s von %(seats)s") % {"taken": self.confirmed, "seats": self.most}


def narrowed(event: Event, *, words: str = "", show: str = "") -> RegistrationQuerySet:
    """Return those that contain each word, by name; the waiting list in the order in which people move up."""
    found: RegistrationQuerySet = event.registrations.filter(containing(words))
    if show:
        found = found.filter(CONDITIONS[Show(show)])
    return found.order_by("confirmed_at", "pk") if show == Show.WAITING else found.order_by("name", "pk")


def containing(words: str) -> Q:
    """Return the condition „has each of these words in name, organisation or address“."""
    each = [
        Q(name__icontains=word) | Q(organisation__icontains=word) | Q(email__icontains=word) for word in words.split()
    ]
    return reduce(and_, each, Q())


def since(registration: Registration) -> datetime.datetime | None:
    """Return since when a registration is in its state; None for somebody invited to whom nobody has written yet."""
    match registration.state:
        case State.INVITED:
            return registration.invited_at
        case State.CANCELLED:
            return registration.cancelled_at
        case State.UNCONFIRMED:
            return registration.created_at
    return registration.moved_up_at or registration.confirmed_at


def alphabetical(registration: Registration) -> tuple[bool, str, int]:
    """Return by what a list of people is sorted: ä as a, whatever the database does; those without a name come last."""
    letters = unicodedata.normalize("NFKD", registration.name).casefold()
    return not letters, "".join(each for each in letters if not unicodedata.combining(each)), registration.pk
