"""The code on the receipt says its address, and its picture needs neither style nor script."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno
from django.template.loader import render_to_string

from district.qr import qr_code

ADDRESS = "https://kek.landkreis.example/kek-2030/beteiligung/stand/2f7a1c9d8e4b6a5f0c3d2e1b9a8f7c6d/"


def drawn(path: str, side: int) -> list[list[int]]:
    """Draw the path on squared paper."""
    squares = [[0] * side for _ in range(side)]
    found = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{length}v1h-{back}z" for x, y, length, back in found) == path
    for x, y, length, back in found:
        assert length == back
        for step in range(int(length)):
            squares[int(y)][int(x) + step] = 1
    return squares


@pytest.mark.parametrize("content", ["a", ADDRESS, "https://kek.example/idee/grün"])
def test_the_path_draws_the_code_with_its_quiet_zone(content: str) -> None:
    code = qr_code(content, title="Statusseite")
    expected = [list(row) for row in segno.make_qr(content, error="q").matrix_iter(border=4)]
    assert drawn(code.path, code.side) == expected


def test_it_is_dark_on_white_named_and_fits_the_strict_policy() -> None:
    html = render_to_string("partials/qr.html", {"code": qr_code(ADDRESS, title='Ihre "Idee" <1>')})
    picture = ElementTree.fromstring(html.strip())
    svg = "{http://www.w3.org/2000/svg}"
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == 'Ihre "Idee" <1>'
    assert [each.get("fill") for each in picture] == ["#fff", "#000"]
    assert {each.tag for each in picture.iter()} == {f"{svg}svg", f"{svg}rect", f"{svg}path"}
    assert not {"style", "onload"} & {name for each in picture.iter() for name in each.attrib}
