"""Finding ideas: by German words and their stems, by number, best hits first, the hits marked and all else escaped."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from participation import search
from participation.filters import NEWEST
from participation.models import Idea, Round
from participation.paging import PER_PAGE
from participation.sought import sought
from tests.factories import IdeaFactory, RoundFactory, SubmitterFactory

from .answers import answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march")]

IDEAS = "/kek/beteiligung/ideen/"


@pytest.fixture
def _in_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def asked() -> Round:
    return RoundFactory(concept__slug="kek", slug="ideen")


def page(client: Client, **query: str) -> str:
    response = client.get(IDEAS, query)
    assert response.status_code == 200
    return response.content.decode()


def shown(client: Client, *ideas: Idea, **query: str) -> list[Idea]:
    """Return which of the ideas the page shows, in its order."""
    html = page(client, **query)
    found = [(html.find(f'data-idea="{idea.pk}"'), idea) for idea in ideas]
    return [idea for place, idea in sorted(found, key=lambda each: each[0]) if place >= 0]


def idea(asked: Round, title: str, text: str = "Ein Satz ohne besondere Wörter.", **more: object) -> Idea:
    return IdeaFactory(round=asked, public=True, title=title, text=text, **more)


@pytest.mark.parametrize(
    "words", ["Bäume", "baum", "BÄUMEN", "Bäume pflanzen", '"Bäume pflanzen"', "Kastanien or Bäume"]
)
def test_words_are_found_by_their_stem(client: Client, asked: Round, words: str) -> None:
    trees, buses = idea(asked, "Bäume pflanzen"), idea(asked, "Mehr Busse")
    assert shown(client, trees, buses, q=words) == [trees]


def test_a_word_can_be_excluded(client: Client, asked: Round) -> None:
    trees, more = idea(asked, "Bäume am Weg"), idea(asked, "Bäume und Busse")
    assert shown(client, trees, more, q="Bäume -Busse") == [trees]


def test_the_text_is_searched_too_and_the_title_counts_more(client: Client, asked: Round) -> None:
    by_title = idea(asked, "Radweg nach Torgau")
    by_text = idea(asked, "Sicher zur Schule", "Ein Radweg fehlt.")
    assert shown(client, by_title, by_text, q="Radwege") == [by_title, by_text]
    assert shown(client, by_title, by_text, q="Radwege", sortierung="neueste") == [by_text, by_title]


@pytest.mark.parametrize("written", ["KEK-2026-{:06}", "kek-2026-{}", " KEK 2026 {:06} "])
def test_a_reference_number_finds_its_idea(client: Client, asked: Round, written: str) -> None:
    wanted, other = idea(asked, "Die gesuchte"), idea(asked, "Eine andere")
    assert shown(client, wanted, other, q=written.format(wanted.pk)) == [wanted]


@pytest.mark.parametrize("written", ["{}", "{:06}", "Nr. {}", "#{}"])
def test_a_number_alone_finds_its_idea_first_and_the_words_too(client: Client, asked: Round, written: str) -> None:
    wanted, other = idea(asked, "Die gesuchte"), idea(asked, "Eine andere")
    assert shown(client, wanted, other, q=written.format(wanted.pk)) == [wanted]
    by_words = idea(asked, f"Linie {wanted.pk}", f"Die Linie {wanted.pk} fährt.")
    assert shown(client, wanted, by_words, q=str(wanted.pk)) == [wanted, by_words]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Rad", ["Ein Rad", "Radweg", "Fahrradweg"]),
        ("Fahrrad", ["Ein Rad", "Radweg", "Fahrradweg"]),
        ("Weg", ["Radweg", "Fahrradweg"]),
        ("Rad -Fahrradweg", ["Ein Rad", "Radweg"]),
        ("Rad Grad", []),
        ("Bus or Fahrradweg", ["Fahrradweg", "Mehr Busse"]),
        ("Omnibus", ["Mehr Busse"]),
        ("Fahrräder", ["Ein Rad", "Radweg", "Fahrradweg"]),
        ('"Rad"', ["Ein Rad"]),
    ],
)
def test_a_word_is_found_within_others_and_by_its_like(
    client: Client, asked: Round, words: str, expected: list[str]
) -> None:
    titles = ["Ein Rad", "Radweg", "Fahrradweg", "Ein Grad wärmer", "Wir fahren", "Mehr Busse"]
    ideas = [idea(asked, title) for title in titles]
    assert {each.title for each in shown(client, *ideas, q=words)} == set(expected)


def test_what_was_typed_comes_before_what_is_like_it(client: Client, asked: Round) -> None:
    typed = idea(asked, "Ein Rad")
    like = idea(asked, "Fahrradweg und Radweg", "Der Weg. Wir fahren.")
    assert shown(client, typed, like, q="Rad") == [typed, like]
    assert "<mark>Fahrradweg</mark>" in page(client, q="Rad")


def test_the_beginning_of_a_long_word_is_enough_in_old_ideas_too(
    client: Client, asked: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.sought.KNOWN_IDEAS", 0)
    old = idea(asked, "Schwimmhallenbad")
    assert shown(client, old, q="Schwimmhalle") == [old]


def test_as_many_questions_for_widened_words_as_for_others(client: Client, asked: Round) -> None:
    def count(words: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, q=words)
        return len(captured)

    idea(asked, "Ein Rad")
    few = count("Rad")
    for number in range(3):
        idea(asked, f"Radweg Nummer {number} am Fahrradweg")
    assert count("Rad") == count("Radweg") == few


def test_a_number_of_nothing_public_finds_nothing(client: Client, asked: Round) -> None:
    waiting = IdeaFactory(round=asked, title="Noch in Prüfung")
    elsewhere = IdeaFactory(public=True, title="Aus einer anderen Runde")
    for each in (waiting, elsewhere):
        html = page(client, q=each.reference)
        assert "Nichts gefunden" in html
        assert each.title not in html


def test_hits_are_marked_in_title_and_text(client: Client, asked: Round) -> None:
    idea(asked, "Radwege für alle", "Wir wünschen uns einen Radweg am Fluss.")
    html = page(client, q="radweg")
    assert "<mark>Radwege</mark> für alle</a>" in html
    assert "Wir wünschen uns einen <mark>Radweg</mark> am Fluss." in html


def test_what_citizens_write_is_shown_and_never_run(client: Client, asked: Round) -> None:
    idea(asked, "<script>alert(1)</script> Radweg", 'Der Radweg <img src=x onerror="alert(1)"> & mehr')
    plain, searched = page(client), page(client, q="Radweg")
    for html in (plain, searched):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Radweg</mark>" in searched
    assert "Der <mark>Radweg</mark> &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; mehr" in searched


def test_the_searched_words_are_escaped_where_they_are_repeated(client: Client, asked: Round) -> None:
    idea(asked, "Radweg")
    html = page(client, q='"><script>alert(1)</script>')
    assert "<script>alert" not in html


@pytest.mark.parametrize("words", ["der die das", "-", "'", "&|!():*", "\\", "a" * 100, "<b>", "q:*", '"'])
def test_words_that_say_nothing_are_no_error(client: Client, asked: Round, words: str) -> None:
    idea(asked, "Radweg")
    assert "Nichts gefunden" in page(client, q=words)


@pytest.mark.parametrize("words", ["a" * 101, "\0"])
def test_words_that_cannot_be_searched_for_get_a_message(client: Client, asked: Round, words: str) -> None:
    idea(asked, "Radweg")
    html = page(client, q=words)
    assert "Bitte prüfen Sie Ihre Eingaben" in html
    assert "data-idea" not in html


def test_the_best_hits_have_pages_too(client: Client, asked: Round) -> None:
    submitter = SubmitterFactory()
    made = [idea(asked, f"Radweg {number}", steps=False, submitter=submitter) for number in range(PER_PAGE + 3)]
    first = page(client, q="Radweg")
    assert first.count("data-idea=") == PER_PAGE
    assert f"{PER_PAGE + 3} Ideen gefunden" in first
    seen = shown(client, *made, q="Radweg")
    rest = shown(client, *made, q="Radweg", ende="1")
    hits = search.hits(Idea.objects.public(), sought("Radweg"), order=None)
    assert [idea.pk for idea in seen] == [hit.pk for hit in hits[:PER_PAGE]]
    after = shown(client, *made, q="Radweg", nach=str(hits[PER_PAGE - 1]))
    assert {each.pk for each in seen + after} == {each.pk for each in made}
    assert len(rest) == PER_PAGE


def test_no_more_hits_are_sorted_than_a_page_can_bear(asked: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_HITS", 2)
    _oldest, *newest = [
        idea(asked, "Radweg", published_at=datetime.datetime(2026, 2, day, tzinfo=datetime.UTC)) for day in range(1, 5)
    ]
    assert {hit.pk for hit in search.hits(Idea.objects.public(), sought("Radweg"), order=None)} == {
        each.pk for each in newest
    }


def test_hits_are_found_beyond_the_latest_numbers_too(asked: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        idea(asked, "Radweg", published_at=datetime.datetime(2026, 2, day, tzinfo=datetime.UTC)) for day in range(1, 5)
    ]
    for border in (0, 1, 2, 10):
        monkeypatch.setattr(search, "LOOKED_THROUGH_FIRST", border)
        found = search.hits(Idea.objects.public(), sought("Radweg"), order=NEWEST)
        assert [hit.pk for hit in found] == [each.pk for each in reversed(made)]
    monkeypatch.setattr(search, "MOST_HITS", 2)
    monkeypatch.setattr(search, "LOOKED_THROUGH_FIRST", 1)
    found = search.hits(Idea.objects.public(), sought("Radweg"), order=NEWEST)
    assert [hit.pk for hit in found] == [each.pk for each in reversed(made[1:])]


def test_hits_follow_every_order(client: Client, asked: Round) -> None:
    one, two = idea(asked, "Radweg eins"), idea(asked, "Radweg zwei")
    Idea.objects.filter(pk=one.pk).update(support_count=3)
    assert shown(client, one, two, q="Radweg", sortierung="neueste") == [two, one]
    assert shown(client, one, two, q="Radweg", sortierung="unterstuetzung") == [one, two]
    assert shown(client, one, two, q="Radweg", sortierung="antwort") == []
    answer(two)
    assert shown(client, one, two, q="Radweg", sortierung="antwort") == [two]


# Words and marks, without a database


def test_an_excerpt_shows_where_it_was_cut() -> None:
    assert search.excerpt("Der Anfang & mehr") == "Der Anfang &amp; mehr"
    assert search.excerpt("Wort " * 100).endswith("Wort …")
    assert search.excerpt("W" * 500) == "W" * search.EXCERPT_CHARACTERS + " …"


def test_an_excerpt_has_the_first_hit_in_it() -> None:
    early = search.excerpt("Ein \ue000Radweg\ue001. " + "Und so weiter. " * 50)
    late = search.excerpt("Und so weiter. " * 50 + "Ein \ue000Radweg\ue001 fehlt.")
    assert early.startswith("Ein <mark>Radweg</mark>. Und")
    assert late.startswith("… ")
    assert late.endswith("so weiter. Ein <mark>Radweg</mark> fehlt.")
    assert len(late) < search.EXCERPT_CHARACTERS


def test_marks_that_somebody_smuggles_in_stay_balanced() -> None:
    assert search.highlighted("a\ue001b\ue000c") == "abc"
    assert search.highlighted("\ue000\ue000a\ue001\ue001") == "<mark>a</mark>"
