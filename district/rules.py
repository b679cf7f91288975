"""Who may what in the district's room, and the predicates every room builds its rules from.

Each predicate reads as a sentence. A superuser is asked nothing (Django's own rule).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser

from .models import Role, User

type_of_user = User | AnonymousUser


def has_role(role: Role) -> rules.Predicate:
    """Return the predicate „has this role“."""
    return rules.is_group_member(role.value)


def has_one_of(*roles: Role) -> rules.Predicate:
    """Return the predicate „has at least one of these roles“."""
    return reduce(or_, map(has_role, roles))


@rules.predicate
def is_staff(user: type_of_user) -> bool:
    """Whether the person may work in „Verwaltung“ at all."""
    return user.is_active and user.is_staff


@rules.predicate
def concept_is_closed(user: type_of_user, thing: Any = None) -> bool:
    """Whether the concept that `thing` is, or belongs to, has its process closed. False without a thing."""
    concept = getattr(thing, "concept", thing)
    return bool(getattr(concept, "is_closed", False))


is_project_office = is_staff & has_role(Role.PROJECT_OFFICE)
is_moderation = is_staff & has_role(Role.MODERATION)
is_public_relations = is_staff & has_role(Role.PUBLIC_RELATIONS)
is_system = is_staff & has_role(Role.SYSTEM)


def grant(
    app: str, model: str, *, view: rules.Predicate, change: rules.Predicate, delete: rules.Predicate | None = None
) -> None:
    """Say who may view, add, change and delete a model's rows in „Verwaltung“; whoever changes also adds.

    `delete` is `change` if left out.
    """
    rules.add_perm(f"{app}.view_{model}", view)
    rules.add_perm(f"{app}.add_{model}", change)
    rules.add_perm(f"{app}.change_{model}", change)
    rules.add_perm(f"{app}.delete_{model}", change if delete is None else delete)


nobody = rules.always_false

# The app labels themselves: Django's admin asks them before it shows a room.
rules.add_perm("district", is_staff)

grant("district", "district", view=is_staff, change=is_system | is_project_office, delete=nobody)
grant("district", "municipality", view=is_staff, change=is_system | is_project_office, delete=nobody)
grant("district", "concept", view=is_staff, change=is_project_office)
grant("district", "fieldofaction", view=is_staff, change=is_project_office & ~concept_is_closed)
grant("district", "body", view=is_staff, change=is_project_office | is_system)
grant("district", "department", view=is_staff, change=is_project_office | is_system)
grant("district", "legaltext", view=is_staff, change=is_public_relations | is_system, delete=is_system)
grant("district", "user", view=is_system, change=is_system)
rules.add_perm("district.import_municipalities", is_system | is_project_office)

minds_the_post = is_project_office | is_moderation | is_system
grant("district", "outgoingmail", view=minds_the_post, change=nobody)
rules.add_perm("district.try_again_outgoingmail", minds_the_post)
