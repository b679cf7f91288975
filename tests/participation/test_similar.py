"""Ideas like another: what they share counts by how rare it is. Over the sample ideas: tests/kek/test_sample_ideas_alike.py."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participation.likeness import Words, ranked
from participation.similar import similar
from participation.staff.alike import alike
from tests.factories import IdeaFactory, RoundFactory


def words(title: str, text: str = "") -> Words:
    return Words(frozenset(title.split()), frozenset([*title.split(), *text.split()]))


def test_a_rare_word_says_more_than_a_frequent_one() -> None:
    others = {number: words("ort neu") for number in range(20)} | {50: words("fahr anlegt"), 51: words("ort anlegt")}
    assert ranked(words("fahr ort"), others)[0] == 50


def test_parts_of_compounds_are_shared_words() -> None:
    others = {1: words("radweg torgau"), 2: words("schwimmhall"), 3: words("rad"), 4: words("weg")}
    assert ranked(words("radschnellweg schnell"), others) == [1, 3, 4]


def test_the_title_says_more_than_the_text() -> None:
    others = {1: words("bank", "ampel"), 2: words("ampel", "bank"), 3: words("wald")}
    assert ranked(words("ampel"), others) == [2, 1]


def test_a_word_among_many_is_chance() -> None:
    others = {1: words("glasfas dorf"), 2: words("markt dorf")}
    assert ranked(words("storch wies mahrobot dorf heck bluhstreif"), others) == []


@pytest.mark.django_db
def test_frequent_little_words_make_nothing_alike() -> None:
    asked = RoundFactory()
    for title in ("Mehr Bänke für die Innenstadt", "Mehr Ladesäulen für alle", "Neue Wege für neue Gäste"):
        IdeaFactory(round=asked, public=True, title=title, text="Es gibt viel zu wenige davon.")
    assert similar(asked, "Mehr Hebammen für die Dörfer") == []


@pytest.mark.django_db
def test_as_many_questions_for_many_ideas_as_for_few() -> None:
    idea = IdeaFactory(public=True)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert all(each.name for each in similar(idea.round, idea.title, exclude=idea))
            assert alike(idea)
        return len(captured)

    IdeaFactory(public=True, round=idea.round)
    few = count()
    # What has no title is called by how its text begins.
    IdeaFactory.create_batch(3, public=True, round=idea.round, title="", text=idea.title)
    assert "" in {each.title for each in similar(idea.round, idea.title, exclude=idea)}
    assert count() == few
