"""Reports of what should not stand there: one decision settles all that were made about the same text."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.models import User
from participation.models import Report

from .moderation import decline
from .steps import lock
from .voices import decline_comment


def keep(report: Report, *, by: User, at: datetime.datetime) -> int:
    """Leave the reported text where it is and close all open reports about it; return how many.

    Raises ValidationError where somebody closed them before.
    """
    with transaction.atomic():
        lock([report.idea])
        return _close(report, by=by, at=at)


def take_down(report: Report, *, reason: str, by: User, at: datetime.datetime) -> int:
    """Take the reported text down and close all open reports about it; return how many.

    Raises ValidationError where somebody closed them before, the reason is missing (key `reason`), or the text is not
    in a state to be taken down.
    """
    with transaction.atomic():
        lock([report.idea])
        count = _close(report, by=by, at=at)
        if report.comment:
            decline_comment([report.comment], reason=reason, by=by, at=at)
        else:
            decline([report.idea], reason=reason, by=by, at=at)
        return count


def _close(report: Report, *, by: User, at: datetime.datetime) -> int:
    waiting = Report.objects.filter(idea=report.idea_id, comment=report.comment_id, handled_at=None)
    keys = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    if report.pk not in keys:
        raise ValidationError(_("Diese Meldung ist schon erledigt."))
    for each in Report.objects.filter(pk__in=keys):
        each.handled_at, each.handled_by = at, by
        each.save(update_fields=["handled_at", "handled_by"])
    return len(keys)
