"""What the moderation does with what came in. Authors keep their link and their trail through all of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from district.models import Department, FieldOfAction, Municipality, User
from participation import notices
from participation.models import Comment, Idea, IdeaFile, IdeaStep, Report, Support
from participation.models.ideas import PUBLIC, State

from .steps import Audience, close_reports, lock, lock_with_merged, move, refusal, reports_about, tell

REDACTED: Final = "[redigiert]"

Kind = IdeaStep.Kind


@dataclass(frozen=True)
class Part:
    """One of the ideas into which another is split."""

    title: str
    text: str
    field_of_action: FieldOfAction | None = None
    municipality: Municipality | None = None


def publish(
    ideas: Iterable[Idea],
    *,
    by: User,
    at: datetime.datetime,
    title: str | None = None,
    text: str | None = None,
    held_back: Iterable[IdeaFile] | None = None,
) -> list[Idea]:
    """Publish ideas; `title` and `text` redact the only one, whose original words are kept.

    Exactly the files `held_back` stay internal; without it, those that are now. An idea that its round published unseen
    counts as checked. Raises ValidationError where an idea cannot be published.
    """
    with transaction.atomic():
        published = lock(ideas)
        for idea in published:
            if idea.state not in (State.RECEIVED, State.PUBLISHED):  # a weighing is stopped by its own verbs alone
                raise ValidationError(refusal(idea))
            _hold_back(idea, held_back)
            idea.checked_at = at
            note = _redact(idea, title=title, text=text)
            if idea.state == State.PUBLISHED:
                idea.save()
                if note:
                    notices.step(tell(idea, Kind.REDACTED, audience=Audience.PUBLIC, at=at, by=by))
                continue
            idea.published_at = idea.published_at or at
            if note:
                tell(idea, Kind.REDACTED, audience=Audience.PUBLIC, at=at, by=by)
            step = move(idea, State.PUBLISHED, kind=Kind.PUBLISHED, audience=Audience.PUBLIC, at=at, by=by, note=note)
            notices.step(step)
    return published


def redact(
    idea: Idea,
    *,
    title: str,
    text: str,
    by: User,
    at: datetime.datetime,
    held_back: Iterable[IdeaFile] | None = None,
) -> Idea:
    """Change the words of a published idea, keeping the original, and which of its files (`held_back`) stay internal.

    Raises ValidationError where it is not public, or nothing was changed.
    """
    with transaction.atomic():
        (idea,) = lock([idea])
        if idea.state not in PUBLIC:
            raise ValidationError(_("Nur veröffentlichte Ideen lassen sich redigieren."))
        has_new_words = bool(_redact(idea, title=title, text=text))
        if not _hold_back(idea, held_back) and not has_new_words:
            raise ValidationError({"text": _("Sie haben nichts geändert.")})
        idea.checked_at = idea.checked_at or at
        idea.save()
        audience = Audience.PUBLIC if has_new_words else Audience.STAFF
        step = tell(idea, Kind.REDACTED, audience=audience, at=at, by=by)
        if has_new_words:
            notices.step(step)
    return idea


def decline(ideas: Iterable[Idea], *, reason: str, by: User, at: datetime.datetime) -> list[Idea]:
    """Do not publish ideas, or take them down; `reason` is told to those who sent them, and what was merged waits again.

    Raises ValidationError where the reason is missing (key `reason`) or an idea's state does not allow it.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte geben Sie einen Grund an.")})
    with transaction.atomic():
        declined = lock_with_merged(ideas)
        for idea in declined:
            _leave_assessment(idea)
            idea.checked_at = at
            step = move(idea, State.DECLINED, kind=Kind.DECLINED, audience=Audience.HOLDER, at=at, by=by, note=reason)
            notices.step(step)
            close_reports(reports_about(idea), at=at, by=by)
            reopen_merged(idea, at=at, by=by)
    return declined


def reopen(idea: Idea, *, by: User, at: datetime.datetime) -> Idea:
    """Take an idea back into moderation that was declined or merged by mistake; its own voices come back with it."""
    with transaction.atomic():
        lead = Idea.objects.filter(merged=idea)
        (idea,) = [each for each in lock([idea, *lead.only("pk")]) if each.pk == idea.pk]
        _reopen(idea, at=at, by=by)
    return idea


def reopen_merged(idea: Idea, *, at: datetime.datetime, by: User | None = None) -> None:
    """Let what was merged into a locked idea wait for the moderation again, since that one goes no further."""
    for merged in lock(idea.merged.filter(state=State.MERGED)):
        _reopen(merged, at=at, by=by)


def merge(ideas: Iterable[Idea], *, into: Idea, by: User, at: datetime.datetime) -> Idea:
    """Let ideas go on as part of another: supports are copied to it, comments move there, authors keep their links.

    The supports of what is merged stay beside it, uncounted, so that `reopen` finds them.
    Raises ValidationError where `into` is among them, belongs to another round or section, or is not on its way.
    """
    with transaction.atomic():
        locked = {idea.pk: idea for idea in lock([*ideas, into])}
        target = locked.pop(into.pk)
        if not locked:
            raise ValidationError(_("Bitte wählen Sie eine andere Idee als Ziel."))
        if target.state not in (State.RECEIVED, *PUBLIC):
            raise ValidationError(
                _("%(idea)s ist „%(state)s“ und kann keine Idee aufnehmen.")
                % {"idea": target.reference, "state": target.get_state_display()}
            )
        for idea in locked.values():
            if (idea.round_id, idea.section_id) != (target.round_id, target.section_id):
                raise ValidationError(
                    _("Zusammenführen lässt sich nur, was zur selben Runde und zum selben Abschnitt gehört.")
                )
            idea.merged_into = target
            idea.checked_at = at
            _leave_assessment(idea)
            step = move(idea, State.MERGED, kind=Kind.MERGED, audience=Audience.HOLDER, at=at, by=by, other=target)
            tell(target, Kind.ABSORBED, audience=Audience.PUBLIC, at=at, by=by, other=idea)
            close_reports(reports_about(idea), at=at, by=by)
            idea.merged.update(merged_into=target)
            notices.step(step)
            if target.state == State.ANSWERED:
                notices.step(target.steps.filter(kind__in=[Kind.ANSWERED, Kind.CORRECTED]).latest("pk"), of=idea)
        _gather_voices(locked.values(), target)
    return target


def split(idea: Idea, *, parts: Sequence[Part], by: User, at: datetime.datetime) -> list[Idea]:
    """Let an idea go on as several, each published with the supports of the whole; its author's link shows all of them.

    Comments, files and what was merged go on with the first part. The whole keeps nothing: there is no way back.
    Raises ValidationError where there are fewer than two parts or one lacks its text.
    """
    if len(parts) < 2:
        raise ValidationError(_("Zum Aufteilen gehören mindestens zwei Teile."))
    if any(not part.text.strip() or not (part.title.strip() or idea.section_id) for part in parts):
        raise ValidationError(_("Jeder Teil braucht einen Titel und einen Text."))
    with transaction.atomic():
        (idea,) = lock([idea])
        _leave_assessment(idea)
        idea.checked_at = at
        step = move(idea, State.SPLIT, kind=Kind.SPLIT, audience=Audience.PUBLIC, at=at, by=by)
        close_reports(reports_about(idea), at=at, by=by)
        split_off = [_split_off(idea, part, by=by, at=at) for part in parts]
        _hand_on(idea, split_off[0], others=split_off[1:])
        notices.step(step)
    return split_off


def assign(ideas: Iterable[Idea], *, department: Department | None, by: User, at: datetime.datetime) -> list[Idea]:
    """Give ideas to a Fachamt to weigh, or to none; what is settled stays where it is."""
    with transaction.atomic():
        assigned = lock(ideas)
        for idea in assigned:
            if idea.state not in (State.RECEIVED, *PUBLIC):
                raise ValidationError(refusal(idea))
            if idea.department_id == (department and department.pk):
                continue
            idea.department = department
            idea.save(update_fields=["department"])
            note = department.name if department else _("keinem Fachamt")
            tell(idea, Kind.ASSIGNED, audience=Audience.STAFF, at=at, by=by, note=note)
    return assigned


def _redact(idea: Idea, *, title: str | None, text: str | None) -> str:
    """Put new words in place of the old, keep the first ones, and return the mark; empty where nothing changed."""
    title = idea.title if title is None else title.strip()
    text = idea.text if text is None else text.strip()
    if (title, text) == (idea.title, idea.text):
        return ""
    if not text:
        raise ValidationError({"text": _("Bitte geben Sie einen Text ein.")})
    if REDACTED not in title and REDACTED not in text:
        text = f"{text} {REDACTED}"
    if not idea.is_redacted:
        idea.original_title, idea.original_text = idea.title, idea.text
    idea.title, idea.text = title, text
    return REDACTED


def _hold_back(idea: Idea, files: Iterable[IdeaFile] | None) -> bool:
    """Keep exactly these files internal, and return whether that changed anything; None leaves all as they are."""
    if files is None:
        return False
    keys = [file.pk for file in files]
    hidden = idea.files.filter(pk__in=keys, is_public=True).update(is_public=False)
    shown = idea.files.exclude(pk__in=keys).filter(is_public=False).update(is_public=True)
    return bool(hidden or shown)


def _reopen(idea: Idea, *, at: datetime.datetime, by: User | None) -> None:
    lead = idea.merged_into
    idea.merged_into = idea.assessment = None
    idea.checked_at = idea.answered_at = None
    step = move(idea, State.RECEIVED, kind=Kind.REOPENED, audience=Audience.HOLDER, at=at, by=by)
    if lead:
        _give_back_voices(idea, lead)
    notices.step(step)


def _leave_assessment(idea: Idea) -> None:
    """Take an idea out of a weighing that was not released; a released one stays on record."""
    if idea.assessment_id and idea.state != State.ANSWERED:
        idea.assessment = None


def _gather_voices(ideas: Iterable[Idea], target: Idea) -> None:
    """Count supports for the target and move comments to it; who supported both counts once.

    Copies that came to these ideas earlier go: what they were copied from is part of the target itself by now.
    """
    keys = [idea.pk for idea in ideas]
    Support.objects.filter(idea__in=keys).exclude(copied_from=None).delete()
    _count_along(target)
    comments = Comment.objects.filter(idea__in=keys)
    comments.filter(written_to=None).update(written_to=F("idea"))
    _move_comments(comments, target)
    Idea.objects.filter(pk__in=keys).update(support_count=0, comment_count=0)
    count_voices(target)


def _count_along(target: Idea) -> None:
    """Copy to the target the supports of all that was merged into it; who supports it already counts once.

    What its author withdrew after the merge is no less supported: it is part of the target for good.
    """
    known = Support.objects.filter(idea=target).values("supporter")
    missing = Support.objects.filter(idea__merged_into=target).exclude(supporter__in=known)
    first = missing.order_by("supporter_id", "created_at", "pk").distinct("supporter_id")
    Support.objects.bulk_create([_copy(each, target, copied_from_id=each.idea_id) for each in first])


def _copy(support: Support, idea: Idea, *, copied_from_id: int | None = None) -> Support:
    return Support(
        idea=idea,
        copied_from_id=copied_from_id,
        supporter_id=support.supporter_id,
        created_at=support.created_at,
    )


def _give_back_voices(idea: Idea, lead: Idea) -> None:
    """Undo `_gather_voices` for one idea that has left its lead; what came to the lead with others stays there.

    A copied support knows what it was copied from, a comment what it was written to; a reply goes with its comment.
    """
    lead.supports.filter(copied_from=idea).delete()
    _count_along(lead)
    written_to_it = Q(parent=None, written_to=idea) | Q(parent__written_to=idea)
    _move_comments(lead.comments.filter(written_to_it), idea)
    idea.comments.update(written_to=None)
    count_voices(idea)
    count_voices(lead)


def count_voices(idea: Idea) -> None:
    """Bring the counts beside a locked idea in line with the rows they count."""
    idea.support_count = idea.supports.count()
    idea.comment_count = idea.comments.public().count()  # type: ignore[attr-defined]
    idea.save(update_fields=["support_count", "comment_count"])


def _hand_on(idea: Idea, part: Idea, *, others: Sequence[Idea]) -> None:
    """Let one part of an idea take over what only one can have, and the others its supports as their own."""
    Support.objects.bulk_create([_copy(each, other) for each in idea.supports.all() for other in others])
    idea.supports.update(idea=part)
    idea.files.update(idea=part)
    idea.merged.update(merged_into=part)
    _move_comments(idea.comments.all(), part)
    for each in (idea, part, *others):
        count_voices(each)


def _move_comments(comments: QuerySet[Comment], target: Idea) -> None:
    keys = list(comments.values_list("pk", flat=True))
    Report.objects.filter(comment__in=keys).update(idea=target)
    Comment.objects.filter(pk__in=keys).update(idea=target)


def _split_off(idea: Idea, part: Part, *, by: User, at: datetime.datetime) -> Idea:
    stays = part.municipality in (None, idea.municipality)
    made = Idea.objects.create(
        round=idea.round,
        section=idea.section,
        title=part.title.strip(),
        text=part.text.strip(),
        field_of_action=part.field_of_action or idea.field_of_action,
        municipality=part.municipality or idea.municipality,
        latitude=idea.latitude if stays else None,
        longitude=idea.longitude if stays else None,
        is_everywhere=idea.is_everywhere and part.municipality is None,
        source=idea.source,
        source_note=idea.source_note,
        submitter=idea.submitter,
        department=idea.department,
        split_from=idea,
        submitted_at=idea.submitted_at,
        checked_at=at,
        published_at=at,
    )
    tell(made, Kind.SPLIT_OFF, audience=Audience.PUBLIC, at=at, by=by, other=idea)
    move(made, State.PUBLISHED, kind=Kind.PUBLISHED, audience=Audience.PUBLIC, at=at, by=by)
    return made
