"""The sample data, loaded once for all tests of a module, and what they consist of."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from catalogue.models import Goal, Measure, Need
from district.models import Body, Concept, FieldOfAction, LegalText, Municipality, User
from kek import sample_data
from milestones.models import (
    Attachment,
    Attainment,
    CallOff,
    Consultation,
    CouncilSession,
    Dependency,
    Milestone,
    Phase,
    Postponement,
    Resolution,
)
from workshops.models import AgendaItem, Change, Event, Mailing, Membership, Minutes, Outcome, WorkingGroup

MODELS: list[type[Model]] = [
    AgendaItem,
    Attachment,
    Attainment,
    Body,
    CallOff,
    Change,
    Concept,
    Consultation,
    CouncilSession,
    Dependency,
    Event,
    FieldOfAction,
    Goal,
    LegalText,
    Mailing,
    Measure,
    Membership,
    Milestone,
    Minutes,
    Municipality,
    Need,
    Outcome,
    Phase,
    Postponement,
    Resolution,
    User,
    WorkingGroup,
]


@contextmanager
def loaded(
    *, today: datetime.date, media_root: Path, blocker: DjangoDbBlocker, password: str | None = None
) -> Iterator[None]:
    """Load for this day, around the transactions of single tests; leave nothing behind."""
    with blocker.unblock(), override_settings(MEDIA_ROOT=str(media_root)), transaction.atomic():
        sample_data.load(today=today, password=password)
        yield
        transaction.set_rollback(True)


def contents() -> dict[str, list[object]]:
    """Return everything the sample data consists of, in a form that can be compared."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in MODELS}
