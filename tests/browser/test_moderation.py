"""The moderation in a browser: with keys, with and without scripts, no barrier, nothing wider than the screen."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from district.models import Concept, Role
from participation.models import DeclineReason, Idea, Report, Round
from tests.factories import CommentFactory, ConceptFactory, IdeaFactory, RoundFactory

from .barriers import TABLET, assert_no_barrier
from .conftest import OpenPage

pytestmark = pytest.mark.browser

REASON = "Ihr Beitrag ist Werbung. Deshalb veröffentlichen wir ihn nicht."


@pytest.fixture
def asked(portal: str) -> Iterator[Round]:
    """A round of its own in a concept of its own; nothing of it waits afterwards, and the sample data stay as they were."""
    concept = ConceptFactory(slug=f"probe-{uuid.uuid4().hex[:8]}", short_title="Probe", is_public=False)
    asked: Round = RoundFactory(concept=concept, title="Probe der Moderation")
    template = DeclineReason.objects.create(title=f"Probe {asked.slug}", text=REASON)
    yield asked
    template.delete()
    Concept.objects.filter(pk=concept.pk).update(process_closed_on=timezone.localdate())


def waiting(asked: Round, count: int) -> list[Idea]:
    titles = ["Radweg nach Torgau", "Ein Radweg bis Torgau", "Rufbus am Abend", "Bänke am Markt"]
    now = timezone.now()
    return [IdeaFactory(round=asked, title=title, submitted_at=now) for title in titles[:count]]


def desk(idea: Idea) -> str:
    return reverse("admin:participation_idea_moderate", args=[idea.pk], query={"round": idea.round_id})


def inbox(asked: Round) -> str:
    return reverse("admin:participation_inbox", query={"round": asked.pk})


def ready(page: Page, title: str) -> None:
    """Wait for the desk of an idea, and for its script."""
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_label("Tasten benutzen")).to_be_visible()


def message(page: Page) -> str:
    return page.locator(".messagelist").inner_text()


def test_one_idea_after_the_other_is_dealt_with_by_keys(open_page: OpenPage, asked: Round) -> None:
    first, second, third = waiting(asked, 3)
    page = open_page(inbox(asked), as_role=Role.MODERATION)
    page.get_by_role("link", name="Den ältesten bearbeiten").click()
    ready(page, first.title)
    page.keyboard.press("p")
    ready(page, second.title)
    assert f"{first.reference} ist veröffentlicht." in message(page)
    page.keyboard.press("n")
    ready(page, third.title)
    page.keyboard.press("a")
    expect(page.get_by_label("Vorlage")).to_be_focused()
    page.get_by_label("Vorlage").select_option(label=f"Probe {asked.slug}")
    expect(page.get_by_label("Begründung")).to_have_value(REASON)
    page.get_by_role("button", name="Nicht veröffentlichen").click()
    expect(page.get_by_role("heading", name=second.title)).to_be_visible()
    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.state, third.state) == ("published", "declined")


def test_keys_do_nothing_while_somebody_writes_and_once_they_are_switched_off(
    open_page: OpenPage, asked: Round
) -> None:
    (idea,) = waiting(asked, 1)
    page = open_page(desk(idea), as_role=Role.MODERATION)
    page.keyboard.press("r")
    title = page.get_by_label("Titel")
    expect(title).to_be_focused()
    page.keyboard.type("p")
    expect(title).to_have_value(re.compile("p"))
    page.get_by_label("Tasten benutzen").uncheck()
    page.keyboard.press("p")
    page.reload()
    expect(page.get_by_label("Tasten benutzen")).not_to_be_checked()
    page.locator("body").press("p")
    page.wait_for_timeout(200)
    idea.refresh_from_db()
    assert idea.state == Idea.State.RECEIVED


def test_a_reason_of_ones_own_is_not_overwritten_by_a_template(open_page: OpenPage, asked: Round) -> None:
    (idea,) = waiting(asked, 1)
    page = open_page(desk(idea), as_role=Role.MODERATION)
    page.keyboard.press("a")
    page.get_by_label("Begründung").fill("Meine Worte.")
    page.get_by_label("Vorlage").select_option(label=f"Probe {asked.slug}")
    expect(page.get_by_label("Begründung")).to_have_value("Meine Worte.")


def test_without_scripts_everything_can_be_decided(open_page: OpenPage, asked: Round) -> None:
    first, second, third = waiting(asked, 3)
    page = open_page(desk(first), as_role=Role.MODERATION, java_script_enabled=False)
    expect(page.get_by_text("Tasten benutzen")).to_be_hidden()
    page.get_by_role("button", name=re.compile(f"Dublette von dieser.*{second.reference}")).first.click()
    assert "ist jetzt Teil von" in message(page)
    page.goto(desk(third))
    page.get_by_text("Ablehnen", exact=True).click()
    page.get_by_label("Vorlage").select_option(label=f"Probe {asked.slug}")
    page.get_by_role("button", name="Nicht veröffentlichen").click()
    third.refresh_from_db()
    assert third.steps.get(kind="declined").note == REASON
    page.goto(desk(second))
    page.get_by_role("link", name="In mehrere Ideen aufteilen").click()
    page.get_by_role("button", name="Einen Teil hinzufügen").click()
    expect(page.get_by_role("group", name="Teil 3")).to_be_visible()
    page.get_by_role("group", name="Teil 2").get_by_label("Titel").fill("Der zweite Teil")
    page.get_by_role("button", name="Aufteilen und veröffentlichen").click()
    assert second.parts.count() == 3


def test_several_are_chosen_with_one_box_and_published_once_confirmed(open_page: OpenPage, asked: Round) -> None:
    waiting(asked, 3)
    page = open_page(inbox(asked), as_role=Role.MODERATION)
    page.get_by_label("Alle auf dieser Seite auswählen").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("(3)")
    page.get_by_role("button", name="Veröffentlichen …", exact=True).click()
    expect(page.get_by_role("heading", name="3 Ideen veröffentlichen?")).to_be_visible()
    page.get_by_role("button", name="Veröffentlichen").click()
    assert "3 Beiträge sind veröffentlicht." in message(page)
    assert asked.ideas.filter(is_public=True).count() == 3


def test_no_page_of_the_moderation_has_a_barrier(open_page: OpenPage, asked: Round) -> None:
    first, second, *_others = waiting(asked, 4)
    public = IdeaFactory(round=asked, public=True, text="W" * 200)
    comment = CommentFactory(idea=public)
    report = Report.objects.create(idea=public, reason="Das beleidigt jemanden.")
    page = open_page("/verwaltung/", as_role=Role.MODERATION)
    addresses = [
        reverse("admin:index"),
        inbox(asked),
        f"{desk(first)}&words=Radweg",
        desk(public),
        reverse("admin:participation_idea_split", args=[second.pk]),
        reverse("admin:participation_comment_moderate", args=[comment.pk]),
        reverse("admin:participation_report_moderate", args=[report.pk]),
        reverse("admin:participation_idea_record"),
        reverse("admin:participation_idea_record", query={"round": asked.pk}),
        reverse("admin:participation_idea_import", query={"round": asked.pk}),
        reverse("admin:participation_idea_changelist"),
        reverse("admin:participation_idea_change", args=[first.pk]),
        reverse("admin:participation_round_change", args=[asked.pk]),
    ]
    for address in addresses:
        page.goto(address)
        for more in page.locator("details.moderation-more").all():
            more.evaluate("each => (each.open = true)")
        assert_no_barrier(page, narrow=TABLET)


def test_forms_with_errors_have_no_barrier_and_lead_to_the_field(open_page: OpenPage, asked: Round) -> None:
    first, _second = waiting(asked, 2)
    page = open_page(desk(first), as_role=Role.MODERATION)
    page.keyboard.press("a")
    page.get_by_role("button", name="Nicht veröffentlichen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page, narrow=TABLET)
    page.get_by_role("link", name="Begründung:").click()
    expect(page.get_by_label("Begründung")).to_be_visible()
    page.goto(reverse("admin:participation_idea_record", query={"round": asked.pk}))
    page.get_by_role("button", name="Erfassen und prüfen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page, narrow=TABLET)
    page.goto(inbox(asked))
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="Nicht veröffentlichen …").click()
    page.get_by_role("button", name="Nicht veröffentlichen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_no_barrier(page, narrow=TABLET)
