"""Support, comments and reports: what readers may do with an idea without an account."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from district.models import User
from district.tokens import TIME_TO_CONFIRM, new_token
from participation import links, notices
from participation.models import Comment, Confirmation, Idea, Report, Submitter, Support, Supporter
from participation.models.voices import NEXT_OF_COMMENT, CommentState

from .moderation import count_voices
from .steps import close_reports, lock, reports_about
from .submission import Sender, has_links, use, why_closed


def request_support(idea: Idea, *, email: str, language: str, at: datetime.datetime) -> None:
    """Send a link that confirms the support of an idea; the address goes into the mail and nowhere else.

    Raises ValidationError where the idea cannot be supported now.
    """
    _refuse_support(idea, at=at)
    token, digest = new_token()
    with transaction.atomic():
        supporter, _made = Supporter.objects.select_for_update(no_key=True).get_or_create(
            digest=links.supporter_digest(email), defaults={"created_at": at}
        )
        Confirmation.objects.create(
            digest=digest,
            supporter=supporter,
            idea=idea,
            created_at=at,
            expires_at=at + TIME_TO_CONFIRM,
        )
        notices.support_link(idea, to=email, token=token, language=language)


def confirm_support(confirmation: Confirmation, *, at: datetime.datetime) -> Support:
    """Take the address as proven and count its support.

    Raises ValidationError where the link was used or has expired, or the idea cannot be supported any more.
    """
    with transaction.atomic():
        confirmation = use(confirmation, at=at)
        assert confirmation.idea is not None  # its kind of confirmation
        assert confirmation.supporter is not None
        return support(confirmation.idea, supporter=confirmation.supporter, at=at)


def support(idea: Idea, *, supporter: Supporter, at: datetime.datetime) -> Support:
    """Count somebody's support; supporting twice counts once.

    Raises ValidationError where the idea cannot be supported now.
    """
    with transaction.atomic():
        lead = _lock_lead(idea)
        _refuse_support(lead, at=at)
        given, is_new = Support.objects.get_or_create(idea=lead, supporter=supporter, defaults={"created_at": at})
        if is_new:
            Idea.objects.filter(pk=lead.pk).update(support_count=F("support_count") + 1)
        elif given.copied_from_id and lead.pk == idea.pk:  # meant for this one now, whatever becomes of the other
            given.copied_from = None
            given.save(update_fields=["copied_from"])
    return given


def withdraw_support(idea: Idea, *, supporter: Supporter) -> None:
    """Take somebody's support back, also of what was merged into the idea; without one, nothing happens."""
    with transaction.atomic():
        idea = _lock_lead(idea)
        Support.objects.filter(Q(idea=idea) | Q(idea__merged_into=idea), supporter=supporter).delete()
        count_voices(idea)


def comment(
    idea: Idea,
    *,
    text: str,
    key: uuid.UUID,
    sender: Sender,
    at: datetime.datetime,
    parent: Comment | None = None,
) -> Comment:
    """Store a comment and return it; the same `key` again returns what was stored the first time.

    Raises ValidationError where the round takes no comments, or `parent` is none of this idea or itself a reply.
    """
    if stored := Comment.objects.filter(key=key).first():
        return stored
    if hindrance := why_no_comment(idea, at=at):
        raise ValidationError(hindrance)
    if not text.strip():
        raise ValidationError({"text": _("Bitte geben Sie einen Text ein.")})
    if parent and (parent.idea_id != idea.pk or parent.parent_id or parent.state != CommentState.PUBLISHED):
        raise ValidationError(_("Auf diesen Kommentar kann man nicht antworten."))
    try:
        with transaction.atomic():
            submitter = Submitter.objects.create(
                pseudonym=sender.pseudonym.strip(), language=sender.language, created_at=at
            )
            made = Comment(
                idea=idea,
                parent=parent,
                key=key,
                text=text.strip(),
                submitter=submitter,
                has_links=has_links(text),
                submitted_at=at,
            )
            made.save(force_insert=True)
            if not idea.round.comments_checked_first:
                (idea,) = lock([idea])
                made.published_at = at
                move_comment(made, CommentState.PUBLISHED)
                count_voices(idea)
    except IntegrityError:
        if stored := Comment.objects.filter(key=key).first():
            return stored
        raise
    return made


def why_no_comment(idea: Idea, *, at: datetime.datetime) -> str:
    """Return why an idea takes no comment now; empty where it does."""
    if not idea.is_public:
        return _("Diese Idee ist nicht öffentlich.")
    if not idea.round.allows_comments:
        return _("In dieser Beteiligung sind keine Kommentare vorgesehen.")
    return why_closed(idea.round, on=timezone.localdate(at))


def why_no_support(idea: Idea, *, at: datetime.datetime) -> str:
    """Return why an idea cannot be supported now; empty where it can."""
    if not idea.is_public:
        return _("Diese Idee ist nicht öffentlich.")
    if not idea.round.allows_support:
        return _("In dieser Beteiligung ist Unterstützen nicht vorgesehen.")
    return why_closed(idea.round, on=timezone.localdate(at))


def publish_comment(comments: Iterable[Comment], *, by: User, at: datetime.datetime) -> list[Comment]:
    """Publish comments; one that its round published unseen counts as checked."""
    with transaction.atomic():
        published = _lock_comments(comments)
        for made in published:
            made.checked_at = at
            if made.state == CommentState.PUBLISHED:
                made.save()
                continue
            made.published_at = made.published_at or at
            move_comment(made, CommentState.PUBLISHED)
        _recount(published)
    return published


def decline_comment(comments: Iterable[Comment], *, reason: str, by: User, at: datetime.datetime) -> list[Comment]:
    """Do not publish comments, or take them down; `reason` stands behind their authors' links.

    Raises ValidationError where the reason is missing (key `reason`).
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte geben Sie einen Grund an.")})
    with transaction.atomic():
        declined = _lock_comments(comments)
        for made in declined:
            made.checked_at = at
            made.decline_note = reason.strip()
            move_comment(made, CommentState.DECLINED)
            close_reports(reports_about(made.idea, made), at=at, by=by)
        _recount(declined)
    return declined


def withdraw_comment(made: Comment, *, at: datetime.datetime) -> Comment:
    """Take a comment back at its author's wish, and forget its words."""
    with transaction.atomic():
        (made,) = _lock_comments([made])
        made.text = ""
        move_comment(made, CommentState.WITHDRAWN)
        close_reports(reports_about(made.idea, made), at=at)
        _recount([made])
    return made


def move_comment(made: Comment, to: CommentState) -> None:
    """Move a comment to its next state; the caller's other changes to it are saved along.

    Raises ValidationError where the present state does not allow it.
    """
    if to not in NEXT_OF_COMMENT[CommentState(made.state)]:
        raise ValidationError(
            _("Dieser Kommentar ist „%(state)s“: dieser Schritt ist nicht möglich.")
            % {"state": made.get_state_display()}
        )
    made.state = to
    made.save()


def report(idea: Idea, *, reason: str, at: datetime.datetime, made: Comment | None = None) -> Report:
    """Tell the moderation that an idea, or a comment to it, should not stand there; in the same words once.

    Raises ValidationError where it is not public, or the reason is missing (key `reason`).
    """
    if not idea.is_public or (made and (made.state != CommentState.PUBLISHED or made.idea_id != idea.pk)):
        raise ValidationError(_("Dieser Beitrag ist nicht öffentlich."))
    if not reason.strip():
        raise ValidationError({"reason": _("Bitte schreiben Sie, was Sie stört.")})
    same = Report.objects.open().filter(idea=idea, comment=made, reason=reason.strip())
    return same.first() or Report.objects.create(idea=idea, comment=made, reason=reason.strip(), created_at=at)


def _lock_lead(idea: Idea) -> Idea:
    """Lock an idea, or the one that it has become part of, and return that."""
    found = {each.pk: each for each in lock([idea, *Idea.objects.filter(merged=idea).only("pk")])}
    if lead := found[idea.pk].merged_into_id:
        return found.get(lead) or lock(Idea.objects.filter(pk=lead))[0]  # merged in this very moment
    return found[idea.pk]


def _refuse_support(idea: Idea, *, at: datetime.datetime) -> None:
    if hindrance := why_no_support(idea, at=at):
        raise ValidationError(hindrance)


def _lock_comments(comments: Iterable[Comment]) -> list[Comment]:
    """Lock the ideas first, then the comments: everybody takes them in this order."""
    keys = [made.pk for made in comments]
    lock(Idea.objects.filter(comments__in=keys).distinct())
    waiting = Comment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    locked = list(waiting.select_related("idea__round__concept"))
    if len(locked) != len(set(keys)):
        raise ValidationError(_("Diesen Kommentar gibt es nicht mehr."))
    return locked


def _recount(comments: Iterable[Comment]) -> None:
    for idea in {made.idea_id: made.idea for made in comments}.values():
        count_voices(idea)
