"""Lines of pictures: nothing runs over, nothing gets lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.lettering import syllables, width, wrap

WORDS = st.text(st.sampled_from("abcdefghilmnorstuwzäöüß-ABMW"), min_size=1, max_size=40)


@given(words=st.lists(WORDS, max_size=8), room=st.integers(60, 400), bold=st.booleans())
def test_no_line_is_wider_than_its_room(words: list[str], room: int, bold: bool) -> None:
    assert all(width(line, 16, bold=bold) <= room for line in wrap(" ".join(words), room, 16, bold=bold))


@given(words=st.lists(WORDS, max_size=8), room=st.integers(60, 400))
def test_wrapping_keeps_every_letter(words: list[str], room: int) -> None:
    text = " ".join(words)
    lines = wrap(text, room, 16)
    assert "".join(lines).replace("-", "").replace(" ", "") == text.replace("-", "").replace(" ", "")


def test_short_text_stays_on_one_line() -> None:
    assert wrap("Beschluss des Kreistages", 400, 16) == ("Beschluss des Kreistages",)


def test_empty_text_has_no_line() -> None:
    assert wrap("", 100, 16) == ()


def test_a_long_german_word_is_broken_where_its_parts_meet() -> None:
    assert wrap("Öffentlichkeitsarbeit", 130, 16) == ("Öffentlichkeits-", "arbeit")
    assert wrap("Projektsteuerungsgruppe", 150, 16) == ("Projektsteuerungs-", "gruppe")


def test_a_hyphen_is_not_doubled() -> None:
    assert wrap("Stärken-Schwächen-Analyse", 90, 16)[0] == "Stärken-"


def test_a_word_without_syllables_is_broken_anyway() -> None:
    lines = wrap("x" * 30, 90, 16)
    assert len(lines) > 1
    assert all(line.endswith("-") for line in lines[:-1])


def test_what_does_not_fit_into_the_lines_is_cut_with_an_ellipsis() -> None:
    lines = wrap("Analysen und Fachgespräche mit Akteuren aus dem ganzen Landkreis", 180, 15, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert width(lines[1], 15) <= 180


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Beteiligung", ("Betei", "ligung")),
        ("Querschnitt", ("Quer", "schnitt")),
        ("Kreisentwicklungskonzept", ("Kreis", "ent", "wick", "lungs", "kon", "zept")),
        ("Ort", ("Ort",)),
    ],
)
def test_syllables(word: str, parts: tuple[str, ...]) -> None:
    assert syllables(word) == parts
