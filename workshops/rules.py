"""Who may what with the experts' work: the project office everything, a chair the own group and nothing else.

Everybody in the administration reads; names and addresses of people are seen only by those who run the group or event.
"""

from typing import Any

import rules
from django.db.models import Q

from district.models import Role, User
from district.rules import (
    concept_is_closed,
    grant,
    has_one_of,
    has_role,
    is_project_office,
    is_staff,
    nobody,
    type_of_user,
)

from .models import Membership, Outcome, WorkingGroup
from .models.events import EventQuerySet
from .models.minutes import OutcomeQuerySet

has_chair_role = is_staff & has_role(Role.GROUP_CHAIR)


@rules.predicate
def leads_its_group(user: type_of_user, thing: Any = None) -> bool:
    """Whether somebody leads the group that `thing` is or belongs to. Without a thing: whether they lead any."""
    led = Membership.objects.filter(user=user.pk, is_chair=True, left_on=None)
    if thing is None:
        return led.exists()
    group = group_of(thing)
    return group is not None and led.filter(group=group).exists()


def group_of(thing: Any) -> WorkingGroup | None:
    """Return the group that something is or belongs to: of what hangs on an event, the event's."""
    owner = thing if hasattr(thing, "group_id") or isinstance(thing, WorkingGroup) else getattr(thing, "event", None)
    group: WorkingGroup | None = getattr(owner, "group", None)
    return group


@rules.predicate
def readers_see_it(user: type_of_user, outcome: Outcome | None = None) -> bool:
    """Whether readers see an outcome. Without one: whether they see some."""
    return outcome is None or outcome.is_shown


is_chair = has_chair_role & leads_its_group
runs_it = is_project_office | is_chair
may_run = runs_it & ~concept_is_closed
# A chair comes from outside, and an account whose role was taken away has no business here: the roles are named.
works_for_the_district = is_staff & has_one_of(
    Role.PROJECT_OFFICE,
    Role.MODERATION,
    Role.DEPARTMENT,
    Role.PUBLIC_RELATIONS,
    Role.STEERING_GROUP,
    Role.SYSTEM,
)
sees_internal_minutes = runs_it | works_for_the_district

rules.add_perm("workshops", is_staff)

may_set_up = is_project_office & ~concept_is_closed
rules.add_perm("workshops.view_workinggroup", is_staff)
rules.add_perm("workshops.change_workinggroup", may_run)
rules.add_perm("workshops.add_workinggroup", may_set_up)
rules.add_perm("workshops.delete_workinggroup", may_set_up)
grant("workshops", "groupfield", view=is_staff, change=may_set_up)
grant("workshops", "membership", view=runs_it, change=may_run)
for model in ("event", "eventfield", "agendaitem"):
    grant("workshops", model, view=is_staff, change=may_run)
grant("workshops", "paper", view=sees_internal_minutes, change=may_run)
grant("workshops", "change", view=is_staff, change=nobody)
for record in ("registration", "mailing", "feedback"):
    grant("workshops", record, view=runs_it, change=nobody)
for record in ("minutes", "discussion", "minutesstep"):
    grant("workshops", record, view=sees_internal_minutes, change=nobody)
grant("workshops", "outcome", view=sees_internal_minutes | (is_staff & readers_see_it), change=nobody)

# What one does with an event; the thing asked about is the event.
rules.add_perm("workshops.plan_event", may_run)
rules.add_perm("workshops.run_registration", may_run)
rules.add_perm("workshops.view_participants", runs_it)
rules.add_perm("workshops.write_to_participants", may_run)
rules.add_perm("workshops.take_minutes", may_run)
rules.add_perm("workshops.release_minutes", may_run)
rules.add_perm("workshops.view_internal_minutes", sees_internal_minutes)
rules.add_perm("workshops.handle_feedback", may_run)
# Erasing and correcting at somebody's wish are duties, also when the process is closed.
rules.add_perm("workshops.erase_registration", runs_it)


def events_run_by(user: User, events: EventQuerySet) -> EventQuerySet:
    """Return those that somebody runs: the project office all, a chair those of the own group."""
    if user.is_superuser or is_project_office(user):
        return events
    if not has_chair_role(user):
        return events.none()
    return events.filter(group__in=WorkingGroup.objects.led_by(user).values("pk"))


def outcomes_seen_by(user: User, outcomes: OutcomeQuerySet) -> OutcomeQuerySet:
    """Return those that somebody may see: a chair those of the own group, and of others what readers see."""
    if user.is_superuser or works_for_the_district(user):
        return outcomes
    led = WorkingGroup.objects.led_by(user) if has_chair_role(user) else WorkingGroup.objects.none()
    public = Outcome.objects.public()
    return outcomes.filter(Q(group__in=led.values("pk")) | Q(pk__in=public.values("pk")))
