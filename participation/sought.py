"""What somebody searches for, as a question to the index: the words, what is put together with them, and other words for the same.

The index knows whole stems alone, and the embedded PostgreSQL has no extension for parts of words. So the question is
widened instead: by the words of the newest ideas that have a searched one as their part (docs/decisions/search.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from . import synonyms
from .models.ideas import REFERENCE
from .word_parts import COMMON, WordParts

CONFIG: Final = "german"
# The words of so many of the newest ideas are known.
KNOWN_IDEAS: Final = 1000
MOST_WIDENED: Final = 100
MOST_WORDS: Final = 12
# A stem of this length finds what begins with it, too, in all ideas.
SHORTEST_BEGINNING: Final = 6

_TERM: Final = re.compile(r'-?"[^"]*"?|\S+')
_NUMBER: Final = re.compile(r"\s*(?:nr\.?|#)?\s*0*(\d{1,18})\s*", re.IGNORECASE)
_OR: Final = "or"
_QUESTION: Final = """
    SELECT
        ARRAY(SELECT coalesce((ts_lexize('german_stem', word))[1], '') FROM unnest(%(words)s::text[]) AS word),
        (
            SELECT string_agg(word, ' ') FROM ts_stat(
                'SELECT search FROM participation_idea WHERE is_public ORDER BY id DESC LIMIT %(known)s'
            )
        ),
        (SELECT max(id) FROM participation_idea)
"""


@dataclass(frozen=True)
class _Known:
    """What the database knows of the words: their stems, the words of ideas, and the latest number."""

    stems: dict[str, str]
    parts: WordParts
    latest: int


@dataclass(frozen=True)
class Sought:
    """The words, the idea whose number they are, and the questions: as they were typed, and widened."""

    words: str
    number: int | None
    exact: Any = None
    query: Any = None
    latest: int | None = None  # the latest idea's number, where it was asked for along with the words

    @property
    def is_reference(self) -> bool:
        """Whether they are a whole reference number, and no words."""
        return self.query is None


def sought(words: str) -> Sought:
    """Read what was typed as `websearch_to_tsquery` does: „phrases“, -excluded, or; only plain words are widened."""
    if found := REFERENCE.match(words):
        return Sought(words, int(found[1]))
    found = _NUMBER.fullmatch(words)
    number = int(found[1]) if found else None
    exact = SearchQuery(words, config=CONFIG, search_type="websearch")
    terms = _TERM.findall(words)
    plain = [term for term in dict.fromkeys(terms) if term.isalpha() and term.casefold() != _OR][:MOST_WORDS]
    if not plain:
        return Sought(words, number, exact, exact)
    known = _known(list(dict.fromkeys([*plain, *chain(*synonyms.GROUPS)])))
    return Sought(words, number, exact, _widened(terms, plain, known), known.latest)


def _widened(terms: list[str], plain: list[str], known: _Known) -> Any:
    """Return the question in which each plain word stands for its like, too."""
    groups = [[known.stems[word] for word in group] for group in synonyms.GROUPS]
    asked: list[list[Any]] = [[]]
    for term in terms:
        if term.casefold() == _OR:
            asked.append([])
            continue
        query: Any = SearchQuery(term, config=CONFIG, search_type="websearch")
        if term in plain and (like := _like(known.stems[term] or _common(term), groups, known.parts)):
            query |= SearchQuery(like, config="simple", search_type="raw")
        asked[-1].append(query)
    return reduce(or_, (reduce(and_, group) for group in asked if group))


def _like(stem: str, groups: Iterable[Sequence[str]], parts: WordParts) -> str:
    """Return the stems that a word finds beside its own; nothing for a word that says nothing, as „der“."""
    if not stem.isalpha():
        return ""
    base = parts.base(stem)
    others = chain.from_iterable(group for group in groups if stem in group or base in group)
    same = list(dict.fromkeys([stem, base, *filter(None, others)]))
    found = dict.fromkeys([*same, *(compound for each in same for compound in parts.with_part(each))])
    begins = [f"{each}:*" for each in same if len(each) >= SHORTEST_BEGINNING]
    return " | ".join([*begins, *list(found)[:MOST_WIDENED]])


def _common(word: str) -> str:
    """Return the word where the index leaves it out, but compounds are made of it: „Weg“, which it takes for „away“."""
    named = word.casefold()
    return named if named in COMMON else ""


def _known(words: list[str]) -> _Known:
    """Ask the database what it knows of words: one question."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, {"words": words, "known": KNOWN_IDEAS})
        stems, used, latest = cursor.fetchone()
    return _Known(dict(zip(words, stems, strict=True)), WordParts([*(used or "").split(), *stems]), latest or 0)
