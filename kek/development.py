"""The environment of a machine that has none: database, secrets and hosts for demo, tests and development."""

import os
import secrets
import sys
from pathlib import Path

import environ

from kek.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, is_installed, locked

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
DATABASE = "kek"
WITHOUT_DATABASE = {
    "check",
    "check_translations",
    "collectstatic",
    "compile_translations",
    "help",
    "update_translations",
    "version",
}


def prepare_environment(command: str) -> bool:
    """Fill in what `.env` and the environment leave open, where this is a machine for demo or development.

    Return whether the database server is this checkout's own, so that nobody else's databases are on it.

    In production, that is with a `DATABASE_URL` or without the wheel of the embedded PostgreSQL, nothing is filled in:
    the settings then refuse to start without a secret key. `make demo` and `make bench` bring their own secrets in any case.
    """
    environ.Env.read_env(BASE_DIR / ".env")
    server = EmbeddedPostgres(VAR_DIR / "postgres")
    own = server.url(DATABASE)
    # The process that started this one may have filled it in.
    is_own_server = os.environ.get("DATABASE_URL", own) == own and is_installed()
    if is_own_server:
        _start(server, needed=command not in WITHOUT_DATABASE)
        os.environ["DATABASE_URL"] = own
    elif command not in {"demo", "bench"}:
        return False
    environ.Env.read_env(_demo_secrets())
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    os.environ.setdefault("HTTPS", "false")
    os.environ.setdefault("DEMO", "true")
    return is_own_server


def _start(server: EmbeddedPostgres, *, needed: bool) -> None:
    if needed:
        try:
            server.start(DATABASE)
        except EmbeddedPostgresError as error:
            sys.exit(str(error))


def _demo_secrets() -> Path:
    """Return the file with this checkout's secret key and demo password, made at the first call."""
    path = VAR_DIR / "demo.env"
    with locked(VAR_DIR / "demo.env.lock"):
        if not path.exists():
            new = path.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(f"SECRET_KEY={secrets.token_urlsafe(64)}\nDEMO_PASSWORD={secrets.token_urlsafe(9)}\n")
            new.rename(path)
    return path
