"""Ideas like another: „Meinten Sie …?“ while somebody writes, „Ähnliche Ideen“ beside an idea, doubles for the moderation."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, TextField

from .likeness import Words, ranked
from .models import Idea, Round
from .models.ideas import IdeaQuerySet

MOST: Final = 3
# The newest ones alone are compared, so that it takes as long with a million ideas as with a few hundred.
COMPARED: Final = 500


class _Stems(Func):
    function = "tsvector_to_array"
    output_field = ArrayField(TextField())


class _StemsOfTitle(_Stems):
    template = "%(function)s(ts_filter(%(expressions)s, '{a}'))"


def similar(asked: Round, title: str, *, exclude: Idea | None = None) -> list[Idea]:
    """Return public ideas of a round that are like a title, the most alike first; or like `exclude`, text and all."""
    public = Idea.objects.public().filter(round=asked)
    text = exclude.text if exclude else ""
    if exclude:
        public = public.exclude(pk=exclude.pk)
    keys = most_alike(title, text, public.order_by("-published_at", "-pk"))[:MOST]
    ideas = public.select_related("section").defer("search", "original_text", "section__text").in_bulk(keys)
    found = [ideas[key] for key in keys if key in ideas]
    for idea in found:
        idea.round = asked
    return found


def most_alike(title: str, text: str, ideas: IdeaQuerySet) -> list[int]:
    """Return the keys of those of the first ideas that are like a title and a text, the most alike first."""
    words = _words(title, text)
    if not words.all:
        return []
    first = ideas.values_list("pk", _StemsOfTitle(F("search")), _Stems(F("search")))[:COMPARED]
    return ranked(words, {key: Words(frozenset(of_title), frozenset(stems)) for key, of_title, stems in first})


def _words(title: str, text: str) -> Words:
    """Return the stems as the index has them; where there is no title, the text stands for it."""
    question = "SELECT tsvector_to_array(to_tsvector('german', %s)), tsvector_to_array(to_tsvector('german', %s))"
    clean = [words.encode(errors="replace").decode().replace("\0", "") for words in (title or text, text)]
    with connection.cursor() as cursor:
        cursor.execute(question, clean)
        of_title, of_text = (frozenset(stems) for stems in cursor.fetchone())
    return Words(of_title, of_title | of_text)
