"""Forgetting: at once for who asks, and in time for everybody."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from district import form_keys, post
from district.models import District, User
from district.tokens import TIME_TO_CONFIRM
from participation import links
from participation.models import Comment, Confirmation, Idea, IdeaFile, IdeaStep, Submitter, Supporter
from participation.models.ideas import State
from participation.models.voices import CommentState

from .moderation import reopen_merged
from .steps import Audience, close_reports, lock, lock_with_merged, move, reports_about, tell
from .voices import withdraw_comment

Kind = IdeaStep.Kind

DAYS_PER_MONTH: Final = 30.4375
DEFAULT_RETENTION_MONTHS: Final = 6
MOST_AT_ONCE: Final = 200
# As long as an idea is in one of these, its author may have to be asked or told something.
WAITING: Final = (State.RECEIVED, State.PUBLISHED, State.IN_REVIEW)


@dataclass(frozen=True)
class Expired:
    """How many rows were, or would be, erased."""

    unconfirmed_addresses: int
    contacts: int
    abandoned_files: int
    links: int
    supporters: int


def unsubscribe(submitter: Submitter, *, at: datetime.datetime) -> None:
    """Write no more mail to somebody: without that purpose the address is erased."""
    with transaction.atomic():
        submitter = Submitter.objects.select_for_update(no_key=True).get(pk=submitter.pk)
        submitter.email = ""
        submitter.save(update_fields=["email"])
        submitter.confirmations.all().delete()
        post.call_back({links.secret_of(submitter)}, at=at)


def withdraw(idea: Idea, *, at: datetime.datetime) -> Idea:
    """Take an idea back at its author's wish: it is no longer public, nobody weighs it, and what was merged waits again.

    Raises ValidationError where it was withdrawn before.
    """
    with transaction.atomic():
        (idea,) = lock_with_merged([idea])
        if idea.state != State.ANSWERED:
            idea.assessment = None
        move(idea, State.WITHDRAWN, kind=Kind.WITHDRAWN, audience=Audience.HOLDER, at=at)
        close_reports(reports_about(idea), at=at)
        reopen_merged(idea, at=at)
    return idea


def erase(submitter: Submitter, *, at: datetime.datetime, by: User | None = None) -> None:
    """Erase at once what is stored of somebody: contact data, words, files and place; `by` is a clerk who was asked to.

    Only what has been answered keeps the words that were public, without a name: they stay with their weighing
    (PUBLIC_SECTOR).
    """
    with transaction.atomic():
        submitter = Submitter.objects.select_for_update(no_key=True).get(pk=submitter.pk)
        # What is part of another goes first, or it would be reopened with it.
        for idea in sorted(_lock_all_of(submitter), key=lambda idea: idea.state != State.MERGED):
            if idea.state not in (State.ANSWERED, State.WITHDRAWN):
                withdraw(idea, at=at)
                idea.refresh_from_db()
            if idea.state != State.ANSWERED:
                idea.title = idea.text = ""
            _forget_circumstances(idea)
            tell(idea, Kind.ERASED, audience=Audience.HOLDER, at=at, by=by)
        for made in submitter.comments.exclude(state=CommentState.WITHDRAWN):
            withdraw_comment(made, at=at)
        _forget_contacts([submitter], at=at)


def expire(*, at: datetime.datetime, dry_run: bool = False) -> Expired:
    """Erase what has been kept long enough, and say how much; `dry_run` only counts."""
    unconfirmed = Submitter.objects.unconfirmed(since=at - TIME_TO_CONFIRM)
    unconfirmed = unconfirmed.exclude(confirmations__expires_at__gt=at)  # a link was sent once more
    contacts = _settled(at)
    files = IdeaFile.objects.abandoned(before=at - form_keys.VALID_FOR)
    confirmations = Confirmation.objects.expired(at)
    unproven = Supporter.objects.filter(supports=None, created_at__lt=at - TIME_TO_CONFIRM)
    unproven = unproven.exclude(confirmations__expires_at__gt=at)
    counts = Expired(unconfirmed.count(), contacts.count(), files.count(), confirmations.count(), unproven.count())
    if not dry_run:
        _each(unconfirmed, _forget_address)
        _some_at_once(contacts, partial(_forget_contacts, at=at))
        _each(files, delete_file)
        confirmations.delete()
        _each(unproven, Supporter.delete)
    return counts


def _lock_all_of(submitter: Submitter) -> list[Idea]:
    """Lock everything that erasing somebody touches, all in the one order; return their own ideas."""
    merged = Q(merged_into__submitter=submitter, state=State.MERGED)
    touched = Idea.objects.filter(Q(submitter=submitter) | merged | Q(comments__submitter=submitter))
    return [idea for idea in lock(touched.only("pk").distinct()) if idea.submitter_id == submitter.pk]


def _settled(at: datetime.datetime) -> models.QuerySet[Submitter]:
    """Return those with contact data of whom nothing waits any more, and nothing has happened for the time of retention."""
    district = District.objects.current()
    months = district.contact_retention_months if district else DEFAULT_RETENTION_MONTHS
    cutoff = at - datetime.timedelta(days=months * DAYS_PER_MONTH)
    own = Idea.objects.filter(submitter=OuterRef("pk"))
    waiting = own.filter(Q(state__in=WAITING) | Q(merged_into__state__in=WAITING))
    recent = own.filter(Q(steps__at__gte=cutoff) | Q(merged_into__steps__at__gte=cutoff))
    discussed = Comment.objects.filter(submitter=OuterRef("pk"), idea__round__closes_on__gte=cutoff.date())
    has_contact = ~Q(email="") | ~Q(pseudonym="") | ~Q(postal_address="")
    return Submitter.objects.filter(has_contact, created_at__lt=cutoff).exclude(
        Exists(waiting) | Exists(recent) | Exists(discussed)
    )


def _each(rows: models.QuerySet[Any], act: Callable[[Any], object]) -> None:
    """Act on each row in a transaction of its own, so that a long run holds nobody up and can be broken off."""
    _some_at_once(rows, lambda found: act(found[0]), most=1)


def _some_at_once(rows: models.QuerySet[Any], act: Callable[[list[Any]], object], *, most: int = MOST_AT_ONCE) -> None:
    """Act on so many rows in one transaction, where that takes hardly more than acting on one."""
    keys = sorted(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), most):
        some = keys[start : start + most]
        with transaction.atomic():
            locked = rows.model._default_manager.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
            list(locked.values_list("pk", flat=True))
            if found := list(rows.filter(pk__in=some)):  # asked anew: what came in meanwhile may need it
                act(found)


def _forget_address(submitter: Submitter) -> None:
    submitter.email = ""
    submitter.save(update_fields=["email"])


def _forget_contacts(submitters: Collection[Submitter], *, at: datetime.datetime) -> None:
    for submitter in submitters:
        submitter.email = submitter.pseudonym = submitter.postal_address = ""
        submitter.erased_at = submitter.erased_at or at
        submitter.save()
        submitter.confirmations.all().delete()
    post.call_back({links.secret_of(submitter) for submitter in submitters}, at=at)


def _forget_circumstances(idea: Idea) -> None:
    """Blank what was never public or may tell who somebody is, and save; the number and the steps stay."""
    idea.original_title = idea.original_text = idea.source_note = ""
    idea.latitude = idea.longitude = None
    idea.save()
    for file in idea.files.all():
        delete_file(file)


def delete_file(file: IdeaFile) -> None:
    """Delete the row, and what it stands for on the disk once nobody can go back any more."""
    storage, name = file.file.storage, str(file.file.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)  # no partial: Django names what failed
    file.delete()
