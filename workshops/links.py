"""Secret links: what lets somebody without an account come back to their registration, and what the door reads."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from .models import Registration

_signer: Final = Signer(salt="workshops.registration")


def secret_of(registration: Registration) -> str:
    """Return the signed part of the link; nobody can make one up who knows the database alone."""
    return _signer.sign(registration.key.hex)


def registration_of(secret: str) -> Registration | None:
    """Return whose link it is, or None where it is not one of ours."""
    try:
        key = uuid.UUID(hex=_signer.unsign(secret))
    except (BadSignature, ValueError):
        return None
    return Registration.objects.filter(key=key).select_related("event__concept", "event__group").first()


def path_of(registration: Registration, page: str = "registration") -> str:
    """Return the path of one of the pages behind somebody's link."""
    return reverse(f"workshops:{page}", args=[registration.event.concept.slug, secret_of(registration)])


def door_path(registration: Registration) -> str:
    """Return the path that the QR code of a registration leads to: staff tick the name there, nobody else gets in.

    It names the row and is no secret: whoever reads the code over somebody's shoulder cannot open their registration.
    """
    return reverse("admin:workshops_event_door_registration", args=[registration.event_id, registration.pk])
