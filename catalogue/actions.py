"""The verbs of the catalogue: moving an entry from state to state, and taking up what the experts' work brought."""

from __future__ import annotations

import datetime
from typing import TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.models import Entry, Promotion, State
from district.models import User
from workshops.models import Outcome

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


def promote(outcome: Outcome, entry: Entry, *, by: User, at: datetime.datetime) -> Promotion:
    """Take an outcome into the catalogue: as a new entry (not stored yet, a draft) or into one that is there.

    The link stays for good. Raises ValidationError where the outcome is taken up already, where `why_not_promoted`
    says something, or a field does not fit (its key).
    """
    with transaction.atomic(), pghistory.context(user=by.pk):
        # The outcome is what two who promote at once wait for.
        outcome = (
            Outcome.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=outcome.pk)
        )
        if Promotion.objects.filter(outcome=outcome).exists():
            raise ValidationError(_("Dieses Ergebnis ist schon im Katalog."))
        if refusal := why_not_promoted(outcome):
            raise ValidationError(refusal)
        if outcome.event.concept_id != entry.concept_id:
            raise ValidationError(_("Dieser Eintrag gehört zu einem anderen Konzept."))
        if entry.pk is None:
            entry.full_clean()
            entry.save()
        else:
            entry = _lock(entry)
        return Promotion.objects.create(
            outcome=outcome, **{str(entry._meta.model_name): entry}, promoted_by=by, promoted_at=at
        )


def why_not_promoted(outcome: Outcome) -> str:
    """Return why an outcome cannot be taken into the catalogue; nothing where it can."""
    if outcome.kind not in Outcome.PROMOTABLE:
        told = _(
            "Ins Konzept kommen Handlungsbedarfe, Ziele und Maßnahmen. Dieses Ergebnis hat eine andere Art: %(kind)s."
        )
        return told % {"kind": outcome.get_kind_display()}
    if outcome.released_at is None:
        return _("Übernommen wird, was freigegeben ist. Dieses Ergebnis ist noch nicht freigegeben.")
    if outcome.is_being_corrected:
        return _(
            "Das Protokoll wird gerade berichtigt. Übernehmen können Sie das Ergebnis, sobald es wieder freigegeben ist."
        )
    return ""


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
