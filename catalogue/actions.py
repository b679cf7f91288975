"""The one verb that moves an entry of the catalogue from state to state."""

from __future__ import annotations

from typing import TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.models import Entry, State
from district.models import User

_Row = TypeVar("_Row", bound=Entry)


def move(entry: _Row, *, to: str, by: User, reason: str = "") -> _Row:
    """Move an entry to another state; its Verlauf says who did. Return it as it stands then.

    `reason` tells the public why an entry is dropped. Raises ValidationError where that step is not allowed (key
    `to`), where the reason is missing (key `reason`), or where a sub-goal would be public before its strategic goal.
    """
    with transaction.atomic(), pghistory.context(user=by.pk):
        entry = _lock(entry)
        if to not in entry.next_states:
            raise ValidationError({"to": _why_not(entry, to)})
        if to == State.DROPPED and not reason.strip():
            raise ValidationError({"reason": _("Bitte begründen Sie, warum der Eintrag verworfen wird.")})
        entry.state = to
        entry.drop_reason = reason.strip() if to == State.DROPPED else ""
        entry.full_clean()
        entry.save(update_fields=["state", "drop_reason"])
    return entry


def _why_not(entry: Entry, to: str) -> str:
    if to not in State.values:
        return _("Bitte wählen Sie einen Stand aus der Liste.")
    return _("Aus „%(present)s“ kann nicht „%(next)s“ werden.") % {
        "present": entry.get_state_display(),
        "next": State(to).label,
    }


def _lock(entry: _Row) -> _Row:
    """Load the entry as it is now, so that two moves at once wait for each other."""
    found = type(entry)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=entry.pk).first()
    if found is None:
        raise ValidationError(_("Diesen Eintrag gibt es nicht mehr."))
    return found
