"""Static files as production serves them: every address in a style sheet or template leads to a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

STATIC_IN_TEMPLATE = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
STATIC_IN_CODE = re.compile(r"""\bstatic\(["']([^"']+)["']\)""")


@pytest.fixture
def production_storage(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "svg", "txt", "md", "json", "map", "woff2"]  # faster


def test_every_static_file_that_is_named_is_collected(settings: Any, production_storage: None) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)  # fails at a style sheet's `url()` that leads nowhere
    named = {
        name
        for folder in ("templates", "kek", "milestones", "district")
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in {".html", ".svg", ".txt", ".py"}
        for name in (STATIC_IN_CODE if path.suffix == ".py" else STATIC_IN_TEMPLATE).findall(path.read_text())
    }
    assert "kek/portal.css" in named
    for name in sorted(named):
        assert re.search(r"\.[0-9a-f]{12}\.", staticfiles_storage.url(name)), name
