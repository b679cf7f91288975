"""When seats change hands, and how: given to who comes, taken back, and passed on to those who wait.

What is done to a registration here, the caller has locked before.
"""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district import post
from workshops import links, notices
from workshops.models import Event, Registration
from workshops.models.registrations import NEXT, State
from workshops.seats import seats

from .locking import lock_event


def why_closed(event: Event, *, on: datetime.date) -> str:
    """Return why nobody can register by form on a day; empty where somebody can."""
    if hindrance := why_no_change(event, on=on):
        return hindrance
    if not event.takes_registrations:
        return _("Für diesen Termin ist keine Anmeldung nötig.")
    if event.is_by_invitation:
        return _("Dieser Termin ist nur auf Einladung.")
    if event.state == Event.State.POSTPONED:
        return _("Anmelden können Sie sich, sobald der neue Termin feststeht.")
    assert event.registration_opens_on is not None  # both or neither, held by a constraint
    assert event.registration_closes_on is not None
    if on < event.registration_opens_on:
        return _("Die Anmeldung hat noch nicht begonnen.")
    if on > event.registration_closes_on:
        return _("Die Anmeldung ist beendet.")
    return ""


def why_no_form(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment nobody can register by form: as `why_closed`, and once the last hour has struck."""
    return why_closed(event, on=timezone.localdate(at)) or why_no_seat(event, at=at)


def why_no_seat(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment no seat changes hands any more: as `why_no_change`, and once the last hour has struck.

    Where nobody knows when an event ends, that is the hour at which its last day begins.
    """
    if hindrance := why_no_change(event, on=timezone.localdate(at)):
        return hindrance
    if event.state != Event.State.PLANNED or event.starts is None:
        return ""
    if event.ends is not None:
        return _("Dieser Termin ist vorbei.") if event.ends <= at else ""
    last_begins = event.starts + (event.final_day - event.date.earliest)
    return _("Dieser Termin hat schon begonnen.") if last_begins <= at else ""


def why_no_change(event: Event, *, on: datetime.date) -> str:
    """Return why on a day no seat is given or taken any more; empty where seats still change hands."""
    if event.concept.is_closed:
        return _("Das Verfahren zu diesem Konzept ist abgeschlossen.")
    match event.state:
        case Event.State.CALLED_OFF:
            return _("Dieser Termin ist abgesagt.")
        case Event.State.HELD:
            return _("Dieser Termin ist vorbei.")
    return _("Dieser Termin ist vorbei.") if event.is_over(on) and event.state == Event.State.PLANNED else ""


def why_no_answer(event: Event, *, at: datetime.datetime) -> str:
    """Return why at a moment nobody can say yes to an invitation any more; empty where somebody can."""
    closes_on = event.registration_closes_on
    is_late = closes_on is not None and timezone.localdate(at) > closes_on
    return why_no_seat(event, at=at) or (_("Die Anmeldung ist beendet.") if is_late else "")


def take_part(registration: Registration, *, at: datetime.datetime) -> None:
    """Give a seat where one is free and nobody waits for it, else a place at the end of the waiting list; tell which."""
    event = registration.event
    refuse(why_no_seat(event, at=at))
    move(registration, State.WAITING if seats(event).is_full else State.CONFIRMED)
    registration.confirmed_at, registration.cancelled_at = at, None
    registration.token_expires_at = None
    registration.save()
    notices.place(registration)


def give_back(registration: Registration, *, at: datetime.datetime) -> None:
    """Set a registration to „abgesagt“; an address that was never proven goes with it."""
    forget_unproven(registration, at=at)
    move(registration, State.CANCELLED)
    registration.cancelled_at = at
    registration.save()


def fill_seats(event: Event, *, at: datetime.datetime) -> list[Registration]:
    """Give free seats to those who wait, in their order, and tell them; return who moved up."""
    with transaction.atomic(), post.in_bulk():
        event = lock_event(event)
        if why_no_seat(event, at=at):
            return []
        waiting = event.registrations.waiting()
        free = seats(event).free
        moving = list(waiting if free is None else waiting[:free])
        for registration in moving:
            registration.event = event
            move(registration, State.CONFIRMED)
            registration.moved_up_at = at
            registration.save()
            notices.moved_up(registration)
    return moving


def move(registration: Registration, to: State) -> None:
    """Set the next state. Raises ValidationError where the present one does not allow it."""
    if to not in NEXT[State(registration.state)]:
        raise ValidationError(
            _("Diese Anmeldung ist „%(state)s“: dieser Schritt ist nicht möglich.")
            % {"state": registration.get_state_display()}
        )
    registration.state = to


def replace_unconfirmed(registration: Registration, *, at: datetime.datetime) -> None:
    """Put a new registration in the place of one of the same address that nobody has confirmed: anybody may have sent that."""
    if not registration.email:
        return
    of_address = registration.event.registrations.with_email(registration.email)
    if former := of_address.filter(state=State.UNCONFIRMED).first():
        end_links(former, at=at)
        registration.pk = former.pk


def forget_unproven(registration: Registration, *, at: datetime.datetime) -> None:
    """Forget an address that nobody has proven, before anything else happens to the registration."""
    if registration.state == State.UNCONFIRMED:
        end_links(registration, at=at)
        registration.email = ""


def end_links(registration: Registration, *, at: datetime.datetime) -> None:
    """End what went to an address so far: mails that still wait, the link in all others, the link to confirm.

    Once the key is another, nobody finds the mails that were written under the former one.
    """
    post.call_back({links.secret_of(registration)}, at=at)
    registration.key = uuid.uuid4()
    registration.token_digest, registration.token_expires_at = "", None


def refuse_second(registration: Registration) -> None:
    """Raise ValidationError where the address has another registration to the same event."""
    if not registration.email:
        return
    others = registration.event.registrations.with_email(registration.email)
    if others.exclude(pk=registration.pk).exists():
        raise ValidationError({"email": _("Zu dieser E-Mail-Adresse gibt es für den Termin schon eine Anmeldung.")})


def refuse(hindrance: str) -> None:
    """Raise ValidationError where something hinders."""
    if hindrance:
        raise ValidationError(hindrance)
