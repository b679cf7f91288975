"""One-time tokens in mails, which prove an address: stored as a hash, valid for a time (PUBLIC_SECTOR)."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Final

# Pages and mails say „drei Tage“.
TIME_TO_CONFIRM: Final = datetime.timedelta(hours=72)


def new_token() -> tuple[str, str]:
    """Return a new one-time token and the digest under which it is stored."""
    token = secrets.token_urlsafe(24)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """Return the digest of a token: it has enough randomness to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
