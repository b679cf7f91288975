"""What all pages behind a mailed or secret link keep to: no copy of them stays anywhere, and nobody tries many links."""

from __future__ import annotations

from typing import Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from district import rate_limit
from district.views import too_many

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)

# No copy stays behind, no address leaves with a click, no search engine lists it.
PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def private(response: AnyResponse) -> AnyResponse:
    """Keep what is shown out of every store and list."""
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def guessed(request: HttpRequest) -> HttpResponse | None:
    """Count a link that does not exist; return what somebody is shown who has tried too many."""
    seconds = rate_limit.take("secrets", at=timezone.now(), who=rate_limit.visitor_of(request))
    if not seconds:
        return None
    return too_many(request, seconds)
