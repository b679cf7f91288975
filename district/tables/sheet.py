"""Tables as PDFs that everybody can read: tagged, with title, language, bookmark and table headers (PDF/UA-1)."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Final

from django.utils.translation import override

from district.typesetting import typeset

from .document import SHARES
from .table import Kind, Table, Value, clean, in_words

_TEMPLATE: Final = Path(__file__).parent / "table.typ"
# An address in the net knows no hyphen: a mark without width says where it may be broken, so that it stays in its column.
_BREAK: Final = "\u200b"
_WITHIN_ADDRESS: Final = re.compile(r"(?<=[^\W\d])[/._@?&=](?=\w)|(?<=\w)-(?=\d)")
_LONG: Final = re.compile(r"[^\s\u200b]{20}(?=[^\s\u200b]{20})")
# As wide as what stands in them; the others share the rest.
_NARROW: Final = (Kind.KEY, Kind.NUMBER, Kind.DATE)


def pdf_file(table: Table, *, made_at: datetime.datetime) -> bytes:
    """Return the table on A4 across. A sign without a picture in our fonts, such as an emoji, becomes „□“."""
    with override("de"):
        content = {
            "title": clean(table.title),
            "notes": [clean(note) for note in table.notes],
            "columns": [
                {
                    "heading": _breakable(clean(column.heading)),
                    "share": 0 if column.kind in _NARROW else column.share or SHARES[column.kind],
                    "right": column.kind is Kind.NUMBER,
                }
                for column in table.columns
            ],
            "rows": [
                [_words(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
                for row in table.checked_rows()
            ],
        }
    return typeset(_TEMPLATE, content, made_at=made_at)


def _words(value: Value, kind: Kind) -> str:
    words = in_words(value, kind)
    return words if kind in _NARROW else _breakable(words)


def _breakable(words: str) -> str:
    return _LONG.sub(rf"\g<0>{_BREAK}", _WITHIN_ADDRESS.sub(rf"\g<0>{_BREAK}", words))
