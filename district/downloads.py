"""Handing out files: always to be saved, never shown by the browser as a page of the portal."""

from __future__ import annotations

import mimetypes
import unicodedata
from pathlib import PurePath
from typing import Final

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify

_LONGEST_NAME: Final = 100
# Control, format and line signs: among them are the marks of direction that make „exe.pdf“ of „fdp.exe“.
_INVISIBLE: Final = ("C", "Zl", "Zp")
_WITH_A_MEANING_IN_PATHS: Final = frozenset('<>:"/\\|?*')


def send_file(file: FieldFile, *, title: str) -> FileResponse:
    """Send a stored file under the name of its title, or answer 404 where it is lost.

    Whatever its content claims to be, a browser saves it; opened all the same, it may neither run nor load anything.
    """
    try:
        content = file.open()
    except (OSError, ValueError) as error:
        raise Http404 from error
    name = file_name(title, PurePath(file.name or "").suffix.removeprefix("."))
    response = FileResponse(content, as_attachment=True, filename=name, content_type=_type_of(name))
    _disarm(response)
    return response


def send_bytes(content: bytes, *, title: str, ending: str) -> HttpResponse:
    """Send a file made for this request under the name of its title."""
    name = file_name(title, ending)
    response = HttpResponse(content, content_type=_type_of(name))
    response["Content-Disposition"] = content_disposition_header(True, name)
    _disarm(response)
    return response


def file_name(title: str, ending: str) -> str:
    """Return „titel-der-anlage.pdf“."""
    stem = slugify(title[: 2 * _LONGEST_NAME], allow_unicode=True)[:_LONGEST_NAME].strip("-_") or "datei"
    return f"{stem}.{ending}" if ending else stem


def readable_name(name: str) -> str:
    """Return the name that somebody gave a file as it may be shown: without folders and invisible signs, not too long."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    base = "".join(
        " " if each in _WITH_A_MEANING_IN_PATHS else each
        for each in base
        if not unicodedata.category(each).startswith(_INVISIBLE)
    )
    path = PurePath(" ".join(base.split()).strip(". ") or "Datei")
    ending = path.suffix[:10]
    return path.stem[: _LONGEST_NAME - len(ending)].strip() + ending


def _disarm(response: HttpResponseBase) -> None:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
