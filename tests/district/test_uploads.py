"""A file is what its ending says, or it is refused in German: never with an error of a library."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import FileExtensionValidator
from hypothesis import given
from hypothesis import strategies as st

from district.uploads import check_upload

ODT = b"application/vnd.oasis.opendocument.text"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "


def archive(entry: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as written:
        written.writestr(entry, content)
    return file.getvalue()


def check(name: str, content: bytes, **options: Any) -> None:
    check_upload(SimpleUploadedFile(name, content), **{"max_bytes": 10_000, **options})


def refusal(name: str, content: bytes, **options: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        check(name, content, **options)
    return str(refused.value.messages[0])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bild.png", b"\x89PNG\r\n\x1a\nrest"),
        ("BILD.JPEG", b"\xff\xd8\xff\xe0rest"),
        ("bild.webp", WEBP),
        ("brief.docx", archive("word/document.xml", b"x")),
        ("brief.odt", archive("mimetype", ODT)),
        ("brief.odt", archive("mimetype", ODT, zipfile.ZIP_STORED)),
        ("tabelle.csv", "Größe;1\r\n".encode()),
    ],
)
def test_a_genuine_file_is_taken_and_left_at_its_start(name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    check_upload(file, max_bytes=10_000)
    assert file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ton.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("bild.webp", b"RIFF"),
        ("bild.png", b"<svg onload='alert(1)'>"),
        ("brief.docx", b"PK\x03\x04"),
        ("brief.odt", archive("mimetype", ODT + b"-template")),
        ("tabelle.csv", b"\x00"),
        ("programm.exe", b"MZ"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes) -> None:
    assert refusal(name, content).startswith("Der Inhalt dieser Datei passt nicht zur Endung „")


def test_an_empty_and_a_large_file_are_refused() -> None:
    assert refusal("leer.pdf", b"") == "Diese Datei ist leer."
    assert refusal("lang.pdf", b"%PDF-1.7", max_bytes=5).startswith("Diese Datei ist zu groß (8")


def test_the_fields_own_endings_are_asked_first() -> None:
    assert "„exe“ ist nicht erlaubt" in refusal("a.exe", b"", validators=[FileExtensionValidator(["png"])])


DOCUMENTS = [
    ("brief.odt", archive("mimetype", ODT, method))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
] + [("brief.docx", archive("word/document.xml", b"x" * 50))]


@given(
    document=st.sampled_from(DOCUMENTS),
    changes=st.lists(st.tuples(st.integers(min_value=0), st.integers(0, 255)), min_size=1, max_size=8),
    kept=st.integers(min_value=1),
    is_cut=st.booleans(),
)
def test_a_damaged_document_is_taken_or_refused_but_never_an_error(
    document: tuple[str, bytes], changes: list[tuple[int, int]], kept: int, is_cut: bool
) -> None:
    name, content = document
    damaged = bytearray(content)
    for position, byte in changes:
        damaged[position % len(damaged)] = byte
    with suppress(ValidationError):
        check(name, bytes(damaged[: kept % len(damaged) + 1] if is_cut else damaged))
