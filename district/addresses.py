"""What addresses and forms name rows by."""

from __future__ import annotations

from typing import Final

# Of more digits the database knows no key, and would complain of an overflow.
LONGEST_KEY: Final = 18


def key_of(text: str) -> int | None:
    """Return the key of a row that somebody sent; None where it cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None
