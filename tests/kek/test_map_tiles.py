"""Tiles below the maps: only by setting, and only from the server named there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("", "[]"),
        ("/kacheln/{z}/{x}/{y}.png", "[]"),
        ("https://karten.example/wmts/{z}/{x}/{y}.png?farbe=grau", "['https://karten.example']"),
        ("https://{s}.karten.example:8443/{z}/{x}/{y}.png", "['https://*.karten.example:8443']"),
    ],
)
def test_pictures_may_come_from_the_server_of_the_tiles_alone(address: str, origins: str) -> None:
    probe = (
        "from kek import settings as s; csp = s.CONTENT_SECURITY_POLICY['DIRECTIVES'];"
        "print(csp['img-src'][2:], len([1 for name, values in csp.items() if set(values) & set(s.TILE_ORIGINS)]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=settings.BASE_DIR,
        env=dict(os.environ) | {"MAP_TILE_URL": address},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == f"{origins} {1 if origins != '[]' else 0}"
