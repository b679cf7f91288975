"""Support, comment and report on their pages: without an account, without losing a word."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertRedirects

from district import form_keys
from participation.actions import decline, merge
from participation.models import Comment, Idea, Report, Support
from participation.views.voices import COOKIE
from tests.factories import CommentFactory, IdeaFactory, LegalTextFactory, RoundFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def idea() -> Idea:
    LegalTextFactory()
    return IdeaFactory(public=True)


def path(idea: Idea, page: str) -> str:
    return f"{idea.get_absolute_url()}{page}/"


def key_of_an_open_form(clock: Any, seconds: int = 10) -> str:
    key = form_keys.new().signed
    clock.shift(timedelta(seconds=seconds))
    return key


def send(client: Client, idea: Idea, page: str, clock: Any, **given: Any) -> Any:
    query, visitor = given.pop("query", ""), given.pop("REMOTE_ADDR", "192.0.2.9")
    return client.post(path(idea, page) + query, {"key": key_of_an_open_form(clock), **given}, REMOTE_ADDR=visitor)


def ask_for_support(client: Client, idea: Idea, clock: Any, on_commit: Any, email: str = "anna@example.org") -> str:
    with on_commit(execute=True):
        response = send(client, idea, "unterstuetzen", clock, email=email)
    assert response.status_code == 200
    found = re.search(r"https?://[^/]+(/\S+/unterstuetzung/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_support_is_asked_for_mailed_confirmed_and_remembered(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    assert not client.cookies

    page = client.get(link)
    assert page.status_code == 200
    assert not page.cookies
    assert not Support.objects.exists()

    done = client.post(link)
    assert "Danke! Ihre Unterstützung zählt." in done.text
    cookie = done.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    idea.refresh_from_db()
    assert idea.support_count == 1

    other = IdeaFactory(round=idea.round, public=True)
    assert "Idee unterstützen" in client.get(path(other, "unterstuetzen")).text
    client.post(path(other, "unterstuetzen"))
    other.refresh_from_db()
    assert other.support_count == 1

    client.post(path(other, "unterstuetzen"), {"withdraw": "1"})
    other.refresh_from_db()
    assert other.support_count == 0


def test_confirming_twice_says_the_same(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    client.post(link)
    assert "Danke! Ihre Unterstützung zählt." in client.post(link).text
    assert Support.objects.count() == 1


def test_a_link_of_support_that_is_forgotten_already_says_so(client: Client, idea: Idea) -> None:
    unknown = path(idea, "unterstuetzen").partition(idea.round.slug)[0] + "unterstuetzung/unbekannt/"
    response = client.get(unknown)
    assert response.status_code == 404
    assert "Dieser Link gilt nicht mehr." in response.text
    assert client.get(unknown.replace(idea.concept.slug, "gibt-es-nicht")).status_code == 404


def test_an_expired_link_of_support_leads_to_a_new_one(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    clock.shift(timedelta(hours=73))
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 409
        assert "Dieser Link ist abgelaufen." in response.text
        assert "Neuen Link anfordern" in response.text
    assert not Support.objects.exists()


@pytest.mark.parametrize("hours", [0, 73])
def test_a_link_of_support_that_was_used_makes_no_other_browser_known(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any, hours: int
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    client.post(link)
    clock.shift(timedelta(hours=hours))
    stranger = Client()
    for response in (stranger.get(link), stranger.post(link)):
        assert "Danke! Ihre Unterstützung zählt." in response.text
    assert not stranger.cookies


def test_a_new_link_makes_a_second_browser_known(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client.post(ask_for_support(client, idea, clock, django_capture_on_commit_callbacks))
    second = Client()
    link = ask_for_support(second, idea, clock, django_capture_on_commit_callbacks)
    assert "<button" in second.get(link).text
    assert second.post(link).cookies[COOKIE]
    assert Support.objects.count() == 1


def test_a_link_of_support_to_what_is_gone_shows_no_word_of_it(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    decline([idea], reason="Beleidigend.", by=UserFactory(), at=NOW)
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 410
        assert idea.name not in response.text
        assert response["Cache-Control"] == "no-store"
    assert not Support.objects.exists()


@pytest.mark.parametrize("what", ["round", "concept"])
def test_a_link_of_support_leads_nowhere_once_its_round_or_concept_is_off_the_portal(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any, what: str
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    hidden = getattr(idea, what)
    hidden.is_public = False
    hidden.save()
    assert [client.get(link).status_code, client.post(link).status_code] == [404, 404]
    assert not Support.objects.exists()


def test_a_link_of_support_goes_on_with_the_idea_that_its_own_is_part_of(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    lead = IdeaFactory(round=idea.round, public=True, title="Rufbus")
    merge([idea], into=lead, by=UserFactory(), at=NOW)
    assert "Rufbus" in client.get(link).text
    assert "Diese Idee unterstützt jetzt 1 Mensch." in client.post(link).text
    assert Support.objects.get().idea == lead


def test_a_link_of_support_says_that_the_round_has_ended(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    idea.round.closes_on = date(2026, 11, 22)
    idea.round.save()
    for response, status in ((client.get(link), 200), (client.post(link), 409)):
        assert response.status_code == status
        assert "Diese Beteiligung ist beendet." in response.text
        assert "Neuen Link anfordern" not in response.text
    assert not client.cookies


def test_a_made_up_link_of_support_leads_nowhere_and_many_are_counted(
    client: Client, idea: Idea, settings: Any
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "secrets": (2, 60)}
    address = f"/{idea.concept.slug}/beteiligung/unterstuetzung/erfunden/"
    tried = [client.get(address) for _time in range(3)]
    assert [response.status_code for response in tried] == [404, 404, 429]
    assert tried[-1]["Retry-After"] == "60"


def test_a_forged_cookie_supports_nothing(client: Client, idea: Idea) -> None:
    client.cookies[COOKIE] = "x:y:z"
    assert "E-Mail-Adresse" in client.get(path(idea, "unterstuetzen")).text


def test_the_answer_is_the_same_whoever_supported_before(
    client: Client, idea: Idea, clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    link = ask_for_support(client, idea, clock, django_capture_on_commit_callbacks)
    first = send(Client(), idea, "unterstuetzen", clock, email="anna@example.org").text
    client.post(link)
    second = send(Client(), idea, "unterstuetzen", clock, email="anna@example.org").text
    assert re.sub(r'value="[^"]+"', "", first) == re.sub(r'value="[^"]+"', "", second)


@pytest.mark.parametrize(
    ("page", "field"), [("unterstuetzen", "email"), ("kommentieren", "text"), ("melden", "reason")]
)
def test_an_empty_form_says_what_is_missing(client: Client, idea: Idea, clock: Any, page: str, field: str) -> None:
    response = send(client, idea, page, clock)
    assert "Bitte prüfen Sie Ihre Eingaben" in response.text
    assert f'href="#id_{field}"' in response.text
    assert not response.cookies


def test_a_comment_is_taken_and_its_author_gets_a_link(client: Client, idea: Idea, clock: Any) -> None:
    response = send(client, idea, "kommentieren", clock, text="Das fehlt bei uns auch.", pseudonym="Anna")
    made = Comment.objects.get()
    assert (made.text, made.submitter.pseudonym, made.state) == ("Das fehlt bei uns auch.", "Anna", "received")
    # The address itself is shown, to be copied or scanned: it is the only time.
    link = re.search(r'id="link">http://testserver(/[^<]+/stand/[^<]+)<', response.text)
    assert link is not None
    assert "Das fehlt bei uns auch." in client.get(link[1]).text
    assert f'href="http://testserver{link[1]}"' in response.text
    assert '<svg class="qr"' in response.text
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


def test_a_comment_sent_twice_is_stored_once_and_one_written_anew_is_another(
    client: Client, idea: Idea, clock: Any
) -> None:
    key = key_of_an_open_form(clock)
    for text in ("Erstens.", "Erstens.", "Zweitens."):
        response = client.post(path(idea, "kommentieren"), {"key": key, "text": text})
    assert "Noch ein Klick, bitte." in response.text
    assert "Zweitens." in response.text
    assert [made.text for made in Comment.objects.all()] == ["Erstens."]


def test_an_answer_shows_what_it_answers(client: Client, idea: Idea, clock: Any) -> None:
    first = CommentFactory(idea=idea, public=True, text="Wann kommt der Bus?")
    query = f"?antwort={first.pk}"
    assert "Wann kommt der Bus?" in client.get(path(idea, "kommentieren") + query).text
    send(client, idea, "kommentieren", clock, query=query, text="Nächstes Jahr.")
    assert Comment.objects.get(text="Nächstes Jahr.").parent == first


@pytest.mark.parametrize("query", ["?antwort=0", "?antwort=x", "?antwort=99999999999999999999", "?antwort=²"])
def test_an_answer_to_nothing_leads_nowhere(client: Client, idea: Idea, query: str) -> None:
    assert client.get(path(idea, "kommentieren") + query).status_code == 404


@pytest.mark.parametrize(("page", "given"), [("kommentieren", {"text": "Ja."}), ("melden", {"reason": "Werbung."})])
def test_machines_are_held_up_and_nothing_is_lost(
    client: Client, idea: Idea, clock: Any, page: str, given: dict[str, str]
) -> None:
    words = next(iter(given.values()))
    fast = client.post(path(idea, page), {"key": form_keys.new().signed, **given})
    assert "Noch ein Klick, bitte." in fast.text
    trapped = send(client, idea, page, clock, homepage="x", **given)
    assert "Das ist noch nicht gesendet." in trapped.text
    expired = client.post(path(idea, page), {"key": key_of_an_open_form(clock, 25 * 3600), **given})
    forged = client.post(path(idea, page), {"key": "x", **given})
    for response in (expired, forged):
        assert "Das Formular war zu lange geöffnet." in response.text
    for response in (fast, trapped, expired, forged):
        assert words in response.text
    assert not Comment.objects.exists()
    assert not Report.objects.exists()


def test_whose_browser_fills_in_the_address_just_sends_again(client: Client, idea: Idea, clock: Any) -> None:
    opened = client.get(path(idea, "unterstuetzen"))
    hurried = client.post(path(idea, "unterstuetzen"), {**hidden_in(opened), "email": "anna@example.org"})
    assert "Noch ein Klick, bitte." in hurried.text
    assert "Ihr Beitrag" not in hurried.text
    assert 'value="anna@example.org"' in hurried.text
    clock.shift(timedelta(seconds=4))
    again = client.post(path(idea, "unterstuetzen"), {**hidden_in(hurried), "email": "anna@example.org"})
    assert "Fast geschafft" in again.text
    assert "drei Tage" in again.text


def hidden_in(response: Any) -> dict[str, str]:
    """Return what the form of a page carries along."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.text))


def test_too_many_comments_are_told_to_wait_and_nothing_is_lost(
    client: Client, idea: Idea, clock: Any, settings: Any
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "comments": (1, 1)}
    send(client, idea, "kommentieren", clock, text="Erstens.")
    response = send(client, idea, "kommentieren", clock, text="Zweitens.")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 3000
    assert "in 1 Stunde" in response.text
    assert "Zweitens." in response.text


@pytest.mark.parametrize(
    ("page", "allowance", "given"),
    [
        ("kommentieren", "comments_per_round", {"text": "Ja, genau."}),
        ("melden", "reports_per_round", {"reason": "Werbung."}),
        ("unterstuetzen", "supports_per_round", {"email": "anna@example.org"}),
    ],
)
def test_a_round_takes_so_much_at_once_from_everybody_together(
    client: Client, idea: Idea, clock: Any, settings: Any, page: str, allowance: str, given: dict[str, str]
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, allowance: (1, 1)}
    other = IdeaFactory(round=idea.round, public=True)
    assert send(client, other, page, clock, REMOTE_ADDR="192.0.2.1", **given).status_code == 200
    response = send(client, idea, page, clock, REMOTE_ADDR="192.0.2.2", **given)
    assert response.status_code == 429
    assert "Gerade kommt sehr viel auf einmal an." in response.text
    assert next(iter(given.values())) in response.text
    elsewhere = send(client, IdeaFactory(public=True), page, clock, REMOTE_ADDR="192.0.2.2", **given)
    assert elsewhere.status_code == 200


def test_a_report_reaches_the_moderation(client: Client, idea: Idea, clock: Any) -> None:
    made = CommentFactory(idea=idea, public=True)
    response = send(client, idea, "melden", clock, query=f"?kommentar={made.pk}", reason="Nennt meinen Nachbarn.")
    told = Report.objects.get()
    assert (told.comment, told.reason) == (made, "Nennt meinen Nachbarn.")
    assert "Danke für Ihre Meldung" in response.text


@pytest.mark.parametrize("page", ["unterstuetzen", "kommentieren"])
def test_a_closed_round_takes_nothing_and_gives_the_words_back(client: Client, clock: Any, page: str) -> None:
    LegalTextFactory()
    idea = IdeaFactory(public=True, round=RoundFactory(closes_on=date(2026, 11, 22)))
    assert "Diese Beteiligung ist beendet." in client.get(path(idea, page)).text
    response = send(client, idea, page, clock, text="Zu spät.", email="anna@example.org")
    assert response.status_code == 409
    assert "Zu spät." in response.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("page", ["unterstuetzen", "kommentieren", "melden"])
def test_what_is_not_public_is_not_there(client: Client, page: str) -> None:
    assert client.get(path(IdeaFactory(), page)).status_code == 404


@pytest.mark.parametrize("page", ["unterstuetzen", "kommentieren", "melden"])
def test_what_is_gone_meanwhile_says_so_and_gives_the_text_back(
    client: Client, idea: Idea, clock: Any, page: str
) -> None:
    decline([idea], reason="Beleidigend.", by=UserFactory(), at=NOW)
    assertRedirects(client.get(path(idea, page)), idea.get_absolute_url(), target_status_code=410)
    response = send(client, idea, page, clock, text="Zu spät.")
    assert response.status_code == 410
    assert "Zu spät." in response.text
    assert idea.name not in response.text


def test_whoever_comments_on_what_became_part_of_another_comments_on_that(
    client: Client, idea: Idea, clock: Any
) -> None:
    double = IdeaFactory(round=idea.round, public=True)
    merge([double], into=idea, by=UserFactory(), at=NOW)
    send(client, double, "kommentieren", clock, text="Gute Idee.")
    assert Comment.objects.get().idea == idea


@pytest.mark.parametrize("text", ["\0", "x" * 2001, "\u202e" + "x" * 50, "<script>alert(1)</script>", "👍" * 100, " "])
def test_hostile_words_are_kept_as_words_or_refused(client: Client, idea: Idea, clock: Any, text: str) -> None:
    response = send(client, idea, "kommentieren", clock, text=text)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
