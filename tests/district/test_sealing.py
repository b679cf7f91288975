"""What is sealed opens with the portal's keys, the former ones too, and with nothing else."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from district.sealing import CannotUnsealError, seal, unseal

CONTENT = {"to": "jemand@example.org", "text": "Grüße aus Torgau", "attachments": [["a.ics", "eA==", "text/calendar"]]}


def test_what_was_sealed_is_opened_as_it_was() -> None:
    assert unseal(seal(CONTENT)) == CONTENT


def test_what_is_sealed_tells_nothing_and_never_looks_the_same() -> None:
    first, second = seal(CONTENT), seal(CONTENT)
    assert first != second
    decoded = base64.urlsafe_b64decode(first)
    assert not [word for word in (b"jemand", b"example", b"Torgau", b"calendar") if word in decoded]


def test_a_former_key_still_opens(settings: Any) -> None:
    settings.SECRET_KEY = "der alte Schlüssel"
    sealed = seal(CONTENT)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "der neue Schlüssel", ["der alte Schlüssel"]
    assert unseal(sealed) == CONTENT
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CannotUnsealError):
        unseal(sealed)


def test_the_new_key_seals(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "der neue Schlüssel", ["der alte Schlüssel"]
    sealed = seal(CONTENT)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed) == CONTENT


@pytest.mark.parametrize("sealed", ["", "Klartext", "gAAAAABo", "ÄÖÜ", "{}"])
def test_what_was_never_sealed_is_refused(sealed: str) -> None:
    with pytest.raises(CannotUnsealError):
        unseal(sealed)


def test_what_was_changed_is_refused() -> None:
    sealed = seal(CONTENT)
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    with pytest.raises(CannotUnsealError):
        unseal(changed)
