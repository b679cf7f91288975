"""The portal's addresses, and some that go wrong in each possible way."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kek import errors, urls
from kek.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def raising(exception: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise exception

    return view


urlpatterns = [
    path("geht-nicht/400/", raising(BadRequest("kaputt"))),
    path("geht-nicht/403/", raising(PermissionDenied())),
    path("geht-nicht/csrf/", errors.csrf_failure),
    path("geht-nicht/410/", errors.gone),
    path("geht-nicht/429/", errors.too_many_requests),
    path("geht-nicht/500/", raising(ZeroDivisionError())),
    path("geht-nicht/503/", raising(OperationalError("server closed the connection"))),
    path("en/geht-nicht/500/", raising(ZeroDivisionError())),
    *urls.urlpatterns,
]
