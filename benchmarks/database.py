"""Databases of the benchmark's own: one with the sample data, and a copy of it for each number of ideas."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from kek import development


@contextmanager
def own_databases() -> Iterator[None]:
    """Make `DATABASE_URL` name a new database on the same server; it and its copies are gone afterwards."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DEMO": "false", "HTTPS": "false"}
    os.environ["STATIC_ROOT"] = str(development.VAR_DIR / "bench-static")
    os.environ["MEDIA_ROOT"] = str(development.VAR_DIR / "bench-media")
    development.prepare_environment(command="bench")
    given = os.environ["DATABASE_URL"]
    name = f"kek_bench_{os.getpid()}"
    with _server(given) as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = _url(name)
    try:
        yield
    finally:
        with _server(given) as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{name}(_|$)"])
            for (leftover,) in cursor.fetchall():
                cursor.execute(f"DROP DATABASE {leftover} WITH (FORCE)")


def prepare() -> None:
    """Set Django up, with the sample data and the files that pages need."""
    import django
    from django.core.management import call_command

    django.setup()
    print("Sample data …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_sample_data", verbosity=0)
    print("Static files …", flush=True)
    call_command("compile_translations")
    call_command("collectstatic", interactive=False, verbosity=0)


def copy(*, size: int) -> str:
    """Copy the database with the sample data, work in the copy from now on, and return its address."""
    from django.db import connection

    original = urlsplit(os.environ["DATABASE_URL"]).path.removeprefix("/")
    name = f"{original}_{size}"
    connection.close()
    with _server(_url("postgres")) as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {original}")
    work_in(_url(name))
    return _url(name)


def work_in(url: str) -> None:
    """Let Django's queries of this process go to another database of the server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = urlsplit(url).path.removeprefix("/")


@contextmanager
def _server(url: str) -> Iterator[Any]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def _url(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
