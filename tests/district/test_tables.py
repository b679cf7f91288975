"""A table says the same in every format, and nothing in it turns into a formula, markup or a broken file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import pypdf
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from docx.oxml.ns import qn
from openpyxl import load_workbook

from district.tables import Column, Kind, Table, csv_file, docx_file, pdf_file, xlsx_file
from district.typesetting import SUBSTITUTE

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
COLUMNS = [
    Column("Nummer", Kind.KEY),
    Column("Titel"),
    Column("Text", Kind.LONG),
    Column("Eingang", Kind.DATE),
    Column("Stimmen", Kind.NUMBER),
]
ROW: list[Any] = ["KEK-2026-000001", "Radweg", "Erste Zeile.\nZweite Zeile.", date(2026, 3, 24), 1234]
HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r\n=cmd|' /C calc'!A0", '=HYPERLINK("https://x.example")']
MARKUP = [
    '#read("/etc/passwd")',
    "*fett* _kursiv_ $x$ `code` <label> @ref",
    "= Überschrift",
    "{{ 7 * 7 }}{% if %}",
    "<w:p>&amp;",
    '"]}\\',
]


def table(*rows: Any, columns: list[Column] = COLUMNS, **options: Any) -> Table:
    return Table("Abwägung", columns, rows, **options)


def texts(*words: str) -> Table:
    return table(*[[each] for each in words], columns=[Column("Text", Kind.LONG)])


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def read_docx(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def read_pdf(content: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(content))


def words_of(reader: Any) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def as_pdf(shown: Table) -> bytes:
    return pdf_file(shown, made_at=NOON)


def tags(reader: Any) -> list[str]:
    """Return the kinds of all elements a screen reader finds."""
    found = []
    waiting: list[Any] = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            found.append(str(element.get("/S", "")).removeprefix("/"))
            waiting.append(element.get("/K", 0)) if not isinstance(element.get("/K", 0), int) else None
    return found


# CSV


def test_csv_is_what_german_excel_opens() -> None:
    content = csv_file(table(ROW, ["", None, 'Grün; "rot"', datetime(2026, 3, 24, 17, 30, tzinfo=UTC), Decimal("1.5")]))
    assert content.startswith(b"\xef\xbb\xbfNummer;Titel;Text;Eingang;Stimmen\r\n")
    assert read_csv(content)[1:] == [
        ["KEK-2026-000001", "Radweg", "Erste Zeile.\nZweite Zeile.", "2026-03-24", "1234"],
        ["", "", 'Grün; "rot"', "2026-03-24T18:30", "1,5"],
    ]


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    cells = [row[0] for row in read_csv(csv_file(texts(*HOSTILE)))[1:]]
    assert len(cells) == len(HOSTILE)
    assert {cell[0] for cell in cells} == {"'"}


def test_negative_numbers_stay_numbers_in_csv() -> None:
    values = table([-5], [-1.5], columns=[Column("Wert", Kind.NUMBER)])
    assert read_csv(csv_file(values))[1:] == [["-5"], ["-1,5"]]


# Excel


def test_an_excel_file_keeps_dates_and_numbers_and_repeats_its_headings() -> None:
    workbook = read_xlsx(xlsx_file(table(ROW, notes=["Stand: 4. Mai 2026"])))
    sheet = workbook.active
    assert [cell.value for cell in sheet[1]] == ["Nummer", "Titel", "Text", "Eingang", "Stimmen"]
    assert [cell.value for cell in sheet[2]] == [*ROW[:3], datetime(2026, 3, 24), 1234]  # noqa: DTZ001 - Excel has no zones
    assert [cell.number_format for cell in sheet[2]][3:] == ["DD.MM.YYYY", "#,##0"]
    assert sheet["A1"].font.bold
    assert sheet["C2"].alignment.wrap_text
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A2", "$1:$1", "A1:E2")
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["A"].width
    assert workbook.properties.title == "Abwägung"
    assert [sheet.title for sheet in workbook] == ["Abwägung", "Angaben"]
    assert workbook["Angaben"]["A1"].value == "Stand: 4. Mai 2026"


def test_no_cell_of_an_excel_file_is_a_formula() -> None:
    cells = [row[0] for row in read_xlsx(xlsx_file(texts(*HOSTILE, "#N/A"))).active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [*[each.strip().replace("\r\n", "\n") for each in HOSTILE], "#N/A"]
    assert all(cell.quotePrefix for cell in cells[:-1])


def test_what_excel_cannot_hold_is_text() -> None:
    values = table([date(1871, 1, 18)], [True], columns=[Column("Wert")])
    cells = [row[0].value for row in read_xlsx(xlsx_file(values)).active.iter_rows(min_row=2)]
    assert cells == ["18.01.1871", "ja"]


@pytest.mark.parametrize("title", ["Runde: „Was fehlt?“ [2026] / Entwurf", "'", "x" * 80])
def test_any_title_names_a_sheet(title: str) -> None:
    workbook = read_xlsx(xlsx_file(Table(title, COLUMNS, [ROW])))
    assert 0 < len(workbook.active.title) <= 31
    assert workbook.properties.title == title


# Word


def test_a_word_file_is_german_across_and_repeats_its_headings() -> None:
    document = read_docx(docx_file(table(ROW, ROW, notes=["Stand: 4. Mai 2026"])))
    assert [paragraph.text for paragraph in document.paragraphs] == ["Abwägung", "Stand: 4. Mai 2026"]
    assert document.paragraphs[0].style.name == "Heading 1"
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["Nummer", "Titel", "Text", "Eingang", "Stimmen"]
    assert rows[1:] == [["KEK-2026-000001", "Radweg", "Erste Zeile.\nZweite Zeile.", "24.03.2026", "1.234"]] * 2
    assert [len(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in document.tables[0].rows] == [1, 0, 0]
    section = document.sections[0]
    assert section.page_width > section.page_height
    languages = [each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))]
    assert languages
    assert set(languages) == {"de-DE"}
    properties = document.core_properties
    assert (properties.title, properties.language, properties.author) == ("Abwägung", "de-DE", "KEK-Portal")


# PDF


def test_a_pdf_is_tagged_with_title_language_bookmark_and_table_headers() -> None:
    reader = read_pdf(as_pdf(table(ROW, ROW, notes=["Stand: 4. Mai 2026"])))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("de")
    assert reader.metadata.title == "Abwägung"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [each.title for each in reader.outline] == ["Abwägung"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    found = tags(reader)
    assert {tag: found.count(tag) for tag in ("H1", "Table", "THead", "TH", "TR", "TD")} == {
        "H1": 1, "Table": 1, "THead": 1, "TH": 5, "TR": 3, "TD": 10,
    }  # fmt: skip


def test_a_pdf_is_set_in_the_portals_font_and_says_all() -> None:
    reader = read_pdf(as_pdf(table(ROW)))
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert {font.partition("+")[2] for font in fonts} == {"FiraSans-Regular", "FiraSans-SemiBold"}
    words = words_of(reader)
    for each in ("Abwägung", "KEK-2026-000001", "Erste Zeile. Zweite Zeile.", "24.03.2026", "1.234", "Seite 1 von 1"):
        assert each in words


def test_signs_without_a_picture_become_a_box_and_never_an_error() -> None:
    words = words_of(read_pdf(as_pdf(texts("Rad 🚲 Weg", "Familie 👨‍👩‍👧 日本", "Łódź – Жук ✓"))))
    assert f"Rad {SUBSTITUTE} Weg" in words
    assert "Łódź – Жук ✓" in words
    assert "🚲" not in words


def test_long_words_stay_within_their_column() -> None:
    address = "https://www.landkreis.example/planung/radwege/konzept?seite=12&" + "x" * 100
    wide = table([address, "Ende"], columns=[Column("Adresse"), Column("Text", Kind.LONG, share=8)])
    page = read_pdf(as_pdf(wide)).pages[0]
    places: dict[str, list[float]] = {}
    page.extract_text(visitor_text=lambda text, _cm, tm, *_: places.setdefault(text.strip(), []).append(tm[4]))
    longest = max(len(text) for text in places if text and text in address)
    assert longest < 30


def test_a_number_has_room_in_its_column_whatever_share_it_was_given() -> None:
    columns = [Column("Nr.", Kind.KEY, share=1), Column("Text", Kind.LONG, share=30)]
    starts: dict[str, float] = {}

    def note(text: str, at: list[float], *_rest: Any) -> None:
        starts.setdefault(text.strip(), at[4])

    reader = read_pdf(as_pdf(table(("KEK-2026-000123", "Stellungnahme"), columns=columns)))
    reader.pages[0].extract_text(visitor_text=note)
    # 15 signs of 8.5 points, each about half as wide as it is high.
    assert starts["Stellungnahme"] - starts["KEK-2026-000123"] > 15 * 8.5 * 0.52


def test_a_thousand_rows_with_headings_on_each_page() -> None:
    reader = read_pdf(as_pdf(table(*[ROW] * 1000)))
    assert len(reader.pages) > 10
    assert all("Stimmen" in page.extract_text() for page in (reader.pages[0], reader.pages[-1]))


# All of them

WRITERS = [csv_file, xlsx_file, docx_file, as_pdf]


@pytest.mark.parametrize("write", WRITERS)
def test_control_signs_and_halves_of_signs_break_no_file(write: Any) -> None:
    content = write(texts("a\x00b\x0bc\x1bd\ufffee\ud83df", "\x00", ""))
    if write is xlsx_file:
        assert read_xlsx(content).active["A2"].value == "abcdef"
    elif write is docx_file:
        assert read_docx(content).tables[0].cell(1, 0).text == "abcdef"
    elif write is csv_file:
        assert read_csv(content)[1:] == [["abcdef"], [""], [""]]
    else:
        assert "abcdef" in words_of(read_pdf(content))


def test_markup_of_any_language_is_text() -> None:
    shown = Table(MARKUP[0], [Column(MARKUP[1])], [[each] for each in MARKUP], notes=[MARKUP[2]])
    assert [row[0] for row in read_csv(csv_file(shown))] == [
        MARKUP[1],
        *[f"'{m}" if m[0] == "=" else m for m in MARKUP],
    ]
    assert [row[0] for row in read_xlsx(xlsx_file(shown)).active.values] == [MARKUP[1], *MARKUP]
    assert [row.cells[0].text for row in read_docx(docx_file(shown)).tables[0].rows] == [MARKUP[1], *MARKUP]
    reader = read_pdf(as_pdf(shown))
    assert reader.metadata.title == MARKUP[0]
    words = words_of(reader).replace(" ", "").replace("\u200b", "")
    assert all(each.replace(" ", "") in words for each in MARKUP)


@pytest.mark.parametrize("write", WRITERS)
def test_an_empty_table_is_a_file_all_the_same(write: Any) -> None:
    assert write(table())


@pytest.mark.parametrize("write", WRITERS)
def test_a_row_that_does_not_fit_is_a_mistake_of_the_caller(write: Any) -> None:
    with pytest.raises(ValueError, match="2 cells, but there are 5 columns"):
        write(table(["a", "b"]))


def test_rows_may_come_one_by_one_and_words_be_translated_late() -> None:
    lazy = [Column(gettext_lazy("Gemeinde")), Column("Stimmen", Kind.NUMBER)]
    shown = [Table(gettext_lazy("Idee"), lazy, ([gettext_lazy("ja"), n] for n in range(3))) for _ in WRITERS]
    expected = [["Gemeinde", "Stimmen"], ["ja", "0"], ["ja", "1"], ["ja", "2"]]
    assert read_csv(csv_file(shown[0])) == expected
    assert [[str(cell) for cell in row] for row in read_xlsx(xlsx_file(shown[1])).active.values] == expected
    assert [[cell.text for cell in row.cells] for row in read_docx(docx_file(shown[2])).tables[0].rows] == expected
    assert "Gemeinde Stimmen ja 0 ja 1 ja 2" in words_of(read_pdf(as_pdf(shown[3])))


def test_files_are_german_whatever_the_page_is() -> None:
    with translation.override("en"):
        assert [cell.text for cell in read_docx(docx_file(table(ROW))).tables[0].rows[1].cells][3:] == [
            "24.03.2026",
            "1.234",
        ]
