"""What the page of an event says: how it stands, what happened to its date, who can come, and how its minutes stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from . import wording
from .actions.registration import free_seats, why_closed
from .models import Change, Event, Minutes, MinutesStep

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
    """Who can come to an event that is ahead; `free` is None where seats are not limited."""

    hindrance: str
    free: int | None

    @property
    def is_open(self) -> bool:
        """Whether anybody can register now."""
        return not self.hindrance

    @property
    def is_full(self) -> bool:
        """Whether who registers now comes onto the waiting list."""
        return self.free == 0


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
    return Registering(hindrance, None if hindrance else free_seats(event))


def record(minutes: Minutes | None, steps: Iterable[MinutesStep]) -> Record:
    """Return how minutes stand from their steps, the oldest first; nobody is told of a first draft."""
    if minutes is None:
        return Record()
    steps = list(steps)
    releases = [step.at for step in steps if step.kind == MinutesStep.Kind.RELEASED]
    corrections = [step for step in steps if step.kind == MinutesStep.Kind.REOPENED]
    return Record(minutes.is_released, releases[-1] if releases else None, corrections)
