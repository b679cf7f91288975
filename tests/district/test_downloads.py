"""What leaves the portal as a file is saved under a decent name and can do nothing in the browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import Http404

from district.downloads import file_name, readable_name, send_bytes, send_file


@pytest.fixture
def stored(tmp_path: Path) -> FieldFile:
    storage = FileSystemStorage(location=tmp_path)
    name = storage.save("0123456789abcdef.pdf", ContentFile(b"<html><script>alert(1)</script>"))
    return FieldFile(None, FileField(storage=storage), name)  # type: ignore[arg-type]


@pytest.mark.django_db  # The end of an answer looks after the connection.
def test_a_stored_file_is_saved_and_never_run(stored: FieldFile) -> None:
    response = send_file(stored, title="Anlage 1: Über den „Plan“")
    assert b"".join(response) == b"<html><script>alert(1)</script>"
    response.close()
    assert response["Content-Type"] == "application/pdf"
    assert unquote(response["Content-Disposition"]) == "attachment; filename*=utf-8''anlage-1-über-den-plan.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_lost_file_is_not_found(stored: FieldFile) -> None:
    stored.storage.delete(str(stored.name))
    for file in (stored, FieldFile(None, stored.field, None)):  # type: ignore[arg-type]
        with pytest.raises(Http404):
            send_file(file, title="x")


def test_a_file_made_for_the_request_is_sent_in_the_same_way() -> None:
    response = send_bytes(b"a;b", title="Ideen 2026", ending="csv")
    assert response.content == b"a;b"
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"] == 'attachment; filename="ideen-2026.csv"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Straße & Brücke", "straße-brücke.pdf"),
        ("../../etc/passwd", "etcpasswd.pdf"),
        ('a"b\r\nSet-Cookie: x', "ab-set-cookie-x.pdf"),
        ("“”", "datei.pdf"),
        ("Wort " * 100, "-".join(["wort"] * 20) + ".pdf"),
    ],
)
def test_a_title_becomes_a_plain_name(title: str, name: str) -> None:
    assert file_name(title, "pdf") == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Übersicht Radwege.pdf", "Übersicht Radwege.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\somebody\\Bild.jpg", "Bild.jpg"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("a\x00b\r\nc<script>.png", "abc script.png"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("..", "Datei"),
        ("", "Datei"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 9),
    ],
)
def test_a_strangers_name_of_a_file_is_shown_without_its_tricks(name: str, shown: str) -> None:
    assert readable_name(name) == shown
