"""How it stands with somebody's registration, in words, and what they may do: for the page behind their link."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .actions import why_no_answer, why_no_change, why_no_seat
from .models import Event, Registration
from .models.registrations import ACTIVE, State


@dataclass(frozen=True)
class Standing:
    """The state of a registration, `kind` as of alerts; `has_seat` at an event that is ahead."""

    heading: str
    words: str
    kind: str
    may_accept: bool = False
    may_cancel: bool = False
    has_seat: bool = False


def standing(registration: Registration, *, at: datetime.datetime) -> Standing:
    """Return how it stands at a moment."""
    event, state = registration.event, State(registration.state)
    heading, words, kind = _told(registration, at=at)
    is_over = bool(why_no_change(event, on=timezone.localdate(at)))
    return Standing(
        heading,
        words,
        kind,
        may_accept=state in (State.INVITED, State.CANCELLED) and not why_no_answer(event, at=at),
        may_cancel=state in (State.INVITED, State.CONFIRMED, State.WAITING) and not why_no_seat(event, at=at),
        has_seat=state == State.CONFIRMED and event.state == Event.State.PLANNED and not is_over,
    )


def gets_papers(registration: Registration) -> bool:
    """Whether somebody may open what is meant for those registered: who has said no does not."""
    return registration.state in ACTIVE and registration.state != State.UNCONFIRMED


def place_in_queue(registration: Registration) -> int:
    """Return the place of somebody who waits: 1 moves up next."""
    before = Q(confirmed_at__lt=registration.confirmed_at) | Q(
        confirmed_at=registration.confirmed_at, pk__lt=registration.pk
    )
    return registration.event.registrations.waiting().filter(before).count() + 1


def _told(registration: Registration, *, at: datetime.datetime) -> tuple[str, str, str]:
    event = registration.event
    if event.state == Event.State.CALLED_OFF:
        return _("Die Veranstaltung ist abgesagt."), "", "danger"
    # Who has a seat keeps it to the end of the day, also having come late; nobody else gets one after the last hour.
    has_seat = registration.state == State.CONFIRMED
    if hindrance := why_no_change(event, on=timezone.localdate(at)) if has_seat else why_no_seat(event, at=at):
        return hindrance, _was(registration), "info"
    match registration.state:
        case State.CONFIRMED:
            return _("Sie sind angemeldet."), _("Ein Platz ist für Sie reserviert."), "success"
        case State.WAITING:
            words = _(
                "Im Augenblick ist kein Platz frei. Sie stehen an Stelle %(place)s der Warteliste. Wird ein Platz frei, "
                "rücken Sie der Reihe nach auf, und wir schreiben Ihnen sofort."
            )
            return _("Sie stehen auf der Warteliste."), words % {"place": place_in_queue(registration)}, "warning"
        case State.CANCELLED:
            return _("Sie haben abgesagt."), _("Sie nehmen an dieser Veranstaltung nicht teil."), "info"
    if hindrance := why_no_answer(event, at=at):
        return _("Sie waren eingeladen."), hindrance, "info"
    return _("Sie sind eingeladen."), _("Bitte sagen Sie zu oder ab."), "info"


def _was(registration: Registration) -> str:
    """Return what somebody's part was in an event that is over."""
    if registration.is_present:
        return _("Sie waren dabei. Danke!")
    match registration.state:
        case State.CONFIRMED:
            return _("Sie waren angemeldet.")
        case State.WAITING:
            return _("Sie standen auf der Warteliste.")
        case State.CANCELLED:
            return _("Sie hatten abgesagt.")
    return _("Sie waren eingeladen.")
