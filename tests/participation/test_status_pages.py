"""What a secret link opens: receipt, status, what is stored, and how to end it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from participation import links
from participation.actions import (
    Part,
    begin,
    decline,
    erase,
    expire,
    merge,
    propose,
    publish,
    publish_comment,
    release,
    split,
    submit,
    withdraw,
)
from participation.actions.submission import Contribution, Sender, ask_to_confirm
from participation.actions.weighing import Draft
from participation.models import Comment, Confirmation, Idea, IdeaFile, Submitter
from participation.stored import stored
from tests.factories import (
    CommentFactory,
    ConceptFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    SubmitterFactory,
    UserFactory,
)
from tests.milestones.queries import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGES = ("status", "receipt", "stored", "erase", "unsubscribe", "link_again")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _district(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    DistrictFactory(answer_target_days=60)


@pytest.fixture
def idea() -> Idea:
    found: Idea = IdeaFactory(
        round__concept=ConceptFactory(slug="kek", short_title="KEK Probe"),
        title="Bus am Abend",
        submitter=SubmitterFactory(pseudonym="Radlerin", email="anna@example.org"),
    )
    return found


def path(thing: Idea | Comment, page: str = "status", *more: int) -> str:
    """Return the address of a page behind the link of whoever sent it in."""
    with override("de"):  # whatever page was asked for before
        status = links.status_path(thing.submitter)
    names = {
        "status": "",
        "receipt": "beleg/",
        "stored": "daten.json",
        "erase": "loeschen/",
        "unsubscribe": "abbestellen/",
        "link_again": "link/",
        "withdraw": "zurueckziehen/{}/",
        "withdraw_comment": "kommentar/{}/",
        "own_file": "datei/{}/",
    }
    return status + names[page].format(*more)


def html(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    assert not response.cookies
    return response.content.decode()


def answer(idea: Idea, **more: Any) -> None:
    """Let two people weigh and release."""
    draft = Draft(summary="Gewünscht wird ein Bus.", decision="adopted", reason="Er steht im Nahverkehrsplan.", **more)
    author, office = UserFactory(), UserFactory()
    assessment = propose(begin([idea], draft=draft, by=author, at=NOW), by=author, at=NOW)
    release([assessment], by=office, at=NOW)


# The link


@pytest.mark.parametrize("page", PAGES)
def test_nothing_behind_the_link_is_kept_told_or_indexed(client: Client, idea: Idea, page: str) -> None:
    response = client.get(path(idea, page))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


@pytest.mark.parametrize("page", PAGES)
def test_a_forged_link_opens_nothing(client: Client, idea: Idea, page: str) -> None:
    genuine = links.secret_of(idea.submitter)
    forged = (genuine[:-1] + ("A" if genuine[-1] != "A" else "B"), idea.submitter.key.hex, "x", "a:b", "%00")
    for secret in forged:
        address = path(idea, page).replace(genuine, secret)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)
    assert Submitter.objects.get().email


@pytest.mark.parametrize("cut", ["", "x", "0123456789abcdef:abc"])
def test_a_link_that_was_cut_off_is_explained(client: Client, idea: Idea, cut: str) -> None:
    response = client.get(f"/kek/beteiligung/stand/{cut}{'/' if cut else ''}")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"
    page = html(response)
    assert "Dieser Link ist unvollständig oder unbekannt." in page
    assert "kopieren Sie den ganzen Link" in page


def test_a_link_opens_its_own_concept_alone(client: Client, idea: Idea) -> None:
    ConceptFactory(slug="anderes")
    assert client.get(path(idea).replace("/kek/", "/anderes/")).status_code == 404


def test_whoever_tries_many_links_waits(client: Client, idea: Idea, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "secrets": (2, 60)}
    tried = [client.get("/kek/beteiligung/stand/unsinn/") for _time in range(3)]
    assert [response.status_code for response in tried] == [404, 404, 429]
    assert tried[-1]["Retry-After"] == "60"
    assert client.get(path(idea)).status_code == 200


def test_the_link_goes_on_when_its_concept_is_taken_off_the_portal(client: Client, idea: Idea) -> None:
    idea.concept.is_public = False
    idea.concept.save()
    assert client.get(path(idea)).status_code == 200


def test_a_made_up_link_names_no_concept_that_is_not_public(client: Client) -> None:
    ConceptFactory(slug="geheim", title="Noch geheim", is_public=False)
    ConceptFactory(slug="offen")
    assert client.get("/geheim/beteiligung/bestaetigen/erfunden/").status_code == 404
    assert "Noch geheim" not in html(client.get("/geheim/beteiligung/bestaetigen/erfunden/"))
    assert "Dieser Link gilt nicht mehr." in html(client.get("/offen/beteiligung/bestaetigen/erfunden/"))


def test_the_audit_trail_learns_no_secret(client: Client, idea: Idea) -> None:
    client.post(path(idea, "erase"))
    urls = [context.metadata["url"] for context in pghistory.models.Context.objects.all()]
    assert urls == ["/kek/beteiligung/stand/…/loeschen/"]


# Status


def test_each_step_is_told_with_its_day_and_the_internal_ones_are_not(client: Client, idea: Idea) -> None:
    publish([idea], by=UserFactory(), at=NOW, title="Bus am Abend", text="Ein Bus. [redigiert]")
    page = html(client.get(path(idea)))
    assert idea.reference in page
    assert '<time datetime="2026-02-01">1. Februar 2026</time>' in page
    assert '<time datetime="2026-03-02">2. März 2026</time>' in page
    assert "Geplant ist die Antwort bis zum 1. Mai 2026." in page
    assert "So hatten Sie es geschrieben" in page
    assert "Zwischen den Dörfern fehlt ein sicherer Radweg." in page


def test_a_reason_for_declining_is_told(client: Client, idea: Idea) -> None:
    decline([idea], reason="Das ist Sache des Bundes.", by=UserFactory(), at=NOW)
    page = html(client.get(path(idea)))
    assert "Das ist Sache des Bundes." in page
    assert "Ihr Beitrag wird nicht veröffentlicht." in page


def test_the_answer_leads_to_what_it_flowed_into_as_far_as_it_is_public(client: Client, idea: Idea) -> None:
    field = FieldOfActionFactory(concept=idea.concept)
    shared = {"concept": idea.concept, "field_of_action": field}
    public = idea.concept.measures.create(**shared, number="M 1", title="Abendbus", state="proposed")
    internal = idea.concept.measures.create(**shared, number="M 2", title="Noch geheim")
    publish([idea], by=UserFactory(), at=NOW)
    answer(idea, measures=(public, internal))
    page = html(client.get(path(idea)))
    assert "Er steht im Nahverkehrsplan." in page
    assert "<strong>Berücksichtigt</strong>" in page
    assert public.get_absolute_url() in page
    assert "Noch geheim" not in page


def test_an_answer_that_is_not_released_is_not_shown(client: Client, idea: Idea) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    begin([idea], draft=Draft(summary="Bus", decision="rejected", reason="Kein Geld."), by=UserFactory(), at=NOW)
    page = html(client.get(path(idea)))
    assert "Kein Geld." not in page
    assert "Abwägung begonnen" in page


def test_who_was_merged_reads_on_about_the_common_idea(client: Client, idea: Idea) -> None:
    lead = IdeaFactory(round=idea.round, public=True, title="Rufbus", text="Gemeinsam.")
    merge([idea], into=lead, by=UserFactory(), at=NOW)
    answer(lead)
    page = html(client.get(path(idea)))
    assert lead.get_absolute_url() in page
    assert "Ihr Beitrag ist jetzt Teil von" in page
    assert "Er steht im Nahverkehrsplan." in page


def test_who_was_merged_into_an_unpublished_idea_does_not_read_it(client: Client, idea: Idea) -> None:
    lead = IdeaFactory(round=idea.round, title="Frau Muster hat gesagt")
    merge([idea], into=lead, by=UserFactory(), at=NOW)
    page = html(client.get(path(idea)))
    assert lead.reference in page
    assert "Frau Muster" not in page


def test_who_was_split_sees_the_parts_with_their_answers(client: Client, idea: Idea) -> None:
    parts = split(idea, parts=[Part("Bus", "Ein Bus."), Part("Bank", "Eine Bank.")], by=UserFactory(), at=NOW)
    answer(parts[1])
    page = html(client.get(path(idea)))
    for part in parts:
        assert part.reference in page
    assert page.count("Er steht im Nahverkehrsplan.") == 1


def test_a_comment_has_a_status_too(client: Client) -> None:
    comment = CommentFactory(text="Sehr gut!")
    assert "in Prüfung" in html(client.get(path(comment)))
    publish_comment([comment], by=UserFactory(), at=NOW)
    page = html(client.get(path(comment)))
    assert "Sehr gut!" in page
    assert comment.idea.get_absolute_url() in page
    assert client.get(path(comment, "receipt")).status_code == 404


def test_a_status_page_takes_as_many_queries_for_many_steps_as_for_one(client: Client, idea: Idea) -> None:
    def absorb(count: int) -> None:
        for _number in range(count):
            merge([IdeaFactory(round=idea.round)], into=idea, by=UserFactory(), at=NOW)
            IdeaFile.objects.create(idea=idea, form_key=idea.key, file="a.pdf", name="a.pdf", size=9)

    publish([idea], by=UserFactory(), at=NOW)
    absorb(1)
    few = queries(client, path(idea))
    absorb(2)
    assert queries(client, path(idea)) == few


def test_the_page_speaks_english(client: Client, idea: Idea) -> None:
    page = html(client.get(f"/en{path(idea)}"))
    assert '<html lang="en">' in page
    assert '<span lang="de">Bus am Abend</span>' in page


# What is stored


def test_the_file_says_what_is_stored(client: Client, idea: Idea) -> None:
    idea.municipality = MunicipalityFactory(name="Torgau")
    idea.save()
    publish([idea], by=UserFactory(), at=NOW, title="Bus", text="Ein Bus.")
    ask_to_confirm(idea.submitter, at=NOW)
    response = client.get(path(idea, "stored"))
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    told = json.loads(response.content)
    assert told == json.loads(json.dumps(stored(idea.submitter)))
    assert told["einsender"]["e_mail"] == "anna@example.org"
    assert told["einsender"]["name_oder_pseudonym"] == "Radlerin"
    (own,) = told["ideen"]
    assert (own["titel"], own["titel_im_wortlaut"], own["gemeinde"]) == ("Bus", "Bus am Abend", "Torgau")
    assert own["text_im_wortlaut"] == "Zwischen den Dörfern fehlt ein sicherer Radweg."
    assert [step["schritt"] for step in own["schritte"]] == ["eingegangen", "redigiert", "veröffentlicht"]
    assert len(told["bestaetigungslinks"]) == 1


def test_the_file_is_german_on_english_pages_too(client: Client, idea: Idea) -> None:
    assert client.get(f"/en{path(idea, 'stored')}").json()["ideen"][0]["stand"] == "in Prüfung"


def test_somebody_gets_their_own_files_and_no_others(client: Client, idea: Idea) -> None:
    file = IdeaFile(idea=idea, form_key=idea.key, name="Mein Plan.pdf", size=8, is_public=False)
    file.file.save("a1b2.pdf", ContentFile(b"%PDF-1.7"))
    response = client.get(path(idea, "own_file", file.pk))
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == 'attachment; filename="mein-plan.pdf"'
    other = IdeaFactory(round=idea.round)
    assert client.get(path(other, "own_file", file.pk)).status_code == 404


# Withdrawing and erasing


def test_withdrawing_asks_first(client: Client, idea: Idea) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    assert "Möchten Sie diesen Beitrag zurückziehen?" in html(client.get(path(idea, "withdraw", idea.pk)))
    idea.refresh_from_db()
    assert idea.is_public
    response = client.post(path(idea, "withdraw", idea.pk))
    assert (response.status_code, response["Location"]) == (303, path(idea))
    idea.refresh_from_db()
    assert (idea.state, idea.is_public) == (Idea.State.WITHDRAWN, False)
    assert "Sie haben Ihren Beitrag zurückgezogen." in html(client.get(path(idea)))
    assert client.post(path(idea, "withdraw", idea.pk))["Location"] == path(idea)


def test_nobody_withdraws_what_others_sent(client: Client, idea: Idea) -> None:
    other = IdeaFactory(round=idea.round)
    comment = CommentFactory(idea__round=idea.round)
    assert client.post(path(idea, "withdraw", other.pk)).status_code == 404
    assert client.post(path(idea, "withdraw_comment", comment.pk)).status_code == 404
    other.refresh_from_db()
    assert other.state == Idea.State.RECEIVED


def test_a_comment_is_withdrawn_with_its_words(client: Client) -> None:
    comment = CommentFactory(public=True, text="Mein Wort.")
    assert "Mein Wort." in html(client.get(path(comment, "withdraw_comment", comment.pk)))
    client.post(path(comment, "withdraw_comment", comment.pk))
    comment.refresh_from_db()
    assert (comment.state, comment.text) == (Comment.State.WITHDRAWN, "")
    assert client.get(path(comment, "withdraw_comment", comment.pk)).status_code == 303


def test_erasing_asks_first_and_then_nothing_is_left(client: Client, idea: Idea) -> None:
    page = html(client.get(path(idea, "erase")))
    assert "Es bleiben" in page
    assert "auf die sich der Kreistag stützt" not in page
    assert Submitter.objects.get().email

    assert client.post(path(idea, "erase"))["Location"] == path(idea)
    submitter = Submitter.objects.get()
    idea.refresh_from_db()
    assert (submitter.email, submitter.pseudonym, idea.title, idea.text) == ("", "", "", "")
    for name in PAGES:
        response = client.get(path(idea, name))
        assert response.status_code == 410
        assert "Alles ist gelöscht." in html(response)


def test_what_was_answered_keeps_its_words_and_the_page_says_so(client: Client, idea: Idea) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    answer(idea)
    assert "auf die sich der Kreistag stützt" in html(client.get(path(idea, "erase")))
    client.post(path(idea, "erase"))
    response = client.get(path(idea))
    assert response.status_code == 410
    assert idea.get_absolute_url() in html(response)


def test_contact_data_that_went_in_time_leave_the_status_page_open(client: Client, idea: Idea) -> None:
    idea.submitter.email = idea.submitter.pseudonym = ""
    idea.submitter.erased_at = NOW
    idea.submitter.save()
    response = client.get(path(idea))
    assert response.status_code == 200
    assert "haben wir am 2. März 2026 gelöscht" in html(response)


def test_erased_comments_are_gone_as_well(client: Client) -> None:
    comment = CommentFactory(public=True)
    address = path(comment)
    erase(comment.submitter, at=NOW)
    assert client.get(address).status_code == 410


# Mail


def test_a_click_in_a_mail_confirms_nothing_before_the_button_is_pressed(client: Client, idea: Idea) -> None:
    url = f"/kek/beteiligung/bestaetigen/{ask_to_confirm(idea.submitter, at=NOW)}/"
    response = client.get(url)
    assert response["Cache-Control"] == "no-store"
    assert "anna@example.org" in html(response)
    assert not Submitter.objects.get().gets_mail
    confirmed = html(client.post(url))
    assert "Ihre E-Mail-Adresse ist bestätigt." in confirmed
    assert f'href="{path(idea)}"' in confirmed
    assert Submitter.objects.get().gets_mail
    assert "ist schon bestätigt" in html(client.get(url))


def test_an_expired_link_leads_to_a_new_one_and_to_nothing_else(
    client: Client, idea: Idea, clock: time_machine.Traveller, django_capture_on_commit_callbacks: Any
) -> None:
    url = f"/kek/beteiligung/bestaetigen/{ask_to_confirm(idea.submitter, at=NOW)}/"
    clock.shift(timedelta(hours=72))
    shown = html(client.get(url))
    assert "Dieser Link ist abgelaufen." in shown
    refused = client.post(url)
    assert refused.status_code == 409
    assert not Submitter.objects.get().gets_mail
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(url, {"neu": "1"})
    assert "Der Link ist noch einmal unterwegs." in html(again)
    (sent,) = mail.outbox
    assert sent.to == ["anna@example.org"]
    assert "/bestaetigen/" in sent.body
    # Whoever reads the mails has not proven yet that the address is theirs.
    for page in (shown, html(refused), html(again), sent.body):
        assert links.secret_of(idea.submitter) not in page
    assert not Submitter.objects.get().gets_mail


def test_an_expired_link_asks_for_no_mail_after_mail(client: Client, idea: Idea, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (1, 5)}
    client.post(path(idea, "link_again"))
    token = ask_to_confirm(idea.submitter, at=NOW - timedelta(hours=72))
    refused = client.post(f"/kek/beteiligung/bestaetigen/{token}/", {"neu": "1"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "720")
    assert "in 12 Minuten" in html(refused)


def test_an_unknown_link_is_explained(client: Client, idea: Idea) -> None:
    response = client.get("/kek/beteiligung/bestaetigen/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Dieser Link gilt nicht mehr." in html(response)
    assert client.post("/kek/beteiligung/bestaetigen/gibt-es-nicht/").status_code == 404


def test_an_address_that_is_gone_cannot_be_confirmed(client: Client, idea: Idea) -> None:
    url = f"/kek/beteiligung/bestaetigen/{ask_to_confirm(idea.submitter, at=NOW)}/"
    Submitter.objects.update(email="")
    page = html(client.get(url))
    assert "nicht mehr gespeichert" in page
    assert links.secret_of(idea.submitter) not in page


def test_the_link_is_sent_again_and_the_former_one_ends(
    client: Client, idea: Idea, django_capture_on_commit_callbacks: Any
) -> None:
    ask_to_confirm(idea.submitter, at=NOW)
    former = Confirmation.objects.get()
    assert path(idea, "link_again") in html(client.get(path(idea)))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(path(idea, "link_again"))
    assert response.status_code == 303
    assert "noch einmal unterwegs" in html(client.get(response["Location"]))
    assert [sent.to for sent in mail.outbox] == [["anna@example.org"]]
    assert Confirmation.objects.get() != former


def test_an_address_lives_as_long_as_the_link_that_was_sent_again(
    client: Client, idea: Idea, clock: time_machine.Traveller
) -> None:
    Submitter.objects.update(created_at=NOW)
    ask_to_confirm(idea.submitter, at=NOW)
    clock.shift(timedelta(hours=71))
    client.post(path(idea, "link_again"))
    expire(at=NOW + timedelta(hours=73))
    assert Submitter.objects.get().email
    expire(at=NOW + timedelta(hours=144))
    assert Submitter.objects.get().email == ""


def test_links_are_not_sent_all_day(client: Client, idea: Idea, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (1, 5)}
    assert client.post(path(idea, "link_again")).status_code == 303
    refused = client.post(path(idea, "link_again"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "720")
    assert "in 12 Minuten" in html(refused)


def test_a_confirmed_address_needs_no_link(client: Client, idea: Idea) -> None:
    Submitter.objects.update(email_confirmed_at=NOW)
    assert "Bestätigungs-E-Mail noch einmal senden" not in html(client.get(path(idea)))
    refused = client.post(path(idea, "link_again"))
    assert refused.status_code == 409
    assert "schon bestätigt" in html(refused)


def test_unsubscribing_asks_people_and_obeys_mail_programs(client: Client, idea: Idea) -> None:
    url = path(idea, "unsubscribe")
    assert "Möchten Sie keine E-Mails mehr bekommen?" in html(client.get(url))
    assert Submitter.objects.get().email
    response = client.post(url, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert "Sie bekommen keine E-Mails mehr." in html(response)
    assert Submitter.objects.get().email == ""
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "ist keine E-Mail-Adresse gespeichert" in html(client.get(url))


def test_the_forms_work_without_any_token(idea: Idea) -> None:
    strict = Client(enforce_csrf_checks=True)
    for page in (path(idea, "unsubscribe"), path(idea, "withdraw", idea.pk), path(idea, "erase")):
        assert strict.post(page).status_code in (200, 303)


def test_a_withdrawn_idea_is_not_withdrawn_again(client: Client, idea: Idea) -> None:
    withdraw(idea, at=NOW)
    assert "Diesen Beitrag zurückziehen" not in html(client.get(path(idea)))
    assert client.get(path(idea, "withdraw", idea.pk)).status_code == 303


def test_the_receipt_of_a_known_address_promises_no_mail(client: Client) -> None:
    idea = submit(
        Contribution(text="Mehr Bänke."),
        to=RoundFactory(),
        key=IdeaFactory.build(round=None, submitter=None, steps=False).key,
        sender=Sender(),
        at=NOW,
    )
    assert "ist unterwegs" not in html(client.get(path(idea, "receipt")))
