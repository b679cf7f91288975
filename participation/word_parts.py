"""What German words are made of: a „Fahrradweg“ is a „Weg“ for a „Rad“. Pure; stems are those of the search index.

No dictionary says so but the words that people use: a stem is a compound where somebody else has used its parts alone.
That knows „Mitfahrbank“, which no dictionary has, and takes „Grad“ for no wheel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

SHORTEST_PART: Final = 3
# From this length on the end of a word needs no other proof: „Bundesstraße“ is a street, whoever has written „Bund“.
SURE_AT_THE_END: Final = 5
LONGEST: Final = 40
# What stands between two parts („Ort-s-mitte“), and what is left of an ending at the end („Bus-s“ of „Busse“).
_BETWEEN: Final = ("", "s", "es", "n", "en", "er", "e")
_ENDINGS: Final = frozenset(("", "s", "n", "en", "er", "e"))
# Of what compounds are made most: known where a round is young and nobody has written them alone yet.
_COMMON: Final = (
    "amt arzt auto bad bahn bank bau baum betrieb bruck bus dorf elb fahr feld feuer fluss frei gart gass geh "
    "gewerb grund halt hall haus heid hof holz jugend kind kirch klein kreis kultur laden land lauf lern licht "
    "markt mitt muhl muld musik nacht neu ort park pfleg plan platz post rad raum reg ruf schloss schnell schul "
    "see spiel sport stadt stand stell strass strom tag treff verkehr wald wander wass weg werk wind wohn zug"
)
COMMON: Final = frozenset(_COMMON.split())


class WordParts:
    """The compounds among some stems."""

    def __init__(self, stems: Iterable[str]) -> None:
        used = frozenset(stem for stem in stems if SHORTEST_PART <= len(stem) <= LONGEST and stem.isalpha())
        self._stems = used | COMMON
        self._listed = "\n".join(["", *sorted(used), ""])
        self._rests: dict[str, tuple[str, ...]] = {}

    def of(self, stem: str) -> tuple[str, ...]:
        """Return the parts of a stem; none where it is no compound."""
        if len(stem) > LONGEST:
            return ()
        for end in range(len(stem) - 1, SHORTEST_PART - 1, -1):
            if stem[:end] in self._stems and (parts := self._after(stem[:end], stem[end:])):
                return parts
        return ()

    def base(self, stem: str) -> str:
        """Return a stem without a rest of its ending: „kita“ of „kitas“; as it is where that is no word."""
        cut = (stem.removesuffix(ending) for ending in sorted(_ENDINGS) if ending and stem.endswith(ending))
        return next((each for each in cut if each in self._stems), stem)

    def with_part(self, part: str) -> Iterator[str]:
        """Go through the stems that are put together with a part, or are the part with a rest of its ending."""
        if len(part) < SHORTEST_PART:
            return
        at = self._listed.find(part)
        while at >= 0:
            begin, end = self._listed.rfind("\n", 0, at) + 1, self._listed.index("\n", at)
            stem = self._listed[begin:end]
            if stem != part and self._is_put_together(stem[: at - begin], part, stem[at - begin + len(part) :]):
                yield stem
            at = self._listed.find(part, end)

    def _is_put_together(self, before: str, part: str, after: str) -> bool:
        if len(part) >= SURE_AT_THE_END and after in _ENDINGS and len(before) >= SHORTEST_PART:
            return True
        heads = (before.removesuffix(each) for each in _BETWEEN if before.endswith(each))
        tails = (after.removeprefix(each) for each in _BETWEEN if after.startswith(each))
        return (not before or any(map(self._are_parts, heads))) and (
            after in _ENDINGS or any(map(self._are_parts, tails))
        )

    def _are_parts(self, text: str) -> bool:
        return bool(self._rest(text))

    def _after(self, head: str, tail: str) -> tuple[str, ...]:
        """Return a head with the parts of what follows; nothing where what follows is no part."""
        for between in _BETWEEN:
            if tail.startswith(between) and (parts := self._rest(tail.removeprefix(between))):
                return (head, *parts)
        return ()

    def _rest(self, text: str) -> tuple[str, ...]:
        """Return the parts of a text, a single one included; nothing where they are not known."""
        if text not in self._rests:
            self._rests[text] = self._parts(text)
        return self._rests[text]

    def _parts(self, text: str) -> tuple[str, ...]:
        for end in range(len(text), SHORTEST_PART - 1, -1):
            if (head := text[:end]) not in self._stems:
                continue
            if text[end:] in _ENDINGS:
                return (head,)
            if parts := self._after(head, text[end:]):
                return parts
        return ()
