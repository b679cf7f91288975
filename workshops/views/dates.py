"""In work."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def dates(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def this_month(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def month(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def kind_calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
