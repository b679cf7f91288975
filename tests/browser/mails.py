"""Mails that the portal has sent, and the pages they lead to; its tasks are done as soon as what they tell is committed."""

from __future__ import annotations

import re

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage


def mail_to(address: str, subject: str) -> EmailMessage:
    """Return the one mail to somebody with these words in its subject."""
    (found,) = (message for message in mail.outbox if message.to == [address] and subject in message.subject)
    return found


def link_in(message: EmailMessage, part: str) -> str:
    """Return the path of the portal's page in a mail whose address has this part."""
    paths = re.findall(rf"{re.escape(settings.PORTAL_URL)}(\S+)", str(message.body))
    (path,) = {path for path in paths if f"/{part}/" in path and not path.endswith("/abbestellen/")}
    return str(path)
