"""Who may what on the way to the resolution: everybody in the administration reads, the project office acts."""

import rules

from district.models import Role
from district.rules import concept_is_closed, grant, has_role, is_project_office, is_staff, nobody

may_plan = is_project_office & ~concept_is_closed

rules.add_perm("milestones", is_staff)

for model in ("phase", "milestone", "resolution", "consultation", "attachment", "dependency"):
    grant("milestones", model, view=is_staff, change=may_plan)
grant("milestones", "councilsession", view=is_staff, change=is_project_office)
for record in ("postponement", "calloff", "attainment"):
    grant("milestones", record, view=is_staff, change=nobody)

rules.add_perm("milestones.fix_baseline", may_plan)
rules.add_perm("milestones.postpone_milestone", may_plan)
rules.add_perm("milestones.reach_milestone", may_plan)
rules.add_perm("milestones.call_off_milestone", may_plan)
rules.add_perm("milestones.record_result", may_plan)
rules.add_perm("milestones.view_cockpit", is_project_office | (is_staff & has_role(Role.STEERING_GROUP)))
