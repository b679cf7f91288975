"""Secret links: what lets people without an account come back to what they sent, and prove an address."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .models import Submitter

_signer: Final = Signer(salt="participation.status")


def secret_of(submitter: Submitter) -> str:
    """Return the signed part of the link; nobody can make one up who knows the database alone."""
    return _signer.sign(submitter.key.hex)


def submitter_of(secret: str) -> Submitter | None:
    """Return whose link it is, or None where it is not one of ours."""
    try:
        key = uuid.UUID(hex=_signer.unsign(secret))
    except (BadSignature, ValueError):
        return None
    return Submitter.objects.filter(key=key).first()


def status_path(submitter: Submitter, page: str = "status") -> str:
    """Return the path of one of the pages behind the secret link, in the submitter's concept."""
    contribution = submitter.ideas.select_related("round__concept").first()
    if contribution is None:
        contribution = submitter.comments.select_related("idea__round__concept").get().idea
    return reverse(f"participation:{page}", args=[contribution.concept.slug, secret_of(submitter)])


def supporter_digest(email: str) -> str:
    """Return the keyed hash by which the portal knows an address again without keeping it."""
    return salted_hmac("participation.supporter", email.strip().casefold(), algorithm="sha256").hexdigest()
