"""Fixtures of the tests of what all rooms make together."""

import datetime
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.sample_data import loaded

PASSWORD = "ein-langes-Kennwort"


@pytest.fixture(scope="module")
def sample_data(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Load the sample data for all tests of the module."""
    media_root = tmp_path_factory.mktemp("media")
    with loaded(today=datetime.date(2026, 11, 23), media_root=media_root, blocker=django_db_blocker, password=PASSWORD):
        yield
