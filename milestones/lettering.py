"""How wide text is and where its lines break: SVG wraps no text by itself.

Widths are those of Fira Sans or of Arial, whichever is wider, so that a picture also fits where it is shown without
the portal's font. All lengths are in the units of the font size.
"""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

# Advance widths in thousandths of the font size.
_WIDTHS: Final = {
    character: width
    for width, characters in (
        (200, "'\N{SOFT HYPHEN}"),
        (285, " !,.:;Iijl·\N{NO-BREAK SPACE}"),
        (335, "()[]`f{}"),
        (370, "t"),
        (410, '"-r|„“”'),
        (440, "*"),
        (500, "Jcsvxyz"),
        (530, "/\\k"),
        (570, "#$0123456789?L^_aegäéè–»«§€"),
        (615, "+<=>FTZbdhnopqu~öüß×"),
        (690, "ABEKPSVXYÄ"),
        (735, "CDHNRUwÜ"),
        (780, "&GOQÖ"),
        (850, "Mm"),
        (890, "%"),
        (960, "W"),
        (1000, "—…→←"),
        (1040, "@"),
    )
    for character in characters
}
_WIDEST: Final = 850
_BOLDER: Final = 1.06

# Syllables end the German way: a single consonant, and of several the last one, begins the next syllable.
_NUCLEUS: Final = re.compile(r"(?:aa|ai|au|äu|ee|ei|eu|ie|oo|[aeiouyäöü])", re.IGNORECASE)
_LAST_CONSONANT: Final = re.compile(r"(?:sch[lmnrw]?|ch|ck|ph|th|qu|[a-zß])$", re.IGNORECASE)
# Where compounds are joined, as far as the words of this portal show it.
_COMPOUND: Final = re.compile(
    r"((?:heits|keits|schafts|tions|ungs|täts|lings|tums)|^(?:projekt|kreis|landrats|land|quer|fach|haupt|beschluss))"
    r"(?=[a-zäöüß]{4})",
    re.IGNORECASE,
)
_HYPHENATED: Final = re.compile(r"[^-/–]+[-/–]*|[-/–]+")
_FEWEST_LETTERS: Final = 3
# A border between stems is better than one between syllables where it leaves no more than half of the line empty.
_GOOD_BREAK: Final = 0.5


@lru_cache(maxsize=4096)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper estimate of the width of `text` set in `size`."""
    return sum(_WIDTHS.get(character, _WIDEST) for character in text) / 1000 * size * (_BOLDER if bold else 1)


@lru_cache(maxsize=1024)
def wrap(text: str, room: float, size: float, *, bold: bool = False, most: int | None = None) -> tuple[str, ...]:
    """Return the lines of `text`, none wider than `room`; words that are too long are hyphenated.

    With `most`, what does not fit into that many lines is replaced by „…“.
    """
    lines: list[str] = []
    line = ""
    words = deque(text.split())
    while words:
        word = words.popleft()
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
        elif line:
            lines.append(line)
            line = ""
            words.appendleft(word)
        else:
            head, rest = _break(word, room, size, bold=bold)
            lines.append(head)
            words.extendleft(filter(None, [rest]))
    if line:
        lines.append(line)
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 : most + 1]), room, size, bold=bold)]
    return tuple(lines)


def syllables(word: str) -> tuple[str, ...]:
    """Return the parts at whose borders a German word may be hyphenated, as far as simple rules tell."""
    return tuple(syllable for stem in _stems(word) for syllable in _split(stem))


def _stems(word: str) -> list[str]:
    """Return the words a compound is made of."""
    return [
        stem
        for piece in _HYPHENATED.findall(word)
        for stem in _COMPOUND.sub("\\1\N{SOFT HYPHEN}", piece).split("\N{SOFT HYPHEN}")
    ]


def _split(word: str) -> list[str]:
    parts = []
    start = 0
    for before, after in pairwise(_NUCLEUS.finditer(word)):
        cluster = word[before.end() : after.start()]
        last = _LAST_CONSONANT.search(cluster)
        if not last or not cluster.isalpha():
            continue
        border = before.end() + last.start()
        if border - start >= _FEWEST_LETTERS and len(word) - border >= _FEWEST_LETTERS:
            parts.append(word[start:border])
            start = border
    return [*parts, word[start:]]


def _break(word: str, room: float, size: float, *, bold: bool) -> tuple[str, str]:
    """Return as much of a too long word as fits, with a hyphen, and the rest; a single letter always fits."""
    for parts, least in ((_stems(word), _GOOD_BREAK * room), (syllables(word), 0)):
        heads = list(accumulate(parts[:-1]))
        fitting = [head for head in heads if least <= width(_hyphenated(head), size, bold=bold) <= room]
        if fitting:
            return _hyphenated(fitting[-1]), word[len(fitting[-1]) :]
    letters = 1
    while letters < len(word) - 1 and width(word[: letters + 1] + "-", size, bold=bold) <= room:
        letters += 1
    return word[:letters] + "-" * (letters > 1), word[letters:]


def _hyphenated(head: str) -> str:
    return head if head.endswith(("-", "/", "–")) else f"{head}-"


def _cut(text: str, room: float, size: float, *, bold: bool) -> str:
    text = text.replace("- ", "") if "- " in text else text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip(' ,.;:–-')}…"
