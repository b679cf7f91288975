"""The way of a paper through the bodies (Beratungsfolge) as readers see it, and a vote as a figure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from django.utils.translation import gettext as _

from .models import Attachment, Consultation, CouncilSession, Resolution
from .wording import votes

Result = Consultation.Result
State = Resolution.State

_BADGES_OF_RESULTS: Final = {
    Result.ADOPTED: "success",
    Result.ADOPTED_AMENDED: "success",
    Result.NOTED: "success",
    Result.REJECTED: "danger",
    Result.WITHDRAWN: "warning",
    Result.DEFERRED: "warning",
    Result.REMOVED: "warning",
    Result.SHELVED: "warning",
    Result.REFERRED: "info",
}
_BADGES_OF_STATES: Final = {
    State.PREPARED: "info",
    State.UNDER_DISCUSSION: "info",
    State.DEFERRED: "warning",
    State.ADOPTED: "success",
    State.NOTED: "success",
    State.REJECTED: "danger",
    State.WITHDRAWN: "warning",
}
BALLOT_WIDTH: Final = 320


@dataclass(frozen=True)
class Share:
    """A part of a vote: how many, and where its piece of the bar lies."""

    kind: str
    label: str
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        """The x of the middle of the piece."""
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        """Whether the number fits into the piece."""
        return self.width >= 12 + 9 * len(str(self.count))


@dataclass(frozen=True)
class Ballot:
    """A vote as a bar of `width`."""

    shares: tuple[Share, ...]
    text: str
    width: int = BALLOT_WIDTH


def ballot(step: Consultation) -> Ballot | None:
    """Return a counted vote as a figure, None where nobody voted or nothing was counted."""
    counts = (
        ("yes", _("Ja"), step.yes or 0),
        ("no", _("Nein"), step.no or 0),
        ("abstentions", _("Enthaltungen"), step.abstentions or 0),
    )
    total = sum(count for _kind, _label, count in counts)
    if not step.has_votes or not total:
        return None
    shares = []
    x: float = 0
    for kind, label, count in counts:
        if count:
            width = count / total * BALLOT_WIDTH
            shares.append(Share(kind, label, count, round(x, 1), round(width, 1)))
            x += width
    return Ballot(tuple(shares), votes(step))


@dataclass(frozen=True)
class Step:
    """A row of the Beratungsfolge. Of a step behind closed doors it tells no more than that."""

    number: int
    consultation: Consultation
    follows: int | None
    followed_by: int | None

    @property
    def is_closed(self) -> bool:
        """Whether the public learns no details."""
        return not self.consultation.is_public or bool(
            self.consultation.session and not self.consultation.session.is_public
        )

    @property
    def result(self) -> str:
        """What came out, in words."""
        return self.consultation.get_result_display() if self.consultation.result else _("noch offen")

    @property
    def badge(self) -> str:
        """The kind of the badge for the result."""
        return _BADGES_OF_RESULTS[Result(self.consultation.result)] if self.consultation.result else "info"

    @property
    def votes(self) -> str:
        """The votes in words."""
        return votes(self.consultation)

    @property
    def ballot(self) -> Ballot | None:
        """The votes as a figure."""
        return ballot(self.consultation)


@dataclass(frozen=True)
class Course:
    """A paper with its way: what the public pages show of a resolution."""

    resolution: Resolution
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        """Where the paper stands."""
        return self.resolution.state

    @property
    def badge(self) -> str:
        """The kind of the badge for the state."""
        return _BADGES_OF_STATES[self.state]

    @property
    def decision(self) -> Step | None:
        """The public step that settled the paper, if any."""
        if self.state not in (State.ADOPTED, State.NOTED, State.REJECTED):
            return None
        decisive = [
            step
            for step in self.steps
            if step.consultation.result and step.consultation.is_decisive_for(self.resolution)
        ]
        return decisive[-1] if decisive and not decisive[-1].is_closed else None

    def next_session(self, today: datetime.date) -> CouncilSession | None:
        """Return the next public session that takes the paper, if it is known."""
        ahead = [
            step.consultation.session
            for step in self.steps
            if step.consultation.session and not step.is_closed and step.consultation.awaits_session(today)
        ]
        return min(ahead, key=lambda session: session.date, default=None)


def course(resolution: Resolution) -> Course:
    """Return the paper's way; its consultations are loaded in order (`with_consultations`)."""
    consultations = list(resolution.consultations.all())
    numbers = {step.pk: number for number, step in enumerate(consultations, start=1)}
    followers = {step.follows_id: numbers[step.pk] for step in consultations if step.follows_id}
    return Course(
        resolution,
        tuple(
            Step(
                number=numbers[step.pk],
                consultation=step,
                follows=numbers.get(step.follows_id) if step.follows_id else None,
                followed_by=followers.get(step.pk),
            )
            for step in consultations
        ),
    )


@dataclass(frozen=True)
class Paper:
    """An attachment as a link tells of it: `size` in bytes, None where the file is missing."""

    attachment: Attachment
    kind: str
    size: int | None


def papers(attachments: Iterable[Attachment]) -> tuple[Paper, ...]:
    """Return the public attachments with type and size."""
    return tuple(
        Paper(each, PurePath(each.file.name or "").suffix[1:].upper(), _size(each))
        for each in attachments
        if each.is_public
    )


def _size(attachment: Attachment) -> int | None:
    try:
        return attachment.file.size
    except OSError:
        return None
