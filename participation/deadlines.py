"""When an answer is due: so many days after the publication, by the calendar, and how that stands to a day. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

SOON: Final = datetime.timedelta(days=14)


def due_on(published_at: datetime.datetime, target_days: int) -> datetime.date:
    """Return the day by which what was published then shall be answered."""
    return timezone.localdate(published_at) + datetime.timedelta(days=target_days)


def due_before(day: datetime.date, target_days: int) -> datetime.datetime:
    """Return the moment: what was published before it is due before the day."""
    published = day - datetime.timedelta(days=target_days)
    return timezone.make_aware(datetime.datetime.combine(published, datetime.time()))


class Due(models.TextChoices):
    """How something stands to the day by which it shall be answered."""

    OPEN = "open", gettext_lazy("noch nicht beantwortet")
    SOON = "soon", gettext_lazy("fällig in den nächsten 14 Tagen")
    OVERDUE = "overdue", gettext_lazy("überfällig")


@dataclass(frozen=True)
class Deadlines:
    """When answers are due, seen from a day: `target_days` after the publication."""

    today: datetime.date
    target_days: int

    def due_on(self, published_at: datetime.datetime | None) -> datetime.date | None:
        """Return the day by which what was published then shall be answered."""
        return due_on(published_at, self.target_days) if published_at else None

    def due(self, day: datetime.date | None) -> Due:
        """Return how that day stands to today; without a day nothing presses."""
        if day is None or day > self.today + SOON:
            return Due.OPEN
        return Due.SOON if day >= self.today else Due.OVERDUE

    def published(self, due: Due) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        """Return between which moments (from, before) something was published that stands like this."""
        overdue_before = due_before(self.today, self.target_days)
        match due:
            case Due.OVERDUE:
                return None, overdue_before
            case Due.SOON:
                return overdue_before, due_before(self.today + SOON + datetime.timedelta(days=1), self.target_days)
        return None, None
