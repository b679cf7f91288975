"""The weighing in a browser: from the table to the answer by two people, with and without scripts, without barriers."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Dialog, expect

from district.models import Concept, Role, User
from participation.actions import begin, propose
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, Round
from tests.factories import ConceptFactory, FieldOfActionFactory, IdeaFactory, MeasureFactory, RoundFactory

from .barriers import assert_no_barrier
from .conftest import OpenPage
from .test_reading import sheets

pytestmark = pytest.mark.browser

TABLE = "/verwaltung/participation/assessment/tabelle/"
LONG = "Eine Begründung mit vielen Worten, die alle verstehen sollen. " * 12
DRAFT = Draft(summary=LONG[:600], proposal=LONG[:500], decision="partly", reason=LONG)


@pytest.fixture
def asked(portal: str) -> Iterator[Round]:
    """A round of its own in a concept of its own; nothing of it waits afterwards, and the sample data stay as they were."""
    concept = ConceptFactory(slug=f"probe-{uuid.uuid4().hex[:8]}", short_title="Probe", is_public=False)
    yield RoundFactory(concept=concept, title="Probe der Abwägung")
    Concept.objects.filter(pk=concept.pk).update(process_closed_on=timezone.localdate())


def ideas(asked: Round, count: int) -> list[Idea]:
    return [IdeaFactory(round=asked, public=True, title=f"Bank {number}", text=LONG) for number in range(count)]


def submitted(*weighed: Idea) -> Assessment:
    writer = User.objects.get(groups__name=Role.MODERATION)
    made = begin(weighed, draft=DRAFT, by=writer, at=timezone.now())
    return propose(made, by=writer, at=timezone.now())


def url(page: str, assessment: Assessment) -> str:
    return reverse(f"admin:participation_assessment_{page}", args=[assessment.pk])


def table_of(asked: Round) -> str:
    return f"{TABLE}?round={asked.pk}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_people_answer_two_ideas(open_page: OpenPage, asked: Round, scripts: bool) -> None:
    first, second, _third = ideas(asked, 3)
    measure = MeasureFactory(field_of_action=FieldOfActionFactory(concept=asked.concept), title="Bänke aufstellen")

    desk = open_page(table_of(asked), as_role=Role.MODERATION, java_script_enabled=scripts)
    desk.get_by_label(f"Auswählen: {first.reference}").check()
    desk.get_by_label(f"Auswählen: {second.reference}").check()
    desk.get_by_role("button", name="Ideen gemeinsam abwägen").click()
    expect(desk.get_by_role("heading", name="Diese 2 Ideen sind abzuwägen")).to_be_visible()
    desk.get_by_label("Zusammenfassung").fill("Mehr Bänke.")
    desk.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    expect(desk.get_by_text("Bitte begründen Sie die Entscheidung.").first).to_be_visible()
    desk.get_by_label("nicht berücksichtigt").check()
    desk.get_by_label("Begründung").fill("Dafür ist die Gemeinde zuständig.")
    desk.locator("summary", has_text="Maßnahmen").click()
    if scripts:
        desk.get_by_label("Maßnahmen suchen").fill(measure.title[:12])
    desk.get_by_label(str(measure)).check()
    desk.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    expect(desk.get_by_text("liegt zur Freigabe vor")).to_be_visible()
    expect(desk).to_have_url(f"{desk.url.split('/verwaltung')[0]}{table_of(asked)}")

    office = open_page(table_of(asked), as_role=Role.PROJECT_OFFICE, java_script_enabled=scripts)
    office.get_by_role("link", name="Bank 0").click()
    office.get_by_role("link", name="Freigeben …").click()
    expect(office.get_by_role("heading", name="Antwort des Landratsamtes")).to_be_visible()
    expect(office.get_by_text("Dafür ist die Gemeinde zuständig.")).to_be_visible()
    office.get_by_role("button", name="Freigeben und antworten").click()
    expect(office.get_by_text("1 Abwägung ist freigegeben. 2 Ideen sind beantwortet.")).to_be_visible()
    first.refresh_from_db()
    assert first.state == Idea.State.ANSWERED
    assert first.assessment
    assert list(first.assessment.measures.all()) == [measure]


def test_one_box_ticks_the_whole_page_and_says_how_many(open_page: OpenPage, asked: Round) -> None:
    first, *_others = ideas(asked, 3)
    page = open_page(table_of(asked), as_role=Role.PROJECT_OFFICE)
    page.get_by_label("Alle auf dieser Seite auswählen").check()
    expect(page.get_by_role("group", name="Mit dem Ausgewählten (3)")).to_be_visible()
    page.get_by_label(f"Auswählen: {first.reference}").uncheck()
    expect(page.get_by_role("group", name="Mit dem Ausgewählten (2)")).to_be_visible()


def test_who_leaves_with_words_unsaved_is_asked(open_page: OpenPage, asked: Round) -> None:
    (idea,) = ideas(asked, 1)
    page = open_page(reverse("admin:participation_weighing_begin", query={"idea": idea.pk}), as_role=Role.MODERATION)
    page.get_by_label("Zusammenfassung").press_sequentially("Mehr Bänke.")
    questions: list[str] = []

    def leave(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("link", name="Zurück zur Tabelle").click()
    expect(page.get_by_role("heading", name="Abwägung", exact=True)).to_be_visible()
    assert questions == ["beforeunload"]


def test_the_table_is_downloaded_as_it_is_narrowed(open_page: OpenPage, asked: Round) -> None:
    ideas(asked, 2)
    page = open_page(table_of(asked), as_role=Role.PROJECT_OFFICE)
    page.get_by_role("link", name="Tabelle herunterladen").click()
    page.get_by_label(re.compile("auch Offenes und Internes, ohne Personenangaben")).check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Herunterladen").click()
    content = download.value.path().read_bytes()
    assert load_workbook(io.BytesIO(content)).worksheets[0].max_row == 3


def test_no_page_of_the_weighing_has_a_barrier(open_page: OpenPage, asked: Round) -> None:
    first, second, third, fourth = ideas(asked, 4)
    assessment = submitted(first, second)
    draft = begin([third], draft=DRAFT, by=User.objects.get(groups__name=Role.MODERATION), at=timezone.now())
    released = Assessment.objects.filter(state="released", round__concept__slug="kek-2035")[0]
    draft_round = Round.objects.filter(kind="draft", ideas__state="published")[0]
    page = open_page(TABLE, as_role=Role.PROJECT_OFFICE)
    for path in (
        TABLE,
        table_of(asked),
        table_of(draft_round),
        reverse("admin:participation_weighing_begin", query={"idea": fourth.pk}),
        url("weigh", draft),
        url("weigh", assessment),
        url("weigh", released),
        url("release", assessment),
        url("hand_back", assessment),
        url("discard", draft),
        url("link", released),
        url("correct", released),
        reverse("admin:participation_weighing_release", query={"assessment": [assessment.pk, draft.pk]}),
        reverse("admin:participation_weighing_export"),
        reverse("admin:participation_assessment_changelist"),
        "/verwaltung/",
    ):
        page.goto(path)
        assert_no_barrier(page)
    page.goto(reverse("admin:participation_weighing_begin", query={"idea": fourth.pk}))
    page.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page)


def test_the_statistics_have_no_barrier(open_page: OpenPage) -> None:
    page = open_page("/verwaltung/", as_role=Role.STEERING_GROUP)
    for asked in Round.objects.filter(concept__slug="kek-2035", is_public=True):
        page.goto(reverse("admin:participation_statistics", args=[asked.pk]))
        assert_no_barrier(page)


def test_the_statistics_fit_on_three_sheets(open_page: OpenPage) -> None:
    asked = Round.objects.get(concept__slug="kek-2035", slug="ideen-2035")
    page = open_page(reverse("admin:participation_statistics", args=[asked.pk]), as_role=Role.STEERING_GROUP)
    assert sheets(page) <= 3
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Zahlen (CSV)")).to_have_count(0)
