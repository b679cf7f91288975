"""axe-core finds nothing, on every page, in both themes, on a phone and on a desktop."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone
from playwright.sync_api import expect

from catalogue.models import Entry, Goal, Measure, Need
from district.models import Bucket, Concept, Role
from kek.demo_mailbox import FILE_BACKEND
from participation.actions import Contribution, Sender, decline, publish, submit
from participation.links import status_path
from participation.models import Idea, Round
from participation.models.assessments import State as AssessmentState
from participation.models.ideas import State
from tests.factories import CommentFactory, RoundFactory, UserFactory

from .barriers import assert_no_barrier
from .conftest import OpenPage
from .mails import link_in, mail_to
from .walking import SECONDS_AS_PEOPLE_NEED

PUBLIC = [
    "/kek-2030/",
    "/kek-2030/zeitplan/",
    "/kek-2030/zeitplan/methode/",
    "/kek-2030/zeitplan/verschiebungen/",
    "/kek-2030/beschluss/",
    "/kek-2035/",
    "/kek-2035/zeitplan/",
    "/kek-2035/beschluss/",
    "/kek-2030/beteiligung/",
    "/kek-2030/beteiligung/buergerbeteiligung-2020/",
    "/kek-2035/beteiligung/",
    "/kek-2035/beteiligung/ideen-2035/",
    "/kek-2035/beteiligung/eckpunkte/",
    "/kek-2035/beteiligung/eckpunkte/?q=",
    "/kek-2035/beteiligung/entwurf-2035/",
    "/kek-2035/beteiligung/entwurf-2035/mitmachen/",
    "/kek-2035/beteiligung/blick-zurueck/mitmachen/",
    "/kek-2035/beteiligung/bestaetigen/diesen-link-gibt-es-nicht/",
    "/kek-2035/beteiligung/unterstuetzung/diesen-link-gibt-es-nicht/",
    "/kek-2035/ziele/",
    "/kek-2035/massnahmen/",
    "/en/kek-2030/",
    "/en/kek-2035/zeitplan/",
    "/en/kek-2035/beteiligung/ideen-2035/",
    "/en/kek-2035/beteiligung/ideen-2035/mitmachen/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/kontakt/",
    "/konto/login/",
    "/konto/password/reset/",
    "/gibt-es-nicht/",
]
STAFF = [
    "/verwaltung/",
    "/verwaltung/cockpit/kek-2035/",
    "/verwaltung/milestones/milestone/",
    "/verwaltung/milestones/milestone/add/",
    "/verwaltung/milestones/resolution/",
    "/verwaltung/milestones/councilsession/",
    "/verwaltung/milestones/postponement/",
    "/verwaltung/participation/round/add/",
    "/verwaltung/participation/comment/",
    "/verwaltung/participation/report/",
    "/verwaltung/participation/declinereason/",
    "/verwaltung/catalogue/need/",
    "/verwaltung/catalogue/goal/add/",
    "/verwaltung/catalogue/measure/",
    "/verwaltung/catalogue/measure/add/",
    "/verwaltung/district/department/",
    "/verwaltung/district/outgoingmail/",
    "/verwaltung/district/concept/",
    "/verwaltung/district/municipality/",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_have_no_barrier(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)


@pytest.mark.parametrize("path", STAFF)
def test_staff_pages_have_no_barrier(open_page: OpenPage, path: str) -> None:
    page = open_page(path, as_role=Role.PROJECT_OFFICE)
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)


# Pages whose address the sample data do not tell beforehand


@pytest.mark.parametrize("kind", [Need, Goal, Measure])
def test_a_need_a_goal_and_a_measure_have_no_barrier(open_page: OpenPage, kind: type[Entry]) -> None:
    answering = kind._default_manager.filter(assessments__state=AssessmentState.RELEASED).first()  # type: ignore[misc]  # each kind has it
    assert answering
    page = open_page(answering.get_absolute_url())
    expect(page.get_by_role("heading", name="Ideen von Bürgerinnen und Bürgern")).to_be_visible()
    assert_no_barrier(page)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.IN_REVIEW, State.ANSWERED, State.SPLIT])
def test_an_idea_in_each_public_state_has_no_barrier(open_page: OpenPage, state: State) -> None:
    idea = Idea.objects.filter(round__slug="ideen-2035", state=state).order_by("-comment_count").first()
    assert idea
    page = open_page(idea.get_absolute_url())
    assert page.locator("h1").count() == 1
    assert_no_barrier(page)


@pytest.fixture
def idea(portal: str) -> Iterator[Idea]:
    """A public idea with a comment, in a round of its own that nobody sees afterwards; its author can be written to."""
    Bucket.objects.all().delete()
    asked = RoundFactory(concept=Concept.objects.get(slug="kek-2035"), slug=f"huerden-{uuid.uuid4().hex[:8]}")
    made = submit(
        Contribution(title="Eine Bank am Fluss", text="Zum Ausruhen."),
        to=asked,
        key=uuid.uuid4(),
        sender=Sender(email="anna@buerger.example"),
        at=timezone.now(),
    )
    publish([made], by=UserFactory(), at=timezone.now())
    CommentFactory(idea=made, public=True)
    yield made
    Round.objects.filter(pk=asked.pk).update(is_public=False)


def test_supporting_has_no_barrier(open_page: OpenPage, idea: Idea, clock: time_machine.Traveller) -> None:
    page = open_page(f"{idea.get_absolute_url()}unterstuetzen/")
    page.get_by_label("E-Mail-Adresse").fill("bernd@")
    page.get_by_role("button", name="Link anfordern").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    assert_no_barrier(page)
    page.get_by_label("E-Mail-Adresse").fill("bernd@buerger.example")
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("button", name="Link anfordern").click()
    expect(page).to_have_title(re.compile("^Bitte bestätigen"))
    assert_no_barrier(page)
    page.goto(link_in(mail_to("bernd@buerger.example", "Bitte bestätigen"), "unterstuetzung"))
    assert_no_barrier(page)
    page.get_by_role("button", name="Idee unterstützen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke! Ihre Unterstützung zählt.")
    assert_no_barrier(page)
    page.goto(f"{idea.get_absolute_url()}unterstuetzen/")
    expect(page.get_by_role("button", name="Unterstützung zurücknehmen")).to_be_visible()
    assert_no_barrier(page)


@pytest.mark.parametrize(("verb", "field"), [("kommentieren", "Ihr Kommentar"), ("melden", "Was stört Sie?")])
def test_talking_about_an_idea_has_no_barrier(
    open_page: OpenPage, idea: Idea, verb: str, field: str, clock: time_machine.Traveller
) -> None:
    page = open_page(f"{idea.get_absolute_url()}{verb}/")
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    assert_no_barrier(page)
    page.get_by_label(field).fill("Dort steht schon eine.")
    clock.shift(SECONDS_AS_PEOPLE_NEED)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_label(field)).to_have_count(0)
    assert_no_barrier(page)


def test_what_is_over_has_no_barrier(open_page: OpenPage, idea: Idea) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Round.objects.filter(pk=idea.round_id).update(closes_on=yesterday)
    page = open_page(f"{idea.get_absolute_url()}kommentieren/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Das ist zurzeit nicht möglich")
    assert_no_barrier(page)
    decline([idea], reason="Das ist Werbung.", by=UserFactory(), at=timezone.now())
    page.goto(idea.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Beitrag ist nicht mehr öffentlich.")
    assert_no_barrier(page)


def test_pages_behind_mailed_links_have_no_barrier(open_page: OpenPage, idea: Idea) -> None:
    page = open_page(link_in(mail_to("anna@buerger.example", "ist angekommen"), "bestaetigen"))
    assert_no_barrier(page)
    page.get_by_role("button", name="E-Mail-Adresse bestätigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke! Ihre E-Mail-Adresse ist bestätigt.")
    assert_no_barrier(page)
    page.goto(status_path(idea.submitter, "unsubscribe"))
    assert_no_barrier(page)
    page.goto(status_path(idea.submitter, "erase"))
    page.get_by_role("button", name="Alles löschen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles ist gelöscht.")
    assert_no_barrier(page)


def test_the_mails_of_a_demo_have_no_barrier(open_page: OpenPage, settings: Any, tmp_path: Path) -> None:
    settings.IS_DEMO, settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = True, FILE_BACKEND, str(tmp_path)
    headers = {"Auto-Submitted": "auto-generated"}
    text = "Guten Tag,\n\nhttp://localhost/kek-2035/beteiligung/\n"
    EmailMessage("Ihr Beitrag ist angekommen", text, to=["anna@buerger.example"], headers=headers).send()
    page = open_page("/demo/post/")
    assert_no_barrier(page)
    page.get_by_role("link", name="Ihr Beitrag ist angekommen").click()
    expect(page.get_by_text("Guten Tag,")).to_be_visible()
    assert_no_barrier(page)
