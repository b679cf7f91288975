"""What public pages of every room begin with, and the boundaries for their maps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from . import atlas
from .models import Concept


def public_concept(slug: str) -> Concept:
    """Return the concept with this slug, or answer 404 where a reader may not see it."""
    return get_object_or_404(Concept.objects.public().select_related("predecessor"), slug=slug)


def _boundaries_etag(request: HttpRequest) -> str:
    return atlas.current().etag


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
@condition(etag_func=_boundaries_etag)
def boundaries(request: HttpRequest) -> HttpResponseBase:
    """Send the boundaries of the existing municipalities as GeoJSON."""
    return HttpResponse(atlas.current().geojson, content_type="application/geo+json")
