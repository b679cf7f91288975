"""How much two ideas have in common: the words they share, parts of compounds included, the rare ones more. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .word_parts import WordParts

# What a word of the text weighs against one of the title.
WEIGHT_OF_TEXT: Final = 0.4
# A long text says less with each word: no more of its words are compared.
MOST_WORDS: Final = 60
# Less than this share of what a title says at all is chance, and so is what is no better than a fraction of the best.
LEAST_SHARE: Final = 0.33
LEAST_OF_BEST: Final = 0.35
# What nobody else has said tells little of how alike two are.
OF_A_NEW_WORD: Final = 0.5
# Stems that say nothing of what somebody wants, though they are no stop words of the search.
_HOLLOW: Final = (
    "all bess bitt braucht brauch dring endlich erst fehlt gross gut immer klein konnt kreis landkreis leid mal "
    "mehr moglich neu nordsachs noch region schon soll statt uberall unbedingt viel wen weit wied wunsch"
)
HOLLOW: Final = frozenset(_HOLLOW.split())


@dataclass(frozen=True)
class Words:
    """The stems of an idea: of its title, and of all it says."""

    title: frozenset[str]
    all: frozenset[str]

    def weight(self, stem: str) -> float:
        """Return what a stem of these weighs."""
        return 1 if stem in self.title else WEIGHT_OF_TEXT


def ranked(words: Words, others: Mapping[int, Words]) -> list[int]:
    """Return the keys of the others that are like the words, the most alike first, of equals the first; chance is left out."""
    parts = WordParts(words.all.union(*(other.all for other in others.values())))
    topics = _topics(words, parts)
    said = _said(others, topics, parts)
    scores = dict.fromkeys(others, 0.0)
    in_title = 0.0
    for topic, own in topics.items():
        rarity = math.log(1 + len(others) / (len(said[topic]) or 1))
        if own == 1:
            in_title += rarity if said[topic] else rarity * OF_A_NEW_WORD
        for key, weight in said[topic].items():
            scores[key] += rarity * own * weight
    best = max(scores.values(), default=0)
    least = max(LEAST_SHARE * in_title, LEAST_OF_BEST * best)
    return sorted((key for key, score in scores.items() if score and score >= least), key=lambda key: -scores[key])


def _topics(words: Words, parts: WordParts) -> dict[str, float]:
    """Return what is spoken of, and how much it weighs in the words."""
    topics: dict[str, float] = {}
    stems = [*sorted(words.title - HOLLOW), *sorted(words.all - words.title - HOLLOW)]
    for stem in stems[:MOST_WORDS]:
        for topic in parts.of(stem) or (parts.base(stem),):
            if topic not in HOLLOW:
                topics[topic] = max(words.weight(stem), topics.get(topic, 0))
    return topics


def _said(others: Mapping[int, Words], topics: Iterable[str], parts: WordParts) -> dict[str, dict[int, float]]:
    """Return who of the others speaks of each topic, and how much it weighs there."""
    meant: dict[str, list[str]] = {}
    for topic in topics:
        for stem in (topic, *parts.with_part(topic)):
            meant.setdefault(stem, []).append(topic)
    said: dict[str, dict[int, float]] = {topic: {} for topic in topics}
    for key, other in others.items():
        for stem in meant.keys() & other.all:
            for topic in meant[stem]:
                said[topic][key] = max(other.weight(stem), said[topic].get(key, 0))
    return said
