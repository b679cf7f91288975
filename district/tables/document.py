"""Tables as Word files: A4 across, headings repeated on each page, so that staff can go on writing in them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from .table import Column, Kind, Table, clean, in_words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

LANGUAGE: Final = "de-DE"
SHARES: Final = {Kind.KEY: 2.0, Kind.TEXT: 2.0, Kind.LONG: 5.0, Kind.NUMBER: 1.0, Kind.DATE: 1.4}
_TWIPS: Final = 567  # of one centimetre
_PAGE: Final = (29.7, 21.0)
_MARGIN: Final = 1.5


def docx_file(table: Table) -> bytes:
    """Return a document with title, notes and table."""
    document = german_document(clean(table.title))
    _turn(document)
    document.add_heading(clean(table.title), level=1)
    for note in table.notes:
        document.add_paragraph(clean(note))
    _add_table(document, table)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def german_document(title: str) -> Document:
    """Return an empty document of the portal that is read aloud, and checked for spelling, as German."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.language = title, LANGUAGE
    properties.author, properties.comments = "KEK-Portal", ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    return document


def _turn(document: Document) -> None:
    """Lay the page across, with room for a table."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)
    normal = document.styles["Normal"]
    normal.font.size = Pt(9)
    normal.paragraph_format.space_after = Pt(3)


def _add_table(document: Document, table: Table) -> None:
    """Write the rows as XML: the library's own way asks all cells again for each one, minutes for a thousand rows."""
    grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, _widths(table.columns), strict=True):
        column.width = Cm(width)
    widths = [round(width * _TWIPS) for width in _widths(table.columns)]
    headings = _row((clean(column.heading) for column in table.columns), widths, is_heading=True)
    grid._tbl.append(headings)  # noqa: SLF001 - the library's own way to the XML
    for row in table.checked_rows():
        words = (in_words(value, column.kind) for value, column in zip(row, table.columns, strict=True))
        grid._tbl.append(_row(words, widths))  # noqa: SLF001


def _widths(columns: Sequence[Column]) -> list[float]:
    """Share the width of the page, in centimetres."""
    shares = [column.share or SHARES[column.kind] for column in columns]
    return [(_PAGE[0] - 2 * _MARGIN) * share / sum(shares) for share in shares]


def _row(cells: Iterable[str], widths: Sequence[int], *, is_heading: bool = False) -> BaseOxmlElement:
    row = OxmlElement("w:tr")
    if is_heading:
        properties = _under(row, "w:trPr")
        _under(properties, "w:cantSplit")
        _under(properties, "w:tblHeader")
    for words, width in zip(cells, widths, strict=True):
        cell = _under(row, "w:tc")
        properties = _under(cell, "w:tcPr")
        _under(properties, "w:tcW", type="dxa", w=str(width))
        if is_heading:
            _under(properties, "w:shd", val="clear", color="auto", fill="DDE3EA")
        run = _under(_under(cell, "w:p"), "w:r")
        if is_heading:
            _under(_under(run, "w:rPr"), "w:b")
        for number, line in enumerate(words.split("\n")):
            if number:
                _under(run, "w:br")
            line_of_text = _under(run, "w:t")
            line_of_text.text = line.replace("\t", " ")
            line_of_text.set(qn("xml:space"), "preserve")
    return row


def _under(parent: BaseOxmlElement, name: str, **attributes: str) -> BaseOxmlElement:
    child = OxmlElement(name)
    for attribute, value in attributes.items():
        child.set(qn(f"w:{attribute}"), value)
    parent.append(child)
    return child
