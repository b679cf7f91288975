"""The portal's addresses, and before them pages that may be kept, or must not be for one reason each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from csp.decorators import csp_update
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from district.freshness import kept_for_readers
from district.models import LegalText
from kek import urls
from kek.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

OUTAGE: Final = OperationalError("connection refused")

made: Final[list[str]] = []
# What happens to the content after a page has read it and before the page is finished.
meanwhile: Final[list[Callable[[], object]]] = []


def title(request: HttpRequest) -> HttpResponse:
    """Tell a title of the database."""
    text = LegalText.objects.get(kind="impressum").title
    while meanwhile:
        meanwhile.pop()()
    return HttpResponse(text)


def today(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.localdate().isoformat())


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.LANGUAGE_CODE)


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Inhalt")


def with_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    response.set_cookie("gesehen", "1")
    return response


def with_session(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.session.get("name")))


def with_nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]  # put there by CSPMiddleware


def in_pieces(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"Inhalt"

    return StreamingHttpResponse(pieces())


def missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


def elsewhere(request: HttpRequest) -> HttpResponse:
    return redirect("/impressum/")


def counted(name: str, view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def counting(request: HttpRequest) -> HttpResponseBase:
        made.append(name)
        return view(request)

    return counting


KEPT: Final = {"titel": title, "heute": today, "sprache": language, "en/sprache": language}
NEVER_KEPT: Final = {
    "formular": with_token,
    "keks": with_cookie,
    "sitzung": with_session,
    "einmalwert": with_nonce,
    "eigene-regel": csp_update({"img-src": ["data:"]})(plain),
    "stueckweise": in_pieces,
    "fehlt": missing,
    "anderswo": elsewhere,
    "nie": never_cache(plain),
    "je-nachdem": vary_on_headers("User-Agent")(plain),
}

urlpatterns = [
    *(path(f"{name}/", kept_for_readers(counted(name, view))) for name, view in (KEPT | NEVER_KEPT).items()),
    path("ohne-zusage/", counted("ohne-zusage", plain)),
    *urls.urlpatterns,
]
