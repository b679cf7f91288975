"""What logs and mails about errors do not tell: the secret part of a link, what somebody typed, and where they are."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from django.http import HttpRequest, QueryDict
from django.utils.log import AdminEmailHandler
from django.views.debug import SafeExceptionReporterFilter

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
        secrets = _secrets_in(told)
        if secrets:
            record.msg, record.args = _without(secrets, told), ()
        if record.exc_info:
            traceback = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = _without(secrets, traceback)
        return True


class WithoutForms(SafeExceptionReporterFilter):
    """Tells of an error's request which fields were sent, never what somebody typed into them, nor from which address.

    Names, contacts and unpublished texts do not belong into mail (DSGVO Art. 5 Abs. 1 Buchst. c).
    """

    ADDRESSES: Final = frozenset({"REMOTE_ADDR", "REMOTE_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"})

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any] | QueryDict:
        """Return the names of all fields, each with the same stars."""
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return the headers without the visitor's address."""
        told = super().get_safe_request_meta(request)
        return {key: self.cleansed_substitute if key in self.ADDRESSES else value for key, value in told.items()}


class MailToAdmins(AdminEmailHandler):
    """Django's mail about an error, which tells of the whole request: no secret of a link in any of it."""

    def send_mail(self, subject: Any, message: Any, *args: Any, **kwargs: Any) -> None:
        """Replace each secret that an address gives away, wherever else it stands."""
        secrets = _secrets_in(str(message))
        if html := kwargs.get("html_message"):
            kwargs["html_message"] = _without(secrets, html)
        super().send_mail(without_secrets(str(subject)), _without(secrets, str(message)), *args, **kwargs)


def _secrets_in(text: str) -> set[str]:
    return {secret for _before, secret in _SECRET.findall(text)} - {HIDDEN}


def _without(secrets: set[str], text: str) -> str:
    """Leave them out wherever they stand, and whatever else stands in the address of a secret link."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return without_secrets(text)
