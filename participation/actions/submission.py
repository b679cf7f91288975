"""Handing something in: each acknowledged idea is stored exactly once, before any mail is thought of."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.models import FieldOfAction, Municipality, User
from district.tokens import TIME_TO_CONFIRM, new_token
from participation import notices
from participation.models import Confirmation, Idea, IdeaFile, IdeaStep, Round, Section, Submitter
from participation.models.ideas import State

from .steps import Audience, move, tell

LINK_MARKS: Final = ("http://", "https://", "www.", "[url", "<a ")


@dataclass(frozen=True)
class Contribution:
    """What somebody hands in, as a form has cleaned it."""

    text: str
    title: str = ""
    section: Section | None = None
    field_of_action: FieldOfAction | None = None
    municipality: Municipality | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_everywhere: bool = False
    source: Idea.Source = Idea.Source.ONLINE
    source_note: str = ""


@dataclass(frozen=True)
class Sender:
    """What somebody tells of themselves; all of it may be blank."""

    pseudonym: str = ""
    email: str = ""
    postal_address: str = ""
    language: str = "de"


def submit(
    contribution: Contribution,
    *,
    to: Round,
    key: uuid.UUID,
    sender: Sender,
    at: datetime.datetime,
    by: User | None = None,
) -> Idea:
    """Store a contribution and return it; the same `key` again returns what was stored the first time.

    `by` is the clerk who records what came on paper or by word of mouth: only then does the round not need to be
    running, and the clerk does not become the author. Raises ValidationError where the round takes nothing (general)
    or there is no text (key `text`).
    """
    try:
        if by is None and (hindrance := why_closed(to, on=timezone.localdate(at))):
            raise ValidationError(hindrance)
        if not contribution.text.strip():
            raise ValidationError({"text": _("Bitte geben Sie einen Text ein.")})
        with transaction.atomic():
            return _store(contribution, to=to, key=key, sender=sender, at=at, by=by)
    except (ValidationError, IntegrityError):
        # Mostly somebody pressed twice: the key is there already.
        if stored := stored_under(key):
            return stored
        raise


def stored_under(key: uuid.UUID) -> Idea | None:
    """Return what was handed in with a form's key, None where nothing was."""
    ideas = Idea.objects.filter(key=key)
    # Mostly there is none, and asking for no more than that is cheap.
    return ideas.select_related("round__concept", "submitter").get() if ideas.exists() else None


def why_closed(asked: Round, *, on: datetime.date) -> str:
    """Return why a round takes nothing on a day; empty where it does."""
    if asked.concept.is_closed:
        return _("Das Verfahren zu diesem Konzept ist abgeschlossen.")
    match asked.state(on):
        case Round.State.COMING:
            return _("Diese Beteiligung hat noch nicht begonnen.")
        case Round.State.CLOSED:
            return _("Diese Beteiligung ist beendet.")
        case Round.State.CALLED_OFF:
            return _("Diese Beteiligung ist abgesagt.")
    if asked.is_draft and not asked.sections.exists():
        return _("Der Entwurf ist noch nicht veröffentlicht.")
    return ""


def has_links(*texts: str) -> bool:
    """Whether a text points elsewhere, as spam mostly does; moderators see it, nobody is refused for it."""
    return any(mark in text.casefold() for text in texts for mark in LINK_MARKS)


def confirm_address(confirmation: Confirmation, *, at: datetime.datetime) -> Submitter:
    """Take the address as proven, and write to it where everything can be seen.

    Raises ValidationError where the link was used, has expired, or the address is gone.
    """
    with transaction.atomic():
        assert confirmation.submitter_id is not None  # its kind of confirmation
        # The person before the link, as everybody takes them who ends both.
        submitter = Submitter.objects.select_for_update(no_key=True).get(pk=confirmation.submitter_id)
        use(confirmation, at=at)
        if not submitter.email:
            raise ValidationError(_("Diese E-Mail-Adresse ist bei uns nicht mehr gespeichert."))
        if submitter.email_confirmed_at is None:
            submitter.email_confirmed_at = at
            submitter.save(update_fields=["email_confirmed_at"])
            notices.confirmed(submitter)
    return submitter


def use(confirmation: Confirmation, *, at: datetime.datetime) -> Confirmation:
    """Mark a link as used and return it as it is now.

    Raises ValidationError where it was used before or has expired.
    """
    current = Confirmation.objects.select_for_update().filter(pk=confirmation.pk).first()
    if current is None or current.expires_at <= at:
        raise ValidationError(_("Dieser Link ist abgelaufen."), code="expired")
    if current.used_at:
        raise ValidationError(_("Dieser Link wurde schon benutzt."), code="used")
    current.used_at = at
    current.save(update_fields=["used_at"])
    return current


def ask_to_confirm(submitter: Submitter, *, at: datetime.datetime) -> str:
    """Make a one-time token for a submitter's address and return it; only its digest is stored."""
    token, digest = new_token()
    expires_at = at + TIME_TO_CONFIRM
    Confirmation.objects.create(digest=digest, submitter=submitter, created_at=at, expires_at=expires_at)
    return token


def send_link_again(submitter: Submitter, *, at: datetime.datetime) -> None:
    """Write once more how to confirm an address; the former links end.

    Raises ValidationError where there is no address, or it is confirmed already.
    """
    with transaction.atomic():
        submitter = Submitter.objects.select_for_update(no_key=True).get(pk=submitter.pk)
        idea = submitter.ideas.select_related("round__concept", "submitter").order_by("pk").first()
        if not submitter.email or idea is None:
            raise ValidationError(_("Diese E-Mail-Adresse ist bei uns nicht mehr gespeichert."))
        if submitter.email_confirmed_at:
            raise ValidationError(_("Diese E-Mail-Adresse ist schon bestätigt."))
        submitter.confirmations.all().delete()
        notices.receipt(idea, token=ask_to_confirm(submitter, at=at))


def _store(
    contribution: Contribution,
    *,
    to: Round,
    key: uuid.UUID,
    sender: Sender,
    at: datetime.datetime,
    by: User | None,
) -> Idea:
    submitter = Submitter.objects.create(
        pseudonym=sender.pseudonym.strip(),
        email=sender.email.strip(),
        postal_address=sender.postal_address.strip(),
        language=sender.language,
        created_at=at,
    )
    idea = Idea(
        round=to,
        key=key,
        submitter=submitter,
        section=contribution.section,
        title=contribution.title.strip(),
        text=contribution.text.strip(),
        field_of_action=contribution.field_of_action
        or (contribution.section.field_of_action if contribution.section else None),
        municipality=contribution.municipality,
        latitude=contribution.latitude,
        longitude=contribution.longitude,
        is_everywhere=contribution.is_everywhere,
        source=contribution.source,
        source_note=contribution.source_note.strip(),
        has_links=has_links(contribution.title, contribution.text),
        submitted_at=at,
    )
    idea.save(force_insert=True)
    IdeaFile.objects.filter(form_key=key, idea=None).update(idea=idea)
    tell(idea, IdeaStep.Kind.RECEIVED, audience=Audience.PUBLIC, at=at, by=by)
    if by is None and not to.ideas_checked_first:
        idea.published_at = at
        move(idea, State.PUBLISHED, kind=IdeaStep.Kind.PUBLISHED, audience=Audience.PUBLIC, at=at)
    if submitter.email and by is None:
        notices.receipt(idea, token=ask_to_confirm(submitter, at=at))
    return idea
