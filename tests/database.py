"""The database of a test run: a copy of one that is migrated once, and anew only where a migration has changed."""

from __future__ import annotations

import hashlib
import inspect
import os
from pathlib import Path

import psutil
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

from kek import development
from kek.embedded_postgres import locked

TEMPLATE = "kek_template"


def name() -> str:
    """Return this process's own name, so that two at once do not meet."""
    return f"test_kek_{os.getpid()}"


def migrated() -> str:
    """Return the name of a database to copy; make it where there is none of the present migrations."""
    template = f"{TEMPLATE}_{_digest_of_migrations()}"
    with locked(development.VAR_DIR / "test-template.lock"), connection._nodb_cursor() as cursor:
        if template not in _names(cursor, f"^{TEMPLATE}_"):
            _drop(cursor, *_names(cursor, f"^{TEMPLATE}_"))
            _migrate(cursor, unfinished := f"{TEMPLATE}_new")
            cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {template}")
    return template


def make_roles(**_: object) -> None:
    """Make the groups anew that a migration made once: tests that commit flush them along with their own rows."""
    from django.contrib.auth.models import Group

    from district.models import Role

    for role in Role:
        Group.objects.get_or_create(name=role.value)


def drop_those_of_killed_runs() -> None:
    """Leave no database behind whose process is gone."""
    with connection._nodb_cursor() as cursor:
        names = _names(cursor, "^test_kek_[0-9]+$")
        _drop(cursor, *(name for name in names if not psutil.pid_exists(int(name.removeprefix("test_kek_")))))


def _migrate(cursor: CursorWrapper, database: str) -> None:
    cursor.execute(f"CREATE DATABASE {database}")
    configured = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()
    connection.settings_dict["NAME"] = configured


def _digest_of_migrations() -> str:
    migrations = MigrationLoader(None).disk_migrations
    files = sorted(Path(inspect.getfile(type(migration))) for migration in migrations.values())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _names(cursor: CursorWrapper, pattern: str) -> set[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [pattern])
    return {name for (name,) in cursor.fetchall()}


def _drop(cursor: CursorWrapper, *names: str) -> None:
    for name in names:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
