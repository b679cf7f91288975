"""Whether a file is what its name says: the ending alone proves nothing."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

_MAGIC: Final = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
}
# Office documents are ZIP archives; which kind they are, an entry tells.
_OFFICE_ENTRY: Final = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_ODF_TYPE: Final = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
# What reading a damaged archive raises, depending on the byte that is wrong.
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_ENCODINGS: Final = ("utf-8-sig", "cp1252")


def check_upload(file: UploadedFile[Any], *, max_bytes: int, validators: Iterable[Callable[[Any], None]] = ()) -> None:
    """Raise ValidationError in plain German where a file is empty, too large or not what its ending says.

    `validators` are those of the model's field, which knows the endings: asked first, so that one fault is told once.
    """
    for validator in validators:
        validator(file)
    if not file.size:
        raise ValidationError(_("Diese Datei ist leer."))
    if file.size > max_bytes:
        raise ValidationError(
            _("Diese Datei ist zu groß (%(size)s). Erlaubt sind höchstens %(most)s.")
            % {"size": filesizeformat(file.size), "most": filesizeformat(max_bytes)}
        )
    ending = PurePath(file.name or "").suffix.lower().removeprefix(".")
    try:
        genuine = file.file is not None and _is_genuine(ending, file.file)
    finally:
        file.seek(0)
    if not genuine:
        raise ValidationError(
            _("Der Inhalt dieser Datei passt nicht zur Endung „%(ending)s“. Bitte speichern Sie sie neu.")
            % {"ending": ending}
        )


def _is_genuine(ending: str, content: IO[bytes]) -> bool:
    content.seek(0)
    if ending == "csv":
        return _is_text(content.read())
    if ending in _OFFICE_ENTRY or ending in _ODF_TYPE:
        return _is_office(ending, content)
    start = content.read(16)
    if ending == "webp":
        return start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    return start.startswith(_MAGIC.get(ending, ()))


def _is_office(ending: str, content: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(content) as archive:
            if ending in _OFFICE_ENTRY:
                return _OFFICE_ENTRY[ending] in archive.namelist()
            with archive.open("mimetype") as kind:
                return kind.read(len(_ODF_TYPE[ending]) + 1) == _ODF_TYPE[ending]
    except DAMAGED:
        return False


def _is_text(content: bytes) -> bool:
    """Whether the bytes are text as tables come from offices: no control characters but tab and line ends."""
    if any(byte < 32 and byte not in (9, 10, 13) for byte in content):
        return False
    for encoding in _ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
