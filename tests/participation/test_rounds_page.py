"""All rounds of a concept: what runs, what comes, what was, and what came of it."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import translation
from time_machine import TimeMachineFixture

from district.counting import Counted, CountUpTo
from district.models import Concept
from participation.models import Idea, Round
from tests.factories import ConceptFactory, IdeaFactory, RoundFactory, SubmitterFactory
from tests.milestones.queries import queries

from .answers import answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march")]

ROUNDS = "/kek/beteiligung/"
DAY = datetime.date


@pytest.fixture
def _in_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek")


def page(client: Client, path: str = ROUNDS) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def test_without_a_round_the_page_says_so(client: Client, concept: Concept) -> None:
    assert "Zu diesem Konzept ist noch keine Beteiligung angekündigt." in page(client)


def test_a_closed_concept_without_a_round_says_why(client: Client) -> None:
    ConceptFactory(slug="kek", process_closed_on=DAY(2021, 4, 1))
    assert "sein Verfahren ist abgeschlossen" in page(client)


def test_rounds_stand_under_what_readers_can_do_now(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, question="Was war?", opens_on=DAY(2025, 1, 1), closes_on=DAY(2026, 2, 28))
    RoundFactory(concept=concept, question="Was läuft?", closes_on=DAY(2026, 3, 1))
    RoundFactory(concept=concept, question="Was kommt?", opens_on=DAY(2026, 3, 2))
    RoundFactory(
        concept=concept,
        question="Was entfiel?",
        called_off_on=DAY(2026, 2, 1),
        called_off_reason="Die Corona-Schutz-Verordnung erlaubte keine Veranstaltungen.",
    )
    html = page(client)
    order = [
        "Jetzt mitmachen", "Was läuft?", "Demnächst", "Was kommt?",
        "Abgeschlossen", "Was war?", "Abgesagt", "Was entfiel?", "Corona-Schutz-Verordnung",
    ]  # fmt: skip
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert html.count("Idee einreichen") == 1


def test_a_round_says_what_may_be_done(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, allows_support=False, allows_comments=True)
    html = page(client)
    assert "Ideen einreichen" in html
    assert "Ideen kommentieren" in html
    assert "Ideen unterstützen" not in html
    assert "Unterstützungen" not in html


def test_a_draft_asks_for_statements(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, kind=Round.Kind.DRAFT)
    html = page(client)
    assert "zu jedem Abschnitt Stellung nehmen" in html
    assert "<dt>Stellungnahmen</dt><dd>0</dd>" in html


def test_figures_count_what_is_public(client: Client, concept: Concept) -> None:
    asked = RoundFactory(concept=concept)
    first, second = IdeaFactory.create_batch(2, round=asked, public=True)
    Idea.objects.filter(pk=first.pk).update(support_count=3)
    Idea.objects.filter(pk=second.pk).update(support_count=4)
    Idea.objects.filter(pk=IdeaFactory(round=asked).pk).update(support_count=50)
    IdeaFactory(public=True)
    first.refresh_from_db()
    answer(first)
    html = page(client)
    for label, number in (("Ideen", 2), ("beantwortet", 1), ("Unterstützungen", 7)):
        assert f"<dt>{label}</dt><dd>{number}</dd>" in html


def test_nobody_counts_further_than_needed() -> None:
    submitter = SubmitterFactory()
    IdeaFactory.create_batch(4, public=True, steps=False, round=RoundFactory(), submitter=submitter)
    rows = Idea.objects.order_by("pk")
    few, many = Round.objects.values_list(CountUpTo(rows, most=2), CountUpTo(rows, most=9)).get()
    assert (few, many) == (3, 4)
    assert [str(Counted(few, 2)), str(Counted(many, 9))] == ["mehr als 2", "4"]


def test_large_numbers_are_written_as_people_write_them() -> None:
    assert (str(Counted(9876)), str(Counted(10_001))) == ("9.876", "mehr als 10.000")
    with translation.override("en"):
        assert str(Counted(9876)) == "9,876"


def test_what_is_not_public_is_not_listed(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, question="Geheime Frage?", is_public=False)
    RoundFactory(question="Frage eines anderen Konzepts?")
    html = page(client)
    assert "Geheime Frage?" not in html
    assert "Frage eines anderen Konzepts?" not in html
    Concept.objects.filter(pk=concept.pk).update(is_public=False)
    assert client.get(ROUNDS).status_code == 404


def test_the_navigation_leads_here(client: Client, concept: Concept) -> None:
    assert '<a href="/kek/beteiligung/" aria-current="page">Beteiligung</a>' in page(client)


def test_the_english_page_speaks_english_around_german_questions(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, question="Was läuft?")
    with translation.override("de"):  # the request would leave its own language behind
        html = page(client, f"/en{ROUNDS}")
    assert '<html lang="en">' in html
    assert 'lang="de"><a class="kern-link round-title" href="/en/kek/beteiligung/' in html


def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept)
    with_one = queries(client, ROUNDS)
    for asked in RoundFactory.create_batch(2, concept=concept):
        IdeaFactory(round=asked, public=True)
    assert queries(client, ROUNDS) == with_one


# The start page


def test_the_start_page_invites_to_what_runs_and_what_comes(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, slug="laeuft", question="Was läuft?")
    RoundFactory(concept=concept, question="Was kommt?", opens_on=DAY(2026, 4, 1))
    RoundFactory(concept=concept, question="Was war?", closes_on=DAY(2026, 2, 28))
    RoundFactory(concept=concept, question="Geheim?", is_public=False)
    html = page(client, "/kek/")
    assert html.index("Was läuft?") < html.index("Was kommt?")
    assert 'href="/kek/beteiligung/laeuft/mitmachen/"' in html
    assert html.count("Idee einreichen") == 1
    assert "Was war?" not in html
    assert "Geheim?" not in html


def test_without_a_round_the_start_page_asks_nobody(client: Client, concept: Concept) -> None:
    assert "Ihre Meinung ist gefragt" not in page(client, "/kek/")


def test_a_closed_concept_leads_to_what_runs_in_the_one_that_follows(client: Client) -> None:
    former = ConceptFactory(slug="kek", process_closed_on=DAY(2026, 2, 1))
    following = ConceptFactory(slug="kek-neu", predecessor=former)
    RoundFactory(concept=following, slug="laeuft", question="Was läuft?", closes_on=DAY(2026, 3, 31))
    RoundFactory(concept=following, question="Was kommt?", opens_on=DAY(2026, 4, 1))
    RoundFactory(concept=following, question="Was war?", closes_on=DAY(2026, 2, 28))
    RoundFactory(concept=following, question="Geheim?", is_public=False)
    html = page(client, "/kek/")
    assert 'href="/kek-neu/beteiligung/laeuft/">Jetzt mitmachen: <span lang="de">Was läuft?</span></a>' in html
    assert 'noch bis <time datetime="2026-03-31">31. März 2026</time></p>' in html
    for question in ("Was kommt?", "Was war?", "Geheim?"):
        assert question not in html
    before = queries(client, "/kek/")
    RoundFactory.create_batch(2, concept=following)
    assert queries(client, "/kek/") == before
    Concept.objects.filter(pk=following.pk).update(process_closed_on=DAY(2026, 3, 1))
    assert "Was läuft?" not in page(client, "/kek/")


def test_a_coming_round_says_when_it_begins(client: Client, concept: Concept) -> None:
    RoundFactory(concept=concept, slug="ideen", opens_on=DAY(2026, 4, 1))
    html = page(client, f"{ROUNDS}ideen/")
    assert 'Sie beginnt am <time datetime="2026-04-01">1. April 2026</time>.</p>' in html


def test_a_closed_concept_invites_nobody(client: Client) -> None:
    concept = ConceptFactory(slug="kek", process_closed_on=DAY(2026, 2, 1))
    RoundFactory(concept=concept, question="Was lief?")
    assert "Was lief?" not in page(client, "/kek/")
