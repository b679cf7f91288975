"""A load generator: callers that ask as fast as they are answered, each over a connection that stays open.

It shares the machine with the server, so it speaks HTTP/1.1 itself: Python's own client costs as much as a small page.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import BinaryIO, Final

TIMEOUT_SECONDS: Final = 30
ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    location: str
    body: bytes
    took: float


class Caller:
    """A connection to the server on this machine, made anew where the server closes it (gunicorn renews its workers)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connect()

    def _connect(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_SECONDS)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers: BinaryIO = self.connection.makefile("rb")

    def close(self) -> None:
        """Hang up."""
        self.answers.close()
        self.connection.close()

    def ask(self, head: str, *headers: str, body: bytes = b"") -> Answer:
        """Send a request, given as its method and path, and read the answer.

        It is sent again where the connection closes without an answer, as a browser does; so what is sent by POST must
        be safe to repeat. Raises ConnectionError where that goes on.
        """
        lines = [f"{head} HTTP/1.1", f"Host: localhost:{self.port}", "Accept-Language: de", *headers]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        begin = time.perf_counter()
        for _ in range(ATTEMPTS):
            try:
                self.connection.sendall(request)
                status, location, content = _read(self.answers)
            except ConnectionError:
                self.close()
                self._connect()
            else:
                return Answer(status, location, content, time.perf_counter() - begin)
        raise ConnectionError(f"{head}: the server closes the connection")


def _read(answers: BinaryIO) -> tuple[int, str, bytes]:
    status = answers.readline()
    if not status:
        raise ConnectionError
    location, length = "", 0
    while (header := answers.readline()) not in {b"\r\n", b""}:
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"location":
            location = value.decode().strip()
    return int(status.split()[1]), location, answers.read(length)


@contextmanager
def caller(port: int) -> Iterator[Caller]:
    """Open a connection for as long as it is needed."""
    opened = Caller(port)
    try:
        yield opened
    finally:
        opened.close()


def warm_up(port: int, paths: Sequence[str], *headers: str, callers: int) -> None:
    """Let each caller ask for each path once, so that each process has what it keeps."""
    _ask_at_once(port, paths, headers, callers, end=0)


def measure(port: int, paths: Sequence[str], *headers: str, seconds: float, callers: int) -> list[float]:
    """Ask for these paths in turn for so many seconds and return how long each answer took, in seconds.

    Raises RuntimeError where an answer is not 200.
    """
    return _ask_at_once(port, paths, headers, callers, end=time.perf_counter() + seconds)


def _ask_at_once(port: int, paths: Sequence[str], headers: Sequence[str], callers: int, end: float) -> list[float]:
    with ThreadPoolExecutor(callers) as pool:
        parts = pool.map(lambda number: _ask(port, paths, headers, number, end), range(callers))
        return [took for times in parts for took in times]


def _ask(port: int, paths: Sequence[str], headers: Sequence[str], start: int, end: float) -> list[float]:
    """Begin at one of the paths; go on until the end, but through all of them where there is none."""
    times: list[float] = []
    with caller(port) as reader:
        for number in count(start):
            path = paths[number % len(paths)]
            answer = reader.ask(f"GET {path}", *headers)
            times.append(answer.took)
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{path}: {answer.status}")
            if time.perf_counter() >= end and (end or len(times) >= len(paths)):
                break
    return times
