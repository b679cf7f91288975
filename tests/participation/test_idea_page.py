"""An idea's page: what was written, what happened to it, what was answered, and what others say."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from pytest_django import Settings
from time_machine import TimeMachineFixture

from catalogue.models import State as EntryState
from district import atlas
from participation import discussion, links
from participation.actions import Part, decline, merge, publish, redact, reopen, split, withdraw, withdraw_comment
from participation.models import Comment, Idea, IdeaFile, Round
from tests.factories import (
    CommentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    GoalFactory,
    IdeaFactory,
    MeasureFactory,
    MunicipalityFactory,
    NeedFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)
from tests.milestones.queries import queries

from .answers import AT, answer, weigh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march")]

SQUARE = {"type": "Polygon", "coordinates": [[[12.9, 51.5], [13.1, 51.5], [13.1, 51.6], [12.9, 51.6], [12.9, 51.5]]]}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def _in_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def asked() -> Round:
    DistrictFactory(answer_target_days=90)
    return RoundFactory(concept__slug="kek", slug="ideen")


@pytest.fixture
def idea(asked: Round) -> Idea:
    return IdeaFactory(round=asked, public=True, title="Bus am Abend", text="Nach 20 Uhr fährt keiner mehr.")


def page(client: Client, idea: Idea, query: str = "") -> str:
    response = client.get(idea.get_absolute_url() + query)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def file(idea: Idea, name: str = "Foto vom Bahnhof.jpg", **more: object) -> IdeaFile:
    stored = ContentFile(b"Inhalt", name=f"x{Path(name).suffix}")
    return IdeaFile.objects.create(idea=idea, form_key=uuid.uuid4(), file=stored, name=name, size=2048, **more)


# The idea itself


def test_the_page_shows_what_was_written_and_nothing_runs(client: Client, asked: Round) -> None:
    idea = IdeaFactory(
        round=asked,
        public=True,
        title="<script>alert(1)</script>",
        text="Erster Absatz.\nNeue Zeile.\n\nSiehe https://example.org <img src=x onerror=alert(1)>",
    )
    html = page(client, idea)
    assert idea.reference in html
    assert "<p>Erster Absatz.<br>Neue Zeile.</p>" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="https://example.org' not in html


def test_an_idea_without_a_title_is_called_by_its_first_words(client: Client, asked: Round) -> None:
    text = "Am Bahnhof\n\nfehlen überdachte Stellplätze für Fahrräder, und zwar schon seit vielen Jahren."
    idea = IdeaFactory(round=asked, public=True, title="", text=text)
    name = "Am Bahnhof fehlen überdachte Stellplätze für Fahrräder, …"
    html = page(client, idea)
    assert f"<title>{name} –" in html
    assert f'<h1 class="kern-heading-x-large" lang="de" dir="auto">{name}</h1>' in html
    assert f">{name}</a>" in " ".join(client.get(asked.get_absolute_url()).content.decode().split())


@pytest.mark.parametrize(
    ("text", "name"),
    [("Mehr Bänke!", "Mehr Bänke!"), ("ä" * 61, "ä" * 60 + "…"), ("", "gelöschter Text"), ("…", "…")],
)
def test_short_and_endless_words_make_a_name_too(text: str, name: str) -> None:
    assert IdeaFactory.build(title="", text=text, submitter=None, steps=False).name == name


def test_facts_and_history_are_told(client: Client, asked: Round) -> None:
    field = FieldOfActionFactory(concept=asked.concept, number=4, name="Mobilität")
    torgau = MunicipalityFactory(ags="14730310", name="Torgau")
    submitter = SubmitterFactory(pseudonym="Waldläufer", email="geheim@example.org", postal_address="Hauptstraße 1")
    idea = IdeaFactory(round=asked, public=True, field_of_action=field, municipality=torgau, submitter=submitter)
    html = page(client, idea)
    for words in ("4 Mobilität", "Torgau", "Waldläufer", "1. Februar 2026", "eingegangen", "2. Februar 2026"):
        assert words in html
    for secret in ("geheim@example.org", "Hauptstraße"):
        assert secret not in html


def test_what_came_from_an_event_names_it_and_nobody_else(client: Client, asked: Round) -> None:
    idea = IdeaFactory(round=asked, public=True, source="event", source_note="Regionalforum Eilenburg")
    by_letter = IdeaFactory(round=asked, public=True, source="letter", source_note="Brief von Frau M.")
    assert "Regionalforum Eilenburg" in page(client, idea)
    html = page(client, by_letter)
    assert "Brief" in html
    assert "Frau M." not in html


def test_a_step_for_the_holder_or_the_office_is_not_told(client: Client, idea: Idea) -> None:
    office = UserFactory()
    reopen(decline([idea], reason="Ein Versehen.", by=office, at=AT)[0], by=office, at=AT)
    idea.refresh_from_db()
    publish([idea], by=office, at=AT)
    html = page(client, idea)
    for secret in ("Ein Versehen.", "nicht veröffentlicht", "noch einmal geprüft"):
        assert secret not in html


def test_a_redacted_idea_says_so_and_hides_the_original(client: Client, idea: Idea) -> None:
    redact(idea, title=idea.title, text="Herr [redigiert] fährt nicht.", by=UserFactory(), at=AT)
    html = page(client, idea)
    assert "Die Moderation hat diesen Text vor der Veröffentlichung geändert" in html
    assert "Nach 20 Uhr" not in html


def test_the_place_is_drawn(client: Client, asked: Round) -> None:
    torgau = MunicipalityFactory(name="Torgau", boundary=SQUARE)
    atlas._read.cache_clear()
    idea = IdeaFactory(round=asked, public=True, municipality=torgau, latitude=51.55, longitude=13.0)
    assert 'aria-label="Karte des Landkreises mit einem Punkt in Torgau"' in page(client, idea)
    assert "Karte des Landkreises" not in page(client, IdeaFactory(round=asked, public=True))


def test_the_address_can_be_handed_on(client: Client, idea: Idea) -> None:
    html = page(client, idea)
    address = f"http://testserver{idea.get_absolute_url()}"
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<meta name="description" content="Nach 20 Uhr fährt keiner mehr.">' in html
    assert f'readonly value="{address}"' in html
    assert 'href="mailto:?subject=Bus%20am%20Abend&amp;body=http%3A%2F%2Ftestserver%2Fkek' in html


def test_similar_ideas_are_named_without_itself(client: Client, idea: Idea) -> None:
    IdeaFactory(round=idea.round, public=True, title="Bus am späten Abend")
    html = page(client, idea).partition('id="aehnlich"')[2]
    assert html.count("Bus am späten Abend") == 1
    assert ">Bus am Abend<" not in html


def test_the_english_page_marks_german_words(client: Client, idea: Idea) -> None:
    with translation.override("de"):  # the request would leave its own language behind
        response = client.get(f"/en{idea.get_absolute_url()}")
    html = " ".join(response.content.decode().split())
    assert '<html lang="en">' in html
    assert '<h1 class="kern-heading-x-large" lang="de" dir="auto">Bus am Abend</h1>' in html


# Taking part


def test_while_the_round_runs_one_can_take_part(client: Client, idea: Idea) -> None:
    html = page(client, idea)
    for way in ("unterstuetzen", "kommentieren", "melden"):
        assert f'href="{idea.get_absolute_url()}{way}/"' in html


def test_who_supports_is_told_in_words_and_in_large_numbers(client: Client, idea: Idea) -> None:
    html = page(client, idea)
    assert "Noch unterstützt das niemand." in html
    assert "Jede Person zählt einmal" in html
    assert "0 Menschen" not in html
    Idea.objects.filter(pk=idea.pk).update(support_count=12_345, comment_count=1_234)
    html = page(client, idea)
    assert '<span class="idea-supports__count">12.345</span> Menschen unterstützen das' in html
    listed = " ".join(client.get(idea.round.get_absolute_url()).content.decode().split())
    assert "<li>12.345 Unterstützungen</li> <li>1.234 Kommentare</li>" in listed
    Round.objects.update(closes_on=datetime.date(2026, 2, 28))
    Idea.objects.filter(pk=idea.pk).update(support_count=0)
    assert "Noch unterstützt das niemand." not in page(client, idea)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"allows_support": False}, ["unterstuetzen"]),
        ({"allows_comments": False}, ["kommentieren"]),
        ({"closes_on": datetime.date(2026, 2, 28)}, ["unterstuetzen", "kommentieren"]),
    ],
)
def test_what_the_round_does_not_allow_is_not_offered(
    client: Client, idea: Idea, changes: dict[str, object], missing: list[str]
) -> None:
    Round.objects.filter(pk=idea.round.pk).update(**changes)
    html = page(client, idea)
    offered = [way for way in ("unterstuetzen", "kommentieren", "melden") if f"{way}/" in html]
    assert offered == [way for way in ("unterstuetzen", "kommentieren", "melden") if way not in missing]


def test_comments_stand_with_their_replies(client: Client, idea: Idea) -> None:
    first = CommentFactory(
        idea=idea, public=True, text="Gute <b>Idee</b>", submitter=SubmitterFactory(pseudonym="Inge")
    )
    second = CommentFactory(idea=idea, public=True, text="Später geschrieben", published_at=AT)
    CommentFactory(idea=idea, public=True, parent=first, text="Finde ich auch", published_at=AT)
    CommentFactory(idea=idea, text="Noch in Prüfung")
    html = page(client, idea)
    places = [html.index(text) for text in ("Inge", "Gute &lt;b&gt;Idee", "Finde ich auch", "Später geschrieben")]
    assert places == sorted(places)
    assert "Noch in Prüfung" not in html
    assert f"kommentieren/?antwort={second.pk}" in html
    assert f"melden/?kommentar={first.pk}" in html


def test_a_reply_outlives_the_comment_it_answers(client: Client, idea: Idea) -> None:
    first = CommentFactory(idea=idea, public=True, text="Ein Satz zu viel")
    CommentFactory(idea=idea, public=True, parent=first, text="Die Antwort darauf")
    withdraw_comment(first, at=AT)
    withdraw_comment(CommentFactory(idea=idea, public=True, text="Ganz weg"), at=AT)
    html = page(client, idea)
    assert "Ein Satz zu viel" not in html
    assert html.count("Dieser Kommentar wurde entfernt.") == 1
    assert "Die Antwort darauf" in html


def test_many_comments_are_shown_on_request(client: Client, idea: Idea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discussion, "MOST_AT_FIRST", 2)
    CommentFactory.create_batch(3, idea=idea, public=True)
    assert page(client, idea).count('class="comment"') == 2
    assert "?kommentare=alle#kommentare" in page(client, idea)
    assert page(client, idea, "?kommentare=alle").count('class="comment"') == 3


# The answer


def test_while_it_waits_the_page_says_until_when(client: Client, idea: Idea) -> None:
    assert 'Eine Antwort soll es geben bis: <time datetime="2026-05-03">3. Mai 2026</time>' in page(client, idea)


def test_an_overdue_answer_is_admitted(client: Client, idea: Idea, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2026, 5, 4, 10, tzinfo=datetime.UTC))
    assert "Sie steht noch aus." in page(client, idea)


def test_a_weighing_stays_internal_until_its_release(client: Client, idea: Idea) -> None:
    weigh(idea, summary="Interne Fassung", proposal="Vorschlag", decision="rejected", reason="Noch nicht reif.")
    html = page(client, idea)
    assert "in Abwägung" in html
    for secret in ("Interne Fassung", "Vorschlag", "nicht berücksichtigt", "Noch nicht reif."):
        assert secret not in html


def test_the_answer_tells_decision_reason_and_what_it_flowed_into(client: Client, idea: Idea) -> None:
    concept = idea.concept
    need, goal = NeedFactory(concept=concept, title="Mobil ohne Auto"), GoalFactory(concept=concept, title="Takt")
    measure = MeasureFactory(concept=concept, title="Rufbus")
    hidden = MeasureFactory(concept=concept, title="Noch im Entwurf", state=EntryState.DRAFT)
    answer(
        idea,
        decision="partly",
        proposal="Nur intern",
        reason="Ein Teil ist geplant.\n\nDer Rest nicht.",
        needs=(need,),
        goals=(goal,),
        measures=(measure, hidden),
    )
    html = page(client, idea)
    for words in (
        "Antwort des Landratsamtes", "Landratsamt Nordsachsen", "20. Februar 2026", "teilweise berücksichtigt",
        "<p>Ein Teil ist geplant.</p>", "Mobil ohne Auto", "Takt", "Rufbus", need.get_absolute_url(),
    ):  # fmt: skip
        assert words in html
    for secret in ("Nur intern", "Noch im Entwurf", "Mit dieser Antwort auch beantwortet"):
        assert secret not in html


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("adopted", "Das ist eingeflossen in"),
        ("rejected", "Dazu passt im Konzept"),
        ("contained", "Das ist bereits enthalten in"),
    ],
)
def test_what_was_not_taken_up_has_flowed_into_nothing(client: Client, idea: Idea, decision: str, words: str) -> None:
    measure = MeasureFactory(concept=idea.concept, title="Rufbus")
    answer(idea, decision=decision, measures=(measure,))
    for path in (idea.get_absolute_url(), links.status_path(idea.submitter)):
        html = client.get(path).content.decode()
        assert words in html
        assert ("eingeflossen" in html) == (decision == "adopted")
        assert "Rufbus" in html
    named = client.get(measure.get_absolute_url()).content.decode()
    assert ("(nicht berücksichtigt)" in named) == (decision == "rejected")


def test_an_answer_to_several_says_so(client: Client, idea: Idea) -> None:
    other = IdeaFactory(round=idea.round, public=True, title="Bus in der Nacht")
    gone = IdeaFactory(round=idea.round, public=True, title="Zurückgezogenes")
    answer(idea, other, gone, summary="Gewünscht werden Busse am Abend.")
    withdraw(gone, at=AT)
    html = page(client, idea)
    assert "Diese Antwort gilt für mehrere Ideen gemeinsam." in html
    assert "Gewünscht werden Busse am Abend." in html
    assert "Bus in der Nacht" in html
    assert "Zurückgezogenes" not in html


# What became of it


def test_a_merged_idea_leads_to_the_one_it_is_part_of(client: Client, idea: Idea) -> None:
    seen = IdeaFactory(round=idea.round, public=True, title="Auch ein Bus")
    unseen = IdeaFactory(round=idea.round, title="Nie veröffentlichte Worte")
    merge([seen, unseen], into=idea, by=UserFactory(), at=AT)
    for each in (seen, unseen):
        response = client.get(each.get_absolute_url())
        assert (response.status_code, response["Location"]) == (302, idea.get_absolute_url())
    html = page(client, idea)
    for words in (seen.reference, unseen.reference, "Auch ein Bus", "eine ähnliche Idee aufgenommen"):
        assert words in html
    assert "Nie veröffentlichte Worte" not in html


def test_a_merged_idea_does_not_lead_to_one_that_is_not_public(client: Client, asked: Round) -> None:
    lead, seen, unseen = (
        IdeaFactory(round=asked),
        IdeaFactory(round=asked, public=True),
        IdeaFactory(round=asked),
    )
    merge([seen, unseen], into=lead, by=UserFactory(), at=AT)
    assert client.get(seen.get_absolute_url()).status_code == 410
    assert client.get(unseen.get_absolute_url()).status_code == 404


def test_a_split_idea_names_its_parts(client: Client, idea: Idea) -> None:
    one, two = split(idea, parts=[Part("Bus", "Ein Bus."), Part("Rad", "Ein Rad.")], by=UserFactory(), at=AT)
    html = page(client, idea)
    assert one.get_absolute_url() in html
    assert two.get_absolute_url() in html
    assert "Nach 20 Uhr" not in html
    assert f'Teil von</dt><dd><a class="kern-link" href="{idea.get_absolute_url()}"' in page(client, one)
    for part in (one, two):
        withdraw(part, at=AT)
    assert client.get(idea.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("taken_down_by", ["author", "moderation"])
def test_what_was_public_once_is_gone(client: Client, idea: Idea, taken_down_by: str) -> None:
    if taken_down_by == "author":
        withdraw(idea, at=AT)
    else:
        decline([idea], reason="Ein Grund.", by=UserFactory(), at=AT)
    response = client.get(idea.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 410
    assert "Dieser Beitrag ist nicht mehr öffentlich." in html
    for secret in ("Bus am Abend", "Nach 20 Uhr", "Ein Grund."):
        assert secret not in html


@pytest.mark.parametrize("state", ["received", "declined", "withdrawn", "split"])
def test_what_was_never_public_does_not_exist(client: Client, asked: Round, state: str) -> None:
    idea = IdeaFactory(round=asked, state=state, steps=False)
    assert client.get(idea.get_absolute_url()).status_code == 404


def test_an_idea_in_moderation_again_does_not_exist_for_now(client: Client, idea: Idea) -> None:
    reopen(decline([idea], reason="Ein Versehen.", by=UserFactory(), at=AT)[0], by=UserFactory(), at=AT)
    assert client.get(idea.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["/kek/beteiligung/anders/ideen/{pk}/", "/anderes/beteiligung/ideen/ideen/{pk}/"])
def test_an_idea_stands_at_its_own_address_alone(client: Client, idea: Idea, path: str) -> None:
    RoundFactory(concept=idea.concept, slug="anders")
    RoundFactory(concept__slug="anderes", slug="ideen")
    assert client.get(path.format(pk=idea.pk)).status_code == 404
    assert client.get(f"/kek/beteiligung/ideen/ideen/{10**30}/").status_code == 404


@pytest.mark.parametrize("hidden", ["round", "concept"])
def test_an_idea_is_as_public_as_its_round(client: Client, idea: Idea, hidden: str) -> None:
    attached = file(idea)
    row = idea.round if hidden == "round" else idea.concept
    row.is_public = False
    row.save()
    assert client.get(idea.get_absolute_url()).status_code == 404
    assert client.get(f"/kek/beteiligung/anhang/{attached.pk}/").status_code == 404


# Files


def test_pictures_are_shown_and_papers_offered(client: Client, idea: Idea) -> None:
    picture, paper = file(idea), file(idea, "Liste.pdf")
    html = page(client, idea)
    assert (
        f'<img src="/kek/beteiligung/anhang/{picture.pk}/" alt="Bild zur Idee: Foto vom Bahnhof.jpg" loading="lazy">'
        in html
    )
    assert f'href="/kek/beteiligung/anhang/{paper.pk}/"' in html
    assert "(PDF, 2,0\xa0KB)" in html.replace("2,0 KB", "2,0\xa0KB")


def test_a_file_is_sent_to_be_saved(client: Client, idea: Idea) -> None:
    response = client.get(f"/kek/beteiligung/anhang/{file(idea).pk}/")
    assert b"".join(response.streaming_content) == b"Inhalt"  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == 'attachment; filename="foto-vom-bahnhof.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert not response.cookies


def test_a_file_that_is_not_public_is_not_sent(client: Client, asked: Round, idea: Idea) -> None:
    held_back = file(idea, "Geheim.pdf", is_public=False)
    waiting = file(IdeaFactory(round=asked))
    elsewhere = file(IdeaFactory(public=True))
    of_a_form = IdeaFile.objects.create(form_key=uuid.uuid4(), file=ContentFile(b"x", name="x.pdf"), name="x", size=1)
    for each in (held_back, waiting, elsewhere, of_a_form):
        assert client.get(f"/kek/beteiligung/anhang/{each.pk}/").status_code == 404
    assert "Geheim.pdf" not in page(client, idea)


# Queries, and the red thread


def test_the_number_of_queries_does_not_grow(client: Client, idea: Idea) -> None:
    concept = idea.concept
    others = IdeaFactory.create_batch(3, round=idea.round, public=True, title="Bus am Abend", section=None)
    merged = IdeaFactory.create_batch(3, round=idea.round, public=True)

    def add(number: int) -> None:
        file(idea, f"{number}.pdf")
        comment = CommentFactory(idea=idea, public=True)
        CommentFactory.create_batch(number, idea=idea, public=True, parent=comment)
        merge([merged.pop()], into=idea, by=UserFactory(), at=AT)

    add(1)
    answer(idea, *others, measures=tuple(MeasureFactory.create_batch(3, concept=concept)))
    with_one = queries(client, idea.get_absolute_url())
    add(2)
    add(3)
    assert Comment.objects.count() == 9
    assert queries(client, idea.get_absolute_url()) == with_one


def test_a_statement_leads_to_its_section(client: Client) -> None:
    asked = RoundFactory(concept__slug="kek", slug="entwurf", kind=Round.Kind.DRAFT)
    section = SectionFactory(round=asked, number="2.1", heading="Bus und Bahn")
    idea = IdeaFactory(round=asked, section=section, public=True, title="")
    html = page(client, idea)
    assert 'href="/kek/beteiligung/entwurf/#abschnitt-2-1"' in html
    assert "Stellungnahme zu 2.1 Bus und Bahn</h1>" in html


def test_an_entry_of_the_catalogue_names_the_ideas_behind_it(client: Client, idea: Idea) -> None:
    measure = MeasureFactory(concept=idea.concept, title="Rufbus")
    path = measure.get_absolute_url()
    waiting = IdeaFactory(round=idea.round, public=True, title="Noch nicht beantwortet")
    gone = IdeaFactory(round=idea.round, public=True, title="Zurückgezogen")
    weigh(waiting, measures=(measure,))
    assert "Ideen von Bürgerinnen und Bürgern" not in client.get(path).content.decode()
    answer(idea, gone, measures=(measure,))
    withdraw(gone, at=AT)
    before = queries(client, path)
    html = client.get(path).content.decode()
    assert f'href="{idea.get_absolute_url()}" lang="de">Bus am Abend</a>' in html
    for secret in ("Noch nicht beantwortet", "Zurückgezogen"):
        assert secret not in html
    answer(waiting_idea(idea.round), waiting_idea(idea.round), measures=(measure,))
    assert queries(client, path) == before


def waiting_idea(asked: Round) -> Idea:
    return IdeaFactory(round=asked, public=True, title="")
