"""Starting the portal: what it needs, what it says where something is missing, and the demo from start to stop."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from benchmarks.load import measure
from kek import development
from kek.management.commands import demo
from kek.sample_data.nordsachsen import PROJECT_OFFICE
from tests.factories import UserFactory

PRODUCTION = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "kek.landkreis.example",
    "DATABASE_URL": "postgresql:///kek",
}
NO_DATABASE_THERE = "postgresql://kek@127.0.0.1:9/kek"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the checkout with nothing in its environment but what is given."""
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "manage.py", *arguments, **environment)


def words(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in result.stderr.splitlines() if line]


@pytest.mark.parametrize("variable", PRODUCTION)
def test_production_refuses_to_start_without(variable: str) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != variable}
    result = run(sys.executable, "-c", "import kek.wsgi", **environment)
    assert result.returncode == 1
    assert words(result) == [
        f"The portal is not configured: Set the {variable} environment variable (.env.example explains each variable)."
    ]


def test_commands_refuse_to_start_without_a_secret_key() -> None:
    result = manage("migrate", DATABASE_URL="postgresql:///kek", ALLOWED_HOSTS="localhost")
    assert result.returncode == 1
    assert len(words(result)) == 1
    assert "SECRET_KEY" in words(result)[0]


def test_deployment_check_is_clean_under_production_settings() -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (result.returncode, words(result)) == (0, [])


def settings_of(*names: str, **environment: str) -> list[str]:
    code = f"from django.conf import settings\nfor name in {names!r}: print(eval('settings.' + name))"
    result = run(sys.executable, "-c", code, DJANGO_SETTINGS_MODULE="kek.settings", **{**PRODUCTION, **environment})
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_a_proxy_is_believed_only_where_there_is_one() -> None:
    names = ("ALLAUTH_TRUSTED_PROXY_COUNT", "SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_INCLUDE_SUBDOMAINS")
    assert settings_of(*names) == ["0", "None", "False"]
    given = settings_of(*names, BEHIND_PROXY="true", HSTS_INCLUDE_SUBDOMAINS="true")
    assert given == ["1", "('HTTP_X_FORWARDED_PROTO', 'https')", "True"]


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({}, {"options": "-c lock_timeout=10s -c statement_timeout=60s"}),
        ({"DATABASE_STATEMENT_TIMEOUT": "0"}, {"options": "-c lock_timeout=10s"}),
        ({"DATABASE_LOCK_TIMEOUT": "0", "DATABASE_STATEMENT_TIMEOUT": "0"}, {}),
        (
            {"DATABASE_URL": "postgresql:///kek?sslmode=require&options=-c%20lock_timeout%3D5s"},
            {"sslmode": "require", "options": "-c lock_timeout=10s -c statement_timeout=60s -c lock_timeout=5s"},
        ),
    ],
)
def test_no_query_waits_for_ever(environment: dict[str, str], options: dict[str, str]) -> None:
    assert settings_of("DATABASES['default'].get('OPTIONS', {})", **environment) == [str(options)]


@pytest.mark.django_db
def test_the_database_knows_the_limits() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("10s", "1min")


@pytest.mark.parametrize(("named", "is_own"), [("", True), ("DATABASE_URL=postgresql://geteilt/kek\n", False)])
def test_a_server_that_the_env_file_names_is_not_our_own(tmp_path: Path, named: str, is_own: bool) -> None:
    (tmp_path / ".env").write_text(named)
    code = (
        "import sys, pathlib; from kek import development\n"
        "development.BASE_DIR = development.VAR_DIR = pathlib.Path(sys.argv[1])\n"
        "print(development.prepare_environment('check'))"
    )
    assert run(sys.executable, "-c", code, str(tmp_path)).stdout == f"{is_own}\n"


def test_gunicorn_says_what_is_missing_and_ends() -> None:
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "kek.wsgi"]
    result = run(*command, BIND="127.0.0.1:0", SECRET_KEY="x", ALLOWED_HOSTS="x")
    assert result.returncode != 0
    assert "Set the DATABASE_URL environment variable" in result.stderr
    assert "Traceback" not in result.stderr


def test_log_of_requests_knows_no_address_of_a_reader() -> None:
    config = (settings.BASE_DIR / "deploy" / "gunicorn.conf.py").read_text()
    log_format = re.search(r"^access_log_format = (.*)$", config, re.MULTILINE)
    assert log_format
    assert not re.findall(r"%\((?:h|\{x-forwarded-for\}i|\{forwarded\}i|a|f|q|r)\)s", log_format[1])


def test_every_variable_is_documented() -> None:
    read = set()
    for source in ("kek/settings.py", "deploy/gunicorn.conf.py"):
        read |= set(re.findall(r'env(?:iron)?\.\w+\("([A-Z_]+)"', (settings.BASE_DIR / source).read_text()))
    documented = set(re.findall(r"^#?([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))
    assert documented == read


def test_a_missing_python_is_told_in_one_line() -> None:
    result = run("make", "demo", "PYTHON=no-such-python")
    assert result.returncode != 0
    assert words(result)[0] == "The portal needs Python 3.11 or newer, and none was found."


def test_secrets_of_the_demo_are_made_once_and_for_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(development, "VAR_DIR", tmp_path)
    path = development._demo_secrets()
    secrets = path.read_text()
    assert development._demo_secrets().read_text() == secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = manage("demo", "--port", str(port), DATABASE_URL=NO_DATABASE_THERE)
    assert result.returncode == 1
    assert len(words(result)) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in words(result)[0]


@pytest.mark.parametrize("port", ["80000", "abc", "-1"])
def test_what_is_no_port_is_told_in_one_line(port: str) -> None:
    result = manage("demo", f"--port={port}", DATABASE_URL=NO_DATABASE_THERE)
    assert result.returncode == 1
    assert words(result) == [f"CommandError: PORT is a number from 0 to 65535, not “{port}”. Try make demo PORT=8001"]


def test_an_unreachable_database_is_told_in_one_line() -> None:
    result = manage("demo", "--port", "0", DATABASE_URL=NO_DATABASE_THERE)
    assert result.returncode == 1
    assert len(words(result)) == 1
    assert words(result)[0].startswith("CommandError: The database of DATABASE_URL cannot be reached: ")


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database that nobody else uses."""
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"test_kek_{os.getpid()}_demo"
    with closing(psycopg2.connect(server._replace(path="/postgres").geturl())) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield server._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_demo_starts_keeps_its_data_and_stops(empty_database: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": empty_database,
        "ALLOWED_HOSTS": "kek.landkreis.example",
        "STATIC_ROOT": str(tmp_path / "static"),
        "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": PRODUCTION["SECRET_KEY"],
        "HTTPS": "false",
        "EMAIL_URL": f"filemail:///{tmp_path}/mail",
    }
    port = free_port()
    for start, options, steps_with_sample_data in (("first", [], 1), ("second", ["--host", "0.0.0.0"], 0)):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port), *options],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("Stop with"):
                break
        assert f"The portal is ready: http://localhost:{port}/" in lines, start
        assert lines.count("Sample data …") == steps_with_sample_data, start
        assert sum("@nordsachsen.example" in line for line in lines) >= 7, start
        assert statuses(port, "/healthz", "/verwaltung/") == [200, 302]
        assert statuses(port, minutes_as_pdf(port)) == [200], start
        assert statuses(port, "/healthz", host="rechner.example") == [200 if options else 400]
        assert len(measure(port, ["/healthz"], seconds=0.1, callers=2)) >= 2
        assert_mail_arrives(port, f"Post nach dem {start} start", environment)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0, start
    assert_port_is_free(port)


@pytest.mark.parametrize(
    ("host", "printed"),
    [
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("::1", "[::1]"),
        ("10.1.2.3", "10.1.2.3"),
    ],
)
def test_the_demo_prints_an_address_that_browsers_understand(host: str, printed: str) -> None:
    assert demo._printed(host) == printed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def statuses(port: int, *paths: str, host: str = "localhost") -> list[int]:
    answers = []
    for path in paths:
        with closing(http.client.HTTPConnection("localhost", port, timeout=10)) as client:
            client.request("GET", path, headers={"Host": host})
            answers.append(client.getresponse().status)
    return answers


def minutes_as_pdf(port: int) -> str:
    """Return the path of the first released minutes of the sample data."""
    past = answer(port, "/kek-2035/termine/?zeit=vergangen")
    for event in re.findall(r'"(/kek-2035/termine/\d+/)"', past):
        if f"{event}protokoll.pdf" in answer(port, event):
            return f"{event}protokoll.pdf"
    raise AssertionError("No minutes are released.")


def assert_mail_arrives(port: int, subject: str, environment: dict[str, str]) -> None:
    """Let another process put a mail on its way, as a request would; the demo's worker delivers it."""
    code = f"from district.post import send; send('Test', to='jemand@example.org', subject={subject!r}, text='Text')"
    assert manage("shell", "--no-imports", "-c", code, **environment).returncode == 0
    deadline = time.monotonic() + 15
    while subject not in (page := answer(port, "/demo/post/")) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert subject in page


def answer(port: int, path: str) -> str:
    with closing(http.client.HTTPConnection("localhost", port, timeout=10)) as client:
        client.request("GET", path)
        return client.getresponse().read().decode()


def assert_port_is_free(port: int) -> None:
    time.sleep(0.1)
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.django_db
def test_the_demo_lists_the_sample_users_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "ein langes Kennwort")
    UserFactory(email=PROJECT_OFFICE)
    UserFactory(email="spaeter@nordsachsen.example")
    welcome = demo.Command()._welcome("http://localhost:8000/")
    assert PROJECT_OFFICE in welcome
    assert "spaeter@" not in welcome
