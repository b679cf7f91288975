"""Pages for what goes wrong: plain German, in the layout, with a way on. 500 and 503 need no database."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from district.views import too_many
from kek.context_processors import without_database

RETRY_AFTER_SECONDS = 60

# PostgreSQL's codes for: shut down by an administrator, crashed, starting up, out of connections. Those that begin with
# 08 are about the connection, and one that broke has none. Any other error is a fault, as a deadlock or a full disk.
OUTAGE_CODES = {"57P01", "57P02", "57P03", "53300"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: the address or the sent data cannot be read."""
    if isinstance(exception, DisallowedHost):  # The layout names the page's address, and there is none to name.
        return _without_database(request, "400.html", status=400)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: this person may not see or do that."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: a form was sent without its secret, mostly because the page had been open too long."""
    return render(request, "403.html", {"csrf": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such page."""
    return render(request, "404.html", status=404)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer 410: there was such a page, and it was taken down for good."""
    return render(request, "410.html", status=410)


def too_many_requests(request: HttpRequest, retry_after: int = RETRY_AFTER_SECONDS) -> HttpResponse:
    """Answer 429: somebody is too fast; try again after so many seconds."""
    return too_many(request, retry_after)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where the database was away while a middleware or another error page needed it."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return _without_database(request, "500.html", status=500)


def is_outage(error: BaseException | None) -> bool:
    """Whether Django raised this because the database is away, restarting or out of connections."""
    if isinstance(error, InterfaceError):
        return True
    code = getattr(getattr(error, "__cause__", None), "pgcode", None)
    return isinstance(error, OperationalError) and (code is None or code.startswith("08") or code in OUTAGE_CODES)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503: the portal is away for a moment."""
    response = _without_database(request, "503.html", status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _without_database(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """Render without the request, so that no context processor runs."""
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        page = render_to_string(template, without_database())
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
