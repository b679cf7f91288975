"""The weighing in „Verwaltung“: the table, the desk, the second pair of eyes, and what happens when two work at once."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Measure
from district.models import Role, User
from participation.actions import begin, decline, discard, propose, release, revise
from participation.actions.weighing import Draft, mark_of
from participation.models import Assessment, Idea, IdeaFile, Round
from participation.models.assessments import AssessmentMeasure
from tests.factories import (
    ConceptFactory,
    DepartmentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MeasureFactory,
    NeedFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DRAFT = Draft(
    summary="Gewünscht wird ein Radweg.",
    proposal="In das Radverkehrskonzept aufnehmen.",
    decision="partly",
    reason="Ein Teil der Strecke ist schon geplant.",
)
WORDS = {"summary": "Ein Radweg.", "proposal": "Intern.", "decision": "adopted", "reason": "Der Radweg wird gebaut."}
TABLE = "/verwaltung/participation/assessment/tabelle/"


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    DistrictFactory(answer_target_days=90)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked() -> Round:
    return RoundFactory()


@pytest.fixture
def writer() -> User:
    return UserFactory(role=Role.MODERATION)


@pytest.fixture
def office() -> User:
    return UserFactory(role=Role.PROJECT_OFFICE)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def begin_url(*ideas: Idea, **query: Any) -> str:
    return reverse("admin:participation_weighing_begin", query={"idea": [idea.pk for idea in ideas], **query})


def url(page: str, assessment: Assessment) -> str:
    return reverse(f"admin:participation_assessment_{page}", args=[assessment.pk])


def sent(assessment: Assessment, **more: Any) -> dict[str, Any]:
    """Return what the desk sends for a weighing as it is now."""
    ideas = list(assessment.ideas.values_list("pk", flat=True))
    return {"seen": mark_of(assessment), "ideas": ideas, **WORDS, **more}


def idea(asked: Round, **more: Any) -> Idea:
    return IdeaFactory(round=asked, public=True, **more)


def drafted(writer: User, *ideas: Idea) -> Assessment:
    return begin(ideas, draft=DRAFT, by=writer, at=NOW)


def submitted(writer: User, *ideas: Idea) -> Assessment:
    return propose(drafted(writer, *ideas), by=writer, at=NOW)


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


# The table


def test_a_row_leads_to_where_it_is_weighed(writer: User, asked: Round) -> None:
    waiting, weighed = idea(asked, title="Wartet"), idea(asked, title="In Arbeit")
    assessment = drafted(writer, weighed)
    html = as_person(writer).get(TABLE).content.decode()
    assert f"{begin_url(waiting)}&amp;next=" in html
    assert f"{url('weigh', assessment)}?next=" in html
    assert "teilweise berücksichtigt" in html
    assert "In das Radverkehrskonzept aufnehmen." in html


@pytest.mark.parametrize("role", [Role.PROJECT_OFFICE, Role.DEPARTMENT])
def test_the_table_takes_the_same_queries_for_one_row_and_for_three(role: Role) -> None:
    section = SectionFactory()
    asked, department = section.round, DepartmentFactory()
    client = as_person(UserFactory(role=role, department=department))
    writer, releaser = UserFactory(), UserFactory()

    def fill() -> None:
        def more(**changes: Any) -> Idea:
            field = FieldOfActionFactory(concept=asked.concept)
            return idea(asked, **{"section": section, "department": department, "field_of_action": field, **changes})

        more()
        more(title="", section=None)
        drafted(writer, more(), more())
        drafted(writer, more(title="", section=None))
        submitted(writer, more())
        release([submitted(writer, more(), more())], by=releaser, at=NOW)

    def count() -> int:
        client.get(f"{TABLE}?round={asked.pk}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{TABLE}?round={asked.pk}").status_code == 200
        return len(captured)

    fill()
    one = count()
    fill()
    fill()
    assert count() == one


def test_the_cards_lead_to_what_they_count(office: User, writer: User, asked: Round) -> None:
    idea(asked, published_at=NOW - datetime.timedelta(days=95))
    idea(asked, published_at=NOW - datetime.timedelta(days=80))
    idea(asked)
    drafted(writer, idea(asked))
    submitted(writer, idea(asked))
    release([submitted(writer, idea(asked))], by=office, at=NOW)
    client = as_person(office)
    cards = client.get(TABLE).context["cards"]
    assert [card.number for card in cards] == [5, 1, 4, 1, 1, 1]  # the factory publishes in February
    for card in cards:
        assert len(client.get(f"{TABLE}?{card.query}").context["lines"]) == card.number


def test_a_value_nobody_can_choose_is_not_asked_for(office: User, asked: Round) -> None:
    idea(asked)
    client = as_person(office)
    nonsense = f"{TABLE}?round=x&section=9&field=-1&stage=weg&due=nie&department=99999999999999999999&q=%00&page=abc"
    response = client.get(nonsense)
    assert (response.status_code, len(response.context["lines"])) == (200, 1)


def test_a_fachamt_sees_and_weighs_what_is_assigned_to_it_alone(asked: Round, writer: User) -> None:
    own = DepartmentFactory()
    mine, foreign = idea(asked, department=own), idea(asked, department=DepartmentFactory())
    shared = drafted(writer, idea(asked, department=own), idea(asked))
    strange = drafted(writer, idea(asked))
    client = as_person(UserFactory(role=Role.DEPARTMENT, department=own))
    lines = client.get(TABLE).context["lines"]
    assert [line.row.assessment or line.row.ideas[0] for line in lines] == [mine, shared]
    assert client.get(begin_url(mine)).status_code == 200
    assert client.get(begin_url(foreign)).status_code == 403
    assert client.get(begin_url(mine, foreign)).status_code == 403
    assert "Vorschlag der Verwaltung" in client.get(url("weigh", shared)).content.decode()
    assert client.post(url("weigh", shared), sent(shared)).status_code == 403
    assert client.get(url("weigh", strange)).status_code == 403
    assert client.get(url("history", strange)).status_code in (302, 403)
    listed = client.get(reverse("admin:participation_assessment_changelist"))
    assert list(listed.context["cl"].result_list) == [shared]


def test_a_person_of_no_fachamt_is_told_why_the_table_is_empty(asked: Round) -> None:
    idea(asked)
    response = as_person(UserFactory(role=Role.DEPARTMENT)).get(TABLE)
    assert response.context["lines"] == []
    assert "kein Fachamt zugeordnet" in response.content.decode()


def test_who_only_reads_is_offered_nothing_to_tick(writer: User, asked: Round) -> None:
    idea(asked)
    submitted(writer, idea(asked))
    html = as_person(UserFactory(role=Role.STEERING_GROUP)).get(TABLE).content.decode()
    assert 'name="idea"' not in html
    assert 'name="assessment"' not in html


# The start page


def waits(person: User) -> list[tuple[str, str]]:
    client = as_person(person)
    response = client.get(reverse("admin:index"))
    figures = response.context["waits"]
    assert all(client.get(figure.url).status_code == 200 for figure in figures)
    return [(str(figure.count), str(figure.label)) for figure in figures]


def test_a_fachamt_is_told_of_its_own_answers_alone(asked: Round) -> None:
    own = DepartmentFactory()
    idea(asked, department=own)
    idea(asked, department=DepartmentFactory())
    idea(asked, department=own, published_at=NOW - datetime.timedelta(days=85))
    assert waits(UserFactory(role=Role.DEPARTMENT, department=own)) == [
        ("1", "überfällige Antwort"),
        ("1", "Antwort in den nächsten 14 Tagen fällig"),
    ]
    assert {number for number, _label in waits(UserFactory(role=Role.DEPARTMENT))} == {"0"}


def test_the_office_is_told_of_what_others_wait_to_see_released(writer: User, office: User, asked: Round) -> None:
    submitted(writer, idea(asked))
    submitted(writer, idea(asked))
    submitted(office, idea(asked))
    assert ("2", "Abwägungen warten auf Ihre Freigabe") in waits(office)
    assert "Freigabe" not in str(waits(writer))


def test_the_cockpit_tells_of_answers_that_are_overdue(office: User, writer: User, asked: Round) -> None:
    url = reverse("admin:cockpit", args=[asked.concept.slug])
    client = as_person(office)
    before = [figure.label for figure in client.get(url).context["figures"]]
    idea(asked)
    submitted(writer, idea(asked, published_at=NOW))
    figure = client.get(url).context["figures"][-1]
    assert "Antwort überfällig" not in before
    assert (figure.value, figure.label, figure.detail) == ("1", "Antwort überfällig", "2 offen, 1 zur Freigabe")
    assert len(client.get(figure.url).context["lines"]) == 1


# Writing


def test_several_ideas_are_weighed_together_and_saved_as_a_draft(writer: User, asked: Round) -> None:
    first, second = idea(asked, text="Der ganze Text."), idea(asked)
    client = as_person(writer)
    page = client.get(begin_url(first, second))
    assert "Der ganze Text." in page.content.decode()
    measure = MeasureFactory(field_of_action=FieldOfActionFactory(concept=asked.concept))
    answers = {"ideas": [first.pk, second.pk], **WORDS, "measures": [measure.pk], "save": "1"}
    response = client.post(begin_url(first, second), answers)
    assessment = Assessment.objects.get()
    assert response["Location"] == url("weigh", assessment)
    assert (assessment.state, assessment.decision, assessment.drafted_by) == ("draft", "adopted", writer)
    assert set(assessment.ideas.all()) == {first, second}
    assert list(assessment.measures.all()) == [measure]


def test_a_draft_needs_a_summary_and_an_idea_and_nothing_else(writer: User, asked: Round) -> None:
    first = idea(asked)
    client = as_person(writer)
    response = client.post(begin_url(first), {"ideas": [], "summary": "", "save": "1"})
    assert set(errors(response)) == {"summary", "ideas"}
    client.post(begin_url(first), {"ideas": [first.pk], "summary": "Ein Radweg.", "save": "1"})
    assert Assessment.objects.get().state == "draft"


def test_what_is_submitted_without_a_reason_is_not_saved_and_not_lost(writer: User, asked: Round) -> None:
    first = idea(asked)
    answers = {"ideas": [first.pk], **WORDS, "reason": "", "decision": "", "submit": "1"}
    response = as_person(writer).post(begin_url(first), answers)
    assert set(errors(response)) == {"decision", "reason"}
    assert "Ein Radweg." in response.content.decode()
    assert not Assessment.objects.exists()
    first.refresh_from_db()
    assert first.state == Idea.State.PUBLISHED


def test_saving_and_submitting_leads_back_to_the_table_as_it_was_narrowed(writer: User, asked: Round) -> None:
    first = idea(asked)
    back = f"{TABLE}?round={asked.pk}"
    response = as_person(writer).post(begin_url(first, next=back), {"ideas": [first.pk], **WORDS, "submit": "1"})
    assert response["Location"] == back
    assert Assessment.objects.get().state == "submitted"


def test_nobody_is_led_to_a_foreign_page(writer: User, asked: Round) -> None:
    first = idea(asked)
    response = as_person(writer).post(
        begin_url(first, next="https://example.org/"), {"ideas": [first.pk], **WORDS, "submit": "1"}
    )
    assert response["Location"] == TABLE


def test_all_that_was_said_to_a_section_is_weighed_at_once(writer: User) -> None:
    section = SectionFactory()
    said = [idea(section.round, section=section) for _number in range(3)]
    elsewhere = idea(section.round, section=SectionFactory(round=section.round))
    drafted(writer, said.pop())
    client = as_person(writer)
    all_of = reverse("admin:participation_weighing_begin", query={"all_of": section.pk})
    form = client.get(all_of).context["form"]
    assert form.offered == said
    assert elsewhere not in form.offered
    client.post(all_of, {"ideas": [each.pk for each in said], **WORDS, "save": "1"})
    made = Assessment.objects.latest("pk")
    assert (made.section, set(made.ideas.all())) == (section, set(said))


def test_ideas_of_two_rounds_and_settled_ones_are_not_weighed_together(writer: User, asked: Round) -> None:
    client = as_person(writer)
    response = client.get(begin_url(idea(asked), idea(RoundFactory())))
    assert "selben Runde" in told(response)
    weighed = idea(asked)
    drafted(writer, weighed)
    weighed.refresh_from_db()
    response = client.get(begin_url(weighed))
    assert f"{weighed.reference} ist „in Abwägung“" in told(response)
    assert response["Location"] == TABLE


def test_somebody_who_began_earlier_keeps_the_idea_and_nobodys_words_are_lost(writer: User, asked: Round) -> None:
    first, second = idea(asked), idea(asked)
    drafted(UserFactory(), first)
    response = as_person(writer).post(begin_url(first, second), {"ideas": [first.pk, second.pk], **WORDS})
    assert "in Abwägung" in str(errors(response)["__all__"])
    assert "Der Radweg wird gebaut." in response.content.decode()
    assert Assessment.objects.count() == 1


def test_ideas_come_and_go_while_a_weighing_is_written(writer: User, asked: Round) -> None:
    stays, goes, comes = idea(asked), idea(asked), idea(asked)
    assessment = drafted(writer, stays, goes)
    answers = sent(assessment, ideas=[stays.pk], more=f" {comes.reference.lower()} ")
    as_person(writer).post(url("weigh", assessment), answers)
    assert set(assessment.ideas.all()) == {stays, comes}


@pytest.mark.parametrize(
    ("number", "message"), [("KEK-2026-999999", "gibt es nicht"), ("Radweg", "gibt es nicht"), ("foreign", "anderen")]
)
def test_a_number_that_does_not_fit_is_named(writer: User, asked: Round, number: str, message: str) -> None:
    first = idea(asked)
    more = idea(RoundFactory()).reference if number == "foreign" else number
    response = as_person(writer).post(begin_url(first), {"ideas": [first.pk], **WORDS, "more": more})
    assert message in errors(response)["more"][0]
    assert more in errors(response)["more"][0]


def test_only_entries_of_the_concept_that_are_not_dropped_are_offered(writer: User, asked: Round) -> None:
    field = FieldOfActionFactory(concept=asked.concept)
    need, dropped, foreign = (
        NeedFactory(field_of_action=field),
        NeedFactory(field_of_action=field, state="dropped"),
        NeedFactory(),
    )
    first = idea(asked)
    client = as_person(writer)
    assert list(client.get(begin_url(first)).context["form"].fields["needs"].queryset) == [need]
    for wrong in (dropped, foreign):
        response = client.post(begin_url(first), {"ideas": [first.pk], **WORDS, "needs": [wrong.pk]})
        assert "needs" in errors(response)
    assert not Assessment.objects.exists()


def test_hostile_words_are_shown_as_words(writer: User, office: User, asked: Round) -> None:
    evil = "<script>alert(1)</script>"
    first = idea(asked, title=evil[:120], text=evil)
    as_person(writer).post(
        begin_url(first), {"ideas": [first.pk], **WORDS, "summary": evil, "reason": evil, "submit": "1"}
    )
    assessment = Assessment.objects.get()
    client = as_person(office)
    for page in (TABLE, url("weigh", assessment), url("release", assessment)):
        html = client.get(page).content.decode()
        assert evil not in html
        assert "&lt;script&gt;alert(1)" in html


# Two at once


def test_who_comes_late_sees_what_was_written_and_may_overwrite_it_knowingly(writer: User, asked: Round) -> None:
    assessment = drafted(writer, idea(asked))
    late = sent(assessment)
    other = UserFactory(function="Die Kollegin", role=Role.MODERATION)
    with time_machine.travel(NOW + datetime.timedelta(minutes=2), tick=False):
        at = NOW + datetime.timedelta(minutes=2)
        changed = Draft(summary="Anders zusammengefasst.")
        revise(assessment, draft=changed, ideas=assessment.ideas.all(), by=other, at=at)
    client = as_person(writer)
    response = client.post(url("weigh", assessment), late)
    html = response.content.decode()
    assert "von „Die Kollegin“ geändert (11:32 Uhr)" in html
    assert "Anders zusammengefasst." in html
    assert "Der Radweg wird gebaut." in html
    assessment.refresh_from_db()
    assert assessment.summary == "Anders zusammengefasst."
    again = late | {"seen": response.context["form"]["seen"].value()}
    assert client.post(url("weigh", assessment), again).status_code == 302
    assessment.refresh_from_db()
    assert (assessment.summary, assessment.drafted_by) == ("Ein Radweg.", writer)


def test_words_for_what_was_submitted_meanwhile_are_shown_once_more(writer: User, asked: Round) -> None:
    assessment = drafted(writer, idea(asked))
    late = sent(assessment)
    propose(assessment, by=UserFactory(), at=NOW)
    html = as_person(writer).post(url("weigh", assessment), late).content.decode()
    assert "ist inzwischen „zur Freigabe“" in html
    assert "Der Radweg wird gebaut." in html
    assessment.refresh_from_db()
    assert assessment.reason == DRAFT.reason


def test_words_for_what_was_discarded_meanwhile_begin_anew(writer: User, asked: Round) -> None:
    first = idea(asked)
    assessment = drafted(writer, first)
    late, address = sent(assessment), url("weigh", assessment)
    discard(assessment, by=UserFactory(), at=NOW)
    client = as_person(writer)
    response = client.post(address, late)
    html = response.content.decode()
    assert "wurde inzwischen verworfen" in html
    assert "Der Radweg wird gebaut." in html
    assert f'action="{reverse("admin:participation_weighing_begin")}"' in html
    client.post(reverse("admin:participation_weighing_begin"), late | {"seen": ""})
    assert Assessment.objects.get().reason == "Der Radweg wird gebaut."


def test_nobody_releases_what_was_changed_since_they_read_it(writer: User, office: User, asked: Round) -> None:
    assessment = submitted(writer, idea(asked))
    read = mark_of(assessment)
    client = as_person(office)
    Assessment.objects.filter(pk=assessment.pk).update(state="draft", submitted_by=None)
    assessment = revise(
        assessment,
        draft=replace(DRAFT, reason=WORDS["reason"]),
        ideas=assessment.ideas.all(),
        by=writer,
        at=NOW + datetime.timedelta(hours=1),
    )
    propose(assessment, by=writer, at=NOW)
    response = client.post(url("release", assessment), {"seen": read})
    assert "inzwischen" in told(response)
    many = reverse("admin:participation_weighing_release")
    response = client.post(many, {"chosen": [f"{assessment.pk}.{read}"]})
    assert "geändert" in response.content.decode()
    assessment.refresh_from_db()
    assert assessment.state == "submitted"


# The second pair of eyes


def test_the_preview_is_what_citizens_will_read(
    writer: User, office: User, asked: Round, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first = idea(asked, submitter=SubmitterFactory(confirmed=True))
    assessment = submitted(writer, first, idea(asked, title="Die zweite"))
    measure = MeasureFactory(field_of_action=FieldOfActionFactory(concept=asked.concept), title="Der Radweg")
    hidden = MeasureFactory(field_of_action=measure.field_of_action, state="draft", title="Noch geheim")
    assessment.measures.set([measure, hidden])
    reader = as_person(office)
    page = reader.get(url("release", assessment)).content.decode()
    assert "1 Person bekommt eine E-Mail." in page
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.post(url("release", assessment), {"seen": mark_of(assessment)})
    assert "2 Ideen sind beantwortet." in told(response)
    assert [message.to for message in mail.outbox] == [[first.submitter.email]]

    def answer(html: str) -> list[str]:
        section = html[html.index('<section class="idea-answer"') :]
        return section[: section.index("</section>")].split()

    assert answer(client.get(first.get_absolute_url()).content.decode()) == answer(page)
    assert "geheim" not in " ".join(answer(page))


def test_nobody_releases_their_own_not_even_by_a_forged_request(office: User, asked: Round) -> None:
    assessment = submitted(office, idea(asked))
    client = as_person(office)
    page = client.get(url("weigh", assessment)).content.decode()
    assert "Freigeben muss sie jemand anderes." in page
    assert url("release", assessment) not in page
    for verb in ("release", "hand_back"):
        assert client.get(url(verb, assessment)).status_code == 403
        answers = {"seen": mark_of(assessment), "note": "Nein."}
        assert client.post(url(verb, assessment), answers).status_code == 403
    client.post(reverse("admin:participation_weighing_release"), {"chosen": [f"{assessment.pk}.{mark_of(assessment)}"]})
    assessment.refresh_from_db()
    assert assessment.state == "submitted"


def test_many_are_released_after_a_question_that_counts(writer: User, office: User, asked: Round) -> None:
    first, second = submitted(writer, idea(asked), idea(asked)), submitted(writer, idea(asked))
    own = submitted(office, idea(asked))
    client = as_person(office)
    many = reverse("admin:participation_weighing_release")
    page = client.get(many, {"assessment": [first.pk, second.pk, own.pk]})
    html = page.content.decode()
    assert page.context["title"] == "2 Abwägungen freigeben?"
    assert f"{own} haben Sie selbst verfasst oder vorgelegt." in html
    assert "3 Ideen werden sofort öffentlich beantwortet." in html
    response = client.post(many, {"chosen": [mark for _row, mark in page.context["chosen"]]})
    assert "2 Abwägungen sind freigegeben. 3 Ideen sind beantwortet." in told(response)
    states = {each.pk: each.state for each in Assessment.objects.all()}
    assert states == {first.pk: "released", second.pk: "released", own.pk: "submitted"}


def test_many_or_none(writer: User, office: User, asked: Round) -> None:
    first, second = submitted(writer, idea(asked)), submitted(writer, idea(asked))
    many = reverse("admin:participation_weighing_release")
    marks = [f"{each.pk}.{mark_of(each)}" for each in (first, second)]
    release([second], by=UserFactory(), at=NOW)
    response = as_person(office).post(many, {"chosen": marks})
    assert f"{second} ist „freigegeben“" in response.content.decode()
    first.refresh_from_db()
    assert first.state == "submitted"


def test_handing_back_asks_for_a_note_that_the_author_reads(writer: User, office: User, asked: Round) -> None:
    assessment = submitted(writer, idea(asked))
    client = as_person(office)
    response = client.post(url("hand_back", assessment), {"seen": mark_of(assessment), "note": " "})
    assert "note" in errors(response)
    client.post(url("hand_back", assessment), {"seen": mark_of(assessment), "note": "Bitte die Kosten nennen."})
    assessment.refresh_from_db()
    assert assessment.state == "draft"
    assert "Bitte die Kosten nennen." in as_person(writer).get(url("weigh", assessment)).content.decode()


def test_discarding_lets_the_ideas_wait_again(writer: User, asked: Round) -> None:
    first = idea(asked)
    assessment = drafted(writer, first)
    client = as_person(writer)
    assert "1 Idee wartet danach wieder" in client.get(url("discard", assessment)).content.decode()
    client.post(url("discard", assessment), {"seen": mark_of(assessment)})
    first.refresh_from_db()
    assert (first.state, Assessment.objects.count()) == (Idea.State.PUBLISHED, 0)


# Linking afterwards


def test_the_office_says_later_what_a_weighing_flowed_into_and_the_trail_keeps_it(
    writer: User, office: User, asked: Round, client: Client
) -> None:
    first = idea(asked)
    (assessment,) = release([submitted(writer, first)], by=UserFactory(), at=NOW)
    measure = MeasureFactory(field_of_action=FieldOfActionFactory(concept=asked.concept), title="Radweg bauen")
    reader = as_person(office)
    reader.post(url("link", assessment), {"seen": mark_of(assessment), "measures": [measure.pk]})
    assert list(assessment.measures.all()) == [measure]
    assert "Radweg bauen" in client.get(first.get_absolute_url()).content.decode()
    assert "Radweg bauen" in reader.get(url("history", assessment)).content.decode()
    reader.post(url("link", assessment), {"seen": mark_of(assessment)})
    trail = AssessmentMeasure.pgh_event_model.objects.filter(assessment=assessment.pk)
    assert list(trail.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]
    assert all(event.pgh_context.metadata["user"] == office.pk for event in trail)
    assert not Measure.objects.get(pk=measure.pk).assessments.exists()


def test_only_what_was_released_is_linked_by_hand(writer: User, office: User, asked: Round) -> None:
    assessment = submitted(writer, idea(asked))
    client = as_person(office)
    assert client.get(url("link", assessment))["Location"] == url("weigh", assessment)
    response = client.post(url("link", assessment), {"seen": mark_of(assessment)})
    assert "nicht möglich" in str(errors(response)["__all__"])


# Who may what


STAGES = ("draft", "submitted", "released")
WEIGHS = frozenset({Role.MODERATION, Role.PROJECT_OFFICE})
OFFICE = frozenset({Role.PROJECT_OFFICE})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", STAGES)
def test_each_page_is_for_whom_it_is_meant(asked: Round, writer: User, role: Role, stage: str) -> None:
    assessment = drafted(writer, idea(asked))
    if stage != "draft":
        assessment = propose(assessment, by=writer, at=NOW)
    if stage == "released":
        (assessment,) = release([assessment], by=UserFactory(), at=NOW)
    client = as_person(UserFactory(role=role))
    may = {"discard": WEIGHS, "correct": WEIGHS, "release": OFFICE, "hand_back": OFFICE, "link": OFFICE}
    for page, roles in may.items():
        status = client.get(url(page, assessment)).status_code
        assert (page, status == 403) == (page, role not in roles)
        assert (page, client.post(url(page, assessment), {}).status_code == 403) == (page, role not in roles)
    reads = role != Role.DEPARTMENT
    assert (client.get(url("weigh", assessment)).status_code == 200) == reads
    assert (client.post(url("weigh", assessment), sent(assessment)).status_code == 403) == (role not in WEIGHS)


@pytest.mark.parametrize("stage", STAGES)
def test_a_closed_concept_is_only_read(stage: str, office: User, writer: User) -> None:
    concept = ConceptFactory()
    asked = RoundFactory(concept=concept)
    waiting = idea(asked)
    assessment = drafted(writer, idea(asked))
    if stage != "draft":
        assessment = propose(assessment, by=writer, at=NOW)
    if stage == "released":
        (assessment,) = release([assessment], by=UserFactory(), at=NOW)
    concept.process_closed_on = datetime.date(2026, 5, 1)
    concept.save()
    client = as_person(office)
    assert client.get(begin_url(waiting)).status_code == 403
    assert client.get(url("weigh", assessment)).status_code == 200
    for page in ("weigh", "discard", "correct", "release", "hand_back", "link"):
        answers = sent(assessment, note="Nein.")
        assert (page, client.post(url(page, assessment), answers).status_code) == (page, 403)
    response = client.get(reverse("admin:participation_weighing_release"), {"assessment": [assessment.pk]})
    assert response.status_code == 302
    html = client.get(f"{TABLE}?round={asked.pk}").content.decode()
    assert 'name="idea"' not in html
    before = assessment.state
    assessment.refresh_from_db()
    assert assessment.state == before


def test_the_list_of_all_weighings_finds_by_words_and_by_number(office: User, writer: User, asked: Round) -> None:
    first = idea(asked)
    assessment = drafted(writer, first)
    begin([idea(asked)], draft=Draft(summary="Etwas anderes."), by=writer, at=NOW)
    client = as_person(office)
    changelist = reverse("admin:participation_assessment_changelist")
    for words in ("Radweg", first.reference):
        assert list(client.get(changelist, {"q": words}).context["cl"].result_list) == [assessment]
    assert len(client.get(changelist, {"ideen": "keine"}).context["cl"].result_list) == 0
    assert f'href="{TABLE}"' in client.get(changelist).content.decode()
    assert url("weigh", assessment) in client.get(url("change", assessment)).content.decode()
    assert client.post(url("change", assessment), {"summary": "Anders"}).status_code == 403


def test_idea_and_round_lead_to_where_they_are_weighed(office: User, writer: User, asked: Round) -> None:
    waiting, weighed = idea(asked), idea(asked)
    assessment = drafted(writer, weighed)
    client = as_person(office)

    def links(row: Idea | Round) -> list[str]:
        page = reverse(f"admin:participation_{row._meta.model_name}_change", args=[row.pk])
        return [tool.url for tool in client.get(page).context["tools"]]

    assert begin_url(waiting) in links(waiting)
    assert url("weigh", assessment) in links(weighed)
    assert {f"{TABLE}?round={asked.pk}", reverse("admin:participation_statistics", args=[asked.pk])} <= set(
        links(asked)
    )


def test_who_only_reads_sees_of_a_weighing_what_readers_see(writer: User, asked: Round) -> None:
    shown = idea(asked, title="Öffentlich")
    for name, is_public in (("plan.pdf", True), ("geheim.pdf", False)):
        content = ContentFile(b"%PDF-1.7 x", name)
        IdeaFile.objects.create(
            idea=shown, form_key=uuid.uuid4(), file=content, name=name, size=10, is_public=is_public
        )
    taken_down = idea(asked, title="Später entfernt")
    (assessment,) = release([submitted(writer, shown, taken_down)], by=UserFactory(), at=NOW)
    decline([taken_down], reason="Werbung.", by=writer, at=NOW)
    client = as_person(UserFactory(role=Role.STEERING_GROUP))
    for page in ("weigh", "change"):
        html = client.get(url(page, assessment)).content.decode()
        assert "Öffentlich" in html
        assert "Später entfernt" not in html
        assert "geheim.pdf" not in html
    assert "plan.pdf" in client.get(url("weigh", assessment)).content.decode()


def test_a_weighing_is_called_by_what_it_answers(writer: User, office: User, asked: Round) -> None:
    first, second = idea(asked), idea(asked)
    assert str(drafted(writer, first, second)) == f"Abwägung zu {first.reference} und 1 weiteren"
    section = SectionFactory(number="2.1")
    contribution = idea(section.round, section=section)
    about = begin([contribution], draft=DRAFT, by=writer, at=NOW, section=section)
    assert str(about) == "Abwägung zu Abschnitt 2.1"
    alone = submitted(writer, idea(asked))
    reference = alone.ideas.get().reference
    for name in ("weigh", "release", "hand_back", "change"):
        html = as_person(office).get(url(name, alone)).content.decode()
        assert reference in html
        assert f"Abwägung {alone.pk}<" not in html
    listed = as_person(office).get(reverse("admin:participation_assessment_changelist")).content.decode()
    assert reference in listed


def test_the_list_of_weighings_takes_the_same_queries_for_one_and_for_three(office: User, writer: User) -> None:
    client, address = as_person(office), reverse("admin:participation_assessment_changelist")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    drafted(writer, idea(RoundFactory()))
    count()
    with_one = count()
    for _number in range(2):
        drafted(writer, idea(RoundFactory()))
    assert count() == with_one


def test_before_many_are_released_one_reads_what_each_flowed_into(writer: User, office: User, asked: Round) -> None:
    need = NeedFactory(field_of_action__concept=asked.concept, title="Ein Radwegenetz")
    assessment = submitted(writer, idea(asked))
    assessment.needs.add(need)
    many = reverse("admin:participation_weighing_release")
    html = as_person(office).get(many, {"assessment": [assessment.pk]}).content.decode()
    assert f'Das ist eingeflossen in: Handlungsbedarf <span lang="de">{need}</span>' in html
    Assessment.objects.update(decision="rejected")
    html = as_person(office).get(many, {"assessment": [assessment.pk]}).content.decode()
    assert f'Dazu passt im Konzept: Handlungsbedarf <span lang="de">{need}</span>' in html


def test_pictures_are_seen_where_an_idea_is_weighed_and_documents_are_links(writer: User, asked: Round) -> None:
    weighed = idea(asked)
    files = [
        IdeaFile.objects.create(idea=weighed, form_key=uuid.uuid4(), file=ContentFile(b"x", name), name=name, size=1)
        for name in ("ufer.jpg", "plan.pdf")
    ]
    picture, plan = (reverse("admin:participation_idea_file", args=[file.pk]) for file in files)
    html = as_person(writer).get(begin_url(weighed)).content.decode()
    assert f'<img src="{picture}" alt="Bild: ufer.jpg"' in html
    assert f'<a href="{plan}">plan.pdf</a>' in html
    assert f'src="{plan}"' not in html


def test_weighings_of_a_round_that_is_not_public_are_for_those_who_work_on_it(writer: User, office: User) -> None:
    own = DepartmentFactory()
    hidden = RoundFactory(is_public=False)
    mine, others = idea(hidden, title="Unsere Idee", department=own), idea(hidden, title="Deren Idee")
    waiting = idea(hidden, title="Wartende Idee")
    assessment = drafted(writer, mine, others)
    table = reverse("admin:participation_weighing")
    titles = {mine.title, others.title, waiting.title}
    # A line of the table has the title of its first idea.
    cases: list[tuple[User, set[str], set[str] | None]] = [
        (office, {mine.title, waiting.title}, {mine.title, others.title}),
        (UserFactory(role=Role.STEERING_GROUP), set(), None),
        (UserFactory(role=Role.DEPARTMENT, department=own), {mine.title}, {mine.title}),
    ]
    for person, in_table, weighed in cases:
        client = as_person(person)

        def named(address: str, client: Client = client) -> set[str] | None:
            response = client.get(address)
            html = response.content.decode()
            return {title for title in titles if title in html} if response.status_code == 200 else None

        assert (person.function, named(table)) == (person.function, in_table)
        for page in ("weigh", "change"):
            assert (person.function, page, named(url(page, assessment))) == (person.function, page, weighed)
    steering = as_person(cases[1][0])
    assert not steering.get(reverse("admin:participation_assessment_changelist")).context["cl"].result_list
