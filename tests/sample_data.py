"""The sample data, loaded once for all tests of a module."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from kek import sample_data


@contextmanager
def loaded(*, today: datetime.date, media_root: Path, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load for this day, around the transactions of single tests; leave nothing behind."""
    with blocker.unblock(), override_settings(MEDIA_ROOT=str(media_root)), transaction.atomic():
        sample_data.load(today=today)
        yield
        transaction.set_rollback(True)
