"""A database of the benchmark's own, with the sample data."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg2

from kek import development


@contextmanager
def own_database() -> Iterator[None]:
    """Make `DATABASE_URL` name a new database on the same server, which is gone afterwards."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DEMO": "false", "HTTPS": "false"}
    os.environ["STATIC_ROOT"] = str(development.VAR_DIR / "bench-static")
    os.environ["MEDIA_ROOT"] = str(development.VAR_DIR / "bench-media")
    development.prepare_environment(command="bench")
    url = os.environ["DATABASE_URL"]
    name = f"kek_bench_{os.getpid()}"
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {name}")
        os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
        try:
            yield
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def prepare() -> None:
    """Set Django up, with the sample data and the files that pages need."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    print("Sample data …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_sample_data", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print("Static files …", flush=True)
    call_command("compile_translations")
    call_command("collectstatic", interactive=False, verbosity=0)
