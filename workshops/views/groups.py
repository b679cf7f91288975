"""In work."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def groups(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def group(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
