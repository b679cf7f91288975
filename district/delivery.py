"""A mail's way to the mail server: one attempt, why it failed, and when the next one is due.

What a mail server says names the recipient, so nothing of it is kept or logged but its codes.
"""

from __future__ import annotations

import base64
import datetime
import re
import smtplib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.mail import EmailMessage
from django.core.validators import validate_email

from district.models import OutgoingMail
from district.sealing import CannotUnsealError, unseal

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR)  # after each failure; the last one from then on
PATIENCE = 72 * HOUR


class Outcome(StrEnum):
    """What an attempt came to."""

    SENT = "sent"
    TRY_AGAIN = "try again"
    GIVEN_UP = "given up"
    NOTHING_TO_DO = "nothing to do"  # sent already, not due yet, or in somebody else's hands


@dataclass(frozen=True)
class Failure:
    """Why a mail did not leave, in words without its recipient."""

    words: str
    is_final: bool = False
    is_wrong_address: bool = False


def hand_over(sealed: str) -> Failure | None:
    """Give a mail to the mail server; return what went wrong, so that no traceback carries an address."""
    try:
        content = unseal(sealed)
    except CannotUnsealError as error:
        return Failure(type(error).__name__)  # The former key may still come back to SECRET_KEY_FALLBACKS.
    try:
        message = _message(content)
    except Exception as error:  # noqa: BLE001 - what cannot be made into a mail now never will be
        return Failure(type(error).__name__, is_final=True)
    try:
        sent = message.send()
    except smtplib.SMTPRecipientsRefused as error:
        return _refusal(error)
    except smtplib.SMTPResponseException as error:
        return Failure(f"{type(error).__name__} {error.smtp_code}")
    except Exception as error:  # noqa: BLE001 - networks and mail servers fail in many ways
        return Failure(type(error).__name__)
    return None if sent else Failure("NotSent")


def record(mail: OutgoingMail, failure: Failure | None, *, at: datetime.datetime) -> Outcome:
    """Note on a mail what an attempt came to; once sent or given up, it forgets what it said, and to whom."""
    mail.attempts += 1
    mail.last_error = failure.words if failure else ""
    if failure is None:
        mail.sent_at, mail.sealed, outcome = at, "", Outcome.SENT
    elif failure.is_final or at - mail.created_at >= PATIENCE:
        mail.given_up_at, mail.sealed, outcome = at, "", Outcome.GIVEN_UP
    else:
        mail.not_before, outcome = at + WAITS[min(mail.attempts, len(WAITS)) - 1], Outcome.TRY_AGAIN
    mail.save()
    return outcome


def _message(content: dict[str, Any]) -> EmailMessage:
    validate_email(content["to"])
    headers = {"Message-ID": content["message_id"], "Auto-Submitted": "auto-generated"}
    if content["unsubscribe"]:
        headers["List-Unsubscribe"] = f"<{content['unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMessage(content["subject"], content["text"], to=[content["to"]], headers=headers)
    for name, file, kind in content["attachments"]:
        message.attach(name, base64.b64decode(file), kind)
    message.message()  # refuses what would not stay in its header
    return message


def _refusal(error: smtplib.SMTPRecipientsRefused) -> Failure:
    """Tell a final refusal from one for now (4xx) and from a server that does not serve us (5.7.x, RFC 3463)."""
    code, said = next(iter(error.recipients.values()))
    status = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", said if isinstance(said, bytes) else said.encode())
    detail = status.group().decode() if status else ""
    return Failure(
        f"{type(error).__name__} {code} {detail}".strip(),
        is_final=500 <= code <= 599 and not detail.startswith("5.7."),
        is_wrong_address=detail.startswith("5.1."),
    )
