"""The way in: form, preview, receipt, without JavaScript and without a single cookie."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from pytest_django import Settings

from district import form_keys
from district.citizens_files import safe_copy
from district.models import Concept, Role
from participation import links
from participation.models import Idea, IdeaFile, Round, Submitter
from participation.similar import similar
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    UserFactory,
)
from tests.html_forms import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = "/kek/beteiligung/ideen/mitmachen/"
SQUARE = {"type": "Polygon", "coordinates": [[[12.0, 51.0], [13.0, 51.0], [13.0, 52.0], [12.0, 52.0], [12.0, 51.0]]]}
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def concept() -> Concept:
    DistrictFactory()
    return ConceptFactory(slug="kek", short_title="KEK Probe")


@pytest.fixture
def asked(concept: Concept) -> Round:
    return RoundFactory(concept=concept, slug="ideen", question="Was soll besser werden?")


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def html(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    assert not response.cookies
    return response.content.decode()


def fields(response: Any) -> dict[str, str]:
    """Return what the form on a page would send, whichever button is pressed."""
    return unchanged(html(response), "beitrag")


def fill_in(client: Client, page: str = PAGE, **given: Any) -> Any:
    """Open the form, type, and go to the preview."""
    return client.post(page, {**fields(client.get(page)), "step": "preview", "text": "Mehr Bänke.", **given})


def send(client: Client, preview: Any, page: str = PAGE, **changes: Any) -> Any:
    return client.post(page, {**fields(preview), "step": "send", **changes})


def picture(name: str = "foto.png", size: tuple[int, int] = (30, 20)) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", size, "green").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


# The way as it should go


def test_an_idea_goes_from_the_form_over_the_preview_to_its_receipt(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    field = FieldOfActionFactory(concept=asked.concept, number=4, name="Mobilität")
    place = MunicipalityFactory(name="Torgau")
    preview = fill_in(
        client,
        title="Bus am Abend",
        text="Nach 20 Uhr\r\nfährt keiner mehr.",
        field_of_action="4",
        place=str(place.pk),
        pseudonym="Radlerin",
        email="anna@example.org",
    )
    page = html(preview)
    assert preview.status_code == 200
    for words in ("noch nicht gesendet", "Bus am Abend", "Nach 20 Uhr<br>fährt", "Torgau", "4 Mobilität", "Radlerin"):
        assert words in page
    assert not Idea.objects.exists()

    clock.shift(timedelta(seconds=30))
    sent = send(client, preview)
    idea = Idea.objects.get()
    secret = links.secret_of(idea.submitter)
    assert (sent.status_code, sent["Location"]) == (303, f"/kek/beteiligung/stand/{secret}/beleg/")
    assert (idea.title, idea.text) == ("Bus am Abend", "Nach 20 Uhr\nfährt keiner mehr.")
    assert (idea.round, idea.field_of_action, idea.municipality) == (asked, field, place)
    assert (idea.submitter.pseudonym, idea.submitter.email) == ("Radlerin", "anna@example.org")
    assert idea.submitter.language == "de"
    assert not client.cookies

    receipt = html(client.get(sent["Location"]))
    assert idea.reference in receipt
    assert f"http://testserver/kek/beteiligung/stand/{secret}/" in receipt
    assert '<svg class="qr"' in receipt
    assert "Eine E-Mail an anna@example.org ist unterwegs." in receipt


def test_an_idea_needs_a_text_and_nothing_else(client: Client, asked: Round, clock: time_machine.Traveller) -> None:
    preview = fill_in(client)
    clock.shift(timedelta(seconds=4))
    assert send(client, preview).status_code == 303
    idea = Idea.objects.get()
    assert (idea.text, idea.title, idea.municipality, idea.is_everywhere) == ("Mehr Bänke.", "", None, False)


def test_the_whole_district_is_a_place(client: Client, asked: Round, clock: time_machine.Traveller) -> None:
    preview = fill_in(client, place="everywhere")
    assert "überall im Landkreis" in html(preview)
    clock.shift(timedelta(seconds=4))
    send(client, preview)
    assert Idea.objects.get().is_everywhere


def test_a_point_names_its_municipality(client: Client, asked: Round, clock: time_machine.Traveller) -> None:
    place = MunicipalityFactory(boundary=SQUARE, name="Quadratstadt")
    preview = fill_in(client, latitude="51.5000049", longitude="12.5")
    assert "Quadratstadt" in html(preview)
    clock.shift(timedelta(seconds=4))
    send(client, preview)
    idea = Idea.objects.get()
    assert (idea.municipality, idea.latitude, idea.longitude) == (place, 51.5, 12.5)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"latitude": "48.1", "longitude": "11.5"}, "außerhalb des Landkreises"),
        ({"latitude": "1e99", "longitude": "nan"}, "nicht lesbar"),
        ({"latitude": "51.5"}, "nicht lesbar"),
        ({"latitude": "51.5", "longitude": "12.5", "place": "everywhere"}, "entweder einen Punkt"),
        ({"place": "4711"}, "Diese Gemeinde gibt es nicht."),
        ({"field_of_action": "99999999999999999999"}, "Dieses Handlungsfeld gibt es nicht."),
        ({"email": "anna@"}, "Diese E-Mail-Adresse ist nicht vollständig."),
        ({"title": "x" * 121}, "Der Titel ist zu lang: 121 Zeichen, erlaubt sind 120."),
        ({"text": " \n "}, "Bitte geben Sie einen Text ein."),
        ({"text": "x" * 5001}, "Der Text ist zu lang: 5001 Zeichen, erlaubt sind 5000."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, asked: Round, given: dict[str, str], complaint: str
) -> None:
    MunicipalityFactory(boundary=SQUARE)
    response = fill_in(client, **{"pseudonym": "Radlerin", **given})
    page = html(response)
    assert complaint in page
    assert "data-error-summary" in page
    assert "<title>Fehler: Idee einreichen" in page
    kept = fields(response)
    assert kept["pseudonym"] == "Radlerin"
    for name in given.keys() & {"title", "email", "latitude", "longitude"}:
        assert kept[name] == given[name]


def test_line_ends_count_as_one_sign_each(client: Client, asked: Round) -> None:
    assert "noch nicht gesendet" in html(fill_in(client, text="x\r\n" * 2499 + "yy"))


def test_the_preview_leads_back_to_the_form_with_everything_typed(client: Client, asked: Round) -> None:
    preview = fill_in(client, title="Bus", text="Zeile 1\nZeile 2", pseudonym="A & B", place="everywhere")
    form = client.post(PAGE, {**fields(preview), "step": "edit"})
    kept = fields(form)
    assert (kept["title"], kept["text"].strip(), kept["pseudonym"]) == ("Bus", "Zeile 1\nZeile 2", "A & B")
    assert kept["place"] == "everywhere"
    assert kept["key"] == fields(preview)["key"]
    assert "data-error-summary" not in html(form)


def test_the_page_speaks_english_and_so_do_later_mails(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    page = f"/en{PAGE}"
    preview = fill_in(client, page)
    assert '<html lang="en">' in html(preview)
    clock.shift(timedelta(seconds=4))
    assert send(client, preview, page)["Location"].startswith("/en/kek/beteiligung/stand/")
    assert Submitter.objects.get().language == "en"


def test_a_clerk_who_is_logged_in_hands_in_as_a_citizen(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    client.force_login(UserFactory(role=Role.MODERATION), backend="allauth.account.auth_backends.AuthenticationBackend")
    form = client.get(PAGE)
    clock.shift(timedelta(seconds=4))
    client.post(PAGE, {**unchanged(form.content.decode(), "beitrag"), "text": "Mehr Bänke.", "step": "send"})
    assert Idea.objects.get().steps.get().by is None
    assert [context.metadata["user"] for context in pghistory.models.Context.objects.all()] == [None]


# Drafts


def test_a_draft_names_the_section_that_one_comes_from(
    client: Client, concept: Concept, clock: time_machine.Traveller
) -> None:
    section = SectionFactory(
        round__concept=concept, round__slug="ideen", number="2.1", heading="Mobilität", text="Der Bus fährt."
    )
    page = f"{PAGE}?abschnitt=2.1"
    form = html(client.get(page))
    assert "Der Bus fährt." in form
    assert 'name="title"' not in form
    preview = fill_in(client, page, text="Bitte konkreter.")
    clock.shift(timedelta(seconds=4))
    assert send(client, preview).status_code == 303
    idea = Idea.objects.get()
    assert (idea.section, idea.text) == (section, "Bitte konkreter.")


def test_a_draft_without_a_section_asks_for_one(client: Client, concept: Concept) -> None:
    SectionFactory(round__concept=concept, round__slug="ideen", number="2.1")
    for page in (PAGE, f"{PAGE}?abschnitt=9.9", f"{PAGE}?abschnitt=%00"):
        assert '<select name="section"' in html(client.get(page))
    assert "Bitte wählen Sie den Abschnitt" in html(fill_in(client))
    assert "Diesen Abschnitt gibt es nicht." in html(fill_in(client, section="9.9"))


# Sent twice, too fast, too late


def test_sending_twice_leads_to_the_same_receipt(client: Client, asked: Round, clock: time_machine.Traveller) -> None:
    preview = fill_in(client, text="Mehr Bänke.\n\nAm Fluss.")
    clock.shift(timedelta(seconds=4))
    first, second = send(client, preview), send(client, preview)
    assert first["Location"] == second["Location"]
    assert Idea.objects.count() == 1


def test_sending_again_is_acknowledged_after_the_end(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    preview = fill_in(client)
    clock.shift(timedelta(seconds=4))
    first = send(client, preview)
    asked.closes_on = date(2026, 3, 1)
    asked.save()
    assert send(client, preview)["Location"] == first["Location"]


def test_something_new_from_a_form_that_was_sent_is_an_idea_of_its_own(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    preview = fill_in(client)
    clock.shift(timedelta(seconds=4))
    send(client, preview)
    again = send(client, preview, text="Mehr Bäume.")
    assert "schon etwas eingereicht" in html(again)
    assert "Mehr Bäume." in html(again)
    clock.shift(timedelta(seconds=4))
    assert send(client, again).status_code == 303
    assert sorted(Idea.objects.values_list("text", flat=True)) == ["Mehr Bänke.", "Mehr Bäume."]


@pytest.mark.parametrize("key", ["", "unsinn", "3f0c8a51d7b24e6a9c1b5d2e8f704a63:1tabcd:unterschrieben", "\0"])
def test_a_form_without_our_key_comes_again_with_everything_typed(client: Client, asked: Round, key: str) -> None:
    response = client.post(PAGE, {"key": key, "text": "Mehr Bänke.", "step": "send"})
    kept = fields(response)
    assert kept["text"].strip() == "Mehr Bänke."
    assert form_keys.read(kept["key"])
    assert not Idea.objects.exists()


def test_an_expired_form_comes_again_with_text_and_files(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    preview = fill_in(client, attachments=picture())
    clock.shift(timedelta(hours=24, seconds=1))
    form = send(client, preview)
    assert "zu lange geöffnet" in html(form)
    assert "foto.png" in html(form)
    kept = fields(form)
    assert kept["text"].strip() == "Mehr Bänke."
    assert kept["key"] != fields(preview)["key"]

    clock.shift(timedelta(seconds=4))
    preview = client.post(PAGE, {**kept, "step": "preview"})
    assert send(client, preview).status_code == 303
    assert [file.name for file in Idea.objects.get().files.all()] == ["foto.png"]


def test_nobody_writes_in_two_seconds(client: Client, asked: Round, clock: time_machine.Traveller) -> None:
    preview = fill_in(client)
    clock.shift(timedelta(seconds=2))
    hurried = send(client, preview)
    assert "Noch ein Klick, bitte." in html(hurried)
    assert not Idea.objects.exists()
    clock.shift(timedelta(seconds=2))
    assert send(client, hurried).status_code == 303


def test_the_form_says_what_the_map_needs(client: Client, asked: Round) -> None:
    told = html(client.get(PAGE)).partition("submission__mapless")[2].partition("</p>")[0]
    assert "nur mit JavaScript" in told
    assert "im Text" in told


def test_the_preview_of_an_idea_without_a_title_shows_what_it_will_be_called(client: Client, asked: Round) -> None:
    preview = html(fill_in(client, title="", text="Mehr Bänke am Fluss."))
    assert '<span lang="de">Mehr Bänke am Fluss.</span></h2>' in preview
    assert "Deshalb steht hier der Anfang Ihres Textes." in preview
    assert "Sie haben keinen Titel angegeben." not in html(fill_in(client, title="Bänke"))


def test_a_machine_that_fills_in_everything_is_stopped_once_and_a_person_goes_on(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    preview = fill_in(client, homepage="https://example.org")
    assert fields(preview)["homepage"] == "https://example.org"
    clock.shift(timedelta(seconds=4))
    stopped = send(client, preview)
    assert "Ein unsichtbares Feld" in html(stopped)
    assert not Idea.objects.exists()
    assert send(client, stopped).status_code == 303


def test_the_trap_is_hidden_from_people_and_their_helpers(client: Client, asked: Round) -> None:
    page = html(client.get(PAGE))
    assert '<div class="submission__trap" aria-hidden="true">' in page
    assert 'name="homepage" id="id_homepage" value="" tabindex="-1" autocomplete="off"' in page


# Allowances


def test_whoever_sends_too_much_waits_and_keeps_the_text(
    client: Client, asked: Round, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "submissions": (1, 10)}
    previews = [fill_in(client, text=f"Idee {number}") for number in (1, 2)]
    clock.shift(timedelta(seconds=4))
    assert send(client, previews[0]).status_code == 303
    stopped = send(client, previews[1])
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "360")
    assert "in 6 Minuten" in html(stopped)
    assert fields(stopped)["text"] == "Idee 2"
    assert Idea.objects.count() == 1
    clock.shift(timedelta(minutes=6))
    assert send(client, stopped).status_code == 303


def test_a_round_takes_so_much_at_once_from_everybody_together(
    client: Client, asked: Round, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "submissions_per_round": (1, 60)}
    previews = [fill_in(client, text=f"Idee {number}") for number in (1, 2)]
    clock.shift(timedelta(seconds=4))
    sent = [
        client.post(PAGE, {**fields(preview), "step": "send"}, REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number, preview in enumerate(previews)
    ]
    assert sent == [303, 429]


def test_nobody_is_flooded_with_mails_by_strangers(
    client: Client, asked: Round, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (1, 5)}
    previews = [fill_in(client, text=f"Idee {number}", email="anna@example.org") for number in (1, 2)]
    clock.shift(timedelta(seconds=4))
    assert send(client, previews[0]).status_code == 303
    stopped = send(client, previews[1])
    assert stopped.status_code == 429
    assert "An diese E-Mail-Adresse" in html(stopped)
    assert send(client, stopped, email="").status_code == 303


# Files


def test_files_are_kept_from_the_form_to_the_receipt(
    client: Client, asked: Round, clock: time_machine.Traveller
) -> None:
    response = fill_in(client, text="", attachments=[picture(), SimpleUploadedFile("plan.pdf", PDF)])
    assert "Bitte geben Sie einen Text ein." in html(response)
    preview = client.post(PAGE, {**fields(response), "text": "Mehr Bänke.", "step": "preview"})
    assert {"foto.png", "plan.pdf"} <= set(html(preview).replace("<", " ").replace(">", " ").split())
    clock.shift(timedelta(seconds=4))
    send(client, preview)
    kept = Idea.objects.get().files.all()
    assert [(file.name, file.is_picture) for file in kept] == [("foto.png", True), ("plan.pdf", False)]
    assert not any(word in str(file.file.name) for file in kept for word in ("foto", "plan"))
    assert not IdeaFile.objects.filter(idea=None).exists()


def test_a_file_can_be_removed_again(client: Client, asked: Round) -> None:
    form = fill_in(client, text="", attachments=[picture(), picture("zweites.png", (9, 9))])
    first, second = IdeaFile.objects.all()
    path = Path(first.file.path)
    assert path.exists()
    response = client.post(PAGE, {**fields(form), "remove": str(first.pk), "text": "Mehr"})
    assert "„foto.png“ ist entfernt." in html(response)
    assert "data-error-summary" not in html(response)
    assert fields(response)["text"].strip() == "Mehr"
    assert list(IdeaFile.objects.all()) == [second]


def test_nobody_removes_the_file_of_another_form(client: Client, asked: Round) -> None:
    fill_in(client, attachments=picture())
    other = client.get(PAGE)
    for pk in (str(IdeaFile.objects.get().pk), "", "x", "9" * 40, "²"):
        client.post(PAGE, {**fields(other), "remove": pk})
    assert IdeaFile.objects.count() == 1


def test_the_same_choice_again_after_the_back_button_is_kept_once(client: Client, asked: Round) -> None:
    form = client.get(PAGE)
    for _time in range(2):
        client.post(PAGE, {**fields(form), "text": "Bänke", "step": "preview", "attachments": picture()})
    assert IdeaFile.objects.count() == 1


def test_there_are_three_files_at_most(client: Client, asked: Round) -> None:
    response = fill_in(client, attachments=[picture(f"{number}.png", (number, 9)) for number in range(1, 5)])
    assert "„4.png“ ist nicht dabei: Erlaubt sind höchstens 3 Dateien." in html(response)
    assert [file.name for file in IdeaFile.objects.all()] == ["1.png", "2.png", "3.png"]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the names of the files that are looked at."""
    names: list[str] = []

    def look(file: Any) -> Any:
        names.append(file.name)
        return safe_copy(file)

    monkeypatch.setattr("participation.uploads.safe_copy", look)
    return names


def test_what_is_over_is_not_even_looked_at(client: Client, asked: Round, drawn: list[str]) -> None:
    form = fields(client.get(PAGE))
    client.post(PAGE, {**form, "text": "x", "attachments": [picture(f"{number}.png") for number in range(20)]})
    assert drawn == ["0.png", "1.png", "2.png"]
    client.post(PAGE, {**form, "text": "x", "attachments": [picture(f"{number}.png") for number in range(3, 20)]})
    assert drawn == ["0.png", "1.png", "2.png"]
    again = client.post(PAGE, {**form, "text": "x", "attachments": [picture(f"{number}.png") for number in range(3)]})
    assert "nicht dabei" not in html(again)


@pytest.mark.parametrize("given", [{"key": "unsinn"}, {"key": ""}, {"homepage": "https://example.org"}])
@pytest.mark.parametrize("step", ["preview", "edit", "send"])
def test_files_of_machines_are_not_looked_at_and_people_are_told(
    client: Client, asked: Round, drawn: list[str], step: str, given: dict[str, str]
) -> None:
    response = fill_in(client, attachments=picture(), step=step, **given)
    assert "Ihre Dateien sind noch nicht dabei." in html(response)
    assert fields(response)["text"].strip() == "Mehr Bänke."
    assert fields(response)["homepage"] == ""
    assert not drawn
    assert not IdeaFile.objects.exists()
    client.post(PAGE, {**fields(response), "attachments": picture()})
    assert IdeaFile.objects.count() == 1


def test_a_hundred_files_are_answered_in_words(client: Client, asked: Round, drawn: list[str]) -> None:
    response = fill_in(client, attachments=[picture(f"{number}.png") for number in range(100)])
    assert response.status_code == 413
    assert "Das sind zu viele Dateien auf einmal." in html(response)
    assert "höchstens 3 Dateien" in html(response)
    assert not drawn


def test_each_file_counts_and_the_others_are_kept(client: Client, asked: Round, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "uploads": (2, 60)}
    response = fill_in(client, attachments=[picture(f"{number}.png") for number in range(3)])
    assert "sehr viele Dateien hochgeladen" in html(response)
    assert [file.name for file in IdeaFile.objects.all()] == ["0.png", "1.png"]


def test_the_form_says_what_a_pdf_tells_of_its_author(client: Client, asked: Round) -> None:
    words = "PDF-Dateien behalten ihre Angaben, etwa den Namen der Verfasserin oder des Verfassers."
    assert words in html(client.get(PAGE))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.jpg", b"<html><script>alert(1)</script>"),
        ("foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("foto.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("../../etc/passwd", b"root:x:0:0"),
        ("programm.exe", b"MZ" + b"\0" * 200),
        ("plan.pdf", b"%PDF-1.7 /OpenAction /JavaScript (app.alert(1)) %%EOF"),
        ("leer.pdf", b""),
    ],
)
def test_files_that_are_something_else_are_refused_in_words(
    client: Client, asked: Round, name: str, content: bytes
) -> None:
    response = fill_in(client, attachments=SimpleUploadedFile(name, content))
    assert response.status_code == 200
    assert "data-error-summary" in html(response)
    assert fields(response)["text"].strip() == "Mehr Bänke."
    assert not IdeaFile.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read_to_its_end(client: Client, asked: Round, settings: Settings) -> None:
    settings.IDEA_FILE_MAX_BYTES = 70_000
    response = fill_in(client, attachments=[SimpleUploadedFile("gross.pdf", b"%PDF-" + b"x" * 200_000), picture()])
    assert "„gross.pdf“: Diese Datei ist zu groß." in html(response)
    assert [file.name for file in IdeaFile.objects.all()] == ["foto.png"]


def test_whoever_uploads_all_day_waits(client: Client, asked: Round, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "uploads": (1, 40)}
    fill_in(client, attachments=picture())
    response = fill_in(client, attachments=picture())
    assert "in 2 Minuten" in html(response)
    assert IdeaFile.objects.count() == 1


# Hostile texts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\0b\x0bc\x1b[31md", "abc[31md"),
        ("Bank \u202egnp.exe\u2066 hier", "Bank gnp.exe hier"),
        ("شكرا جزيلا", "شكرا جزيلا"),
        ("{{ 7*7 }}{% now 'Y' %}", "{{ 7*7 }}{% now 'Y' %}"),
        ("'; DROP TABLE participation_idea; --", "'; DROP TABLE participation_idea; --"),
        ("a\u0308 👩\u200d👩\u200d👧", "ä 👩\u200d👩\u200d👧"),
    ],
)
def test_a_text_is_kept_and_shown_as_text(
    client: Client, asked: Round, clock: time_machine.Traveller, typed: str, kept: str
) -> None:
    preview = fill_in(client, text=typed, title=typed, pseudonym=typed[:60])
    assert "<script>alert" not in html(preview)
    clock.shift(timedelta(seconds=4))
    sent = send(client, preview)
    idea = Idea.objects.get()
    assert (idea.text, idea.title, idea.submitter.pseudonym) == (kept, kept, kept)
    for page in (sent["Location"], sent["Location"].removesuffix("beleg/")):
        assert "<script>alert" not in html(client.get(page))


@pytest.mark.parametrize("nothing", ["\u200b\u2060", " \u3164\n\u2800", "\u202e\0"])
def test_signs_that_nobody_sees_are_no_text(client: Client, asked: Round, nothing: str) -> None:
    response = fill_in(client, text=nothing)
    assert "Bitte geben Sie einen Text ein." in html(response)
    preview = fill_in(client, text="Eine Bank.", title=nothing, pseudonym=nothing)
    assert "Sie haben keinen Titel angegeben." in html(preview)
    assert "ohne Namen" in html(preview)


def test_ten_megabytes_of_text_are_answered_in_words(client: Client, asked: Round) -> None:
    response = fill_in(client, text="x" * 10_000_000)
    assert response.status_code == 413
    assert "zu viel Text auf einmal" in html(response)


def test_what_makes_no_sense_is_no_fault_of_ours(client: Client, asked: Round) -> None:
    key = form_keys.new().signed
    for sent in ({}, {"step": "x"}, {"key": key}, {"key": key, "step": "remove", "section": "1", "place": "\0"}):
        assert client.post(PAGE, sent).status_code == 200
    assert client.post(PAGE, b"\xff\xfe{", content_type="application/json").status_code == 200
    assert not Idea.objects.exists()


# Rounds that take nothing


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens_on": date(2026, 3, 3)}, "noch nicht begonnen. Sie können vom 3. März 2026"),
        ({"closes_on": date(2026, 3, 1)}, "ist beendet. Sie lief vom 1. Januar 2026 bis zum 1. März 2026."),
        ({"called_off_on": date(2026, 2, 1), "called_off_reason": "Wegen der Pandemie."}, "Wegen der Pandemie."),
    ],
)
def test_a_round_that_takes_nothing_says_why_and_gives_the_text_back(
    client: Client, asked: Round, changes: dict[str, Any], words: str
) -> None:
    preview = fill_in(client, text="Mehr <b>Bänke")
    for name, value in changes.items():
        setattr(asked, name, value)
    asked.save()
    page = client.get(PAGE)
    assert page.status_code == 200
    assert words in html(page)
    assert 'name="text"' not in html(page)
    refused = send(client, preview)
    assert refused.status_code == 409
    assert "Mehr &lt;b&gt;Bänke" in html(refused)
    assert not Idea.objects.exists()


def test_a_closed_concept_takes_nothing(client: Client, asked: Round) -> None:
    asked.concept.process_closed_on = date(2026, 3, 1)
    asked.concept.save()
    assert "Das Verfahren zu diesem Konzept ist abgeschlossen." in html(client.get(PAGE))


def test_there_is_no_form_where_a_reader_sees_no_round(client: Client, asked: Round) -> None:
    assert client.get("/kek/beteiligung/andere/mitmachen/").status_code == 404
    asked.is_public = False
    asked.save()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"text": "x"}).status_code == 404
    assert client.get("/kek/beteiligung/ideen/aehnlich/?title=Bus").status_code == 404


# Similar ideas


def test_similar_ideas_share_stems_the_most_alike_first(asked: Round) -> None:
    IdeaFactory(round=asked, public=True, title="Mehr Busse am Abend nach Torgau", text="Abends fährt nichts.")
    IdeaFactory(round=asked, public=True, title="Ein Bus nach Eilenburg", text="Auch am Abend.")
    IdeaFactory(round=asked, public=True, title="Radweg", text="Neben der Straße.")
    IdeaFactory(round=asked, title="Bus am Abend nach Torgau")
    IdeaFactory(public=True, title="Bus am Abend nach Torgau")
    found = [idea.title for idea in similar(asked, "Abendlicher Bus am Abend nach Torgau")]
    assert found == ["Mehr Busse am Abend nach Torgau", "Ein Bus nach Eilenburg"]


def test_only_the_newest_ideas_are_compared(asked: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    ideas = [IdeaFactory(round=asked, public=True, published_at=NOW + timedelta(hours=hour)) for hour in range(4)]
    monkeypatch.setattr("participation.similar.COMPARED", 2)
    assert similar(asked, "Radweg") == [ideas[3], ideas[2]]


@pytest.mark.parametrize("title", ["", "   ", "und die der", "!&|():*'\\", "x", "Hallenbad", "\ud800"])
def test_a_title_that_says_nothing_finds_nothing(asked: Round, title: str) -> None:
    IdeaFactory(round=asked, public=True)
    assert similar(asked, title) == []


def test_the_form_asks_for_similar_ideas_while_a_title_is_typed(client: Client, asked: Round) -> None:
    idea = IdeaFactory(round=asked, public=True, title="Bus am Abend <b>", support_count=2)
    assert 'data-hx-get="/kek/beteiligung/ideen/aehnlich/"' in html(client.get(PAGE))
    part = client.get("/kek/beteiligung/ideen/aehnlich/", {"title": "Abends"}, headers={"HX-Request": "true"})
    assert "Bus am Abend &lt;b&gt;" in html(part)
    assert idea.get_absolute_url() in html(part)
    assert "2 Unterstützungen" in html(part)
    assert "<html" not in html(part)
    assert html(client.get("/kek/beteiligung/ideen/aehnlich/", {"title": "\0Hallenbad"})).strip() == ""


def test_the_preview_offers_them_without_javascript(client: Client, asked: Round) -> None:
    idea = IdeaFactory(round=asked, public=True, title="Bänke am Fluss")
    page = html(fill_in(client, title="Bank"))
    assert "Meinten Sie …?" in page
    assert idea.get_absolute_url() in page


def test_asking_all_day_for_similar_ideas_has_an_end(client: Client, asked: Round, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "searches": (1, 60)}
    url = "/kek/beteiligung/ideen/aehnlich/"
    assert [client.get(url).status_code for _time in range(2)] == [200, 429]
