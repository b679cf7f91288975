"""The mailbox of a demo: what the portal sends lies in files (settings.EMAIL_FILE_PATH), and is read here.

So whoever tries the portal out can confirm an address or follow a status link without a mail server. Only the portal's
messages to citizens are shown, which say `Auto-Submitted`: a link that sets a staff password anew stays in its file.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
FILE_NAME = re.compile(r"\d{8}-\d{6}-\d+\.log")  # as that backend names them; nothing else is opened
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"
MOST_FILES = 100


@dataclass(frozen=True)
class Mail:
    """A mail as its recipient reads it; `name` and `number` say which file it lies in, and where there."""

    name: str
    number: int
    at: datetime.datetime
    to: str
    subject: str
    text: str
    attachments: tuple[str, ...]

    def get_absolute_url(self) -> str:
        """Return the page that shows it."""
        return reverse("demo_mail", args=[self.name, self.number])


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails that this demo has sent, the newest first."""
    _only_in_a_demo()
    mails = [mail for path in _files()[:MOST_FILES] for mail in reversed(list(_mails(path)))]
    is_filled = settings.EMAIL_BACKEND == FILE_BACKEND
    return render(request, "kek/demo_mailbox.html", {"mails": mails, "is_filled": is_filled})


@require_safe
@never_cache
def mail(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Show a mail with links to click."""
    _only_in_a_demo()
    for path in _files():
        if path.stem == name:
            for found in _mails(path):
                if found.number == number:
                    return render(request, "kek/demo_mail.html", {"mail": found})
    raise Http404


def _only_in_a_demo() -> None:
    if not settings.IS_DEMO:
        raise Http404


def _files() -> list[Path]:
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    named_so = (path for path in folder.iterdir() if FILE_NAME.fullmatch(path.name))
    return sorted((path for path in named_so if path.is_file() and not path.is_symlink()), key=_age, reverse=True)


def _age(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _mails(path: Path) -> Iterator[Mail]:
    for number, source in enumerate(path.read_bytes().split(BETWEEN_MAILS)):
        message = message_from_bytes(source, policy=policy.default)
        if message["Auto-Submitted"] is None:
            continue
        body = message.get_body(("plain",))
        yield Mail(
            name=path.stem,
            number=number,
            at=datetime.datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone()),
            to=str(message["To"]),
            subject=str(message["Subject"]),
            text=body.get_content() if body else "",
            attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
        )
