"""The portal's addresses, and before them the two views that pages are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from district.models import Concept
from kek.urls import handler400, handler403, handler404, handler429, handler500
from kek.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def bare(request: HttpRequest) -> HttpResponse:
    """Answer with nothing but Django."""
    return HttpResponse("ok")


def one_query(request: HttpRequest) -> HttpResponse:
    """Answer with one row of the database."""
    return HttpResponse(Concept.objects.values_list("title", flat=True).first())


urlpatterns = [
    path("benchmark/bare", bare),
    path("benchmark/one-query", one_query),
    *portal_urlpatterns,
]
