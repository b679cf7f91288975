"""What public pages of every room begin with."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from .models import Concept


def public_concept(slug: str) -> Concept:
    """Return the concept with this slug, or answer 404 where a reader may not see it."""
    return get_object_or_404(Concept.objects.public().select_related("predecessor"), slug=slug)
