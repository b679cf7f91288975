"""A cheap look into a PDF from outside: does it carry programs or other files, and does it end where it should?

It finds what an ordinary program puts in, not what somebody hides with care (see docs/decisions/files-from-citizens.md).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_START: Final = b"%PDF-"
_END: Final = b"%%EOF"
# /JS alone would be found by chance in many a compressed picture; it never stands without /JavaScript.
_ACTIVE_NAMES: Final = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia")
# Each sign of a name may be written as a code: /J#61vaScript.
_SPELLINGS: Final = "|".join("".join(f"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in _ACTIVE_NAMES)
_ACTIVE: Final = re.compile(f"/(?:{_SPELLINGS})(?![A-Za-z])".encode())
_ENCRYPTED: Final = re.compile(rb"/Encrypt[\s\d<]")
# Newer PDFs pack their objects into compressed streams, names and all.
_PACKED: Final = b"/ObjStm"
_STREAM: Final = re.compile(rb"stream\r?\n")
_STREAM_END: Final = b"endstream"
_LONGEST_DICTIONARY: Final = 400
_MOST_UNPACKED: Final = 50_000_000


def is_pdf(content: bytes) -> bool:
    """Return whether it starts as a PDF."""
    return content.startswith(_START)


def check_pdf(content: bytes) -> None:
    """Raise ValidationError in plain German where it carries more than pages, or cannot be looked into."""
    if not content.rstrip(b"\0\t\n\f\r ").endswith(_END):
        raise ValidationError(
            _("Diese PDF-Datei ist unvollständig, oder nach ihrem Ende steht noch etwas. Bitte speichern Sie sie neu."),
            code="damaged",
        )
    if _ENCRYPTED.search(content):
        raise ValidationError(
            _("Diese PDF-Datei ist verschlüsselt. Bitte speichern Sie sie ohne Kennwort und ohne Schutz."),
            code="encrypted",
        )
    if any(_ACTIVE.search(part) for part in chain([content], _unpacked(content))):
        raise ValidationError(
            _(
                "Diese PDF-Datei enthält Programme, Filme oder weitere Dateien. "
                "Bitte drucken Sie sie in eine neue PDF-Datei und senden Sie diese."
            ),
            code="active",
        )


def _unpacked(content: bytes) -> Iterator[bytes]:
    left, position = _MOST_UNPACKED, 0
    while left > 0 and (start := _STREAM.search(content, position)):
        end = content.find(_STREAM_END, start.end())
        if end < 0:
            return
        if _PACKED in content[max(position, start.start() - _LONGEST_DICTIONARY) : start.start()]:
            # Packed in another way, or damaged: then few readers see more in it.
            with suppress(zlib.error):
                part = zlib.decompressobj().decompress(content[start.end() : end], left)
                left -= len(part)
                yield part
        position = end + len(_STREAM_END)
