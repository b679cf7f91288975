"""What the page of an event says: how it stands, what happened to its date, who can come, and how its minutes stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from district.models import FieldOfAction
from milestones.models import Milestone, Phase

from . import wording
from .actions import why_closed
from .models import Change, Event, Minutes, MinutesStep, WorkingGroup
from .seats import seats

State = Event.State

SIGNS: Final = {
    State.PLANNED: "info",
    State.POSTPONED: "warning",
    State.HELD: "success",
    State.CALLED_OFF: "danger",
}


@dataclass(frozen=True)
class Standing:
    """The state of an event with the sign of its badge."""

    label: str
    sign: str


@dataclass(frozen=True)
class Step:
    """Something that happened to the date."""

    at: datetime.datetime
    text: str
    reason: str


@dataclass(frozen=True)
class Registering:
    """Who can come to an event that is ahead, with what there is to tell of it.

    Where anybody can register now, `free` is how many of them have a seat at once, None where seats are not limited.
    Where registration lies ahead, `opens_on` is its first day.
    """

    is_open: bool = False
    is_by_invitation: bool = False
    free: int | None = None
    words: str = ""
    opens_on: datetime.date | None = None

    @property
    def is_full(self) -> bool:
        """Whether who registers now comes onto the waiting list."""
        return self.free == 0


@dataclass(frozen=True)
class Facts:
    """How one can take part, and what an event belongs to: as far as readers may know."""

    online: str
    names_contact: bool
    accessibility: str
    group: WorkingGroup | None
    fields_of_action: Sequence[FieldOfAction]
    phase: Phase | None
    milestone: Milestone | None

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        known = (self.online, self.accessibility, self.group, self.fields_of_action, self.phase, self.milestone)
        return any(known)


@dataclass(frozen=True)
class Record:
    """How the minutes of an event stand for readers."""

    is_released: bool = False
    released_at: datetime.datetime | None = None
    corrections: Sequence[MinutesStep] = ()

    @property
    def is_being_corrected(self) -> bool:
        """Whether they were taken back and are not released again."""
        return bool(self.corrections) and not self.is_released


def standing(event: Event, *, on: datetime.date) -> Standing:
    """Return how an event stands on a day: of one whose day has passed nobody may have said yet whether it took place."""
    if event.state == State.PLANNED and event.is_over(on):
        return Standing(_("vorbei"), "")
    return Standing(event.get_state_display(), SIGNS[State(event.state)])


def history(changes: Iterable[Change]) -> list[Step]:
    """Return what happened to the date, the latest first; that an event took place is its state and no change of it."""
    moves = [change for change in changes if change.kind != Change.Kind.HELD]
    return [Step(each.recorded_at, _move(each), each.reason) for each in moves]


def _move(change: Change) -> str:
    words = {"from": wording.when(change.from_date, change.from_time)}
    if change.to_date:
        words["to"] = wording.when(change.to_date, change.to_time)
    match change.kind:
        case Change.Kind.MOVED:
            return _("verlegt von „%(from)s“ auf „%(to)s“") % words
        case Change.Kind.POSTPONED:
            return _("verschoben, neuer Termin offen; geplant war „%(from)s“") % words
    return _("abgesagt; geplant war „%(from)s“") % words


def registering(event: Event, *, on: datetime.date) -> Registering | None:
    """Return who can come; None where an event is over or called off, so that nobody asks."""
    if not event.is_open or (event.state == State.PLANNED and event.is_over(on)):
        return None
    hindrance = why_closed(event, on=on)
    if event.is_by_invitation and not event.concept.is_closed:
        by_link = _("Wer eingeladen ist, sagt über den Link in der Einladung zu oder ab.")
        return Registering(is_by_invitation=True, words=by_link if event.takes_registrations else "")
    if hindrance:
        opens_on = event.registration_opens_on
        has_day = event.state == State.PLANNED and not event.concept.is_closed
        is_ahead = has_day and opens_on is not None and opens_on > on
        return Registering(words=hindrance, opens_on=opens_on if is_ahead else None)
    return Registering(is_open=True, free=seats(event).at_once)


def facts(event: Event, *, fields_of_action: Iterable[FieldOfAction]) -> Facts:
    """Return what there is to know of an event; what is hidden is not among it."""
    has_online = bool(event.online_url) or event.kind == Event.Kind.ONLINE
    return Facts(
        online=_online(event) if has_online else "",
        names_contact=has_online and event.is_open and not event.takes_registrations,
        accessibility=event.accessibility,
        group=event.group if event.group and event.group.is_shown else None,
        fields_of_action=list(fields_of_action),
        phase=event.phase,
        milestone=event.milestone if event.milestone and event.milestone.is_public else None,
    )


def _online(event: Event) -> str:
    if not event.is_open:
        return _("Die Veranstaltung war auch online geplant.")
    if event.takes_registrations:
        return _("Online-Teilnahme möglich; den Link bekommt, wer angemeldet ist.")
    return _("Online-Teilnahme möglich; den Zugang nennt Ihnen der Landkreis.")


def record(minutes: Minutes | None, steps: Iterable[MinutesStep]) -> Record:
    """Return how minutes stand from their steps, the oldest first; nobody is told of a first draft."""
    if minutes is None:
        return Record()
    steps = list(steps)
    releases = [step.at for step in steps if step.kind == MinutesStep.Kind.RELEASED]
    corrections = [step for step in steps if step.kind == MinutesStep.Kind.REOPENED]
    return Record(minutes.is_released, releases[-1] if releases else None, corrections)
