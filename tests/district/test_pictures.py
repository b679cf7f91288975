"""Hostile and clumsy files from outside: kept as a safe copy, or refused with a sentence that helps."""

from __future__ import annotations

import io
import re
import struct
import zlib
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from district import citizens_files
from district.citizens_files import safe_copy
from district.virus_scan import ScannerAwayError

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SECRET = "Geheimer Ort"
RED, BLUE = (250, 10, 10), (10, 10, 250)


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Draw a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, kind, **options)
    return file.getvalue()


def copy(content: bytes, name: str = "Bild.jpg") -> ContentFile[bytes]:
    return safe_copy(SimpleUploadedFile(name, content))


def kept(content: bytes, name: str = "Bild.jpg") -> Image.Image:
    return Image.open(io.BytesIO(copy(content, name).read()))


def refusal(content: bytes, name: str = "Bild.jpg") -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        copy(content, name)
    return str(refused.value.code), str(refused.value.messages[0])


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = SECRET
    found.get_ifd(0x8825).update({1: "N", 2: (51.0, 33.0, 36.0), 3: "E", 4: (13.0, 0.0, 9.0)})
    return found


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int, data: bytes = b"") -> bytes:
    header = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


# Pictures that are kept


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_keeps_its_kind_and_gets_a_name_nobody_guesses(kind: str, ending: str) -> None:
    first, second = copy(picture(kind)), copy(picture(kind))
    assert re.fullmatch(rf"[0-9a-f]{{32}}\.{ending}", str(first.name))
    assert first.name != second.name
    image = Image.open(io.BytesIO(first.read()))
    assert (image.format, image.size) == (kind, (80, 40))


def test_the_content_decides_and_not_the_ending() -> None:
    assert str(copy(picture("PNG"), "foto.jpg").name).endswith(".png")
    assert str(copy(picture("JPEG"), "foto").name).endswith(".jpg")
    assert str(copy(PDF, "bild.png").name).endswith(".pdf")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_position_and_all_other_metadata_are_gone(kind: str) -> None:
    options: dict[str, Any] = {"exif": exif(), "xmp": f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()}
    if kind == "PNG":
        note = PngInfo()
        note.add_text("Comment", SECRET)
        note.add_itxt("XML:com.adobe.xmp", SECRET)
        options = {"exif": exif(), "pnginfo": note}
    if kind == "JPEG":
        options["comment"] = SECRET
    original = picture(kind, icc_profile=SECRET.encode() * 40, **options)
    assert SECRET.encode() in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)[2] == (51.0, 33.0, 36.0)

    content = copy(original).read()

    assert SECRET.encode() not in content
    assert b"Exif" not in content
    assert b"EXIF" not in content
    image = Image.open(io.BytesIO(content))
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile", "Comment"} & set(image.info)


def test_a_picture_stands_upright_without_its_exif() -> None:
    for orientation in range(1, 9):
        original = picture("PNG", exif=exif(orientation))
        expected = ImageOps.exif_transpose(Image.open(io.BytesIO(original)))
        assert kept(original).tobytes() == expected.tobytes()
    assert kept(picture("JPEG", exif=exif(6))).size == (40, 80)


def test_metadata_that_nobody_can_read_do_not_cost_the_picture() -> None:
    assert kept(picture("JPEG", exif=b"Exif\0\0not a TIFF file")).size == (80, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_smaller_in_proportion(kind: str, settings: Any) -> None:
    settings.PICTURE_MAX_SIDE = 50
    assert kept(picture(kind, size=(400, 200))).size == (50, 25)
    assert kept(picture(kind, size=(30, 20))).size == (30, 20)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "1"), ("PNG", "L"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_unusual_kinds_of_pixels_are_read(kind: str, mode: str) -> None:
    if mode == "I;16":
        image = Image.new(mode, (80, 40))
        image.putpixel((0, 0), 65_535)
        image.putpixel((1, 0), 32_768)
        file = io.BytesIO()
        image.save(file, kind)
        assert [kept(file.getvalue()).getpixel((x, 0)) for x in range(3)] == [(255,) * 3, (128,) * 3, (0,) * 3]
    else:
        assert kept(picture(kind, mode=mode)).mode == "RGB"


def test_transparency_stays() -> None:
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    for kind in ("PNG", "WEBP"):
        file = io.BytesIO()
        image.save(file, kind, lossless=True)
        assert kept(file.getvalue()).getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_becomes_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)
    assert getattr(Image.open(io.BytesIO(file.getvalue())), "n_frames", 1) == 2

    image = kept(file.getvalue())

    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((4, 4)) == pytest.approx(RED, abs=8)


def test_what_hides_behind_a_picture_is_gone() -> None:
    script = b"<script>alert(1)</script>"
    for kind in ("JPEG", "PNG", "WEBP"):
        polyglot = picture(kind, exif=b"Exif\0\0" + script) + b"PK\x03\x04" + script
        assert script not in copy(polyglot).read()


# Pictures that are refused


def test_a_bomb_is_refused_before_it_is_unpacked(settings: Any) -> None:
    settings.PICTURE_MAX_PIXELS = 50_000_000
    for width, height in [(60_000, 60_000), (12_000, 12_000), (10_000, 5_001)]:
        bomb = png_that_claims(width, height, zlib.compress(b"\0" * 1000))
        assert len(bomb) < 200
        assert refusal(bomb)[1] == "Dieses Bild hat zu viele Bildpunkte. Erlaubt sind höchstens 50 Megapixel."


def test_a_bomb_in_the_texts_of_a_picture_is_refused() -> None:
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000))
    bomb = picture("PNG")[:33] + text + picture("PNG")[33:]
    assert refusal(bomb)[1].startswith("Dieses Bild ist beschädigt oder unvollständig.")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    whole = picture(kind, size=(300, 200))
    for part in (whole[: len(whole) // 2], whole[:20]):
        assert refusal(part)[1].startswith("Dieses Bild ist beschädigt oder unvollständig.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bild.jpg", picture("GIF")),
        ("bild.png", picture("BMP")),
        ("bild.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("bild.svg", b"<?xml version='1.0'?><svg/>"),
        ("bild.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("text.pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
        ("text.docx", b"PK\x03\x04"),
        ("programm.pdf", b"MZ\x90\x00"),
    ],
)
def test_anything_else_is_refused_whatever_its_name(name: str, content: bytes) -> None:
    assert refusal(content, name) == (
        "not_accepted",
        "Erlaubt sind Bilder (JPEG, PNG, WebP) und PDF-Dateien. Diese Datei ist nach ihrem Inhalt keines davon.",
    )


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"hevc"])
def test_an_iphones_own_format_is_refused_with_the_way_out(brand: bytes) -> None:
    code, message = refusal(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0", "IMG_0001.jpg")
    assert code == "heic"
    assert "als JPEG" in message


def test_an_empty_and_a_large_file_are_refused(settings: Any) -> None:
    settings.IDEA_FILE_MAX_BYTES = len(PDF) - 1
    assert refusal(b"") == ("empty", "Diese Datei ist leer.")
    assert refusal(PDF)[0] == "too_large"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(min_value=12), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_picture_is_kept_or_refused_but_never_an_error(kind: str, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(picture(kind, size=(20, 10), exif=exif(3)))
    for position, byte in changes:
        damaged[position % (len(damaged) - 12) + 12] = byte
    with suppress(ValidationError):
        copy(bytes(damaged))


# PDFs


def test_a_pdf_is_kept_as_it_is() -> None:
    file = copy(PDF, "Brief.pdf")
    assert file.read() == PDF
    assert re.fullmatch(r"[0-9a-f]{32}\.pdf", str(file.name))


@pytest.mark.parametrize(
    "content",
    [PDF + b"<html><script>alert(1)</script>", PDF[: len(PDF) // 2], b"%PDF-1.7", PDF + PDF[:40]],
)
def test_a_pdf_ends_where_a_pdf_ends(content: bytes) -> None:
    assert refusal(content, "Brief.pdf")[0] == "damaged"


def packed(content: bytes) -> bytes:
    data = zlib.compress(content)
    return b"2 0 obj\n<< /Type /ObjStm /N 1 /Filter /FlateDecode /Length %d >>\nstream\r\n%s\nendstream\n" % (
        len(data),
        data,
    )


@pytest.mark.parametrize(
    "inside",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript /JS (app.alert(1)) >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Names << /EmbeddedFiles 3 0 R >> >>",
        packed(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
        packed(b"1 0 <<>>") + packed(b"<< /S/Launch/F(cmd.exe) >>"),
    ],
)
def test_a_pdf_with_more_than_pages_is_refused(inside: bytes) -> None:
    assert refusal(PDF.replace(b"trailer", inside + b"\ntrailer"), "Brief.pdf")[0] == "active"


def test_a_pdf_that_speaks_of_programs_is_none() -> None:
    for inside in (b"(Ein Text von /JavaScripten)", packed(b"<< /Type /Page >>"), packed(b"")[:-20]):
        copy(PDF.replace(b"trailer", inside + b"\ntrailer"), "Brief.pdf")


def test_an_encrypted_pdf_is_refused() -> None:
    assert refusal(PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "Brief.pdf")[0] == "encrypted"


# The virus scanner


def test_a_file_with_a_virus_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizens_files, "find_virus", lambda content: "Eicar" if b"%PDF" in content else "")
    assert refusal(PDF) == ("virus", "In dieser Datei wurde Schadsoftware gefunden. Sie wurde nicht angenommen.")
    copy(picture())


def test_while_the_scanner_is_away_no_file_is_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(content: bytes) -> str:
        raise ScannerAwayError("connection refused")

    monkeypatch.setattr(citizens_files, "find_virus", away)
    code, message = refusal(picture())
    assert code == "later"
    assert "später noch einmal" in message
    assert [record.levelname for record in caplog.records] == ["ERROR"]
