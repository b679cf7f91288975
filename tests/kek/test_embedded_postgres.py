"""The embedded PostgreSQL: shared by all who need it, gone with the last one, and back after every kind of crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from kek.embedded_postgres import EmbeddedPostgres

# Uses the server in a process of its own, says so, and lives until it is told to end.
USER = """
import sys
from pathlib import Path
from kek.embedded_postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start("kek")
print("up", flush=True)
sys.stdin.read()
"""

StartUser = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def start_user() -> Iterator[StartUser]:
    users: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        user = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        users.append(user)
        return user

    yield start
    for user in users:
        if user.poll() is None:
            end(user)
        for pipe in (user.stdin, user.stdout):
            assert pipe
            pipe.close()


def is_up(user: subprocess.Popen[str]) -> bool:
    assert user.stdout
    return user.stdout.readline() == "up\n"


def end(user: subprocess.Popen[str]) -> None:
    user.communicate()
    assert user.returncode == 0


def kill(user: subprocess.Popen[str]) -> None:
    user.kill()
    user.wait()


def postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().split()[0])


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(EmbeddedPostgres(folder).url("kek"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


def test_three_at_once_share_a_server_and_the_last_one_stops_it(folder: Path, start_user: StartUser) -> None:
    users = [start_user(folder) for _ in range(3)]
    assert all(is_up(user) for user in users)
    for user in users[:2]:
        end(user)
    assert rows(folder, "SELECT 1") == [(1,)]
    end(users[2])
    assert not (folder / "postmaster.pid").exists()


def test_a_killed_user_is_not_counted(folder: Path, start_user: StartUser) -> None:
    killed, left = start_user(folder), start_user(folder)
    assert is_up(killed)
    assert is_up(left)
    kill(killed)
    end(left)
    assert not (folder / "postmaster.pid").exists()


def test_data_survive_when_everything_is_killed_and_the_process_number_is_given_away(
    folder: Path, start_user: StartUser
) -> None:
    user = start_user(folder)
    assert is_up(user)
    rows(folder, "CREATE TABLE kept AS SELECT 1 AS number; SELECT 1")
    server = postmaster(folder)
    kill(user)
    os.kill(server, signal.SIGKILL)
    pid_file = folder / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(server), str(os.getpid()), 1))

    assert is_up(start_user(folder))
    assert rows(folder, "SELECT number FROM kept") == [(1,)]


@pytest.mark.parametrize("name", ["a folder's name, with “signs”", "deep" * 40])
def test_folders_with_odd_and_long_names_serve_too(tmp_path: Path, name: str, start_user: StartUser) -> None:
    folder = tmp_path / name / "postgres"
    folder.parent.mkdir()
    assert is_up(start_user(folder))
    assert rows(folder, "SELECT 1") == [(1,)]


def test_a_forked_child_that_ends_leaves_the_server_running(folder: Path) -> None:
    forking = USER.replace("sys.stdin.read()", "import os\nif os.fork() == 0:\n    sys.exit()\nos.wait()\n") + (
        "import psycopg2\npsycopg2.connect(EmbeddedPostgres(Path(sys.argv[1])).url('kek')).close()\n"
    )
    subprocess.run([sys.executable, "-c", forking, str(folder)], check=True, stdout=subprocess.DEVNULL)
