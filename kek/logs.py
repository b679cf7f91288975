"""What logs and mails about errors do not tell: the secret part of a link, which opens what somebody sent."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from django.utils.log import AdminEmailHandler

HIDDEN: Final = "[geheim]"
SHORTEST: Final = 16  # what is shorter opens nothing, and may be a word of the mail
# What comes before the secret in an address: see the `urls` of the rooms, and allauth's link to a new password.
_SECRET: Final = re.compile(
    r"(/beteiligung/(?:stand|bestaetigen|unterstuetzung)/"
    r"|/termine/anmeldung/(?:bestaetigen/)?"
    r"|/konto/password/reset/key/)"
    r"(?!bestaetigen/|done/)([^/\s?#\"'<>]+)"
)


def without_secrets(text: str) -> str:
    """Return a text with what opens something replaced in all addresses of secret links."""
    return _SECRET.sub(rf"\1{HIDDEN}", text)


class WithoutSecrets(logging.Filter):
    """Lets every record pass, without the secrets in its message and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace them for all handlers that follow."""
        told = record.getMessage()
        if (hidden := without_secrets(told)) != told:
            record.msg, record.args = hidden, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = without_secrets(logging.Formatter().formatException(record.exc_info))
        return True


class MailToAdmins(AdminEmailHandler):
    """Django's mail about an error, which tells the whole request and all variables: no secret in any of them."""

    def send_mail(self, subject: str, message: str, *args: Any, **kwargs: Any) -> None:
        """Replace each secret that an address gives away, wherever else it stands."""
        html = kwargs.pop("html_message", None)
        secrets = {secret for _before, secret in _SECRET.findall(f"{subject}\n{message}") if secret != HIDDEN}
        kwargs["html_message"] = html and _without(secrets, html)
        super().send_mail(without_secrets(subject), _without(secrets, message), *args, **kwargs)


def _without(secrets: set[str], text: str) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return without_secrets(text)
