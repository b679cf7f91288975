"""Reports of what should not stand there: one decision settles all that were made about the same text."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.models import User
from participation.models import Idea, Report

from .moderation import decline
from .steps import close_reports, lock_with_merged, reports_about
from .voices import decline_comment


def keep(report: Report, *, by: User, at: datetime.datetime) -> int:
    """Leave the reported text where it is and close all open reports about it; return how many.

    Raises ValidationError where somebody closed them before.
    """
    with transaction.atomic():
        lock_with_merged([_holder(report)])
        return _close(report, by=by, at=at)


def take_down(report: Report, *, reason: str, by: User, at: datetime.datetime) -> int:
    """Take the reported text down and close all open reports about it; return how many.

    Raises ValidationError where somebody closed them before, the reason is missing (key `reason`), or the text is not
    in a state to be taken down.
    """
    with transaction.atomic():
        lock_with_merged([_holder(report)])
        count = _close(report, by=by, at=at)
        if report.comment:
            decline_comment([report.comment], reason=reason, by=by, at=at)
        else:
            decline([report.idea], reason=reason, by=by, at=at)
        return count


def _holder(report: Report) -> Idea:
    """Return the idea with which the reported text stands now: comments move along where ideas are merged."""
    return report.comment.idea if report.comment else report.idea


def _close(report: Report, *, by: User, at: datetime.datetime) -> int:
    closed = close_reports(reports_about(report.idea, report.comment), at=at, by=by)
    if report.pk not in closed:
        raise ValidationError(_("Diese Meldung ist schon erledigt."))
    return len(closed)
