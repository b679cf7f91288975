"""„Verwaltung“ as a site: how one comes in, where one lands, and in which order the rooms stand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from district.models import Role
from tests.factories import ConceptFactory, LegalTextFactory, MilestoneFactory, UserFactory

pytestmark = pytest.mark.django_db


def log_in(client: Client, role: Role | None = None, **user: object) -> Client:
    client.force_login(UserFactory(role=role, **user))
    return client


# Coming in


def test_a_stranger_is_led_to_the_login_and_back(client: Client) -> None:
    wanted = reverse("admin:milestones_milestone_changelist")
    response = client.get(wanted, {"stand": "overdue"}, follow=True)
    assert response.redirect_chain[-1][0].startswith(
        reverse("account_login") + "?next=/verwaltung/milestones/milestone/"
    )
    assert "%3Fstand%3Doverdue" in response.redirect_chain[-1][0]


def test_somebody_without_access_gets_a_plain_answer_and_no_further_login(client: Client) -> None:
    log_in(client, is_staff=False)
    for name in ("index", "start", "login", "milestones_milestone_changelist"):
        response = client.get(reverse(f"admin:{name}"))
        assert response.status_code == 403
        assert "Diese Seite ist Ihnen nicht zugänglich." in response.content.decode()


def test_who_is_logged_in_needs_no_login(client: Client) -> None:
    assert log_in(client, Role.DEPARTMENT).get(reverse("admin:login"))["Location"] == reverse("admin:start")


def test_password_and_logout_are_the_portals_own(client: Client) -> None:
    log_in(client, Role.DEPARTMENT)
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")
    assert client.post(reverse("admin:logout"))["Location"] == reverse("account_logout")


# Landing


def test_the_steering_group_starts_in_the_cockpit_of_the_concept_in_work(client: Client) -> None:
    ConceptFactory(slug="kek-2030", horizon=2030, is_current=True, process_closed_on="2021-06-30")
    ConceptFactory(slug="kek-2035", horizon=2035)
    for role in (Role.STEERING_GROUP, Role.PROJECT_OFFICE):
        assert log_in(client, role).get(reverse("admin:start"))["Location"] == "/verwaltung/cockpit/kek-2035/"


def test_where_all_concepts_are_closed_the_current_one_is_shown(client: Client) -> None:
    ConceptFactory(slug="kek-2030", is_current=True, process_closed_on="2021-06-30")
    response = log_in(client, Role.STEERING_GROUP).get(reverse("admin:start"))
    assert response["Location"] == "/verwaltung/cockpit/kek-2030/"


def test_others_start_at_the_overview_and_so_does_everybody_before_there_is_a_concept(client: Client) -> None:
    assert log_in(client, Role.STEERING_GROUP).get(reverse("admin:start"))["Location"] == reverse("admin:index")
    ConceptFactory()
    assert log_in(client, Role.DEPARTMENT).get(reverse("admin:start"))["Location"] == reverse("admin:index")


def test_the_overview_leads_to_cockpits_for_those_who_have_them(client: Client) -> None:
    concept = ConceptFactory()
    cockpit = reverse("admin:cockpit", args=[concept.slug])
    assert cockpit in log_in(client, Role.STEERING_GROUP).get(reverse("admin:index")).content.decode()
    assert cockpit not in log_in(client, Role.DEPARTMENT).get(reverse("admin:index")).content.decode()


def test_the_overview_leads_to_portal_password_and_second_factor(client: Client) -> None:
    html = log_in(client, Role.DEPARTMENT).get(reverse("admin:index")).content.decode()
    for address in ("/", reverse("account_change_password"), reverse("mfa_index")):
        assert f'href="{address}"' in html
    assert f'action="{reverse("account_logout")}"' in html


# Rooms


def test_rooms_and_models_stand_in_the_houses_order(client: Client) -> None:
    rooms = log_in(client, Role.PROJECT_OFFICE).get(reverse("admin:index")).context["app_list"]
    assert [(room["app_label"], [model["object_name"] for model in room["models"]]) for room in rooms] == [
        ("participation", ["Inbox", "WeighingTable", "Round", "Idea", "DeclineReason"]),
        ("catalogue", ["Need", "Goal", "Measure"]),
        ("workshops", ["Planning", "Event", "WorkingGroup", "Outcome"]),
        (
            "milestones",
            [
                "Phase",
                "Milestone",
                "Resolution",
                "Consultation",
                "CouncilSession",
                "Postponement",
                "CallOff",
                "Attainment",
            ],
        ),
        (
            "district",
            [
                "Concept",
                "FieldOfAction",
                "Body",
                "Department",
                "Municipality",
                "LegalText",
                "District",
                "OutgoingMail",
            ],
        ),
    ]


def test_the_side_menu_leads_those_who_may_to_inbox_and_weighing(client: Client) -> None:
    inbox, table = reverse("admin:participation_inbox"), reverse("admin:participation_weighing")
    for role, addresses in ((Role.MODERATION, [inbox, table]), (Role.STEERING_GROUP, [table])):
        page = log_in(client, role).get(reverse("admin:participation_idea_changelist"))
        menu = page.content.decode().partition('id="nav-sidebar"')[2].partition("</nav>")[0]
        assert [address for address in (inbox, table) if f'href="{address}"' in menu] == addresses


def test_of_pages_under_one_address_the_menu_marks_the_one_that_is_open(client: Client) -> None:
    log_in(client, Role.MODERATION)
    for name, marked in (("inbox", "Eingang"), ("idea_changelist", "Ideen")):
        html = client.get(reverse(f"admin:participation_{name}")).content.decode()
        menu = html.partition('id="nav-sidebar"')[2].partition("</nav>")[0]
        assert [part.partition("<")[0] for part in menu.split('aria-current="page">')[1:]] == [marked]


def test_records_that_nobody_edits_stand_on_the_page_of_their_room_alone(client: Client) -> None:
    room = reverse("admin:app_list", args=["participation"])
    address = f'href="{reverse("admin:participation_report_changelist")}"'
    log_in(client, Role.MODERATION)
    assert address not in client.get(reverse("admin:index")).content.decode()
    assert address in client.get(room).content.decode()
    assert address in client.get(reverse("admin:participation_idea_changelist")).content.decode()


def test_the_system_administration_sees_the_accounts(client: Client) -> None:
    rooms = log_in(client, Role.SYSTEM).get(reverse("admin:index")).context["app_list"]
    assert [model["object_name"] for model in rooms[-1]["models"]][-2:] == ["User", "OutgoingMail"]


# Content security policy


def test_only_the_page_with_the_text_editor_allows_an_inline_script_by_its_nonce(client: Client) -> None:
    log_in(client, Role.PUBLIC_RELATIONS)
    editor = client.get(reverse("admin:district_legaltext_change", args=[LegalTextFactory().pk]))
    policy, html = editor["Content-Security-Policy"], editor.content.decode()
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert nonce
    assert f'<script type="importmap" nonce="{nonce}">' in html
    assert "unsafe" not in policy
    milestone = MilestoneFactory()
    for address in (
        reverse("admin:index"),
        reverse("admin:milestones_milestone_change", args=[milestone.pk]),
        reverse("admin:district_legaltext_changelist"),
    ):
        assert "nonce" not in client.get(address)["Content-Security-Policy"]


def test_errors_are_told_at_the_top_with_links_to_their_fields(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    response = client.post(reverse("admin:district_body_add"), {"name": "", "kind": "council"})
    html = response.content.decode()
    assert "Es wurde nichts gespeichert. Bitte prüfen Sie Ihre Eingaben:" in html
    assert 'href="#id_name">Name: Bitte füllen Sie dieses Feld aus.</a>' in html
    assert html.index("<title>Fehler: ") > 0


def test_a_second_current_concept_is_refused_at_its_field(client: Client) -> None:
    ConceptFactory(is_current=True)
    log_in(client, Role.PROJECT_OFFICE)
    data = {
        "title": "Zweites Konzept",
        "short_title": "KEK 2",
        "slug": "kek-zwei",
        "horizon": "2040",
        "is_public": "on",
        "is_current": "on",
        "fields_of_action-TOTAL_FORMS": "0",
        "fields_of_action-INITIAL_FORMS": "0",
    }
    response = client.post(reverse("admin:district_concept_add"), data)
    assert [(error.anchor, error.message) for error in response.context["form_errors"]] == [
        ("id_is_current", "Es gibt schon ein aktuelles Konzept. Nehmen Sie dort zuerst den Haken heraus.")
    ]
