"""The key in a form of somebody without an account: it stands for the form, and tells when the form was opened.

It is what makes sending twice harmless, and what a machine would have to wait for (docs/decisions/forms-without-cookies.md).
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Final

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import models

VALID_FOR: Final = datetime.timedelta(hours=24)
# Nobody reads a question and writes an answer in less.
SHORTEST: Final = datetime.timedelta(seconds=3)
# The name of the field that no browser fills in by itself and no person sees (templates/partials/trap.html).
TRAP: Final = "homepage"

_signer: Final = TimestampSigner(salt="participation.form")


@dataclass(frozen=True)
class FormKey:
    """A form's key, and as the form carries it: `signed`."""

    key: uuid.UUID
    signed: str

    @property
    def is_expired(self) -> bool:
        """Whether the form was opened too long ago."""
        return self._is_older_than(VALID_FOR)

    @property
    def is_too_fast(self) -> bool:
        """Whether the form was opened just now."""
        return not self._is_older_than(SHORTEST)

    def was_sent_otherwise(self, model: type[models.Model], **words: object) -> bool:
        """Whether this form was sent before, with other words: somebody went back in the browser and changed some."""
        stored = model._default_manager.filter(key=self.key).first()
        return stored is not None and any(getattr(stored, name) != word for name, word in words.items())

    def _is_older_than(self, age: datetime.timedelta) -> bool:
        try:
            _signer.unsign(self.signed, max_age=age)
        except SignatureExpired:
            return True
        return False


def new() -> FormKey:
    """Return the key of a form that is opened now."""
    key = uuid.uuid4()
    return FormKey(key, _signer.sign(key.hex))


def read(signed: str) -> FormKey | None:
    """Return the key that a form brought, however old, or None where it is not one of ours."""
    try:
        return FormKey(uuid.UUID(hex=_signer.unsign(signed)), signed)
    except (BadSignature, ValueError):
        return None
