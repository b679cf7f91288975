"""QR codes as pictures within a page: one path to draw, so that it fits the strict policy and prints sharp."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno

# Readers need this many light squares around the code (ISO/IEC 18004).
_QUIET: Final = 4


@dataclass(frozen=True)
class QrCode:
    """A code to be drawn: `side` in squares with the quiet zone, `path` of the dark ones, `title` for who cannot see it."""

    side: int
    path: str
    title: str


def qr_code(content: str, *, title: str) -> QrCode:
    """Return the code of an address. A quarter of it may be dirty or torn: a receipt is folded and kept in a pocket."""
    matrix = segno.make_qr(content, error="q").matrix
    path = "".join(
        f"M{_QUIET + start} {_QUIET + y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(row)
    )
    return QrCode(side=len(matrix) + 2 * _QUIET, path=path, title=title)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Return where each run of dark squares starts, and how long it is."""
    runs, x = [], 0
    for is_dark, squares in groupby(row):
        length = len(list(squares))
        if is_dark:
            runs.append((x, length))
        x += length
    return runs
