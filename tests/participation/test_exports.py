"""The weighing's table as a file: opened again by what people open it with, and without names unless asked for."""

from __future__ import annotations

import datetime
import io
from datetime import UTC
from typing import Any
from urllib.parse import unquote

import docx
import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from district.models import District, Role
from participation.actions import begin, propose, release
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, Round
from participation.staff import exports
from participation.staff.exports import exports_with_contact
from tests.factories import (
    ConceptFactory,
    DepartmentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MeasureFactory,
    MunicipalityFactory,
    RoundFactory,
    SubmitterFactory,
    UserFactory,
)

from .answers import answer

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
FORMULA = '=HYPERLINK("https://example.org";"Klick")'
DRAFT = Draft(summary="Ein Radweg.", proposal=FORMULA, decision="partly", reason="Ein Teil ist geplant.")
# Of the size of a font: the mean width of a sign of a reference number, rounded down.
WIDTH_OF_A_SIGN = 0.52
PERSON = ("Frau Beispiel", "frau.beispiel@example.org", "Markt 1")


@pytest.fixture(autouse=True)
def today() -> Any:
    DistrictFactory(answer_target_days=90)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked() -> Round:
    return RoundFactory(title="Ideen 2026")


@pytest.fixture
def weighed(asked: Round) -> Assessment:
    """Two ideas in one weighing that wait for release, one answered, one waiting; the first from a person who is known."""
    sender = SubmitterFactory(pseudonym=PERSON[0], email=PERSON[1], postal_address=f"{PERSON[2]}\n04860 Torgau")
    field = FieldOfActionFactory(concept=asked.concept, number=3, name="Lebenswerter Landkreis")
    first = IdeaFactory(
        round=asked,
        public=True,
        title="Radweg nach Süden",
        text="Der Wortlaut.",
        submitter=sender,
        field_of_action=field,
        municipality=MunicipalityFactory(name="Torgau"),
        support_count=7,
    )
    delitzsch = MunicipalityFactory(name="Delitzsch")
    second = IdeaFactory(round=asked, public=True, title="+Radweg", municipality=delitzsch, support_count=5)
    IdeaFactory(round=asked, public=True, title="Wartet noch", published_at=NOW)
    writer = UserFactory()
    answered = begin([IdeaFactory(round=asked, public=True, title="Beantwortet")], draft=DRAFT, by=writer, at=NOW)
    release([propose(answered, by=writer, at=NOW)], by=UserFactory(), at=NOW)
    assessment = begin([first, second], draft=DRAFT, by=writer, at=NOW)
    assessment.measures.set([MeasureFactory(field_of_action=field, number="M 1", title="Wege")])
    return propose(assessment, by=writer, at=NOW)


def as_role(role: Role, **more: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role, **more))
    return client


def export(client: Client, kind: str, *, query: str = "", **more: Any) -> Any:
    url = reverse("admin:participation_weighing_export")
    return client.post(f"{url}?{query}", {"format": kind, "audience": "staff", **more})


def workbook(response: Any) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(response.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def words(kind: str, content: bytes) -> str:
    """Return all that a reader of the file finds in it."""
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(content))
        rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
        return " ".join(str(cell) for row in rows for cell in row)
    if kind == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_workbook_has_a_column_for_each_thing(weighed: Assessment) -> None:
    response = export(as_role(Role.PROJECT_OFFICE), "xlsx")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''abw%C3%A4gung-intern.xlsx"
    headings, first, second, third = workbook(response)
    row = dict(zip(headings, first, strict=True))
    references = [idea.reference for idea in weighed.ideas.order_by("published_at", "pk")]
    assert row["Aktenzeichen"] == "\n".join(references)
    assert row["Ideen"] == 2
    assert row["Beteiligungsrunde"] == "Ideen 2026"
    assert (row["Gemeinde"], row["Unterstützungen"]) == ("Delitzsch\nTorgau", 12)
    assert row["Handlungsfeld"] == "3 Lebenswerter Landkreis"
    assert row["Wortlaut"].startswith("Der Wortlaut.")
    assert (row["Entscheidung"], row["Stand"]) == ("teilweise berücksichtigt", "zur Freigabe")
    assert row["Im Konzept"] == "M 1 Wege"
    assert row["fällig am"].date() == datetime.date(2026, 5, 3)
    assert [dict(zip(headings, each, strict=True))["Stand"] for each in (second, third)] == ["offen", "freigegeben"]
    assert dict(zip(headings, third, strict=True))["freigegeben am"].date() == datetime.date(2026, 6, 1)


def test_what_looks_like_a_formula_is_text(weighed: Assessment) -> None:
    book = load_workbook(io.BytesIO(export(as_role(Role.PROJECT_OFFICE), "xlsx").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    dangerous = [cell for cell in cells if str(cell.value).startswith(("=", "+"))]
    assert {cell.value for cell in dangerous} == {FORMULA}
    assert {(cell.data_type, cell.quotePrefix) for cell in dangerous} == {("s", True)}


def test_the_word_file_has_title_language_and_the_table(weighed: Assessment, asked: Round) -> None:
    response = export(as_role(Role.PROJECT_OFFICE), "docx", query=f"round={asked.pk}")
    document = docx.Document(io.BytesIO(response.content))
    assert (document.core_properties.title, document.core_properties.language) == ("Abwägung: Ideen 2026", "de-DE")
    (table,) = document.tables
    cells = [cell.text for cell in table.rows[1].cells]
    about = "Ideen 2026 · 3 Lebenswerter Landkreis · Delitzsch, Torgau · 12 Unterstützungen"
    assert cells[1] == f"Radweg nach Süden und 1 weitere\n{about}\nEin Radweg."
    assert cells[6] == "zur Freigabe\nfällig am 03.05.2026"
    assert len(table.rows) == 4


def test_the_pdf_is_tagged_and_has_title_and_language(weighed: Assessment) -> None:
    reader = pypdf.PdfReader(io.BytesIO(export(as_role(Role.PROJECT_OFFICE), "pdf").content))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert (str(catalog["/Lang"]), reader.metadata and reader.metadata.title) == ("de-DE", "Abwägung")
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Radweg nach Süden" in text


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_names_and_addresses_are_in_the_file_only_where_somebody_asked(weighed: Assessment, kind: str) -> None:
    client = as_role(Role.MODERATION)
    without = "".join(words(kind, export(client, kind).content).replace("\u200b", "").split())
    assert "RadwegnachSüden" in without
    assert [each for each in PERSON if each.replace(" ", "") in without] == []
    assert not exports_with_contact().exists()
    found = "".join(words(kind, export(client, kind, audience="contact").content).replace("\u200b", "").split())
    assert [each for each in PERSON if each.replace(" ", "") not in found] == []


def test_it_is_written_down_who_took_names_and_addresses_out(weighed: Assessment, asked: Round) -> None:
    client = as_role(Role.PROJECT_OFFICE, function="Projektkoordination")
    export(client, "xlsx", query=f"round={asked.pk}&stage=waiting", audience="contact")
    (entry,) = exports_with_contact()
    assert str(entry.user) == "Projektkoordination"
    assert entry.action_time == NOW
    assert entry.change_message.startswith("XLSX mit persönlichen Angaben, 1 Einträge; ")
    assert "Stand: offen" in entry.change_message
    page = client.get(reverse("admin:participation_weighing_export")).content.decode()
    assert "Projektkoordination: XLSX mit persönlichen Angaben" in page


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.STEERING_GROUP, Role.SYSTEM, Role.PUBLIC_RELATIONS])
def test_who_may_not_see_contacts_gets_none_however_they_ask(weighed: Assessment, role: Role) -> None:
    department = DepartmentFactory()
    Idea.objects.filter(assessment=weighed).update(department=department)
    client = as_role(role, department=department)
    page = client.get(reverse("admin:participation_weighing_export")).content.decode()
    assert 'value="staff"' in page
    assert 'value="contact"' not in page
    assert "audience" in export(client, "xlsx", audience="contact").context["form"].errors
    allowed = words("xlsx", export(client, "xlsx").content)
    assert "Radweg nach Süden" in allowed
    assert [each for each in PERSON if each in allowed] == []
    assert not exports_with_contact().exists()


def test_the_file_holds_what_the_table_was_narrowed_to(weighed: Assessment, asked: Round) -> None:
    response = export(as_role(Role.PROJECT_OFFICE), "xlsx", query=f"round={asked.pk}&stage=submitted&q=Süden")
    assert len(workbook(response)) == 2
    notes = words("xlsx", response.content)
    assert "Beteiligungsrunde: Ideen 2026" in notes
    assert "Stand: zur Freigabe" in notes


def test_a_fachamt_takes_out_its_own_alone(weighed: Assessment) -> None:
    own = DepartmentFactory()
    Idea.objects.filter(title="Wartet noch").update(department=own)
    rows = workbook(export(as_role(Role.DEPARTMENT, department=own), "xlsx"))
    assert [row[3] for row in rows[1:]] == ["Wartet noch"]


def test_too_many_rows_are_refused_with_a_way_out(weighed: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = exports.WRITERS["pdf"]
    monkeypatch.setitem(exports.WRITERS, "pdf", exports.Writer(writer.arrange, writer.write, most=2))
    response = export(as_role(Role.PROJECT_OFFICE), "pdf", audience="contact")
    assert "mehr als 2 Einträge" in response.content.decode()
    assert "Bitte grenzen Sie die Tabelle ein." in response.content.decode()
    assert not exports_with_contact().exists()
    assert (
        export(as_role(Role.PROJECT_OFFICE), "pdf", query="stage=waiting").headers["Content-Type"] == "application/pdf"
    )


def test_nothing_is_handed_out_before_somebody_says_for_whom(weighed: Assessment) -> None:
    page = as_role(Role.MODERATION).get(reverse("admin:participation_weighing_export")).content.decode()
    assert page.count('name="audience"') == 3
    assert page.count("checked") == 1  # the format
    response = export(as_role(Role.MODERATION), "xlsx", audience="")
    assert response.context["form"].errors["audience"] == ["Bitte wählen Sie, für wen die Datei ist."]


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_public_file_has_released_answers_and_nothing_internal(weighed: Assessment, kind: str) -> None:
    measure = MeasureFactory(number="M 9", title="Nur ein Entwurf", state="draft")
    Assessment.objects.get(state="released").measures.set([measure])
    found = words(kind, export(as_role(Role.MODERATION), kind, audience="public").content).replace("\u200b", "")
    for public in ("Beantwortet", "teilweise", "Ein Teil ist geplant."):
        assert public in found
    for internal in ("HYPERLINK", "Radweg nach Süden", "Wartet noch", "zur Freigabe", "intern", "Fachamt", "M 9"):
        assert internal not in found.replace("ohne Internes", "")


def test_the_public_file_names_neither_a_hidden_concept_nor_a_department(weighed: Assessment, asked: Round) -> None:
    own = DepartmentFactory(name="Umweltamt")
    Idea.objects.filter(title="Beantwortet").update(department=own)
    hidden = ConceptFactory(title="Geheimes Konzept", is_public=False)
    office, fachamt = as_role(Role.PROJECT_OFFICE), as_role(Role.DEPARTMENT, department=own)
    for client in (office, fachamt):
        query = f"department={own.pk}"
        public, internal = (
            words("xlsx", export(client, "xlsx", query=query, audience=audience).content)
            for audience in ("public", "staff")
        )
        assert asked.concept.title in public
        assert "Einträge: 1" in public
        assert not [name for name in (hidden.title, "Umweltamt", "Fachamt") if name in public]
        assert hidden.title in internal
        assert "Fachamt: Umweltamt" in internal


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_the_public_file_says_of_what_was_rejected_no_more_than_the_page(asked: Round, kind: str) -> None:
    measure = MeasureFactory(field_of_action__concept=asked.concept, number="M 1", title="Wege")
    rejected = answer(IdeaFactory(round=asked, public=True), decision="rejected")
    rejected.measures.set([measure])
    found = words(kind, export(as_role(Role.MODERATION), kind, audience="public").content)
    assert "Im Konzept" in found
    assert "Dazu passt im Konzept:\nM 1 Wege" in found
    assert "ingeflossen" not in found


def test_the_public_file_leaves_out_what_readers_cannot_see(weighed: Assessment, asked: Round) -> None:
    answered = Idea.objects.get(title="Beantwortet")
    withdrawn = IdeaFactory(round=asked, public=True, title="Zurückgezogen")
    hidden = IdeaFactory(round=RoundFactory(is_public=False), public=True, title="Nicht öffentlich")
    for each in (withdrawn, hidden):
        answer(each)
    Idea.objects.filter(pk=withdrawn.pk).update(state=Idea.State.WITHDRAWN)
    rows = workbook(export(as_role(Role.MODERATION), "xlsx", audience="public"))
    assert [row[0] for row in rows[1:]] == [answered.reference]


@pytest.mark.parametrize("query", ["stage=waiting", "stage=submitted", "due=overdue"])
def test_a_public_file_without_a_released_answer_is_refused(weighed: Assessment, query: str) -> None:
    response = export(as_role(Role.MODERATION), "xlsx", query=query, audience="public")
    assert response.context["form"].errors["audience"] == ["Davon ist noch keine Antwort freigegeben."]


@pytest.mark.parametrize(
    ("audience", "ending"), [("public", "öffentlich"), ("staff", "intern"), ("contact", "intern-mit-personenbezug")]
)
def test_the_name_of_the_file_tells_for_whom_it_is(
    weighed: Assessment, asked: Round, audience: str, ending: str
) -> None:
    response = export(as_role(Role.MODERATION), "pdf", query=f"round={asked.pk}", audience=audience)
    assert unquote(response["Content-Disposition"]).endswith(f"abwägung-ideen-2026-{ending}.pdf")


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_file_says_whose_it_is_what_of_it_and_as_of_when(weighed: Assessment, asked: Round, kind: str) -> None:
    District.objects.update(name="Landkreis Beispiel")
    response = export(as_role(Role.MODERATION), kind, query=f"round={asked.pk}&stage=submitted")
    found = " ".join(words(kind, response.content).split())
    for told in (
        "Landkreis Beispiel",
        f"Entwicklungskonzept: {asked.concept.title}",
        "Beteiligungsrunde: Ideen 2026",
        "Stand: zur Freigabe",
        "Einträge: 1",
        "Stand der Daten: 01.06.2026 11:30 Uhr",
        "Für die Verwaltung",
    ):
        assert told in found


@pytest.mark.parametrize("audience", ["public", "staff", "contact"])
def test_no_column_of_the_pdf_runs_into_the_next(weighed: Assessment, audience: str) -> None:
    content = export(as_role(Role.MODERATION), "pdf", audience=audience).content
    references, next_column = [], []

    def note(text: str, cm: list[float], _tm: Any, font: Any, size: float) -> None:
        words = text.strip()
        if words.startswith("KEK-"):
            references.append(cm[4] + len(words) * WIDTH_OF_A_SIGN * size)
        elif words.startswith("Stellungnahme"):
            next_column.append(cm[4])

    pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    assert references
    assert max(references) < min(next_column)


def test_an_unknown_format_is_refused(weighed: Assessment) -> None:
    response = export(as_role(Role.PROJECT_OFFICE), "exe")
    assert "format" in response.context["form"].errors


def test_a_long_file_takes_no_more_queries_than_a_short_one(weighed: Assessment, asked: Round) -> None:
    client = as_role(Role.PROJECT_OFFICE)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert export(client, "xlsx", audience="contact").status_code == 200
        return len(captured)

    count()
    few = count()
    writer = UserFactory()
    for _number in range(3):
        field = FieldOfActionFactory(concept=asked.concept)
        sender = SubmitterFactory(confirmed=True)
        IdeaFactory(round=asked, public=True, submitter=sender, department=DepartmentFactory(), field_of_action=field)
        begin([IdeaFactory(round=asked, public=True)], draft=DRAFT, by=writer, at=NOW)
    assert count() == few
