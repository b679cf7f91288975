"""What every page of the portal may show. Nothing is fetched before a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from district.models import Concept, District, LegalText
from kek import navigation


@dataclass(frozen=True)
class LegalPage:
    """A link to one of the pages that every public portal owes its users."""

    label: str
    url: str
    in_topline: bool


@dataclass(frozen=True)
class Language:
    """This page in a language of the portal."""

    code: str
    label: str
    url: str
    current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give templates the district, its public concepts and the navigation: at most two queries together."""
    district: Any = SimpleLazyObject(District.objects.current)
    concepts: Any = SimpleLazyObject(lambda: list(Concept.objects.public()))
    return without_database() | {
        "district": district,
        "site_name": SimpleLazyObject(lambda: _site_name(district)),
        "concepts": concepts,
        "navigation": SimpleLazyObject(lambda: _navigation(request, concepts)),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "map_tiles": settings.MAP_TILE_URL,
    }


def without_database() -> dict[str, Any]:
    """Return what the layout can show when the database cannot be reached."""
    return {"site_name": _("Entwicklungsportal"), "is_demo": settings.IS_DEMO, "legal_pages": _legal_pages()}


def _site_name(district: District | None) -> str:
    name = _("Entwicklungsportal")
    return f"{name} – {district.name}" if district else name


def _legal_pages() -> list[LegalPage]:
    return [
        LegalPage(
            label=str(kind.label),
            url=reverse("legal", args=[kind.value]),
            in_topline=kind == LegalText.Kind.EASY_LANGUAGE,
        )
        for kind in LegalText.Kind
    ]


def _navigation(request: HttpRequest, concepts: list[Concept]) -> tuple[navigation.Entry, ...]:
    """Return the navigation of the concept in the address; elsewhere that of the current one."""
    asked_for = request.resolver_match.kwargs.get("concept_slug") if request.resolver_match else None
    for concept in concepts:
        if concept.slug == asked_for or (asked_for is None and concept.is_current):
            return navigation.for_concept(concept.slug, request.path)
    return ()


def _languages(request: HttpRequest) -> list[Language]:
    """Return this page's languages; none where it exists in one alone, as in Verwaltung."""
    here = request.get_full_path()
    languages = [
        Language(code, get_language_info(code)["name_local"], translate_url(here, code), code == get_language())
        for code, _name in settings.LANGUAGES
    ]
    return languages if len({language.url for language in languages}) == len(languages) else []
