"""Who may what in the catalogue: everybody in the administration reads, the project office writes and moves."""

import rules

from district.rules import concept_is_closed, grant, is_project_office, is_staff, nobody

may_write = is_project_office & ~concept_is_closed

rules.add_perm("catalogue", is_staff)

for model in ("need", "goal", "measure", "goalneed", "measuregoal"):
    grant("catalogue", model, view=is_staff, change=may_write)

grant("catalogue", "promotion", view=is_staff, change=nobody)

rules.add_perm("catalogue.move_entry", may_write)
rules.add_perm("catalogue.promote_outcome", may_write)
