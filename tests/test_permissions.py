"""Every address of „Verwaltung“ × every role: who may open it, and that nobody changes anything without the right."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pghistory.core
import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from catalogue.actions import promote
from catalogue.models import State
from district.models import Concept, Department, OutgoingMail, Role, User
from milestones.models import Milestone
from participation.models import Comment, DeclineReason, Idea, IdeaFile, IdeaStep, Report
from participation.models.ideas import State as IdeaState
from participation.models.voices import CommentState
from tests.factories import (
    AgendaItemFactory,
    AssessmentFactory,
    AttachmentFactory,
    CommentFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DepartmentFactory,
    DependencyFactory,
    DistrictFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    GoalFactory,
    IdeaFactory,
    LegalTextFactory,
    MeasureFactory,
    MilestoneFactory,
    MunicipalityFactory,
    NeedFactory,
    OutcomeFactory,
    PaperFactory,
    PhaseFactory,
    PostponementFactory,
    RegistrationFactory,
    ResolutionFactory,
    RoundFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from workshops.admin.events import PAGES

pytestmark = pytest.mark.django_db

Roles = frozenset[Role]

PUBLISHED_AT = datetime.datetime(2029, 12, 1, 12, tzinfo=datetime.UTC)

EVERYBODY: Roles = frozenset(Role)
OFFICE: Roles = frozenset({Role.PROJECT_OFFICE})
SYSTEM: Roles = frozenset({Role.SYSTEM})
OFFICE_OR_SYSTEM: Roles = OFFICE | SYSTEM
MODERATING: Roles = OFFICE | {Role.MODERATION}
INTERNAL: Roles = EVERYBODY - {Role.GROUP_CHAIR}  # a chair comes from outside, and reads of the own group alone
NOBODY: Roles = frozenset()

# The pages about one event: names and addresses. Who runs the event opens them, unless `OTHERS` says more.
EVENT_ROUTES = {name: address for page in PAGES for address, _view, name in page.ROUTES}
EVENT_PAGES = frozenset(EVENT_ROUTES)

# Who reads, adds, changes and deletes the rows of each model.
RIGHTS: dict[str, tuple[Roles, Roles, Roles, Roles]] = {
    "participation_round": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "participation_idea": (MODERATING, NOBODY, NOBODY, NOBODY),  # one that is not public, and assigned to none
    "participation_comment": (EVERYBODY, NOBODY, NOBODY, NOBODY),  # one that is public
    "participation_report": (MODERATING, NOBODY, NOBODY, NOBODY),
    "participation_assessment": (EVERYBODY, NOBODY, NOBODY, NOBODY),
    "participation_declinereason": (EVERYBODY, MODERATING, MODERATING, MODERATING),
    "catalogue_need": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "catalogue_goal": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "catalogue_measure": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "workshops_event": (EVERYBODY, OFFICE, OFFICE, OFFICE),  # one that no group holds; of groups: see below
    "workshops_workinggroup": (EVERYBODY, OFFICE, OFFICE, OFFICE),  # one that somebody else leads
    "workshops_outcome": (EVERYBODY, NOBODY, NOBODY, NOBODY),  # one that is public
    "milestones_phase": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "milestones_milestone": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "milestones_resolution": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "milestones_consultation": (EVERYBODY, NOBODY, OFFICE, OFFICE),
    "milestones_councilsession": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "milestones_postponement": (EVERYBODY, NOBODY, NOBODY, NOBODY),
    "milestones_calloff": (EVERYBODY, NOBODY, NOBODY, NOBODY),
    "milestones_attainment": (EVERYBODY, NOBODY, NOBODY, NOBODY),
    "district_concept": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "district_fieldofaction": (EVERYBODY, OFFICE, OFFICE, OFFICE),
    "district_body": (EVERYBODY, OFFICE_OR_SYSTEM, OFFICE_OR_SYSTEM, OFFICE_OR_SYSTEM),
    "district_department": (EVERYBODY, OFFICE_OR_SYSTEM, OFFICE_OR_SYSTEM, OFFICE_OR_SYSTEM),
    "district_municipality": (EVERYBODY, OFFICE_OR_SYSTEM, OFFICE_OR_SYSTEM, NOBODY),
    "district_legaltext": (EVERYBODY, SYSTEM | {Role.PUBLIC_RELATIONS}, SYSTEM | {Role.PUBLIC_RELATIONS}, SYSTEM),
    "district_district": (EVERYBODY, NOBODY, OFFICE_OR_SYSTEM, NOBODY),  # there is one already
    "district_user": (SYSTEM, SYSTEM, SYSTEM, SYSTEM),
    "district_outgoingmail": (OFFICE_OR_SYSTEM | {Role.MODERATION}, NOBODY, NOBODY, NOBODY),
    # Kept by the task queue and the login themselves; in an emergency a superuser looks.
    "django_tasks_database_dbtaskresult": (NOBODY,) * 4,
    "account_emailaddress": (NOBODY,) * 4,
    "mfa_authenticator": (NOBODY,) * 4,
    "socialaccount_socialapp": (NOBODY,) * 4,
    "socialaccount_socialaccount": (NOBODY,) * 4,
    "socialaccount_socialtoken": (NOBODY,) * 4,
}
# Who may open the addresses that belong to no model's four.
OTHERS: dict[str, Roles] = {
    "index": EVERYBODY,
    "start": EVERYBODY,
    "cockpit": OFFICE | {Role.STEERING_GROUP},
    "login": EVERYBODY,
    "logout": EVERYBODY,
    "password_change": EVERYBODY,
    "password_change_done": EVERYBODY,
    "jsi18n": EVERYBODY,
    "autocomplete": EVERYBODY,
    "view_on_site": EVERYBODY,
    "app_list": EVERYBODY,
    "catalogue_need_move": OFFICE,
    "catalogue_goal_move": OFFICE,
    "catalogue_measure_move": OFFICE,
    "catalogue_promote": OFFICE,
    "participation_inbox": MODERATING,
    "participation_take_up": OFFICE,
    "participation_together": MODERATING,
    "participation_idea_moderate": MODERATING,
    "participation_idea_split": MODERATING,
    "participation_idea_erase": MODERATING,
    "participation_idea_record": MODERATING,
    "participation_idea_import": MODERATING,
    "participation_idea_import_template": MODERATING,
    "participation_idea_confirm_import": MODERATING,
    "participation_idea_changelist": EVERYBODY,
    "participation_idea_file": MODERATING,
    "participation_comment_history": MODERATING,
    "participation_comment_moderate": MODERATING,
    "participation_report_moderate": MODERATING,
    "participation_weighing": EVERYBODY,
    "participation_weighing_export": EVERYBODY,
    "participation_weighing_begin": MODERATING | {Role.DEPARTMENT},
    "participation_weighing_release": OFFICE,
    "participation_assessment_weigh": EVERYBODY - {Role.DEPARTMENT},  # its ideas are assigned to none
    "participation_assessment_discard": MODERATING,
    "participation_assessment_correct": MODERATING,
    "participation_assessment_release": OFFICE,
    "participation_assessment_hand_back": OFFICE,
    "participation_assessment_link": OFFICE,
    "participation_statistics_rounds": EVERYBODY,
    "participation_statistics": EVERYBODY,
    "participation_statistics_svg": EVERYBODY,
    "participation_statistics_csv": EVERYBODY,
    "workshops_planning": EVERYBODY,
    "workshops_event_history": INTERNAL,
    "workshops_event_paper": INTERNAL,
    "workshops_event_minutes": INTERNAL,
    "workshops_event_minutes_pdf": INTERNAL,
    "workshops_event_minutes_docx": INTERNAL,
    "workshops_workinggroup_history": OFFICE,
    "workshops_outcome_history": INTERNAL,
    **{f"workshops_event_{name}": OFFICE for name in EVENT_PAGES - {"minutes", "minutes_pdf", "minutes_docx"}},
    "milestones_milestone_postpone": OFFICE,
    "milestones_milestone_reach": OFFICE,
    "milestones_milestone_call_off": OFFICE,
    "milestones_milestone_fix_baseline": OFFICE,
    "milestones_consultation_record_result": OFFICE,
    "milestones_resolution_attachment": EVERYBODY,
    "district_municipality_import": OFFICE_OR_SYSTEM,
    "district_municipality_confirm_import": OFFICE_OR_SYSTEM,
    "auth_user_password_change": SYSTEM,
}
# Pages whose form, if it were let in, would change something.
CHANGING = (
    "_add",
    "_change",
    "_delete",
    "_postpone",
    "_reach",
    "_call_off",
    "_fix_baseline",
    "_record_result",
    "_move",
    "_moderate",
    "_split",
    "_record",
    "_import",
    "_erase",
    "_begin",
    "_discard",
    "_correct",
    "_release",
    "_hand_back",
    "_link",
    "_hold",
    "_copy",
    "_series",
    "_promote",
    "_take_up",
    "_write",
)


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel("2030-01-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def rows(today: None) -> dict[str, Any]:
    """One row of each model: a draft that may be deleted, a paper without a result."""
    DistrictFactory()
    concept = ConceptFactory(slug="kek-2040")
    phase = PhaseFactory(concept=concept)
    draft = MilestoneFactory(phase=phase, baseline=None, current=when("1.6.2030"))
    DependencyFactory(predecessor=MilestoneFactory(phase=phase), successor=draft)
    step = ConsultationFactory(
        resolution=ResolutionFactory(concept=concept), session=CouncilSessionFactory(date=when("9.1.2030"))
    )
    person = UserFactory(email="irgendwer@example.org")
    field = FieldOfActionFactory(concept=concept)
    asked = RoundFactory(concept=concept)
    idea = IdeaFactory(round=asked)
    file = IdeaFile.objects.create(
        idea=idea, form_key=uuid.uuid4(), file=ContentFile(b"%PDF-1.7 x", "plan.pdf"), name="plan.pdf", size=10
    )
    comment = CommentFactory(idea=IdeaFactory(round=asked, public=True), public=True)
    session = EventFactory(
        concept=concept, date=when("9.1.2030"), registration_closes_on=None, registration_opens_on=None
    )
    return {
        "participation_round": RoundFactory(concept=concept),  # without ideas, so that it may be deleted
        "participation_idea": idea,
        "participation_ideafile": file,
        "participation_comment": comment,
        "participation_report": Report.objects.create(idea=comment.idea, reason="Beleidigung."),
        "participation_assessment": AssessmentFactory(
            round=asked, ideas=[IdeaFactory(round=asked, public=True)], state="submitted", submitted_by=person
        ),
        "participation_declinereason": DeclineReason.objects.create(title="Werbung", text="Das ist Werbung."),
        "catalogue_need": NeedFactory(field_of_action=field, state=State.DRAFT),
        "catalogue_goal": GoalFactory(field_of_action=field, state=State.DRAFT),
        "catalogue_measure": MeasureFactory(field_of_action=field, state=State.DRAFT),
        "workshops_event": EventFactory(concept=concept, is_public=False),  # nobody knows of it: it may be deleted
        "workshops_workinggroup": WorkingGroupFactory(concept=concept),
        "workshops_outcome": OutcomeFactory(
            event=session, item=AgendaItemFactory(event=session), released_at=PUBLISHED_AT
        ),
        "workshops_registration": RegistrationFactory(event=session),
        "workshops_feedback": FeedbackFactory(event=session),
        "workshops_paper": PaperFactory(event=session),
        "milestones_phase": phase,
        "milestones_milestone": draft,
        "milestones_resolution": step.resolution,
        "milestones_consultation": step,
        "milestones_councilsession": step.session,
        "milestones_postponement": PostponementFactory(milestone=MilestoneFactory(phase=phase)),
        "milestones_calloff": MilestoneFactory(phase=phase, called_off=datetime.date(2030, 1, 1)).call_off,
        "milestones_attainment": MilestoneFactory(phase=phase, reached="1.1.2030").attainment,
        "milestones_attachment": AttachmentFactory(resolution=step.resolution),
        "district_concept": concept,
        "district_fieldofaction": FieldOfActionFactory(concept=concept),
        "district_body": step.body,
        "district_department": DepartmentFactory(),
        "district_municipality": MunicipalityFactory(),
        "district_legaltext": LegalTextFactory(),
        "district_district": DistrictFactory(),
        "district_user": person,
        "district_outgoingmail": OutgoingMail.objects.create(purpose="Eingang", sealed="versiegelt"),
    }


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Yield the names of all addresses of the site."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


ADDRESSES = sorted(set(names(admin.site.get_urls())))


def expected(name: str) -> Roles:
    """Return who may open an address; KeyError where nobody has thought about it."""
    if name in OTHERS:
        return OTHERS[name]
    model, _underscore, page = name.rpartition("_")
    read, add, _change, delete = RIGHTS[model]
    return {"changelist": read, "history": read, "change": read, "add": add, "delete": delete}[page]


def address(name: str, rows: dict[str, Any]) -> str | None:
    """Return an address that exists; None where there is no row of that model."""
    draft, step = rows["milestones_milestone"], rows["milestones_consultation"]
    concept = rows["district_concept"]
    arguments: dict[str, list[Any]] = {
        "cockpit": [concept.slug],
        "app_list": ["milestones"],
        "view_on_site": [ContentType.objects.get_for_model(Concept).pk, concept.pk],
        "milestones_consultation_record_result": [step.pk],
        "milestones_resolution_attachment": [rows["milestones_attachment"].pk],
        "auth_user_password_change": [rows["district_user"].pk],
        "participation_idea_moderate": [rows["participation_idea"].pk],
        "participation_idea_split": [rows["participation_idea"].pk],
        "participation_idea_erase": [rows["participation_idea"].pk],
        "participation_idea_file": [rows["participation_ideafile"].pk],
        "participation_comment_moderate": [rows["participation_comment"].pk],
        "participation_report_moderate": [rows["participation_report"].pk],
        "participation_statistics": [rows["participation_idea"].round_id],
        "participation_statistics_svg": [rows["participation_idea"].round_id, "verlauf"],
        "participation_statistics_csv": [rows["participation_idea"].round_id, "verlauf"],
        "workshops_event_paper": [rows["workshops_paper"].pk],
        "catalogue_promote": [rows["workshops_outcome"].pk],
        "participation_take_up": [rows["workshops_feedback"].pk],
        "catalogue_need_move": [rows["catalogue_need"].pk],
        "catalogue_goal_move": [rows["catalogue_goal"].pk],
        "catalogue_measure_move": [rows["catalogue_measure"].pk],
    }
    if name in {"participation_together", "participation_idea_confirm_import", "workshops_event_invitations_store"}:
        return None  # answer to a form alone: tests/participation, tests/workshops
    if (page_of_event := name.removeprefix("workshops_event_")) in EVENT_PAGES and page_of_event != name:
        return of_event(page_of_event, rows)
    if name in arguments:
        return reverse(f"admin:{name}", args=arguments[name])
    if name.startswith("participation_assessment_") and not name.endswith("_changelist"):
        return reverse(f"admin:{name}", args=[] if name.endswith("_add") else [rows["participation_assessment"].pk])
    model, _underscore, page = name.rpartition("_")
    if (model == "milestones_milestone" and page not in {"changelist", "add"}) or name.startswith(
        "milestones_milestone_"
    ):
        try:
            return reverse(f"admin:{name}", args=[draft.pk])
        except NoReverseMatch:
            return reverse(f"admin:{name}")
    if page in {"change", "history", "delete", "move"} and model in RIGHTS:
        return reverse(f"admin:{name}", args=[rows[model].pk]) if model in rows else None
    url = reverse(f"admin:{name}")
    if name == "autocomplete":
        url += "?app_label=milestones&model_name=dependency&field_name=predecessor"
    return url


def of_event(name: str, rows: dict[str, Any]) -> str:
    """Return the address of a page about an event with what its address names beside the event."""
    outcome, registration = rows["workshops_outcome"], rows["workshops_registration"]
    of_feedback = EVENT_ROUTES[name].startswith("rueckmeldungen/")
    named = {
        "registration_pk": registration.pk,
        "key": rows["workshops_feedback"].pk if of_feedback else outcome.pk,
    }
    wanted = re.findall(r"<\w+:(\w+)>", EVENT_ROUTES[name])
    return reverse(
        f"admin:workshops_event_{name}", kwargs={"pk": outcome.event_id, **{each: named[each] for each in wanted}}
    )


def events() -> int:
    """Count what the audit trail has seen of the portal's own models."""
    return sum(model._base_manager.count() for model in pghistory.core.event_models(include_missing_pgh_obj=True))


def log_in(client: Client, role: Role) -> None:
    client.force_login(UserFactory(role=role))


def status(response: Any) -> int:
    """Return the status, and read a file to its end so that it is closed."""
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


def test_every_address_has_its_rule() -> None:
    unknown = []
    for name in ADDRESSES:
        try:
            expected(name)
        except KeyError:
            unknown.append(name)
    assert unknown == []


def test_every_model_of_the_rooms_has_its_rule() -> None:
    ours = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model in admin.site._registry
        if model._meta.app_label in {"participation", "catalogue", "workshops", "milestones", "district"}
    }
    rooms = ("participation_", "catalogue_", "workshops_", "milestones_", "district_")
    assert ours == {name for name in RIGHTS if name.startswith(rooms)}
    assert apps.get_app_config("milestones").name == "milestones"


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_is_meant_for_it_and_nothing_else(client: Client, rows: dict[str, Any], role: Role) -> None:
    log_in(client, role)
    wrong = []
    for name in ADDRESSES:
        url = address(name, rows)
        if url is None:
            continue
        answer = status(client.get(url))
        if answer not in {200, 302, 403} or (answer != 403) != (role in expected(name)):
            wrong.append(f"{name}: {answer}")
    assert wrong == []


def test_a_stranger_is_always_asked_to_log_in(client: Client, rows: dict[str, Any]) -> None:
    for name in ADDRESSES:
        url = address(name, rows)
        if url is None:
            continue
        for response in (client.get(url), client.post(url)):
            assert (name, response.status_code) == (name, 302)
            assert "/login/?next=" in response["Location"] or name == "logout"


def test_a_person_without_access_is_always_turned_away(client: Client, rows: dict[str, Any]) -> None:
    client.force_login(UserFactory(is_staff=False, role=Role.PROJECT_OFFICE))
    before = events()
    for name in ADDRESSES:
        url = address(name, rows)
        if url is None:
            continue
        assert (name, status(client.get(url))) == (name, 403)
        assert (name, status(client.post(url))) == (name, 403)
    assert events() == before


@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICE_OR_SYSTEM])
def test_a_role_changes_nothing_it_may_not_change(client: Client, rows: dict[str, Any], role: Role) -> None:
    """Send forms that would do something if they were let in, to every address."""
    log_in(client, role)
    before = events()
    data = {
        "post": "yes",  # confirms a deletion
        "confirm": "1",
        "to": "1.7.2030",
        "on": "2030-01-09",
        "cause": "other",
        "reason": "Grund",
        "result": "adopted",
        "present": "2030-06-01",
        "title": "Geändert",
        "name": "Geändert",
        "_selected_action": "1",
        "action": "fix_baselines",
    }
    for name in ADDRESSES:
        url = address(name, rows)
        _read, add, change, _delete = RIGHTS.get(name.rpartition("_")[0], (NOBODY,) * 4)
        may_act = name.endswith(CHANGING) and role in OTHERS.get(name, NOBODY)
        if url is None or name in {"logout", "password_change"} or role in add | change or may_act:
            continue
        answer = status(client.post(url, data))
        assert (name, answer) == (name, 403) if name.endswith(CHANGING) else answer in {200, 302, 403, 405}
    assert events() == before


# What citizens wrote, row by row: those who see it, and in which state

PEOPLE = [(role, False) for role in Role] + [(Role.DEPARTMENT, True)]
SHOWN_STATES = {Idea.State.PUBLISHED, Idea.State.IN_REVIEW, Idea.State.ANSWERED}


def of_citizens(state: IdeaState, department: Department) -> Idea:
    """Make an idea in a state, with all that readers never see: what it was redacted from, and where it came from."""
    asked = RoundFactory()
    state_fields: dict[str, Any] = {"published_at": PUBLISHED_AT} if state in SHOWN_STATES else {}
    if state in {Idea.State.IN_REVIEW, Idea.State.ANSWERED}:
        state_fields["assessment"] = AssessmentFactory(round=asked)
    if state == Idea.State.ANSWERED:
        state_fields["answered_at"] = PUBLISHED_AT
    if state == Idea.State.MERGED:
        state_fields["merged_into"] = IdeaFactory(round=asked, public=True)
    idea: Idea = IdeaFactory(
        round=asked, state=state, department=department, title="Bänke [redigiert]", text="Neben [Name] fehlt eine Bank.",
        original_title="Bänke", original_text="Neben Frau Muster fehlt eine Bank.", source="phone",
        source_note="Anruf am Montag", **state_fields,
    )  # fmt: skip
    note = "Nennt eine Nachbarin."
    IdeaStep.objects.create(idea=idea, kind=IdeaStep.Kind.DECLINED, audience=IdeaStep.Audience.HOLDER, note=note)
    return idea


def a_file(idea: Idea, *, is_public: bool) -> IdeaFile:
    """Add a file to an idea."""
    content = ContentFile(b"%PDF-1.7 x", "plan.pdf")
    name = "offen.pdf" if is_public else "intern.pdf"
    return IdeaFile.objects.create(
        idea=idea, form_key=uuid.uuid4(), file=content, name=name, size=10, is_public=is_public
    )


@pytest.mark.parametrize(("role", "is_assigned"), PEOPLE)
@pytest.mark.parametrize("state", Idea.State)
def test_what_is_not_public_is_read_by_those_alone_who_work_on_it(
    client: Client, role: Role, is_assigned: bool, state: IdeaState
) -> None:
    department = DepartmentFactory()
    idea = of_citizens(state, department)
    files = {is_public: a_file(idea, is_public=is_public) for is_public in (True, False)}
    client.force_login(UserFactory(role=role, department=department if is_assigned else DepartmentFactory()))
    sees_whole = role in MODERATING or is_assigned
    sees = sees_whole or state in SHOWN_STATES

    change = client.get(reverse("admin:participation_idea_change", args=[idea.pk]))
    assert change.status_code == (200 if sees else 403)
    hidden = ("Frau Muster", "Anruf am Montag", "Nennt eine Nachbarin.", "intern.pdf", "/history/")
    html = change.content.decode()
    assert [words in html for words in hidden] == [sees_whole] * len(hidden)
    history = client.get(reverse("admin:participation_idea_history", args=[idea.pk]))
    assert history.status_code == (200 if sees_whole else 403)
    listed = client.get(reverse("admin:participation_idea_changelist")).context["cl"].result_list
    assert (idea in listed) == sees
    for is_public, file in files.items():
        url = reverse("admin:participation_idea_file", args=[file.pk])
        assert status(client.get(url)) == (200 if sees_whole or (sees and is_public) else 403)


@pytest.mark.parametrize(("role", "is_assigned"), PEOPLE)
@pytest.mark.parametrize("state", Comment.State)
@pytest.mark.parametrize("idea_is_public", [True, False])
def test_a_comment_is_read_like_its_idea(
    client: Client, role: Role, is_assigned: bool, state: CommentState, idea_is_public: bool
) -> None:
    department = DepartmentFactory()
    idea = IdeaFactory(public=True, department=department)
    is_published = state == Comment.State.PUBLISHED
    comment = CommentFactory(
        idea=idea, state=state, published_at=PUBLISHED_AT if is_published else None, decline_note="Zu grob."
    )
    if not idea_is_public:
        Idea.objects.filter(pk=idea.pk).update(state=Idea.State.DECLINED)
    client.force_login(UserFactory(role=role, department=department if is_assigned else None))
    sees_whole = role in MODERATING or is_assigned
    sees = sees_whole or (is_published and idea_is_public)
    change = client.get(reverse("admin:participation_comment_change", args=[comment.pk]))
    assert change.status_code == (200 if sees else 403)
    assert ("Zu grob." in change.content.decode()) == sees_whole
    history = client.get(reverse("admin:participation_comment_history", args=[comment.pk]))
    assert history.status_code == (200 if sees_whole else 403)
    listed = client.get(reverse("admin:participation_comment_changelist")).context["cl"].result_list
    assert (comment in listed) == sees


def test_a_chair_opens_everything_about_the_own_group_and_of_another_what_all_read(
    client: Client, rows: dict[str, Any]
) -> None:
    user = UserFactory(role=Role.GROUP_CHAIR)
    client.force_login(user)
    event = rows["workshops_outcome"].event
    own, other = (WorkingGroupFactory(concept=event.concept, chair=person) for person in (user, UserFactory()))
    for group, is_own in ((own, True), (other, False)):
        type(event).objects.filter(pk=event.pk).update(group=group)
        for name in sorted(EVENT_PAGES - {"invitations_store"}):  # which answers a form alone
            answer = status(client.get(of_event(name, rows)))
            assert (name, answer == 403) == (name, not is_own)
        for model, row in (("event", event), ("workinggroup", group)):
            change = reverse(f"admin:workshops_{model}_change", args=[row.pk])
            assert client.get(change).status_code == 200
            assert (client.post(change).status_code == 403) != is_own
            history = reverse(f"admin:workshops_{model}_history", args=[row.pk])
            assert (client.get(history).status_code == 403) != is_own
        for page in ("add", "delete"):
            args = [group.pk] if page == "delete" else []
            assert client.get(reverse(f"admin:workshops_workinggroup_{page}", args=args)).status_code == 403
        need = NeedFactory(field_of_action=FieldOfActionFactory(concept=event.concept))
        internal = OutcomeFactory(event=event, group=group, released_at=PUBLISHED_AT, is_public=False)
        promote(internal, need, by=UserFactory(), at=PUBLISHED_AT)
        for name in ("catalogue_promote", "workshops_outcome_change"):
            answer = client.get(reverse(f"admin:{name}", args=[internal.pk])).status_code
            assert (name, answer) == (name, 200 if is_own else 403)
    assert client.get(reverse("admin:workshops_event_add")).status_code == 200


@pytest.mark.parametrize("verb", ["postpone", "reach", "call_off", "fix_baseline"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROJECT_OFFICE])
def test_only_the_project_office_acts_on_milestones(client: Client, role: Role, verb: str) -> None:
    milestone = MilestoneFactory(
        current=when("1.6.2030"), baseline=None if verb == "fix_baseline" else when("1.6.2030")
    )
    log_in(client, role)
    assert client.post(reverse(f"admin:milestones_milestone_{verb}", args=[milestone.pk])).status_code == 403


def test_the_lists_action_is_for_who_may(client: Client) -> None:
    draft = MilestoneFactory(baseline=None)
    chosen = {"action": "fix_baselines", "_selected_action": [draft.pk], "confirm": "1"}
    log_in(client, Role.STEERING_GROUP)
    client.post(reverse("admin:milestones_milestone_changelist"), chosen)
    draft.refresh_from_db()
    assert draft.baseline is None


def test_a_closed_concept_is_closed_to_the_project_office_too(client: Client) -> None:
    milestone = MilestoneFactory(phase__concept__process_closed_on=datetime.date(2029, 1, 1), baseline=None)
    log_in(client, Role.PROJECT_OFFICE)
    for row in (milestone, milestone.phase):
        change = reverse(f"admin:milestones_{row._meta.model_name}_change", args=[row.pk])
        delete = reverse(f"admin:milestones_{row._meta.model_name}_delete", args=[row.pk])
        assert client.get(change).status_code == 200
        assert client.post(change).status_code == 403
        assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Milestone.objects.exists()


def test_an_account_that_is_switched_off_is_a_stranger(client: Client) -> None:
    user: User = UserFactory(role=Role.PROJECT_OFFICE)
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get(reverse("admin:index")).status_code == 302
