"""The portal's addresses, and some that go wrong in each possible way."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kek import errors, urls
from kek.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def raising(exception: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise exception

    return view


class PostgresError(Exception):
    """What psycopg raises, with PostgreSQL's code."""

    def __init__(self, pgcode: str | None) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


def database_error(pgcode: str | None) -> OperationalError:
    """Return the error that Django makes of PostgreSQL's."""
    error = OperationalError("Fehler der Datenbank")
    error.__cause__ = PostgresError(pgcode)
    return error


urlpatterns = [
    path("geht-nicht/verbindung/", raising(InterfaceError("connection already closed"))),
    path("geht-nicht/datenbank/", raising(database_error(None))),
    *(
        path(f"geht-nicht/datenbank/{code}/", raising(database_error(code)))
        for code in ("08006", "57P01", "57P02", "57P03", "53300", "40P01", "53100", "55P03", "57014")
    ),
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
