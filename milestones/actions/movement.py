"""Moving, reaching and calling off milestones, each with a public trace of why."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from district.approximate_date import ApproximateDate
from district.models import User
from milestones.models import Attainment, CallOff, CouncilSession, Milestone, Postponement, schedule_of
from milestones.models.changes import Cause
from milestones.models.plan import MilestoneQuerySet
from milestones.schedule import Schedule


def fix_baseline(milestones: Iterable[Milestone]) -> int:
    """Fix the current dates as baseline; from then on only `postpone` moves them. Return how many were fixed."""
    with transaction.atomic():
        drafts = _waiting().filter(pk__in=[milestone.pk for milestone in milestones], baseline=None)
        for milestone in drafts:
            milestone.baseline = milestone.current
            milestone.save(update_fields=["baseline"])
        return len(drafts)


def postpone(
    milestone: Milestone,
    *,
    to: ApproximateDate,
    reason: str,
    cause: str,
    by: User,
    decided_in: CouncilSession | None = None,
    at: datetime.datetime | None = None,
) -> Postponement:
    """Move a milestone to `to`, move along what must, and leave a public trace of why.

    `at` is the moment of recording, now if left out. Raises ValidationError where the milestone has no baseline or
    is no longer open (general), where the date is the present one or earlier than a predecessor allows (key `to`),
    or where the reason is missing (key `reason`).
    """
    at = at or timezone.now()
    with transaction.atomic():
        milestone = _lock(milestone)
        if hindrance := why_not_postponed(milestone):
            raise ValidationError(hindrance)
        if to == milestone.current:
            raise ValidationError({"to": _("Der neue Termin ist der bisherige.")})
        if not reason.strip():
            raise ValidationError({"reason": _("Bitte begründen Sie die Verschiebung.")})
        consequences = _consequences(milestone, to)
        postponement = _move(milestone, to=to, reason=reason, cause=cause, by=by, decided_in=decided_in, at=at)
        for follower, date in consequences:
            _move(
                follower,
                to=date,
                reason=_reason_to_follow(milestone),
                cause=Cause.PREDECESSOR,
                by=by,
                decided_in=decided_in,
                at=at,
                along_with=postponement,
            )
    return postponement


def reach(
    milestone: Milestone,
    *,
    on: ApproximateDate,
    by: User,
    remark: str = "",
    today: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Attainment:
    """Record that a milestone was reached.

    Raises ValidationError where it is no longer open (general), or the date lies in the future or before the first
    phase (key `on`).
    """
    today = today or timezone.localdate()
    with transaction.atomic():
        milestone = _lock(milestone)
        if hindrance := why_not_ended(milestone):
            raise ValidationError(hindrance)
        if on.earliest > today:
            raise ValidationError({"on": _("Dieser Tag liegt in der Zukunft.")})
        begin = min(phase.starts for phase in milestone.concept.phases.all())
        if on.latest < begin.earliest:
            raise ValidationError({"on": _("Das liegt vor dem Beginn des Verfahrens (%(begin)s).") % {"begin": begin}})
        attainment = Attainment.objects.create(
            milestone=milestone,
            planned_for=milestone.current,
            reached=on,
            reason=remark.strip(),
            recorded_by=by,
            recorded_at=at or timezone.now(),
        )
        milestone.reached = on
        milestone.save(update_fields=["reached"])
    return attainment


def call_off(
    milestone: Milestone,
    *,
    on: datetime.date,
    reason: str,
    cause: str,
    by: User,
    today: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> CallOff:
    """Record that a milestone will not take place.

    Raises ValidationError where it is no longer open (general), the day lies in the future (key `on`) or the reason
    is missing (key `reason`).
    """
    today = today or timezone.localdate()
    with transaction.atomic():
        milestone = _lock(milestone)
        if hindrance := why_not_ended(milestone):
            raise ValidationError(hindrance)
        if on > today:
            raise ValidationError({"on": _("Dieser Tag liegt in der Zukunft.")})
        if not reason.strip():
            raise ValidationError({"reason": _("Bitte begründen Sie die Absage.")})
        record = CallOff.objects.create(
            milestone=milestone,
            planned_for=milestone.current,
            called_off_on=on,
            reason=reason.strip(),
            cause=cause,
            recorded_by=by,
            recorded_at=at or timezone.now(),
        )
        milestone.called_off_on = on
        milestone.save(update_fields=["called_off_on"])
    return record


def why_not_ended(milestone: Milestone) -> str:
    """Return why a milestone can be neither reached nor called off nor moved any more; empty where it can."""
    if milestone.reached:
        return _("Dieser Meilenstein ist schon erreicht.")
    if milestone.called_off_on:
        return _("Dieser Meilenstein ist abgesagt.")
    return ""


def why_not_postponed(milestone: Milestone) -> str:
    """Return why a milestone cannot be postponed; empty where it can."""
    if milestone.is_open and milestone.baseline is None:
        return _(
            "Dieser Termin ist noch ein Entwurf. Ändern Sie ihn direkt oder schreiben Sie den Ausgangstermin fest."
        )
    return why_not_ended(milestone)


def too_early(schedule: Schedule, milestone: Milestone, date: ApproximateDate) -> str:
    """Return which predecessor makes a date impossible, and from when on it is possible; empty where it fits."""
    bound = schedule.earliest_for(milestone.pk or 0)
    if bound is None or date.latest >= bound[0]:
        return ""
    return _("Frühestens am %(day)s möglich: vorher muss „%(predecessor)s“ abgeschlossen sein.") % {
        "day": date_format(bound[0], "j. F Y"),
        "predecessor": Milestone.objects.get(pk=bound[1]),
    }


def _consequences(milestone: Milestone, to: ApproximateDate) -> list[tuple[Milestone, ApproximateDate]]:
    """Return what moves along, with the new dates.

    Raises ValidationError (key `to`) where the predecessors do not allow the date, or a follower would leave the
    calendar.
    """
    schedule = schedule_of(milestone.concept)
    if hindrance := too_early(schedule, milestone, to):
        raise ValidationError({"to": hindrance})
    try:
        moved = schedule.consequences(milestone.pk, to)
    except ValueError as error:
        raise ValidationError({"to": str(error)}) from error
    followers = Milestone.objects.in_bulk(moved)
    return [(followers[pk], date) for pk, date in moved.items()]


def _waiting() -> MilestoneQuerySet:
    """Return milestones to lock, always in the same order, so that nobody waits for each other."""
    return Milestone.objects.select_for_update(of=("self",), no_key=True).order_by("pk")


def _lock(milestone: Milestone) -> Milestone:
    """Load the milestone as it is now; all milestones of its concept wait, because a move may move others along."""
    locked = _waiting().filter(phase__concept=milestone.phase.concept_id).select_related("phase__concept")
    found = next((each for each in locked if each.pk == milestone.pk), None)
    if found is None:
        raise ValidationError(_("Diesen Meilenstein gibt es nicht mehr."))
    return found


def _reason_to_follow(milestone: Milestone) -> str:
    """Return the public reason of a move that follows another; an internal milestone is not named."""
    if not milestone.is_public:
        return _("Folgt aus der Verschiebung eines Termins, der vorher liegen muss.")
    return _("Folgt aus der Verschiebung von „%(milestone)s“.") % {"milestone": milestone}


def _move(
    milestone: Milestone,
    *,
    to: ApproximateDate,
    reason: str,
    cause: str,
    by: User,
    decided_in: CouncilSession | None,
    at: datetime.datetime,
    along_with: Postponement | None = None,
) -> Postponement:
    """Write the row first: the database moves a milestone with a baseline only where a postponement says so."""
    postponement = Postponement.objects.create(
        milestone=milestone,
        from_date=milestone.current,
        to_date=to,
        reason=reason.strip(),
        cause=cause,
        decided_in=decided_in,
        moved_along_with=along_with,
        recorded_by=by,
        recorded_at=at,
    )
    milestone.current = to
    milestone.save(update_fields=["current"])
    return postponement
