"""The door: who is there, ticked by name, and who comes without a registration. Each locks the event first.

The list on paper is typed in afterwards, so the door stays open once the event is over.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops import notices
from workshops.models import Event, Registration
from workshops.models.registrations import State
from workshops.seats import seats

from .erasure import kept_since
from .locking import lock_event, lock_registration
from .registration import Person, new_registration, require_name
from .seating import fill_seats, forget_unproven, move, refuse, refuse_second, replace_unconfirmed, why_no_seat


def why_no_tick(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment nobody can be noted as there; empty from the first day on, also once the event is over."""
    if event.concept.is_closed:
        return _("Das Verfahren zu diesem Konzept ist abgeschlossen.")
    match event.state:
        case Event.State.CALLED_OFF:
            return _("Dieser Termin ist abgesagt.")
        case Event.State.POSTPONED:
            return _("Dieser Termin ist verschoben.")
    if timezone.localdate(at) < event.date.earliest:
        return _("Der Einlass beginnt am Tag der Veranstaltung.")
    return ""


def why_no_newcomer(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment nobody without a registration can be added: as `why_no_tick`, and once people are forgotten."""
    if hindrance := why_no_tick(event, at=at):
        return hindrance
    return _("Zu diesem Termin werden keine Namen mehr gespeichert.") if event.final_day < kept_since(at) else ""


def tick(registration: Registration, *, present: bool, at: datetime.datetime) -> Registration:
    """Note at the door that somebody is there, or that it was a slip.

    Whoever waits or had cancelled gets a free seat first; taking the tick back gives it up again, to whom it belongs.
    Raises ValidationError where no seat is free, the event does not take place, or its first day lies ahead.
    """
    with transaction.atomic():
        registration = lock_registration(registration)
        if present == registration.is_present:
            return registration
        if present:
            refuse(why_no_tick(registration.event, at=at))
            if registration.state != State.CONFIRMED:
                _sit_down(registration, at=at)
            registration.attended_at = at
        else:
            registration.attended_at = None
            if registration.seated_from:
                _stand_up(registration, at=at)
        registration.save()
        if not present:
            fill_seats(registration.event, at=at)
    return registration


def walk_in(event: Event, person: Person, *, at: datetime.datetime, key: uuid.UUID | None = None) -> Registration:
    """Take down somebody who is, or was, there without a registration; the same `key` again adds nobody.

    While seats still change hands, whoever waits comes first, and the newcomer is written to; afterwards nobody is.
    Raises ValidationError where no seat is free for them, the event does not take place, its first day lies ahead or
    its people are forgotten, a name is missing (key `name`), or the address is registered already (key `email`).
    """
    require_name(person)
    fill_seats(event, at=at)  # also where this person is turned away
    with transaction.atomic():
        event = lock_event(event)
        if key and (stored := event.registrations.filter(key=key).first()):
            return stored
        refuse(why_no_newcomer(event, at=at) or _why_full(event))
        source = Registration.Source.DOOR
        registration = new_registration(event, person, key=key or uuid.uuid4(), at=at, source=source)
        replace_unconfirmed(registration, at=at)
        refuse_second(registration)
        move(registration, State.CONFIRMED)
        registration.confirmed_at = registration.attended_at = at
        registration.save()
        if not why_no_seat(event, at=at):
            notices.place(registration)
    return registration


def _sit_down(registration: Registration, *, at: datetime.datetime) -> None:
    """Give somebody at the door a seat, whoever waits elsewhere."""
    refuse(_why_full(registration.event))
    if registration.state == State.CANCELLED:
        refuse_second(registration)
    registration.seated_from = registration.state
    forget_unproven(registration, at=at)
    move(registration, State.CONFIRMED)
    registration.confirmed_at = registration.confirmed_at or at
    registration.cancelled_at = None


def _stand_up(registration: Registration, *, at: datetime.datetime) -> None:
    """Take back a seat that was given at the door by a slip."""
    former, registration.seated_from = State(registration.seated_from), ""
    move(registration, former if former in (State.WAITING, State.INVITED) else State.CANCELLED)
    registration.cancelled_at = at if registration.state == State.CANCELLED else None


def _why_full(event: Event) -> str:
    is_full = seats(event).free == 0
    return _("Es ist kein Platz mehr frei. Mehr Plätze können Sie beim Termin eintragen.") if is_full else ""
