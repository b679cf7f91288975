"""The portal under gunicorn, as production runs it, on this machine's loopback alone."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from kek import development

SECONDS_TO_START: Final = 60


@contextmanager
def server(database: str) -> Iterator[int]:
    """Run gunicorn with the database at this address, and give its port."""
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
            env=os.environ | {"DATABASE_URL": database, "BIND": f"fd://{listener.fileno()}", "WEB_CONCURRENCY": "2"},
            pass_fds=[listener.fileno()],
        )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
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
