import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, connection, connections

from district.models import Concept, User
from kek.demo_mailbox import FILE_BACKEND
from kek.embedded_postgres import locked
from kek.sample_data.nordsachsen import SAMPLE_USERS

HIGHEST_PORT = 65535
SECONDS_TO_ANSWER = 30
SECONDS_TO_FREE_A_PORT = 2  # as long as the workers of a killed demo may hold it
EVERYWHERE = {"0.0.0.0", "::"}  # where others reach this machine by names that nobody here knows


class Command(BaseCommand):
    help = "Prepare the portal with its sample data and serve it on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", default="8000", help="port to listen on (default: 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = _port(str(options["port"]))
        listener = self._listen(options["host"], port)
        host = _printed(options["host"])
        settings.ALLOWED_HOSTS += ["*"] if options["host"] in EVERYWHERE else [host]
        with locked(settings.VAR_DIR / "demo.lock"):
            self._prepare()
        name = f"{host}:{port}"
        if not os.environ.get("PORTAL_URL"):
            settings.PORTAL_URL = f"http://{name}"
        welcome = self._welcome(f"http://{name}/")
        connections.close_all()
        self.stdout.flush()
        if os.fork() == 0:
            self._announce(listener.getsockname(), name, welcome)
        with self._worker(listener):
            self._serve(listener)

    def _listen(self, host: str, port: int) -> socket.socket:
        """Take the port before any work is done; who calls early waits until the portal is ready."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        deadline = time.monotonic() + SECONDS_TO_FREE_A_PORT
        while True:
            try:
                return socket.create_server((host, port), family=family)
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                reason = os.strerror(error.errno or 0).lower()
                raise CommandError(
                    f"Port {port} on {host} cannot be used: {reason}. Try make demo PORT=8001"
                ) from error

    def _prepare(self) -> None:
        self._step("Database")
        os.environ.setdefault("PGCONNECT_TIMEOUT", "10")
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(
                f"The database of DATABASE_URL cannot be reached: {' '.join(str(error).split())}"
            ) from error
        self._step("Migrations")
        call_command("migrate", interactive=False, verbosity=0)
        if not Concept.objects.exists():
            self._step("Sample data")
            self._load_sample_data()
        self._step("Translations")
        call_command("compile_translations")
        self._step("Static files")
        self._collect_static()

    def _load_sample_data(self) -> None:
        """Load them in a process of its own: they have PDFs typeset, which no process forked later could do again."""
        command = [sys.executable, sys.argv[0], "load_sample_data", "--password", os.environ["DEMO_PASSWORD"]]
        loaded = subprocess.run(command, check=False)  # noqa: S603  # the portal itself
        if loaded.returncode:
            raise CommandError("The sample data could not be loaded.")

    def _collect_static(self) -> None:
        """Collect only what is new: this takes a while, and disturbs a portal that runs from the same folder."""
        files = [
            (path, Path(storage.path(path)).stat())
            for finder in finders.get_finders()
            for path, storage in finder.list(["CVS", ".*", "*~"])
        ]
        state = repr((settings.STORAGES, sorted((path, stat.st_size, stat.st_mtime_ns) for path, stat in files)))
        stamp = Path(settings.STATIC_ROOT).with_suffix(".collected")
        if not (stamp.exists() and Path(settings.STATIC_ROOT).exists() and stamp.read_text() == state):
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(state)

    def _step(self, name: str) -> None:
        self.stdout.write(f"{name} …")
        self.stdout.flush()

    def _welcome(self, address: str) -> str:
        users = list(User.objects.filter(email__in=SAMPLE_USERS).prefetch_related("groups"))
        password = os.environ["DEMO_PASSWORD"]
        if users and not users[0].check_password(password):
            password = "(as it was set when these data were loaded)"
        logins = [f"  {user.email:40}{', '.join(group.name for group in user.groups.all())}" for user in users]
        mailbox = [f"Its mails are shown: {address}demo/post/"] if settings.EMAIL_BACKEND == FILE_BACKEND else []
        return "\n".join([
            "",
            f"The portal is ready: {address}",
            f"Staff log in at:     {address}verwaltung/",
            f"Password of all:     {password}",
            *logins,
            *mailbox,
            "Stop with Ctrl-C. What you enter is kept in var/ for the next start.",
        ])  # fmt: skip

    def _announce(self, address: tuple[Any, ...], name: str, welcome: str) -> None:
        """In a process of its own: print the address once the portal answers there, and end."""
        server, deadline = os.getppid(), time.monotonic() + SECONDS_TO_ANSWER
        try:
            while (status := _health(address, name)) != HTTPStatus.OK and time.monotonic() < deadline:
                if os.getppid() != server:
                    return
                time.sleep(0.2)
            if status == HTTPStatus.OK:
                self.stdout.write(welcome)
            else:
                self.stderr.write(f"The portal does not work: /healthz answers {status or 'nothing'}.")
                os.kill(server, signal.SIGTERM)
        finally:
            self.stdout.flush()
            os._exit(0)

    @contextmanager
    def _worker(self, listener: socket.socket) -> Iterator[None]:
        """Do the tasks of the portal, its mail above all, in one process beside the server for as long as that lives.

        The server holds one end of a pipe, which closes however the server ends; the worker then ends too.
        """
        server_is_gone, server_lives = os.pipe()
        if (worker := os.fork()) == 0:
            os.close(server_lives)
            listener.close()
            Thread(target=_end_with, args=[server_is_gone], daemon=True).start()
            self._work()
        os.close(server_is_gone)
        server = os.getpid()
        try:
            yield
        finally:
            if os.getpid() == server:  # gunicorn's own workers come by here too
                os.close(server_lives)
                with suppress(ChildProcessError):  # gunicorn may have seen it end
                    os.waitpid(worker, 0)

    def _work(self) -> None:
        try:
            call_command("send_waiting_mail", verbosity=0)  # what a killed demo left behind
            call_command("db_worker", reload=False, verbosity=0)
        except DatabaseError as error:
            self.stderr.write(f"Mails wait until the next start: {' '.join(str(error).split())}")
        finally:
            self.stderr.flush()
            os._exit(0)

    def _serve(self, listener: socket.socket) -> None:
        from gunicorn.app.wsgiapp import WSGIApplication

        os.environ["BIND"] = f"fd://{listener.detach()}"
        config = settings.BASE_DIR / "deploy" / "gunicorn.conf.py"
        sys.argv = ["gunicorn", "--config", str(config), "--log-level", "warning", "kek.wsgi"]
        WSGIApplication().run()


def _end_with(pipe: int) -> None:
    """Wait until nobody holds the other end of a pipe any more, and end this process as from outside."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _port(text: str) -> int:
    """Return the number, or say in one line what is wrong; argparse would print its usage too."""
    if text.isascii() and text.isdecimal() and int(text) <= HIGHEST_PORT:
        return int(text)
    raise CommandError(f"PORT is a number from 0 to {HIGHEST_PORT}, not “{text}”. Try make demo PORT=8001")


def _printed(host: str) -> str:
    """Return the name under which a browser on this machine reaches what listens at `host`."""
    if host in {"127.0.0.1", *EVERYWHERE}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _health(address: tuple[Any, ...], name: str) -> int | None:
    """Return the status of /healthz for a browser that calls it by this name, or None while nobody answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])
    try:
        with closing(http.client.HTTPConnection(host, address[1], timeout=5)) as client:
            client.request("GET", "/healthz", headers={"Host": name})
            return client.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
