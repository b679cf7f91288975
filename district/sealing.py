"""What the database keeps for a while without being able to read it: sealed with keys made from the portal's secret keys.

A new `SECRET_KEY` seals; those in `SECRET_KEY_FALLBACKS` still open.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Keeps these keys apart from whatever else is made from the same secret; another label opens nothing sealed before.
PURPOSE = b"kek.district.sealing.1"


class CannotUnsealError(Exception):
    """No key of this portal opens it: it was sealed with a lost key, or somebody changed it."""


def seal(content: dict[str, Any]) -> str:
    """Return what JSON can hold as a text that only this portal reads."""
    return _keys().encrypt(json.dumps(content).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Return what was sealed; CannotUnsealError where it cannot be opened."""
    try:
        content: dict[str, Any] = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise CannotUnsealError from error
    return content


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=8)
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
