"""In work."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def register(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def confirm(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def registration(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def accept(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def cancel(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def feedback(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def own_calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def own_paper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def stored(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def erase_own(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
