"""Pages of the portal as a whole: the way to the current concept, legal texts, and what machines ask for."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from district.freshness import kept_for_readers
from district.models import Concept, District, LegalText

# Python's own table depends on the machine; without one, WebP is unknown and no browser shows it.
PICTURES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Lead to the current concept."""
    concept = Concept.objects.current()
    if concept is None:
        return render(request, "kek/no_concept.html")
    return redirect("home", concept_slug=concept.slug)


@kept_for_readers
@require_safe
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a legal text, or say that it has not been written yet."""
    text = LegalText.objects.filter(kind=kind).first()
    return render(request, "kek/legal.html", {"text": text, "label": LegalText.Kind(kind).label})


@require_safe
@cache_control(public=True, max_age=3600)
def coat_of_arms(request: HttpRequest) -> HttpResponse | FileResponse:
    """Send the district's coat of arms from our own address, wherever the files lie."""
    district = District.objects.current()
    if district is None or not district.coat_of_arms:
        raise Http404
    try:
        picture = district.coat_of_arms.open()
    except OSError as error:
        raise Http404 from error
    ending = PurePath(str(district.coat_of_arms.name)).suffix.lower()
    return FileResponse(picture, content_type=PICTURES.get(ending, "application/octet-stream"))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell a load balancer whether the portal and its database answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is not for them; a demo is not for them at all."""
    closed = ["/"] if settings.IS_DEMO else [reverse("admin:index"), reverse("account_login").removesuffix("login/")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old address to the icon."""
    return redirect(static("kek/favicon.svg"))
