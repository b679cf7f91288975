"""Names under which things lie in the cache. Some are made of a visitor's address, which no database shall learn."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def hashed(key: str, prefix: str, version: int) -> str:
    """Return a name that tells nothing of what is kept under it (the setting `KEY_FUNCTION`)."""
    return f"{prefix}:{version}:{salted_hmac('kek.cache', key, algorithm='sha256').hexdigest()}"
