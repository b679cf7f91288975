"""What words are made of, by the words that people use: pure."""

from __future__ import annotations

import pytest

from participation.word_parts import LONGEST, WordParts

# Stems as the index has them.
USED = ["rad", "weg", "schnell", "fahr", "stand", "bus", "buss", "stadt", "ort", "mitt", "grad", "kamerad", "radio"]
COMPOUNDS = ["radweg", "fahrradweg", "radschnellweg", "stadtbus", "ortsmitt", "fahrradstand", "bundesstrass"]


@pytest.fixture
def parts() -> WordParts:
    return WordParts([*USED, *COMPOUNDS])


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("radschnellweg", ("rad", "schnell", "weg")),
        ("ortsmitt", ("ort", "mitt")),
        ("fahrradstand", ("fahr", "rad", "stand")),
        ("grad", ()),
        ("radio", ()),
        ("weg", ()),
        ("unbekannt", ()),
        ("", ()),
    ],
)
def test_a_compound_has_parts_and_a_word_has_none(parts: WordParts, stem: str, expected: tuple[str, ...]) -> None:
    assert parts.of(stem) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("rad", ["fahrradstand", "fahrradweg", "radschnellweg", "radweg"]),
        ("weg", ["fahrradweg", "radschnellweg", "radweg"]),
        ("bus", ["buss", "stadtbus"]),
        ("strass", ["bundesstrass"]),
        ("ad", []),
        ("", []),
    ],
)
def test_a_part_finds_the_words_put_together_with_it(parts: WordParts, part: str, expected: list[str]) -> None:
    assert sorted(parts.with_part(part)) == expected


def test_a_word_made_to_be_difficult_is_taken_apart_once_at_each_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    take_apart = WordParts._parts

    def counted(self: WordParts, text: str) -> tuple[str, ...]:
        looked_at.append(text)
        assert len(looked_at) <= LONGEST
        return take_apart(self, text)

    monkeypatch.setattr(WordParts, "_parts", counted)
    difficult = WordParts([*("a" * length for length in range(3, 30)), "a" * 39 + "b"])
    assert difficult.of("a" * 39 + "b") == ()
    assert looked_at
    before = len(looked_at)
    assert difficult.of("a" * 5000) == ()
    assert len(looked_at) == before


@pytest.mark.parametrize(("stem", "base"), [("buss", "bus"), ("kitas", "kita"), ("preis", "preis"), ("bus", "bus")])
def test_a_rest_of_an_ending_is_left_out(stem: str, base: str) -> None:
    assert WordParts(["bus", "buss", "kita", "preis"]).base(stem) == base
