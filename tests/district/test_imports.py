"""What staff fill in is read by the names of the columns; what cannot be used is refused in German, never by an error."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from district.tables import ImportColumn, ImportedRow, Kind, import_template, read_rows

COLUMNS = [
    ImportColumn("title", "Titel", required=True, aliases=["Überschrift"]),
    ImportColumn("received_on", "Eingegangen am", required=True, kind=Kind.DATE),
    ImportColumn("municipality", "Gemeinde", choices=["Arzberg", "Bad Düben"], hint="Wo es ist."),
]
HEADINGS = ["Titel", "Eingegangen am", "Gemeinde"]


def workbook(*rows: list[Any], headings: list[Any] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (HEADINGS if headings is None else headings, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the file with one of its parts rewritten."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def read(content: bytes, **options: Any) -> list[ImportedRow]:
    return read_rows(SimpleUploadedFile("ideen.xlsx", content), COLUMNS, **options)


def values(content: bytes) -> list[list[str]]:
    return [list(row.values.values()) for row in read(content)]


def refusal(content: bytes, **options: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        read(content, **options)
    return list(refused.value.messages)


# What is read


def test_rows_come_with_the_number_that_excel_shows() -> None:
    content = workbook(["Radweg", date(2026, 3, 24), "Arzberg"], [], ["", None, " "], ["Bus", "24.03.2026", None])
    assert read(content) == [
        ImportedRow(2, {"title": "Radweg", "received_on": "2026-03-24", "municipality": "Arzberg"}),
        ImportedRow(5, {"title": "Bus", "received_on": "24.03.2026", "municipality": ""}),
    ]


def test_headings_may_stand_in_any_order_and_writing() -> None:
    content = workbook(
        ["Arzberg", "2026-03-24", None, "Bus"], headings=["GEMEINDE:", " Eingegangen\n am *", None, "überschrift"]
    )
    assert values(content) == [["Bus", "2026-03-24", "Arzberg"]]


def test_an_optional_column_may_be_left_out_and_lines_above_be_empty() -> None:
    content = workbook([], HEADINGS[:2], ["Bus", "2026-03-24"], headings=[])
    assert [row.number for row in read(content)] == [4]
    assert values(content) == [["Bus", "2026-03-24", ""]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4860, "4860"),
        (4860.0, "4860"),
        (1.5, "1.5"),
        (True, "ja"),
        (datetime(2026, 3, 24), "2026-03-24"),  # noqa: DTZ001 - Excel has no zones
        (datetime(2026, 3, 24, 18, 30), "2026-03-24T18:30"),  # noqa: DTZ001
        (time(18, 30), "18:30"),
        ("  Größe\r\nzwei  ", "Größe\nzwei"),
        ("=1+1", ""),  # a formula nobody has calculated yet
    ],
)
def test_any_value_becomes_clean_text(value: Any, text: str) -> None:
    assert values(workbook(["Bus", "x", value])) == [["Bus", "x", text]]


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    content = changed(
        workbook(["Bus", "x"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1:A1"').replace(b'r="C1"', b'r="XFD1"'),
    )
    assert values(content) == [["Bus", "x", ""]]


def test_a_row_far_below_is_read_and_one_beyond_excel_is_not() -> None:
    for claimed, count in [(b"900000", 1), (b"99999999999", 0)]:
        content = changed(
            workbook(["Bus", "x"]),
            "xl/worksheets/sheet1.xml",
            lambda xml, claimed=claimed: (
                xml.replace(b'row r="2"', b'row r="' + claimed + b'"')  # type: ignore[misc]
                .replace(b'"A2"', b'"A' + claimed + b'"')
                .replace(b'"B2"', b'"B' + claimed + b'"')
            ),
        )
        assert len(read(content)) == count


def test_the_file_is_left_at_its_start_for_the_next_reader() -> None:
    file = SimpleUploadedFile("ideen.xlsx", workbook(["Bus", "x"]))
    assert read_rows(file, COLUMNS) == read_rows(file, COLUMNS)
    assert file.tell() == 0


# What is refused


def test_missing_unknown_and_doubled_columns_are_named() -> None:
    assert refusal(workbook(["x"], headings=["Titel", "Title", "Gemeinde", "Gemeinde"])) == [
        "In der ersten Zeile fehlen diese Spalten: „Eingegangen am“.",
        "Diese Spalten kennt der Import nicht: „Title“. Bekannt sind: „Titel“, „Eingegangen am“, „Gemeinde“.",
        "Diese Spalten kommen mehrmals vor: „Gemeinde“.",
    ]


def test_an_empty_sheet_is_refused() -> None:
    assert refusal(workbook(headings=[])) == ["Das erste Tabellenblatt ist leer."]
    assert read(workbook()) == []


def test_too_many_rows_are_refused() -> None:
    content = workbook(*[["Bus", "x"]] * 3)
    assert len(read(content, most=3)) == 3
    assert refusal(content, most=2) == ["Diese Tabelle hat mehr als 2 Zeilen. Bitte teilen Sie sie auf."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Diese Datei ist leer."),
        (b"Titel;Text", "Das ist keine Excel-Datei."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "Diese Datei ist in einem alten Excel-Format oder durch ein Kennwort geschützt.",
        ),
        (b"x" * 10_000_001, "Diese Datei ist zu groß (9,5"),
    ],
)
def test_what_is_no_excel_file_is_refused(content: bytes, message: str) -> None:
    assert refusal(content)[0].startswith(message)


def test_a_word_file_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    assert refusal(file.getvalue())[0].startswith("Diese Excel-Datei ist beschädigt.")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(workbook(["Bus", "x"]), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 101_000_000)
    assert len(bomb) < 200_000
    assert refusal(bomb)[0].startswith("Diese Excel-Datei enthält zu viele Daten.")


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_entities_are_not_unfolded(part: str) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "haha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 50) for level in range(8)
    )
    content = changed(
        workbook(["Bus", "x"]), part, lambda xml: laughs + b"]>" + xml.partition(b"?>")[2].replace(b"</", b"&i;</", 1)
        if xml.startswith(b"<?xml") else laughs + b"]>" + xml.replace(b"</", b"&i;</", 1),
    )  # fmt: skip
    with suppress(ValidationError):
        assert values(content) == [["Bus", "x", ""]]


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@given(
    part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]),
    changes=st.lists(st.tuples(st.integers(min_value=0), st.integers(32, 126)), min_size=1, max_size=8),
)
def test_a_damaged_file_is_read_or_refused_but_never_an_error(part: str, changes: list[tuple[int, int]]) -> None:
    def damage(xml: bytes) -> bytes:
        damaged = bytearray(xml)
        for position, byte in changes:
            damaged[position % len(damaged)] = byte
        return bytes(damaged)

    with suppress(ValidationError):
        read(changed(workbook(["Bus", date(2026, 3, 24), "Arzberg"]), part, damage))


# The template


def test_the_template_is_read_back_once_it_is_filled_in() -> None:
    content = import_template(
        COLUMNS, title="Ideen auf Papier", hints=["Eine Zeile je Idee."], examples=[{"title": "=Bus"}]
    )
    assert read(content) == []
    book: Any = load_workbook(io.BytesIO(content))
    assert [sheet.title for sheet in book] == ["Ideen auf Papier", "Hinweise", "Auswahl"]
    assert [cell.value for cell in book.active[1]] == ["Titel*", "Eingegangen am*", "Gemeinde"]
    book.active.append(["Bus", date(2026, 3, 24), "Arzberg"])
    file = io.BytesIO()
    book.save(file)
    assert values(file.getvalue()) == [["Bus", "2026-03-24", "Arzberg"]]


def test_the_template_explains_and_offers_choices() -> None:
    content = import_template(COLUMNS, title="Ideen", hints=["Eine Zeile je Idee."], examples=[{"title": "=Bus"}])
    book: Any = load_workbook(io.BytesIO(content))
    assert [[cell for cell in row if cell] for row in book["Hinweise"].values] == [
        ["Eine Zeile je Idee."],
        [],
        ["Spalte", "Bedeutung", "Beispiel 1"],
        ["Titel*", "=Bus"],
        ["Eingegangen am*"],
        ["Gemeinde", "Wo es ist."],
        [],
        ["Spalten mit * müssen vorhanden sein."],
    ]
    assert [row[0] for row in book["Auswahl"].values] == ["Gemeinde", "Arzberg", "Bad Düben"]
    (chooser,) = book["Ideen"].data_validations.dataValidation
    assert (chooser.formula1, str(chooser.sqref)) == ("'Auswahl'!$A$2:$A$3", "C2:C5001")
    assert book["Ideen"].column_dimensions["A"].number_format == "@"
