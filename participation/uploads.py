"""Files as a form brings them: bounded while they are read, and kept under the form's key until it is sent."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import connection, transaction
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from district import rate_limit
from district.addresses import key_of
from district.citizens_files import safe_copy
from district.downloads import readable_name

from .actions.erasure import delete_file
from .models import IdeaFile
from .models.files import IdeaFileQuerySet


class Bounded(FileUploadHandler):
    """Reads no more of a file than may be kept; `too_large` are the names of those skipped."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on what comes, until it is too much."""
        if start + len(raw_data) > settings.IDEA_FILE_MAX_BYTES:
            self.too_large.append(str(self.file_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""


def of_form(key: uuid.UUID) -> IdeaFileQuerySet:
    """Return the files that were chosen in a form and not sent yet."""
    return IdeaFile.objects.filter(form_key=key, idea=None)


def keep(
    files: Iterable[UploadedFile[Any]], *, skipped: Iterable[str], key: uuid.UUID, visitor: str, at: datetime.datetime
) -> list[str]:
    """Store safe copies under the form's key; return what is wrong with the others, in words. `skipped` were too large."""
    complaints = [
        _("„%(name)s“: Diese Datei ist zu groß. Erlaubt sind höchstens %(most)s.")
        % {"name": readable_name(name), "most": filesizeformat(settings.IDEA_FILE_MAX_BYTES)}
        for name in skipped
    ]
    for number, file in enumerate(files):
        name = readable_name(file.name or "")
        # What is over is not even looked at, but for a file that is there already.
        if number >= settings.IDEA_FILES_MAX or (_is_full(key) and not of_form(key).filter(name=name).exists()):
            complaints.append(_one_too_many(name))
            continue
        if seconds := rate_limit.take("uploads", at=at, who=visitor):
            words = _(
                "Sie haben in kurzer Zeit sehr viele Dateien hochgeladen. Bitte wählen Sie sie %(wait)s noch einmal."
            )
            return [*complaints, words % {"wait": rate_limit.wait_in_words(seconds)}]
        if complaint := _keep(file, name=name, key=key, at=at):
            complaints.append(complaint)
    return complaints


def remove(pk: str, *, key: uuid.UUID) -> str:
    """Delete a file that was chosen by mistake and return its name; empty where there is none."""
    file_key = key_of(pk)
    file = of_form(key).filter(pk=file_key).first() if file_key is not None else None
    if file is None:
        return ""
    with transaction.atomic():
        delete_file(file)
    return file.name


def _keep(file: UploadedFile[Any], *, name: str, key: uuid.UUID, at: datetime.datetime) -> str:
    try:
        copy = safe_copy(file)
    except ValidationError as error:
        return _("„%(name)s“: %(complaint)s") % {"name": name, "complaint": " ".join(error.messages)}
    with transaction.atomic():
        _one_at_a_time(key)
        if of_form(key).filter(name=name, size=copy.size).exists():
            return ""  # The browser's back button brought the choice along once more.
        if _is_full(key):
            return _one_too_many(name)
        IdeaFile.objects.create(form_key=key, file=copy, name=name, size=copy.size, created_at=at)
    return ""


def _one_at_a_time(key: uuid.UUID) -> None:
    """Let others who bring files for the same form wait until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"participation_ideafile {key}"])


def _is_full(key: uuid.UUID) -> bool:
    return bool(of_form(key).count() >= settings.IDEA_FILES_MAX)


def _one_too_many(name: str) -> str:
    return _("„%(name)s“ ist nicht dabei: Erlaubt sind höchstens %(most)d Dateien.") % {
        "name": name,
        "most": settings.IDEA_FILES_MAX,
    }
