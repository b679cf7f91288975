"""Rounds, ideas, comments, reports and reasons in „Verwaltung“: to find, to read, and who sees contact data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role
from participation.actions import erase, publish
from participation.models import DeclineReason, Idea, Report, Round
from tests.factories import (
    CommentFactory,
    ConceptFactory,
    DepartmentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MilestoneFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)
from tests.html_forms import unchanged

from .desks import desk, log_in, told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def page(model: str, name: str, *args: Any, **query: Any) -> str:
    return reverse(f"admin:participation_{model}_{name}", args=args, query=query or None)


def shown(response: Any) -> set[Any]:
    return set(response.context["cl"].result_list)


# Rounds


def new_round(**changes: Any) -> dict[str, Any]:
    return {
        "concept": ConceptFactory().pk,
        "kind": "ideas",
        "title": "Ihre Ideen",
        "slug": "ihre-ideen",
        "question": "Was fehlt?",
        "opens_on": "1.12.2026",
        "closes_on": "31.12.2026",
        **changes,
    }


def test_the_project_office_makes_a_round(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    assert client.post(page("round", "add"), new_round()).status_code == 302
    assert Round.objects.get().slug == "ihre-ideen"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"closes_on": "30.11.2026"}, "Eine Beteiligungsrunde endet nicht vor ihrem Beginn."),
        ({"slug": "stand"}, "Diese Adresse braucht das Portal selbst."),
        ({"called_off_on": "1.12.2026"}, "Zu einer Absage gehören der Tag und der Grund."),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_words(client: Client, changes: dict[str, str], message: str) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    assert message in client.post(page("round", "add"), new_round(**changes)).content.decode()
    assert not Round.objects.exists()


def test_a_round_takes_milestones_of_its_concept_alone(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    asked, foreign = RoundFactory(), MilestoneFactory()
    own = MilestoneFactory(phase__concept=asked.concept)
    form = client.get(page("round", "change", asked.pk)).context["adminform"].form
    assert list(form.fields["milestone"].queryset) == [own]
    assert foreign not in form.fields["milestone"].queryset


def test_only_a_draft_has_sections_and_saving_it_untouched_changes_nothing(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    section = SectionFactory()
    foreign = FieldOfActionFactory()
    url = page("round", "change", section.round.pk)
    response = client.get(url)
    (formset,) = [inline.formset for inline in response.context["inline_admin_formsets"]]
    assert foreign not in formset.forms[0].fields["field_of_action"].queryset
    assert client.post(url, unchanged(response.content.decode(), "round_form")).status_code == 302
    assert not client.get(page("round", "change", RoundFactory().pk)).context["inline_admin_formsets"]


def new_section(**changes: Any) -> dict[str, Any]:
    return {"order": "", "number": "1", "heading": "Mobilität", "text": "Mehr Busse.", "field_of_action": "", **changes}


def send(client: Client, asked: Round, *sections: dict[str, Any], **changes: Any) -> Any:
    """Save a draft with these in its empty rows."""
    url = page("round", "change", asked.pk)
    data: dict[str, Any] = unchanged(client.get(url).content.decode(), "round_form")
    had = int(data["sections-INITIAL_FORMS"])
    data["sections-TOTAL_FORMS"] = str(max(int(data["sections-TOTAL_FORMS"]), had + len(sections)))
    for number, section in enumerate(sections, start=had):
        data |= {f"sections-{number}-{name}": value for name, value in section.items()}
    return client.post(url, {**data, **changes})


@pytest.mark.parametrize(("opens_on", "is_refused"), [("1.11.2026", True), ("1.12.2026", False)])
def test_a_new_draft_is_announced_but_does_not_run_without_a_section(
    client: Client, opens_on: str, is_refused: bool
) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    response = client.post(page("round", "add"), new_round(kind="draft", is_public="on", opens_on=opens_on))
    assert (response.status_code == 200) == is_refused
    assert Round.objects.exists() != is_refused
    if is_refused:
        assert "mindestens einen Abschnitt" in response.context["form_errors"][0].message
    else:
        assert "noch keinen Abschnitt" in told(response)[0]


def test_a_draft_is_published_with_its_first_section(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    draft = RoundFactory(kind=Round.Kind.DRAFT, is_public=False)
    refused = send(client, draft, is_public="on")
    assert refused.context["form_errors"][0].message.startswith(
        "Ein laufender Entwurf braucht mindestens einen Abschnitt."
    )
    assert send(client, draft, new_section(), is_public="on").status_code == 302
    draft.refresh_from_db()
    assert (draft.is_public, [section.order for section in draft.sections.all()]) == (True, [1])


def test_readers_of_a_draft_without_a_section_are_offered_no_form(client: Client) -> None:
    draft = RoundFactory(kind=Round.Kind.DRAFT)
    form = reverse("participation:submit", args=[draft.concept.slug, draft.slug])
    assert f'href="{form}' not in client.get(draft.get_absolute_url()).content.decode()
    html = client.get(form).content.decode()
    assert "Der Entwurf ist noch nicht veröffentlicht." in html
    assert 'name="text"' not in html
    SectionFactory(round=draft)
    assert 'name="text"' in client.get(form).content.decode()


def test_a_new_section_needs_no_place_and_comes_last(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    draft = SectionFactory(order=7, number="1").round
    (inline,) = client.get(page("round", "change", draft.pk)).context["inline_admin_formsets"]
    assert [form["order"].value() for form in inline.formset.forms] == [7, 8]
    assert send(client, draft, new_section(number="2"), new_section(number="3")).status_code == 302
    assert list(draft.sections.values_list("number", "order")) == [("1", 7), ("2", 8), ("3", 9)]


def test_what_is_wrong_with_a_section_is_told_with_its_row(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    draft = SectionFactory(number="1", heading="Bildung").round
    response = send(client, draft, new_section(number="zwei", heading=""), **{"sections-0-heading": ""})
    assert [error.label for error in response.context["form_errors"]] == [
        "Abschnitt 1 Bildung, Überschrift",
        "Abschnitt 2, Überschrift",
        "Abschnitt 2, Nummer",
    ]


def test_a_number_given_twice_is_told_in_words(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    draft = SectionFactory(number="1", heading="Bildung").round
    response = send(client, draft, new_section(number="1", heading="Arbeit"))
    told = [(error.label, error.message) for error in response.context["form_errors"]]
    assert told == [
        ("Abschnitte", "Zwei Abschnitte haben dieselbe Nummer. Jede Nummer darf im Entwurf nur einmal vorkommen."),
        ("Abschnitt 2", "Die Nummer dieses Abschnitts gibt es schon."),
    ]


def test_a_round_with_ideas_is_not_deleted(client: Client) -> None:
    log_in(client, Role.PROJECT_OFFICE)
    idea = IdeaFactory()
    assert client.post(page("round", "delete", idea.round_id), {"post": "yes"}).status_code == 403
    empty = RoundFactory()
    assert client.post(page("round", "delete", empty.pk), {"post": "yes"}).status_code == 302


def test_a_round_leads_to_its_inbox_and_ideas_for_those_who_may(client: Client) -> None:
    asked = RoundFactory()
    url = page("round", "change", asked.pk)
    log_in(client)
    addresses = {tool.url for tool in client.get(url).context["tools"]}
    assert {page("idea", "record", round=asked.pk), page("idea", "import", round=asked.pk)} <= addresses
    for address in addresses:
        assert (address, client.get(address).status_code) == (address, 200)
    log_in(client, Role.DEPARTMENT)
    assert page("idea", "record", round=asked.pk) not in {tool.url for tool in client.get(url).context["tools"]}


def test_rounds_are_found_by_what_they_are_today(client: Client) -> None:
    log_in(client)
    rounds = {
        "running": RoundFactory(),
        "coming": RoundFactory(opens_on=date(2026, 12, 1)),
        "closed": RoundFactory(closes_on=date(2026, 11, 22)),
        "called_off": RoundFactory(called_off_on=date(2026, 3, 1), called_off_reason="Pandemie"),
    }
    for state, asked in rounds.items():
        assert (state, shown(client.get(page("round", "changelist", stand=state)))) == (state, {asked})


def test_reasons_for_declining_are_worded_by_the_moderation(client: Client) -> None:
    log_in(client)
    client.post(page("declinereason", "add"), {"title": "Werbung", "text": "Das ist Werbung.", "is_offered": "on"})
    reason = DeclineReason.objects.get()
    idea = IdeaFactory()
    assert "Werbung" in client.get(desk(idea)).content.decode()
    reason.is_offered = False
    reason.save()
    assert not client.get(desk(idea)).context["forms"]["decline"].fields["template"].queryset.exists()


# Ideas


CONTACT = ("jemand@example.org", "Am Markt 1")


@pytest.mark.parametrize("role", Role)
def test_contact_data_are_seen_by_moderation_and_project_office_alone(client: Client, role: Role) -> None:
    log_in(client, role)
    idea = IdeaFactory(
        public=True,
        submitter=SubmitterFactory(email=CONTACT[0], postal_address="Am Markt 1\nEilenburg", pseudonym="Anna"),
        department=DepartmentFactory(),
    )
    html = "".join(
        client.get(url).content.decode()
        for url in (page("idea", "change", idea.pk), page("idea", "changelist"), page("idea", "history", idea.pk))
    )
    may = role in {Role.MODERATION, Role.PROJECT_OFFICE}
    assert [words in html for words in CONTACT] == [may, may]
    assert "Anna" in html


def test_the_erased_words_of_an_idea_are_nowhere_in_its_trail(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(text="Geheimes Anliegen")
    Idea.objects.filter(pk=idea.pk).update(text="")
    assert "Geheimes Anliegen" not in client.get(page("idea", "history", idea.pk)).content.decode()


def test_nobody_writes_ideas_comments_or_reports_here_not_even_a_superuser(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    comment = CommentFactory()
    report = Report.objects.create(idea=comment.idea, reason="Beleidigung.")
    for model, row in (("idea", comment.idea), ("comment", comment), ("report", report)):
        assert client.get(page(model, "add")).status_code == 403
        assert client.post(page(model, "change", row.pk), {"text": "Geändert"}).status_code == 403
        assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("words", ["Freibad", "freibäder", "{reference}"])
def test_ideas_are_found_by_words_and_by_number(client: Client, words: str) -> None:
    log_in(client)
    idea = IdeaFactory(title="Ein Freibad für alle")
    IdeaFactory()
    asked = words.format(reference=idea.reference)
    assert shown(client.get(page("idea", "changelist", q=asked))) == {idea}


def test_ideas_are_found_by_what_they_wait_for(client: Client) -> None:
    DistrictFactory(answer_target_days=90)
    log_in(client)
    overdue = IdeaFactory(public=True)
    waiting = IdeaFactory(public=True, published_at=NOW)
    IdeaFactory()
    assert shown(client.get(page("idea", "changelist", antwort="offen"))) == {overdue, waiting}
    assert shown(client.get(page("idea", "changelist", antwort="ueberfaellig"))) == {overdue}
    assert shown(client.get(page("idea", "changelist", antwort="beantwortet"))) == set()


def test_the_fields_offered_are_those_of_the_chosen_round(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    field, other = FieldOfActionFactory(concept=idea.concept), FieldOfActionFactory()
    narrowed = client.get(page("idea", "changelist", round__id__exact=idea.round_id)).context["cl"]
    (offered,) = [spec.lookup_choices for spec in narrowed.filter_specs if spec.title == "Handlungsfeld"]
    assert offered == [(str(field.pk), str(field))]
    assert client.get(page("idea", "changelist", feld="9" * 40)).status_code == 200
    assert shown(client.get(page("idea", "changelist", feld=other.pk))) == set()


def test_an_idea_leads_to_its_desk_and_its_public_page(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(public=True)
    html = client.get(page("idea", "change", idea.pk)).content.decode()
    assert f'href="{desk(idea)}"' in html
    assert f'href="{idea.get_absolute_url()}"' in html
    log_in(client, Role.DEPARTMENT)
    assert desk(idea) not in client.get(page("idea", "change", idea.pk)).content.decode()


@pytest.mark.parametrize("verb", ["publish", "decline", "assign", "merge"])
def test_the_list_leads_to_the_page_that_counts_and_asks(client: Client, verb: str) -> None:
    log_in(client)
    asked = RoundFactory()
    chosen = [IdeaFactory(round=asked).pk for _number in range(2)]
    data = {"action": verb, "_selected_action": chosen}
    response = client.post(page("idea", "changelist"), data)
    assert response.templates[0].name == "participation/admin/moderation_together.html"
    marks = response.context["marks"]
    answers = {"publish": {}, "decline": {"reason": "Werbung."}, "assign": {}, "merge": {"into": chosen[0]}}[verb]
    sent = {"verb": verb, "chosen": marks, "next": "ideas", "confirm": "1", **answers}
    done = client.post(reverse("admin:participation_together"), sent)
    assert (done["Location"], len(told(done))) == (page("idea", "changelist"), 1)


def test_the_lists_decisions_are_for_who_may(client: Client) -> None:
    idea = IdeaFactory()
    log_in(client, Role.DEPARTMENT)
    client.post(page("idea", "changelist"), {"action": "publish", "_selected_action": [idea.pk], "confirm": "1"})
    idea.refresh_from_db()
    assert idea.state == Idea.State.RECEIVED


# Lists


def fill(count: int) -> None:
    for _number in range(count):
        municipality = MunicipalityFactory()
        asked = RoundFactory()
        field = FieldOfActionFactory(concept=asked.concept)
        idea = IdeaFactory(
            public=True, round=asked, municipality=municipality, field_of_action=field, department=DepartmentFactory()
        )
        section = SectionFactory(round=asked)
        remark = IdeaFactory(public=True, round=asked, section=section, title="")
        comment = CommentFactory(idea=remark)
        Report.objects.create(idea=remark, comment=comment, reason="Frech.", handled_at=NOW, handled_by=UserFactory())
        DeclineReason.objects.create(title=f"Grund {idea.pk}", text="Darum.")


@pytest.mark.parametrize("model", ["round", "idea", "comment", "report", "declinereason"])
def test_a_list_takes_as_many_queries_with_one_row_as_with_three(client: Client, model: str) -> None:
    log_in(client)
    url = page(model, "changelist")

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    fill(1)
    one = count()
    fill(2)
    assert count() == one


def test_the_trail_of_an_idea_names_redacting_and_erasing(client: Client) -> None:
    clerk = log_in(client)
    idea = IdeaFactory(submitter=SubmitterFactory(pseudonym="Anna"))
    publish([idea], by=clerk, at=NOW, text="Ein Radweg für [Name].")
    erase(idea.submitter, at=NOW)
    entries = client.get(page("idea", "history", idea.pk)).context["entries"]
    named = {(entry.action, entry.by) for entry in entries}
    assert {("Text redigiert", str(clerk)), ("persönliche Angaben gelöscht", "Einsender/in")} <= named


def test_what_readers_do_not_see_because_of_its_round_is_for_the_moderation_alone(client: Client) -> None:
    hidden = IdeaFactory(public=True, round__is_public=False)
    comment = CommentFactory(idea=hidden, public=True)
    for role, status in ((Role.STEERING_GROUP, 403), (Role.MODERATION, 200)):
        log_in(client, role)
        assert client.get(page("idea", "change", hidden.pk)).status_code == status
        assert shown(client.get(page("idea", "changelist"))) == ({hidden} if status == 200 else set())
        assert shown(client.get(page("comment", "changelist"))) == ({comment} if status == 200 else set())
    assert not Idea.objects.public().exists()
