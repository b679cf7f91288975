"""Who may what with the experts' work: every role, the own group and another, a process that runs and one that is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from district.models import Role, User
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    MembershipFactory,
    OutcomeFactory,
    PaperFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
)
from workshops.models import Event, Membership, Minutes, Outcome, WorkingGroup
from workshops.rules import events_run_by, outcomes_seen_by

from .sample import NOW

pytestmark = pytest.mark.django_db

OTHERS = frozenset(Role) - {Role.PROJECT_OFFICE, Role.GROUP_CHAIR}
# What only those do who run an event.
RUNNING = (
    "plan_event",
    "run_registration",
    "view_participants",
    "write_to_participants",
    "take_minutes",
    "release_minutes",
    "handle_feedback",
    "erase_registration",
    "change_event",
    "delete_event",
    "add_event",
)
# What stays when the process of a concept is closed: reading, and a duty.
ALWAYS = {"view_participants", "erase_registration"}


def allowed(user: User, names: tuple[str, ...], thing: Any) -> set[str]:
    return {name for name in names if user.has_perm(f"workshops.{name}", thing)}


@pytest.fixture
def chair() -> User:
    """Somebody who leads groups."""
    user: User = UserFactory(role=Role.GROUP_CHAIR)
    return user


def session_of(group: WorkingGroup) -> Event:
    event: Event = EventFactory(concept=group.concept, group=group, kind=Event.Kind.GROUP_SESSION)
    return event


def test_the_project_office_runs_every_event(chair: User) -> None:
    office = UserFactory(role=Role.PROJECT_OFFICE)
    for event in (EventFactory(), session_of(WorkingGroupFactory(chair=chair))):
        assert allowed(office, RUNNING, event) == set(RUNNING)


def test_a_chair_runs_the_own_group_and_nothing_else(chair: User) -> None:
    own, other = WorkingGroupFactory(chair=chair), WorkingGroupFactory(chair=UserFactory(role=Role.GROUP_CHAIR))
    assert allowed(chair, RUNNING, session_of(own)) == set(RUNNING)
    assert allowed(chair, RUNNING, session_of(other)) == set()
    assert allowed(chair, RUNNING, EventFactory(concept=own.concept)) == set()  # of no group
    assert chair.has_perm("workshops.change_workinggroup", own)
    assert not chair.has_perm("workshops.change_workinggroup", other)
    for name in ("add_workinggroup", "delete_workinggroup"):
        assert not chair.has_perm(f"workshops.{name}", own)


def test_who_leads_a_group_without_the_role_or_no_longer_runs_nothing(chair: User) -> None:
    former = WorkingGroupFactory(chair=chair)
    Membership.objects.update(left_on=date(2026, 6, 1))
    member = WorkingGroupFactory()
    MembershipFactory(group=member, user=chair)
    press = UserFactory(role=Role.PUBLIC_RELATIONS)
    led = WorkingGroupFactory(chair=press)
    assert allowed(chair, RUNNING, session_of(former)) == set()
    assert allowed(chair, RUNNING, session_of(member)) == set()
    assert allowed(press, RUNNING, session_of(led)) == set()


@pytest.mark.parametrize("role", sorted(OTHERS))
def test_all_others_read_dates_and_see_nobody(role: Role) -> None:
    user, event = UserFactory(role=role), EventFactory()
    assert allowed(user, RUNNING, event) == set()
    assert user.has_perm("workshops.view_event", event)
    assert user.has_perm("workshops.view_workinggroup", WorkingGroupFactory())
    for record in (RegistrationFactory(event=event), FeedbackFactory(event=event), MembershipFactory()):
        assert not user.has_perm(f"workshops.view_{record._meta.model_name}", record)


def test_when_the_process_is_closed_nothing_changes_but_erasing_stays_a_duty(chair: User) -> None:
    concept = ConceptFactory(process_closed_on=date(2026, 6, 1))
    own = session_of(WorkingGroupFactory(concept=concept, chair=chair))
    for user in (chair, UserFactory(role=Role.PROJECT_OFFICE)):
        assert allowed(user, RUNNING, own) == ALWAYS
        assert not user.has_perm("workshops.change_workinggroup", own.group)


@pytest.mark.parametrize("factory", [AgendaItemFactory, PaperFactory])
def test_what_hangs_on_an_event_is_changed_by_who_runs_it(chair: User, factory: Any) -> None:
    name = factory._meta.model._meta.model_name
    own = factory(event=session_of(WorkingGroupFactory(chair=chair)))
    other = factory(event=session_of(WorkingGroupFactory()))
    for step in ("add", "change", "delete"):
        assert chair.has_perm(f"workshops.{step}_{name}", own)
        assert not chair.has_perm(f"workshops.{step}_{name}", other)


def test_internal_minutes_are_for_the_administration_and_for_a_chair_only_of_the_own_group(chair: User) -> None:
    own, other = session_of(WorkingGroupFactory(chair=chair)), session_of(WorkingGroupFactory())
    assert chair.has_perm("workshops.view_internal_minutes", own)
    assert not chair.has_perm("workshops.view_internal_minutes", other)
    for role in OTHERS:
        assert UserFactory(role=role).has_perm("workshops.view_internal_minutes", other)


def test_somebody_without_a_login_or_a_place_in_the_administration_may_nothing() -> None:
    event = EventFactory()
    names = (*RUNNING, "view_event", "view_internal_minutes")
    assert allowed(UserFactory(is_staff=False, role=Role.PROJECT_OFFICE), names, event) == set()
    assert {name for name in names if AnonymousUser().has_perm(f"workshops.{name}", event)} == set()


def test_rows_that_only_actions_write_are_changed_by_nobody() -> None:
    office, event = UserFactory(role=Role.PROJECT_OFFICE), EventFactory()
    for record in (RegistrationFactory(event=event), FeedbackFactory(event=event), OutcomeFactory(event=event)):
        name = record._meta.model_name
        assert office.has_perm(f"workshops.view_{name}", record)
        for step in ("add", "change", "delete"):
            assert not office.has_perm(f"workshops.{step}_{name}", record)


def test_an_account_whose_role_was_taken_away_reads_nothing_internal() -> None:
    former = UserFactory()
    led = session_of(WorkingGroupFactory(chair=former))
    other = EventFactory()
    hidden = [OutcomeFactory(event=event, group=event.group) for event in (led, other)]
    public = OutcomeFactory(event=other, released_at=NOW)
    for event in (led, other):
        assert not former.has_perm("workshops.view_internal_minutes", event)
        assert not former.has_perm("workshops.view_paper", PaperFactory(event=event))
    assert [outcome for outcome in [*hidden, public] if former.has_perm("workshops.view_outcome", outcome)] == [public]
    assert list(outcomes_seen_by(former, Outcome.objects.all())) == [public]
    assert not former.has_perm("participation.view_every_weighing")


def test_while_its_minutes_are_corrected_an_outcome_is_read_by_no_chair_of_another_group(chair: User) -> None:
    other = session_of(WorkingGroupFactory())
    outcome = OutcomeFactory(event=other, group=other.group, released_at=NOW)
    written = OutcomeFactory(event=other, feedback=FeedbackFactory(event=other), released_at=NOW)
    Minutes.objects.create(event=other)  # taken back: not released
    for row, is_shown in ((outcome, False), (written, True)):
        found = Outcome.objects.get(pk=row.pk)
        assert found.is_shown is is_shown
        assert chair.has_perm("workshops.view_outcome", found) is is_shown
    assert list(outcomes_seen_by(chair, Outcome.objects.all())) == [written] == list(Outcome.objects.public())


def test_lists_of_events_to_run_follow_the_same_rules(chair: User) -> None:
    own = session_of(WorkingGroupFactory(chair=chair))
    other = session_of(WorkingGroupFactory())
    events = Event.objects.all()
    assert list(events_run_by(chair, events)) == [own]
    assert set(events_run_by(UserFactory(role=Role.PROJECT_OFFICE), events)) == {own, other}
    for role in OTHERS:
        assert list(events_run_by(UserFactory(role=role), events)) == []


def test_lists_of_outcomes_follow_the_same_rules(chair: User) -> None:
    own, other = session_of(WorkingGroupFactory(chair=chair)), session_of(WorkingGroupFactory())
    mine = OutcomeFactory(event=own, group=own.group)
    hidden = OutcomeFactory(event=other, group=other.group)
    public = OutcomeFactory(event=other, group=other.group, released_at=NOW)
    internal = OutcomeFactory(event=other, group=other.group, released_at=NOW, is_public=False)
    outcomes = Outcome.objects.all()
    assert set(outcomes_seen_by(chair, outcomes)) == {mine, public}
    assert set(outcomes_seen_by(UserFactory(role=Role.STEERING_GROUP), outcomes)) == {mine, hidden, public, internal}
    for outcome in outcomes:
        assert chair.has_perm("workshops.view_outcome", outcome) == (outcome in {mine, public})
