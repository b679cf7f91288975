"""In work."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def event(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def paper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def minutes(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
