"""E-mail addresses as people type them."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from district.plain_text import TOO_LONG

LONGEST_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


class _MailAddressValidator(EmailValidator):
    """Takes ASCII alone before the @ (RFC 5321), in whatever case.

    Django's own takes for an s or a k also what Unicode folds to one: a stranger's address that a database takes for
    somebody else's.
    """

    user_regex = re.compile(EmailValidator.user_regex.pattern, re.IGNORECASE | re.ASCII)


class MailAddressField(forms.EmailField):
    """An e-mail address."""

    default_validators = [_MailAddressValidator()]
    default_error_messages = {
        "required": _("Bitte geben Sie Ihre E-Mail-Adresse ein."),
        "invalid": _("Diese E-Mail-Adresse ist nicht vollständig. So sieht eine aus: name@example.org"),
        **TOO_LONG,
    }

    def __init__(self, *, max_length: int = LONGEST_ADDRESS, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
