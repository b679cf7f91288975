"""Who may what with the citizens' voice: moderation and project office read all and act, others read what is public.

A Fachamt reads in whole, and weighs, what is assigned to it. The project office releases, and never what the same person wrote.
"""

from typing import Any

import rules
from django.db.models import Q

from district.models import Role
from district.rules import (
    concept_is_closed,
    grant,
    has_one_of,
    has_role,
    is_moderation,
    is_project_office,
    is_staff,
    nobody,
    type_of_user,
)

from .models import Comment, Idea
from .models.ideas import PUBLIC, IdeaQuerySet
from .models.rounds import shown
from .models.voices import CommentQuerySet

is_department = is_staff & has_role(Role.DEPARTMENT)


@rules.predicate
def is_in_own_department(user: type_of_user, thing: Any = None) -> bool:
    """Whether an idea, or all ideas of a weighing, are assigned to the person's Fachamt. True without a thing."""
    if thing is None:
        return True
    own = getattr(user, "department_id", None)
    ideas = [thing] if hasattr(thing, "department_id") else thing.weighed
    return own is not None and bool(ideas) and all(idea.department_id == own for idea in ideas)


@rules.predicate
def concerns_own_department(user: type_of_user, thing: Any = None) -> bool:
    """Whether an idea, or one of the ideas of a weighing, is assigned to the person's Fachamt. True without a thing."""
    if thing is None:
        return True
    own = getattr(user, "department_id", None)
    ideas = [thing] if hasattr(thing, "department_id") else thing.weighed
    return own is not None and any(idea.department_id == own for idea in ideas)


@rules.predicate
def is_shown_to_readers(user: type_of_user, thing: Any = None) -> bool:
    """Whether readers see an idea, or a comment or file of one. True without a thing."""
    if thing is None:
        return True
    if not is_shown(_idea_of(thing)):
        return False
    if isinstance(thing, Comment):
        return thing.state == Comment.State.PUBLISHED
    return isinstance(thing, Idea) or bool(getattr(thing, "is_public", True))


@rules.predicate
def belongs_to_own_department(user: type_of_user, thing: Any = None) -> bool:
    """Whether an idea, or the one that a comment or file belongs to, is assigned to the Fachamt. True without a thing."""
    if thing is None:
        return True
    own = getattr(user, "department_id", None)
    return own is not None and _idea_of(thing).department_id == own


@rules.predicate
def is_in_shown_round(user: type_of_user, thing: Any = None) -> bool:
    """Whether readers see the round of a weighing. True without one."""
    return thing is None or bool(thing.round.is_shown)


def is_shown(idea: Idea) -> bool:
    """Whether readers see an idea: it is public, and they see its round."""
    return idea.state in PUBLIC and idea.round.is_shown


def _idea_of(thing: Any) -> Idea:
    return thing if isinstance(thing, Idea) else thing.idea


@rules.predicate
def is_somebody_elses(user: type_of_user, assessment: Any = None) -> bool:
    """Whether somebody else wrote and submitted the weighing (four eyes). True without one."""
    return assessment is None or user.pk not in (assessment.drafted_by_id, assessment.submitted_by_id)


may_moderate = (is_moderation | is_project_office) & ~concept_is_closed
# Whoever works for a Fachamt alone sees of the weighing what is assigned to it.
has_a_role = is_staff & has_one_of(*Role)  # an account whose role was taken away reads no draft of a weighing
sees_every_weighing = has_a_role & (~is_department | is_moderation | is_project_office)
may_weigh = (is_moderation | is_project_office | (is_department & is_in_own_department)) & ~concept_is_closed

# What readers do not see: texts that are not published, words before they were redacted, files that were held back.
sees_every_idea = is_moderation | is_project_office
sees_weighing = (
    sees_every_idea | (has_a_role & ~is_department & is_in_shown_round) | (is_department & concerns_own_department)
)
sees_whole_idea = sees_every_idea | (is_department & belongs_to_own_department)

rules.add_perm("participation", is_staff)

grant("participation", "round", view=is_staff, change=is_project_office & ~concept_is_closed)
grant("participation", "section", view=is_staff, change=is_project_office & ~concept_is_closed)
grant("participation", "declinereason", view=is_staff, change=is_moderation | is_project_office)
for record in ("idea", "ideastep", "ideafile", "comment"):
    grant("participation", record, view=is_staff & (is_shown_to_readers | sees_whole_idea), change=nobody)
grant("participation", "assessment", view=sees_weighing, change=nobody)
grant("participation", "report", view=may_moderate | is_moderation | is_project_office, change=nobody)

rules.add_perm("participation.moderate_idea", may_moderate)
rules.add_perm("participation.record_idea", may_moderate)
rules.add_perm("participation.weigh_idea", may_weigh)
rules.add_perm("participation.change_weighing", may_weigh)
rules.add_perm("participation.release_assessment", is_project_office & is_somebody_elses & ~concept_is_closed)
rules.add_perm("participation.link_assessment", is_project_office & ~concept_is_closed)
rules.add_perm("participation.view_every_weighing", sees_every_weighing)
rules.add_perm("participation.view_every_idea", sees_every_idea)
rules.add_perm("participation.view_whole_idea", sees_whole_idea)
rules.add_perm("participation.view_contact", is_moderation | is_project_office)
rules.add_perm("participation.erase_submitter", is_moderation | is_project_office)
rules.add_perm("participation.view_statistics", is_staff)


def visible_ideas(user: type_of_user, ideas: IdeaQuerySet) -> IdeaQuerySet:
    """Return those that this person may see."""
    if user.has_perm("participation.view_every_idea"):
        return ideas
    return ideas.filter(_shown() | _assigned_to(user))


def visible_comments(user: type_of_user, comments: CommentQuerySet) -> CommentQuerySet:
    """Return those that this person may see."""
    if user.has_perm("participation.view_every_idea"):
        return comments
    published = Q(state=Comment.State.PUBLISHED) & _shown("idea__")
    return comments.filter(published | _assigned_to(user, "idea__"))


def _shown(prefix: str = "") -> Q:
    """Return the condition „readers see the idea“: see `is_shown`."""
    return Q(**{f"{prefix}is_public": True}) & shown(f"{prefix}round__")


def _assigned_to(user: type_of_user, prefix: str = "") -> Q:
    """Return what is assigned to the Fachamt of the person, which is nothing where they have none."""
    own = getattr(user, "department_id", None) if is_department(user) else None
    return Q(pk__in=[]) if own is None else Q(**{f"{prefix}department": own})
