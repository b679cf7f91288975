"""Weighing what was brought in: written by one, released by another, then answered to everybody at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Goal, Measure, Need
from district.models import FieldOfAction, User
from participation import notices
from participation.models import Assessment, Idea, IdeaStep, Round, Section
from participation.models.assessments import NEXT
from participation.models.assessments import State as AssessmentState
from participation.models.ideas import State

from .steps import Audience, lock, move, tell
from .together import Changed

Kind = IdeaStep.Kind
Result = TypeVar("Result")


@dataclass(frozen=True)
class Draft:
    """The words and links of a weighing, as a form has cleaned them."""

    summary: str
    proposal: str = ""
    decision: str = ""
    reason: str = ""
    field_of_action: FieldOfAction | None = None
    needs: tuple[Need, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()


def begin(
    ideas: Iterable[Idea], *, draft: Draft, by: User, at: datetime.datetime, section: Section | None = None
) -> Assessment:
    """Begin to weigh one idea, several alike, or what was said to a section.

    Raises ValidationError where there is none, they belong to several rounds, or one is not waiting for an answer.
    """
    with transaction.atomic():
        weighed = lock(ideas)
        if not weighed:
            raise ValidationError(_("Bitte wählen Sie mindestens eine Idee."))
        assessment = Assessment(round=_common_round(weighed), section=section, drafted_by=by, drafted_at=at)
        _write(assessment, draft)
        for idea in weighed:
            idea.assessment = assessment
            step = move(idea, State.IN_REVIEW, kind=Kind.IN_REVIEW, audience=Audience.PUBLIC, at=at, by=by)
            notices.step(step)
    return assessment


def correct(assessment: Assessment, *, reason: str, by: User, at: datetime.datetime) -> Assessment:
    """Weigh anew what was answered, beginning with the words of the answer, which holds until another is released.

    `reason` is told to everybody. Raises ValidationError where it is missing (key `reason`), the weighing was not
    released, nothing is answered by it, or it is being corrected already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte schreiben Sie, warum die Antwort noch einmal geprüft wird.")})
    with transaction.atomic():
        former = _lock(assessment)
        if Assessment.objects.filter(corrects=former).exists():  # asked anew: somebody may have held the lock until now
            raise ValidationError(_("Diese Antwort wird schon berichtigt."))
        answered = lock(former.ideas.filter(state=State.ANSWERED))
        if not former.is_released or not answered:
            raise ValidationError(_refusal(former))
        correction = Assessment(
            round=former.round,
            section=former.section,
            corrects=former,
            correction_reason=reason.strip(),
            drafted_by=by,
            drafted_at=at,
        )
        _write(correction, _draft_of(former))
        _tell(former, answered, Kind.WEIGHED_AGAIN, by=by, at=at, note=reason)
    return correction


def revise(
    assessment: Assessment, *, draft: Draft, ideas: Iterable[Idea], by: User, at: datetime.datetime
) -> Assessment:
    """Write a weighing anew; who does so is its author from then on. `ideas` are all that it shall answer.

    Raises ValidationError where it is not being worked on, or no idea would be left.
    """
    with transaction.atomic():
        assessment = _lock(assessment)
        if assessment.state != AssessmentState.DRAFT:
            raise ValidationError(_refusal(assessment))
        wanted = {idea.pk for idea in ideas}
        if not wanted:
            raise ValidationError(_("Bitte wählen Sie mindestens eine Idee."))
        present = {idea.pk for idea in assessment.weighed}
        if assessment.corrects and wanted != present:
            raise ValidationError(_("Eine Berichtigung gilt für dieselben Ideen wie die Antwort, die sie ersetzt."))
        touched = lock(Idea.objects.filter(pk__in=wanted ^ present))
        for idea in touched:
            if idea.pk in present:
                idea.assessment = None
                move(idea, State.PUBLISHED, kind=Kind.REVIEW_STOPPED, audience=Audience.STAFF, at=at, by=by)
            else:
                if idea.round_id != assessment.round_id:
                    raise ValidationError(_("Gemeinsam abwägen lässt sich nur, was zur selben Runde gehört."))
                idea.assessment = assessment
                step = move(idea, State.IN_REVIEW, kind=Kind.IN_REVIEW, audience=Audience.PUBLIC, at=at, by=by)
                notices.step(step)
        assessment.drafted_by, assessment.drafted_at = by, at
        _write(assessment, draft)
    return assessment


def discard(assessment: Assessment, *, by: User, at: datetime.datetime) -> None:
    """Drop a weighing that is being worked on; its ideas wait again, or keep the answer that it would have corrected."""
    with transaction.atomic():
        assessment = _lock(assessment)
        if assessment.state != AssessmentState.DRAFT:
            raise ValidationError(_refusal(assessment))
        if former := assessment.corrects:
            _tell(former, lock(former.ideas.filter(state=State.ANSWERED)), Kind.UPHELD, by=by, at=at)
        for idea in lock(assessment.ideas.all()):
            idea.assessment = None
            move(idea, State.PUBLISHED, kind=Kind.REVIEW_STOPPED, audience=Audience.STAFF, at=at, by=by)
        assessment.delete()


def propose(assessment: Assessment, *, by: User, at: datetime.datetime) -> Assessment:
    """Put a weighing before somebody else to release.

    Raises ValidationError where the decision or the reason is missing (keys `decision`, `reason`), or a correction
    changes nothing.
    """
    with transaction.atomic():
        assessment = _lock(assessment)
        missing = {}
        if not assessment.decision:
            missing["decision"] = _("Bitte wählen Sie eine Entscheidung.")
        if not assessment.reason.strip():
            missing["reason"] = _("Bitte begründen Sie die Entscheidung.")
        if missing:
            raise ValidationError(missing)
        if assessment.corrects and _draft_of(assessment) == _draft_of(assessment.corrects):
            raise ValidationError(
                _("Die Antwort ist unverändert. Bitte ändern Sie sie, oder verwerfen Sie die Berichtigung.")
            )
        if not assessment.weighed:
            raise ValidationError(_("Zu dieser Abwägung gehört keine Idee mehr."))
        assessment.submitted_by, assessment.hand_back_note = by, ""
        _move(assessment, AssessmentState.SUBMITTED)
    return assessment


def hand_back(assessment: Assessment, *, note: str, by: User, at: datetime.datetime) -> Assessment:
    """Give a weighing back to its author, and say why.

    Raises ValidationError where the note is missing (key `note`).
    """
    if not note.strip():
        raise ValidationError({"note": _("Bitte schreiben Sie, was zu ändern ist.")})
    with transaction.atomic():
        assessment = _lock(assessment)
        assessment.hand_back_note, assessment.submitted_by = note.strip(), None
        _move(assessment, AssessmentState.DRAFT)
    return assessment


def release(assessments: Iterable[Assessment], *, by: User, at: datetime.datetime) -> list[Assessment]:
    """Release weighings: their ideas are answered to everybody, and whoever sent them is told.

    Raises ValidationError where `by` wrote or submitted one of them (four eyes), or one is not waiting for release; then
    none is released.
    """
    with transaction.atomic():
        keys = {assessment.pk for assessment in assessments}
        waiting = Assessment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
        released = list(waiting.select_related("round__concept"))
        if len(released) != len(keys):
            raise ValidationError(_("Diese Abwägung gibt es nicht mehr."))
        corrections: dict[int | None, Assessment] = {
            assessment.corrects_id: assessment for assessment in released if assessment.corrects_id
        }
        ideas = lock(
            Idea.objects.filter(
                Q(assessment__in=keys, state=State.IN_REVIEW) | Q(assessment__in=corrections, state=State.ANSWERED)
            )
        )
        for assessment in released:
            _refuse_unless_may_become(assessment, AssessmentState.RELEASED)
            if not any(idea.assessment_id in (assessment.pk, assessment.corrects_id) for idea in ideas):
                raise ValidationError(_("Zu dieser Abwägung gehört keine Idee mehr."))
            if by.pk in (assessment.drafted_by_id, assessment.submitted_by_id):
                raise ValidationError(
                    _("%(assessment)s: Wer eine Abwägung verfasst hat, gibt sie nicht selbst frei.")
                    % {"assessment": assessment}
                )
            assessment.released_by, assessment.released_at = by, at
            _move(assessment, AssessmentState.RELEASED)
        steps = [_answer(idea, corrections.get(idea.assessment_id), by=by, at=at) for idea in ideas]
        notices.answered(released, steps)
    return released


def link(
    assessment: Assessment, *, needs: Iterable[Need], goals: Iterable[Goal], measures: Iterable[Measure]
) -> Assessment:
    """Say what a released weighing flowed into, also long after its answer; these are all that it is linked with then.

    Raises ValidationError where it was not released, or an entry belongs to another concept.
    """
    with transaction.atomic():
        assessment = _lock(assessment)
        if not assessment.is_released:
            raise ValidationError(_refusal(assessment))
        _connect(assessment, needs=needs, goals=goals, measures=measures)
    return assessment


def mark_of(assessment: Assessment) -> str:
    """Return what a form carries to know later whether somebody else acted: the state, and when it was written."""
    return f"{assessment.state}-{assessment.drafted_at.timestamp():.6f}"


def as_read(read: Mapping[int, str], act: Callable[[], Result]) -> Result:
    """Act on weighings, by key, as they were read: each with the mark that it had (`mark_of`).

    Raises `Changed`, before anything happens, where one is no longer as it was read.
    """
    with transaction.atomic():
        waiting = Assessment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=read).order_by("pk")
        found = {assessment.pk: assessment for assessment in waiting.select_related("drafted_by")}
        changed = [key for key, mark in read.items() if key not in found or mark_of(found[key]) != mark]
        if changed:
            raise Changed([_told(found.get(key), read[key]) for key in changed], keys=frozenset())
        return act()


def _told(assessment: Assessment | None, mark: str) -> str:
    """Say what became of a weighing meanwhile."""
    if assessment is None:
        return _("Diese Abwägung wurde inzwischen verworfen.")
    if not mark.startswith(f"{assessment.state}-"):
        return _("%(assessment)s ist inzwischen „%(state)s“.") % {
            "assessment": assessment,
            "state": assessment.get_state_display(),
        }
    return _("%(assessment)s wurde inzwischen von „%(by)s“ geändert (%(time)s Uhr).") % {
        "assessment": assessment,
        "by": assessment.drafted_by,
        "time": f"{timezone.localtime(assessment.drafted_at):%H:%M}",
    }


def _lock(assessment: Assessment) -> Assessment:
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True).filter(pk=assessment.pk)
    found = locked.select_related("round__concept", "section", "corrects").first()
    if found is None:
        raise ValidationError(_("Diese Abwägung gibt es nicht mehr."))
    return found


def _refuse_unless_may_become(assessment: Assessment, to: AssessmentState) -> None:
    if to not in NEXT[AssessmentState(assessment.state)]:
        raise ValidationError(_refusal(assessment))


def _move(assessment: Assessment, to: AssessmentState) -> None:
    _refuse_unless_may_become(assessment, to)
    assessment.state = to
    assessment.save()


def _refusal(assessment: Assessment) -> str:
    return _("%(assessment)s ist „%(state)s“: dieser Schritt ist nicht möglich.") % {
        "assessment": assessment,
        "state": assessment.get_state_display(),
    }


def _write(assessment: Assessment, draft: Draft) -> None:
    assessment.summary = draft.summary.strip()
    assessment.proposal = draft.proposal.strip()
    assessment.decision = draft.decision
    assessment.reason = draft.reason.strip()
    assessment.field_of_action = draft.field_of_action
    assessment.clean()
    assessment.save()
    _connect(assessment, needs=draft.needs, goals=draft.goals, measures=draft.measures)


def _answer(idea: Idea, correction: Assessment | None, *, by: User, at: datetime.datetime) -> IdeaStep:
    """Answer an idea with its weighing, or with what corrects the answer that it has; when it was answered first stays known."""
    if correction is None:
        idea.answered_at = at
        return move(idea, State.ANSWERED, kind=Kind.ANSWERED, audience=Audience.PUBLIC, at=at, by=by)
    idea.assessment = correction
    idea.save(update_fields=["assessment"])
    return tell(idea, Kind.CORRECTED, audience=Audience.PUBLIC, at=at, by=by)


def _tell(
    answer: Assessment, ideas: Iterable[Idea], kind: IdeaStep.Kind, *, by: User, at: datetime.datetime, note: str = ""
) -> None:
    """Say to everybody, and by mail to whoever got the answer, what happens to it."""
    steps = [tell(idea, kind, audience=Audience.PUBLIC, at=at, by=by, note=note) for idea in ideas]
    notices.answered([answer], steps)


def _draft_of(assessment: Assessment) -> Draft:
    return Draft(
        summary=assessment.summary,
        proposal=assessment.proposal,
        decision=assessment.decision,
        reason=assessment.reason,
        field_of_action=assessment.field_of_action,
        needs=tuple(assessment.needs.order_by("pk")),
        goals=tuple(assessment.goals.order_by("pk")),
        measures=tuple(assessment.measures.order_by("pk")),
    )


def _connect(
    assessment: Assessment, *, needs: Iterable[Need], goals: Iterable[Goal], measures: Iterable[Measure]
) -> None:
    needs, goals, measures = list(needs), list(goals), list(measures)
    if any(entry.concept_id != assessment.concept.pk for entry in (*needs, *goals, *measures)):
        raise ValidationError(_("Eine Abwägung fließt nur in das Konzept ein, zu dem ihre Beteiligungsrunde gehört."))
    assessment.needs.set(needs)
    assessment.goals.set(goals)
    assessment.measures.set(measures)


def _common_round(ideas: list[Idea]) -> Round:
    rounds = {idea.round_id: idea.round for idea in ideas}
    if len(rounds) > 1:
        raise ValidationError(_("Gemeinsam abwägen lässt sich nur, was zur selben Runde gehört."))
    return next(iter(rounds.values()))
