"""Mail: written in the same transaction as what it tells, so that neither is there without the other.

A room calls `send`, or `send_template` with a text of its own; the worker carries it out, and tries again (`tasks`).
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import make_msgid
from typing import Any, Final, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation

from district.models import District, OutgoingMail
from district.sealing import CannotUnsealError, seal, unseal
from district.tasks import deliver, deliver_each

LONGEST_PURPOSE = 60
KEPT = datetime.timedelta(days=30)  # so long „Postausgang“ tells that a mail was sent or given up
ROWS_AT_ONCE = 500  # in one INSERT; a mail with an attachment is some kilobytes

# Name of the file, its bytes, its type: ("termin.ics", b"BEGIN:VCALENDAR…", "text/calendar").
Attachment = tuple[str, bytes, str]


@dataclass
class _Bulk:
    """Mails that go on their way together, and the district that writes them, loaded once."""

    district: District | None
    mails: list[OutgoingMail] = field(default_factory=list)


_bulk: Final[ContextVar[_Bulk | None]] = ContextVar("bulk", default=None)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Keep together what is sent within, and put it on its way at the end: many take hardly more queries than one.

    Belongs into the transaction of what the mails tell. Where something is raised within, none of them is written.
    """
    bulk = _Bulk(District.objects.current())
    outer = _bulk.set(bulk)
    try:
        yield
    finally:
        _bulk.reset(outer)
    if bulk.mails:
        with transaction.atomic():
            written = OutgoingMail.objects.bulk_create(bulk.mails, batch_size=ROWS_AT_ONCE)
            deliver_each.enqueue([mail.pk for mail in written])


def send(
    purpose: str,
    *,
    to: str,
    subject: str,
    text: str,
    unsubscribe: str = "",
    about: str = "",
    attachments: Sequence[Attachment] = (),
) -> OutgoingMail:
    """Put a mail to one person on its way; it leaves once the caller's transaction is committed.

    `purpose` is a German word or two that staff read in „Postausgang“, nothing personal. `unsubscribe` is the whole
    address of a page where a click, and a POST without cookies (RFC 8058), ends such mails. `about` is never sent: a word
    by which `call_back` finds a mail that may not carry such an address.
    """
    content = {
        "to": to.strip(),
        "subject": " ".join(subject.split()),
        "text": text,
        "unsubscribe": unsubscribe,
        "about": about,
        "attachments": [[name, base64.b64encode(file).decode(), kind] for name, file, kind in attachments],
        # Made once: should a mail ever leave twice, mail programs know it for the same.
        "message_id": make_msgid(domain=urlsplit(settings.PORTAL_URL).hostname or "localhost"),
    }
    mail = OutgoingMail(purpose=purpose[:LONGEST_PURPOSE], sealed=seal(content))
    if bulk := _bulk.get():
        bulk.mails.append(mail)
        return mail
    with transaction.atomic():
        mail.save()
        deliver.enqueue(mail.pk)  # a row of this transaction too (docs/decisions/mail-and-tasks.md)
    return mail


def send_template(
    purpose: str,
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    language: str = settings.LANGUAGE_CODE,
    unsubscribe: str = "",
    about: str = "",
    attachments: Sequence[Attachment] = (),
) -> OutgoingMail:
    """Send what a text template says: its first line is the subject, the rest the text; the portal's footer follows.

    Nothing is escaped, since it is no HTML. The template knows `portal_url`, which stands before a `{% url %}`, and
    `district`; whatever it calls speaks `language`.
    """
    subject, text = composed(template, context=context, language=language, unsubscribe=unsubscribe)
    return send(
        purpose, to=to, subject=subject, text=text, unsubscribe=unsubscribe, about=about, attachments=attachments
    )


def composed(
    template: str, *, context: Mapping[str, Any], language: str = settings.LANGUAGE_CODE, unsubscribe: str = ""
) -> tuple[str, str]:
    """Return subject and text of what `send_template` would send."""
    bulk = _bulk.get()
    district = bulk.district if bulk else District.objects.current()
    given = {"portal_url": settings.PORTAL_URL, "district": district, "unsubscribe": unsubscribe}
    with translation.override(language):
        subject, _newline, text = _rendered(template, {**given, **context}).strip().partition("\n")
        footer = _rendered("district/mail/footer.txt", given)
    return " ".join(subject.split()), f"{text.strip()}\n\n-- \n{footer.strip()}\n"


def absolute(path: str) -> str:
    """Return the whole address of a page of the portal, for a mail."""
    return settings.PORTAL_URL + path


def try_again(mails: QuerySet[OutgoingMail], *, at: datetime.datetime) -> int:
    """Try those that wait now instead of later; return how many. One that is being sent at this moment is left alone."""
    with transaction.atomic():
        waiting = OutgoingMail.objects.waiting().filter(pk__in=mails.values("pk"))
        keys = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
        OutgoingMail.objects.filter(pk__in=keys).update(not_before=at)
        for key in keys:
            deliver.enqueue(key)
    return len(keys)


def forget(*, at: datetime.datetime, dry_run: bool = False) -> int:
    """Delete the rows of what was sent or given up long enough ago; return how many. `dry_run` only counts."""
    done = OutgoingMail.objects.filter(Q(sent_at__lt=at - KEPT) | Q(given_up_at__lt=at - KEPT))
    return done.count() if dry_run else done.delete()[0]


def call_back(whose: Set[str], *, at: datetime.datetime) -> int:
    """Forget the mails that still wait and are about one of these, or carry it in their address to unsubscribe by.

    Return how many. For people whose addresses are erased: what is being sent at this very moment still leaves. Whose
    a mail is, only reading it tells: ask for many at once, and all that waits is read but once. Mails of others leave
    meanwhile.
    """
    if not whose:
        return 0
    with transaction.atomic():
        waiting = OutgoingMail.objects.waiting()
        sealed = waiting.values_list("pk", "sealed").iterator()
        theirs = waiting.filter(pk__in=[pk for pk, mail in sealed if not whose.isdisjoint(_known_by(mail))])
        keys = list(theirs.select_for_update(skip_locked=True).values_list("pk", flat=True))
        return OutgoingMail.objects.filter(pk__in=keys).update(sealed="", given_up_at=at, last_error="CalledBack")


def _known_by(sealed: str) -> set[str]:
    """Return the words by which a mail is known: what it is about, and the parts of its address to unsubscribe by."""
    try:
        content = unseal(sealed)
    except CannotUnsealError:
        return set()
    return {content.get("about", ""), *content["unsubscribe"].split("/")} - {""}


def _rendered(name: str, context: Mapping[str, Any]) -> str:
    template = cast("Template", get_template(name))
    return template.template.render(Context(context, autoescape=False))
