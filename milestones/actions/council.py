"""Recording what a body decided, with everything that follows from it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate
from district.models import Body, User
from milestones.models import Consultation, CouncilSession

from .movement import postpone, reach

Result = Consultation.Result

ADOPTING = frozenset({Result.ADOPTED, Result.ADOPTED_AMENDED})
# The row closes, but the paper stays with the bodies: a new row points back to it.
CONTINUING = frozenset({Result.DEFERRED, Result.REMOVED, Result.SHELVED, Result.REFERRED})
# What can come out where the session itself is called off, and what comes out without anybody voting.
WITHOUT_SESSION = frozenset({Result.REMOVED, Result.DEFERRED})
WITHOUT_VOTE = frozenset({Result.REMOVED, Result.WITHDRAWN})
# The results after which the milestone's date cannot stand.
DELAYING = frozenset({Result.DEFERRED, Result.REMOVED, Result.SHELVED})


@dataclass(frozen=True)
class Votes:
    """The count of a vote; what was not counted is None."""

    present: int | None = None
    yes: int | None = None
    no: int | None = None
    abstentions: int | None = None
    biased: int | None = None


@dataclass(frozen=True)
class Delay:
    """Where a paper goes on that was not decided: the milestone's new date and why, and the next session if known."""

    to: ApproximateDate | None = None
    reason: str = ""
    cause: str = ""
    next_session: CouncilSession | None = None
    next_body: Body | None = None


def moves_milestone(consultation: Consultation, result: str, next_session: CouncilSession | None = None) -> bool:
    """Whether recording this result needs a new date for the paper's milestone: not where the old one still fits."""
    milestone = consultation.resolution.milestone
    return (
        result in DELAYING
        and consultation.is_decisive_for(consultation.resolution)
        and milestone is not None
        and milestone.is_open
        and not (next_session and milestone.current.overlaps(next_session.date))
    )


def record_result(  # noqa: PLR0913 - a result has this many parts
    consultation: Consultation,
    *,
    result: str,
    by: User,
    session: CouncilSession | None = None,
    votes: Votes = Votes(),
    remark: str = "",
    delay: Delay = Delay(),
    today: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Consultation:
    """Close a step of the Beratungsfolge with its result, and return it; `session` where none was entered before.

    A deciding step that adopts reaches the paper's milestone on the day of the session. One that defers or removes
    the paper postpones the milestone (`delay`) and opens a new step that points back. Raises ValidationError with the
    field's name as key (`result`, `session`, `present`, `to`, `reason`, …) and changes nothing.
    """
    today = today or timezone.localdate()
    with transaction.atomic():
        consultation = _lock(consultation)
        if session and consultation.session not in (None, session):
            raise ValidationError(
                _("Inzwischen ist eine andere Sitzung eingetragen: %(session)s.") % {"session": consultation.session}
            )
        consultation.session = consultation.session or session
        _check_result(consultation, result, votes, today)
        consultation.result = result
        consultation.remark = remark.strip()
        consultation.present = votes.present
        consultation.yes, consultation.no, consultation.abstentions = votes.yes, votes.no, votes.abstentions
        consultation.biased = votes.biased
        consultation.recorded_by = by
        consultation.recorded_at = at or timezone.now()
        consultation.full_clean()
        consultation.save()

        if result in CONTINUING:
            _continue(consultation, delay)
        if moves_milestone(consultation, result, delay.next_session) or (delay.to and result in DELAYING):
            _postpone_milestone(consultation, delay, by=by, at=at)
        elif result in ADOPTING and consultation.is_decisive_for(consultation.resolution):
            _reach_milestone(consultation, by=by, today=today, at=at)
    return consultation


def _lock(consultation: Consultation) -> Consultation:
    """Load the step as it is now, so that two results at once wait for each other."""
    found = (
        Consultation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resolution__concept", "resolution__milestone__phase__concept", "session__body", "body")
        .filter(pk=consultation.pk)
        .first()
    )
    if found is None:
        raise ValidationError(_("Diese Beratung gibt es nicht mehr."))
    if found.result:
        raise ValidationError(_("Zu dieser Beratung ist schon ein Ergebnis eingetragen. Ergebnisse bleiben stehen."))
    return found


def _check_result(consultation: Consultation, result: str, votes: Votes, today: datetime.date) -> None:
    """Refuse a result that the session cannot have brought, and a count that belongs to no vote."""
    session = consultation.session
    if result not in Result.values:
        raise ValidationError({"result": _("Bitte wählen Sie ein Ergebnis aus der Liste.")})
    if session and session.is_called_off and result not in WITHOUT_SESSION:
        raise ValidationError({"result": _("Die Sitzung ist abgesagt. Möglich sind „abgesetzt“ und „vertagt“.")})
    if session and session.date.earliest > today and result != Result.REMOVED:
        raise ValidationError({"result": _("Die Sitzung hat noch nicht stattgefunden.")})
    if result in ADOPTING and votes.yes is not None and votes.yes <= (votes.no or 0):
        raise ValidationError({"result": _("Mit so vielen Nein-Stimmen ist die Vorlage nicht beschlossen.")})
    counted = [votes.yes, votes.no, votes.abstentions]
    if result in WITHOUT_VOTE and any(count is not None for count in counted):
        raise ValidationError({"yes": _("Zu diesem Ergebnis gehört keine Abstimmung.")})
    if any(count is not None for count in counted) and None in (votes.yes, votes.no):
        missing = "yes" if votes.yes is None else "no"
        raise ValidationError({missing: _("Bitte geben Sie Ja- und Nein-Stimmen an, notfalls 0.")})
    if votes.present is not None and (votes.biased or 0) > votes.present:
        raise ValidationError({"biased": _("Es waren nicht so viele Mitglieder anwesend.")})


def _continue(consultation: Consultation, delay: Delay) -> None:
    """Open the next step, which points back."""
    body = delay.next_body or (delay.next_session.body if delay.next_session else consultation.body)
    assert consultation.session is not None  # `full_clean` asked for it
    if consultation.result == Result.REFERRED:
        if body == consultation.body:
            raise ValidationError({"next_body": _("Bitte wählen Sie das Gremium, an das verwiesen wurde.")})
    elif body != consultation.body:
        field = "next_body" if delay.next_body else "next_session"
        raise ValidationError({field: _("Ein anderes Gremium berät nur weiter, wenn dorthin verwiesen wurde.")})
    if delay.next_session and delay.to and delay.to.is_before(delay.next_session.date):
        raise ValidationError({"to": _("Der neue Termin liegt vor der nächsten Sitzung.")})
    if delay.next_session and delay.next_session.date <= consultation.session.date:
        raise ValidationError({"next_session": _("Bitte wählen Sie eine spätere Sitzung als die bisherige.")})
    following = Consultation(
        resolution=consultation.resolution,
        body=body,
        session=delay.next_session,
        role=consultation.role,
        is_public=consultation.is_public,
        follows=consultation,
    )
    following.full_clean()
    following.save()


def _postpone_milestone(consultation: Consultation, delay: Delay, *, by: User, at: datetime.datetime | None) -> None:
    milestone = consultation.resolution.milestone
    assert milestone is not None  # `moves_milestone` asked for it
    assert consultation.session is not None  # `full_clean` asked for it
    if delay.to is None:
        raise ValidationError({"to": _("Bitte geben Sie den neuen Termin des Meilensteins an.")})
    postpone(
        milestone,
        to=delay.to,
        reason=delay.reason,
        cause=delay.cause,
        by=by,
        # A session that did not take place decided nothing.
        decided_in=None if consultation.session.is_called_off else consultation.session,
        at=at,
    )


def _reach_milestone(
    consultation: Consultation, *, by: User, today: datetime.date, at: datetime.datetime | None
) -> None:
    milestone = consultation.resolution.milestone
    assert consultation.session is not None  # `full_clean` asked for it
    if milestone and milestone.is_open:
        reach(milestone, on=consultation.session.date, by=by, today=today, at=at)
