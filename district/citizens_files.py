"""Files of people without an account: what they are is told by their content, and only a copy that is safe is kept.

Why so strict, and what is not looked for, says docs/decisions/files-from-citizens.md.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .pdf_check import check_pdf, is_pdf
from .pictures import PictureFormat, redraw
from .virus_scan import ScannerAwayError, find_virus

logger = logging.getLogger(__name__)

# For the `accept` of a file field: the endings help to choose, the content decides.
ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png,.webp"
_ENDINGS: Final[dict[PictureFormat, str]] = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# The brands of HEIF files with HEVC inside, as iPhones write them, whatever the ending says.
_HEIC: Final = re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)


def safe_copy(file: UploadedFile[Any]) -> ContentFile[bytes]:
    """Return a copy under a random name: a picture drawn anew without metadata, a PDF as it is, looked through.

    Raises ValidationError in plain German, with the code „later“ where only the virus scanner is away at the moment.
    """
    if not file.size:
        raise ValidationError(_("Diese Datei ist leer."), code="empty")
    if file.size > settings.IDEA_FILE_MAX_BYTES:
        raise ValidationError(
            _("Diese Datei ist zu groß (%(size)s). Erlaubt sind höchstens %(most)s.")
            % {"size": filesizeformat(file.size), "most": filesizeformat(settings.IDEA_FILE_MAX_BYTES)},
            code="too_large",
        )
    file.seek(0)
    content = file.read()
    kind = _picture_format(content)
    if kind is None and not is_pdf(content):
        raise _not_accepted(content)
    _scan(content)
    if kind is None:
        check_pdf(content)
        return ContentFile(content, name=_random_name("pdf"))
    return ContentFile(redraw(content, kind), name=_random_name(_ENDINGS[kind]))


def _picture_format(content: bytes) -> PictureFormat | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _not_accepted(content: bytes) -> ValidationError:
    if _HEIC.match(content):
        return ValidationError(
            _(
                "Bilder im Format HEIC kann das Portal nicht lesen. Bitte speichern oder teilen Sie das Bild als JPEG. "
                "Am iPhone hilft: Einstellungen, Kamera, Formate, „Maximale Kompatibilität“."
            ),
            code="heic",
        )
    return ValidationError(
        _("Erlaubt sind Bilder (JPEG, PNG, WebP) und PDF-Dateien. Diese Datei ist nach ihrem Inhalt keines davon."),
        code="not_accepted",
    )


def _scan(content: bytes) -> None:
    try:
        virus = find_virus(content)
    except ScannerAwayError as error:
        logger.exception("The virus scanner does not answer: no file is taken.")
        raise ValidationError(
            _(
                "Dateien können zurzeit nicht auf Schadsoftware geprüft werden. Bitte versuchen Sie es später noch einmal, "
                "oder senden Sie Ihren Text ohne Datei."
            ),
            code="later",
        ) from error
    if virus:
        logger.warning("A file with malware was refused: %s", virus)
        raise ValidationError(
            _("In dieser Datei wurde Schadsoftware gefunden. Sie wurde nicht angenommen."), code="virus"
        )


def _random_name(ending: str) -> str:
    return f"{secrets.token_hex(16)}.{ending}"
