"""`make bench`: fill a new database, start gunicorn, measure, print a table and write var/bench.json."""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from benchmarks.load import measure
from kek import development

ROUNDS = 3  # Each page gets its seconds in parts, in turn with the others: a busy moment of the machine hits them all.
WARM_UP_SECONDS = 0.5
SECONDS_TO_START = 60


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="how long each page is asked for")
    parser.add_argument("--callers", type=int, default=8, help="how many ask at once")
    options = parser.parse_args()
    with own_database():
        prepare()
        rows = run(seconds=options.seconds, callers=options.callers)
    print_table(rows)
    result = development.VAR_DIR / "bench.json"
    result.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"Written to {result.relative_to(development.BASE_DIR)}")


@contextmanager
def own_database() -> Iterator[None]:
    """Make `DATABASE_URL` name a new database on the same server, which is gone afterwards."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DEMO": "false", "HTTPS": "false"}
    os.environ["STATIC_ROOT"] = str(development.VAR_DIR / "bench-static")
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


def run(*, seconds: float, callers: int) -> list[dict[str, Any]]:
    """Measure every target and return a row of figures for each."""
    from benchmarks.targets import BARE, ONE_QUERY, targets

    pages = targets()
    times: dict[str, list[float]] = {page.name: [] for page in pages}
    with server() as port:
        for page in pages:
            measure(port, page.path, seconds=WARM_UP_SECONDS, callers=callers)
        for number in range(ROUNDS):
            print(f"Round {number + 1} of {ROUNDS} …", flush=True)
            for page in pages:
                times[page.name] += measure(port, page.path, seconds=seconds / ROUNDS, callers=callers)
    speed = {name: len(took) * callers / sum(took) for name, took in times.items()}
    rows = []
    for page in pages:
        cuts = quantiles(times[page.name], n=20, method="inclusive")
        rows.append({
            "page": page.name,
            "path": page.path,
            "requests": len(times[page.name]),
            "per_second": round(speed[page.name], 1),
            "p50_ms": round(cuts[9] * 1000, 2),
            "p95_ms": round(cuts[18] * 1000, 2),
            "of_bare": round(speed[page.name] / speed[BARE.name], 3),
            "of_one_query": round(speed[page.name] / speed[ONE_QUERY.name], 3),
            "queries": queries(page.path),
        })  # fmt: skip
    return rows


@contextmanager
def server() -> Iterator[int]:
    """Run gunicorn as production does, on this machine's loopback alone, and give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "deploy/gunicorn.conf.py",
                "--log-level",
                "warning",
                "kek.wsgi",
            ],
            cwd=development.BASE_DIR,
            env=os.environ | {"BIND": f"fd://{listener.fileno()}", "WEB_CONCURRENCY": "2"},
            pass_fds=[listener.fileno()],
        )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once the portal answers; end the benchmark where it does not."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
                client.request("GET", "/healthz", headers={"Host": "localhost"})
                if client.getresponse().status == http.HTTPStatus.OK:
                    return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    sys.exit("The server of the benchmark does not answer.")


def queries(path: str) -> int:
    """Count the database queries of a page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows for people."""
    print(f"\n{'':18}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'of bare':>9}{'of one query':>14}{'queries':>9}")
    for row in rows:
        print(
            f"{row['page']:18}{row['per_second']:9.0f}{row['p50_ms']:9.1f}{row['p95_ms']:9.1f}"
            f"{row['of_bare']:9.2f}{row['of_one_query']:14.2f}{row['queries']:9}"
        )


if __name__ == "__main__":
    main()
