"""Tables of what came offline: looked at first, stored whole or not at all, and never twice."""

from __future__ import annotations

import io
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from participation.actions import erase, publish
from participation.models import Idea, Round
from tests.factories import ConceptFactory, FieldOfActionFactory, MunicipalityFactory, RoundFactory, SectionFactory

from .desks import INBOX, log_in, told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HEADINGS = ["Nummer", "Titel", "Text", "Handlungsfeld", "Ort", "Eingegangen über", "Eingegangen am", "Name"]


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked() -> Round:
    concept = ConceptFactory()
    FieldOfActionFactory(concept=concept, number=4, name="Infrastruktur & Mobilität")
    MunicipalityFactory(name="Bad Düben")
    asked: Round = RoundFactory(concept=concept)
    return asked


def row(number: Any = 1, **changes: Any) -> list[Any]:
    values = {
        "Nummer": number,
        "Titel": "Bänke",
        "Text": f"Mehr Bänke, Nummer {number}.",
        "Handlungsfeld": "infrastruktur & mobilität",
        "Ort": "bad düben",
        "Eingegangen über": "Brief",
        "Eingegangen am": date(2026, 11, 2),
        "Name": "",
    } | changes
    return [values[heading] for heading in HEADINGS]


def table(*rows: list[Any], headings: list[str] | None = None) -> SimpleUploadedFile:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(headings or HEADINGS)
    for each in rows:
        sheet.append(each)
    content = io.BytesIO()
    workbook.save(content)
    return SimpleUploadedFile("beitraege.xlsx", content.getvalue())


def url(asked: Round, name: str = "import") -> str:
    return reverse(f"admin:participation_idea_{name}", query={"round": asked.pk})


def look(client: Client, asked: Round, *rows: list[Any], **more: Any) -> Any:
    return client.post(url(asked), {"file": table(*rows, **more)})


def confirm(client: Client, asked: Round, page: Any) -> Any:
    rows = page.context["confirmation"]["rows"].value()
    return client.post(url(asked, "confirm_import"), {"rows": rows})


def faults(page: Any) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.message) for fault in page.context["reading"].faults]


def test_a_look_at_a_table_counts_and_stores_nothing(client: Client, asked: Round) -> None:
    log_in(client)
    page = look(client, asked, row(1), row(2))
    assert "2 Beiträge sind neu und kämen in den Eingang." in page.content.decode()
    assert not Idea.objects.exists()


def test_once_confirmed_all_rows_are_stored(client: Client, asked: Round) -> None:
    clerk = log_in(client)
    response = confirm(client, asked, look(client, asked, row(1, Name="Anna"), row(2, Ort="überall im Landkreis")))
    assert (response["Location"], told(response)) == (
        f"{INBOX}?round={asked.pk}",
        ["2 Beiträge sind eingelesen und warten im Eingang."],
    )
    first, second = Idea.objects.order_by("pk")
    assert (first.title, first.text, first.source) == ("Bänke", "Mehr Bänke, Nummer 1.", Idea.Source.LETTER)
    assert (str(first.field_of_action), str(first.municipality)) == ("4 Infrastruktur & Mobilität", "Bad Düben")
    assert (first.submitter.pseudonym, first.submitted_at.date()) == ("Anna", date(2026, 11, 2))
    assert (second.is_everywhere, second.municipality) == (True, None)
    assert {step.by for idea in (first, second) for step in idea.steps.all()} == {clerk}


def test_the_same_table_again_stores_only_what_is_new(client: Client, asked: Round) -> None:
    log_in(client)
    confirm(client, asked, look(client, asked, row(1), row("A-2")))
    page = look(client, asked, row(1), row("A-2"), row(3))
    html = page.content.decode()
    assert "1 Beitrag ist neu" in html
    assert "2 Beiträge sind schon gespeichert und bleiben, wie sie sind." in html
    confirm(client, asked, page)
    assert Idea.objects.count() == 3
    first, second, _third = Idea.objects.order_by("pk")
    assert [(stored.row, stored.idea) for stored in page.context["reading"].known] == [(2, first), (3, second)]
    assert "Zeile 3: " in html
    assert str(second) in html
    done = look(client, asked, row(1), row(3))
    assert "Einlesen</span>" not in done.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"Text": "Ein Radweg."},
        {"Titel": "Radweg"},
        {"Eingegangen am": date(2026, 11, 3)},
        {"Eingegangen über": "Telefon"},
    ],
)
def test_a_known_number_with_other_content_is_a_fault_and_nothing_is_lost_in_silence(
    client: Client, asked: Round, changes: dict[str, Any]
) -> None:
    log_in(client)
    confirm(client, asked, look(client, asked, row(1)))
    stored = Idea.objects.get()
    page = look(client, asked, row(2), row(1, **changes))
    told = (
        f"Diese Nummer hat in dieser Runde schon {stored.reference}, mit anderem Inhalt. Bitte vergeben Sie eine neue."
    )
    assert faults(page) == [(3, "Nummer", told)]
    assert page.context["confirmation"] is None


def test_a_row_stays_known_when_its_idea_was_redacted_or_erased(client: Client, asked: Round) -> None:
    clerk = log_in(client)
    confirm(client, asked, look(client, asked, row(1), row(2, Name="Anna")))
    redacted, erased = Idea.objects.order_by("pk")
    publish([redacted], title="Bänke", text="Mehr [redigiert].", by=clerk, at=NOW)
    erase(erased.submitter, at=NOW)
    assert len(look(client, asked, row(1), row(2, Name="Anna")).context["reading"].known) == 2


def test_without_a_number_the_content_says_whether_it_is_the_same(client: Client, asked: Round) -> None:
    log_in(client)
    confirm(client, asked, look(client, asked, row("", Text="Eins."), row("", Text="Zwei.")))
    page = look(client, asked, row("", Text="Eins."), row("", Text="Drei."))
    assert len(page.context["reading"].new) == 1


def test_the_same_number_in_another_round_is_something_else(client: Client, asked: Round) -> None:
    log_in(client)
    confirm(client, asked, look(client, asked, row(1, Handlungsfeld="")))
    other = RoundFactory()
    confirm(client, other, look(client, other, row(1, Handlungsfeld="")))
    assert Idea.objects.count() == 2


def test_confirming_twice_stores_once(client: Client, asked: Round) -> None:
    log_in(client)
    page = look(client, asked, row(1))
    confirm(client, asked, page)
    assert told(confirm(client, asked, page))[-1] == "Alle diese Beiträge waren schon gespeichert."
    assert Idea.objects.count() == 1


def test_all_that_is_wrong_with_a_row_is_told_at_once(client: Client, asked: Round) -> None:
    log_in(client)
    confirm(client, asked, look(client, asked, row(1)))
    known = Idea.objects.get().reference
    bad = {"Eingegangen am": date(2026, 12, 1), "Ort": "Atlantis", "Text": "Etwas anderes."}
    page = look(client, asked, row(1, **bad), row(2, Text=""), row(2, Ort="Atlantis"))
    assert faults(page) == [
        (2, "Eingegangen am", "Dieser Tag liegt in der Zukunft."),
        (2, "Ort", "Diese Gemeinde gibt es nicht: „Atlantis“."),
        (
            2,
            "Nummer",
            f"Diese Nummer hat in dieser Runde schon {known}, mit anderem Inhalt. Bitte vergeben Sie eine neue.",
        ),
        (3, "Text", "Bitte geben Sie einen Text ein."),
        (4, "Ort", "Diese Gemeinde gibt es nicht: „Atlantis“."),
        (4, "Nummer", "Diese Zeile steht schon in Zeile 3."),
    ]


def test_every_fault_is_told_with_its_row_and_column_and_nothing_can_be_stored(client: Client, asked: Round) -> None:
    log_in(client)
    page = look(
        client,
        asked,
        row(1),
        row(2, Text=""),
        row(3, Ort="Atlantis", Handlungsfeld="9"),
        row(4, **{"Eingegangen über": "Brieftaube"}),
        row(5, **{"Eingegangen am": "gestern"}),
        row(6, **{"Eingegangen am": date(2026, 12, 1)}),
        row(1),
        row(8, **{"Eingegangen am": "", "Titel": "x" * 121}),
    )
    assert faults(page) == [
        (3, "Text", "Bitte geben Sie einen Text ein."),
        (4, "Handlungsfeld", "Dieses Handlungsfeld gibt es nicht: „9“."),
        (4, "Ort", "Diese Gemeinde gibt es nicht: „Atlantis“."),
        (
            5,
            "Eingegangen über",
            "Das ist kein Weg des Eingangs: „Brieftaube“. Möglich sind: Brief, Telefon, Veranstaltung, E-Mail.",
        ),
        (6, "Eingegangen am", "Bitte geben Sie einen Tag an, zum Beispiel 24.03.2026."),
        (7, "Eingegangen am", "Dieser Tag liegt in der Zukunft."),
        (8, "Nummer", "Diese Zeile steht schon in Zeile 2."),
        (9, "Eingegangen am", "Bitte geben Sie den Tag des Eingangs an."),
        (9, "Titel", "Zu lang: 121 Zeichen, erlaubt sind 120."),
    ]
    assert page.context["confirmation"] is None
    assert not Idea.objects.exists()


def test_an_address_without_consent_is_a_fault(client: Client, asked: Round) -> None:
    log_in(client)
    headings = ["Text", "Eingegangen über", "Eingegangen am", "E-Mail", "Einwilligung"]
    page = look(
        client,
        asked,
        ["Eins.", "Brief", date(2026, 11, 2), "anna@example.org", ""],
        ["Zwei.", "Brief", date(2026, 11, 2), "anna@example.org", "vielleicht"],
        ["Drei.", "Brief", date(2026, 11, 2), "anna@example.org", "ja"],
        headings=headings,
    )
    assert [(number, column) for number, column, _message in faults(page)] == [(2, "Einwilligung"), (3, "Einwilligung")]
    confirm(
        client,
        asked,
        look(client, asked, ["Drei.", "Brief", "02.11.2026", "anna@example.org", "Ja"], headings=headings),
    )
    assert Idea.objects.get().submitter.gets_mail


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (["Text", "Eingegangen über"], "In der ersten Zeile fehlen diese Spalten: „Eingegangen am“."),
        ([*HEADINGS[:-1], "Lieblingsfarbe"], "Diese Spalten kennt der Import nicht: „Lieblingsfarbe“."),
    ],
)
def test_wrong_columns_are_told(client: Client, asked: Round, headings: list[str], message: str) -> None:
    log_in(client)
    page = look(client, asked, row(1), headings=headings)
    assert message in page.context["form"].errors["file"][0]


def test_files_that_are_no_table_and_empty_tables_are_refused(client: Client, asked: Round) -> None:
    log_in(client)
    for content in (b"PK\x03\x04 kaputt", b"Nummer;Text", b"\xd0\xcf\x11\xe0alt"):
        page = client.post(url(asked), {"file": SimpleUploadedFile("x.xlsx", content)})
        assert page.context["form"].errors["file"]
    assert client.post(url(asked)).context["form"].errors["file"] == ["Bitte wählen Sie eine Datei."]
    assert look(client, asked).context["form"].errors["file"] == ["In dieser Tabelle steht noch nichts."]


def test_a_preview_that_was_changed_is_too_old_or_belongs_elsewhere_is_refused(client: Client, asked: Round) -> None:
    log_in(client)
    page = look(client, asked, row(1))
    refusal = ["Diese Vorschau gilt nicht mehr. Bitte wählen Sie die Datei noch einmal aus."]
    sealed = page.context["confirmation"]["rows"].value()
    assert told(client.post(url(asked, "confirm_import"), {"rows": sealed[:-2] + "xx"}))[-1:] == refusal
    assert told(client.post(url(asked, "confirm_import"), {}))[-1:] == refusal
    assert told(client.post(url(RoundFactory(), "confirm_import"), {"rows": sealed}))[-1:] == refusal
    with time_machine.travel(datetime(2026, 11, 23, 10, 31, tzinfo=UTC), tick=False):
        assert told(confirm(client, asked, page))[-1:] == refusal
    assert not Idea.objects.exists()


def test_what_was_renamed_between_look_and_confirmation_is_told(client: Client, asked: Round) -> None:
    log_in(client)
    page = look(client, asked, row(1))
    asked.concept.fields_of_action.update(name="Anders", number=7)
    assert [fault.column for fault in confirm(client, asked, page).context["reading"].faults] == ["Handlungsfeld"]
    assert not Idea.objects.exists()


def test_a_table_for_a_draft_names_sections(client: Client) -> None:
    log_in(client)
    section = SectionFactory()
    headings = ["Abschnitt", "Text", "Eingegangen über", "Eingegangen am"]
    page = look(
        client,
        section.round,
        [section.number, "Gut so.", "Telefon", date(2026, 11, 2)],
        ["99", "Nicht gut.", "Telefon", date(2026, 11, 2)],
        headings=headings,
    )
    assert faults(page) == [(3, "Abschnitt", "Diesen Abschnitt gibt es nicht: „99“.")]


def test_the_template_read_back_is_an_empty_table(client: Client, asked: Round) -> None:
    log_in(client)
    response = client.get(url(asked, "import_template"))
    assert response["Content-Disposition"].startswith("attachment")
    workbook = load_workbook(io.BytesIO(response.content))
    assert workbook.sheetnames == ["Beiträge", "Hinweise", "Auswahl"]
    upload = SimpleUploadedFile("vorlage.xlsx", response.content)
    page = client.post(url(asked), {"file": upload})
    assert page.context["form"].errors["file"] == ["In dieser Tabelle steht noch nichts."]


def test_a_thousand_rows_are_stored_in_acceptable_time(client: Client, asked: Round) -> None:
    log_in(client)
    rows = [row(number) for number in range(1, 1001)]
    with time_machine.travel(NOW):
        start = time.perf_counter()
        confirm(client, asked, look(client, asked, *rows))
        seconds = time.perf_counter() - start
    assert Idea.objects.count() == 1000
    assert seconds < 60
