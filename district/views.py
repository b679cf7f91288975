"""What pages of every room begin with, what whoever asks too often is told, and the boundaries for maps."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_http_methods, require_safe

from . import atlas
from .models import Concept

asks = require_http_methods(["GET", "HEAD", "POST"])


def public_concept(slug: str) -> Concept:
    """Return the concept with this slug, or answer 404 where a reader may not see it."""
    return get_object_or_404(Concept.objects.public().select_related("predecessor"), slug=slug)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Return the page for somebody who has to wait so many seconds."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def _boundaries_etag(request: HttpRequest) -> str:
    return atlas.current().etag


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
@condition(etag_func=_boundaries_etag)
def boundaries(request: HttpRequest) -> HttpResponseBase:
    """Send the boundaries of the existing municipalities as GeoJSON."""
    return HttpResponse(atlas.current().geojson, content_type="application/geo+json")
