"""ClamAV is asked as its protocol says, and only a clear „OK“ counts as one."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from district.virus_scan import ScannerAwayError, find_virus


class Scanner:
    """A daemon that reads one INSTREAM command and gives the answer it was told to give."""

    def __init__(self, server: socket.socket, answer: bytes) -> None:
        self.server, self.answer, self.received, self.command = server, answer, b"", b""
        self.thread = Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        visitor, _ = self.server.accept()
        with visitor, visitor.makefile("rb") as stream:
            self.command = stream.read(len(b"zINSTREAM\0"))
            while length := struct.unpack("!L", stream.read(4))[0]:
                self.received += stream.read(length)
            for byte in self.answer:  # Answers come in pieces.
                visitor.sendall(bytes([byte]))


@pytest.fixture
def scanner(settings: Any) -> Iterator[Callable[[bytes], Scanner]]:
    servers: list[socket.socket] = []

    def start(answer: bytes) -> Scanner:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        settings.CLAMAV_SOCKET = f"127.0.0.1:{server.getsockname()[1]}"
        return Scanner(server, answer)

    yield start
    for server in servers:
        server.close()


def test_a_clean_file_is_sent_whole(scanner: Callable[[bytes], Scanner]) -> None:
    content = bytes(range(256)) * 1000
    daemon = scanner(b"stream: OK\0")
    assert find_virus(content) == ""
    daemon.thread.join(timeout=5)
    assert (daemon.command, daemon.received) == (b"zINSTREAM\0", content)


def test_a_found_virus_is_named(scanner: Callable[[bytes], Scanner]) -> None:
    scanner(b"stream: Eicar-Test-Signature FOUND\0")
    assert find_virus(b"EICAR") == "Eicar-Test-Signature"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK FOR NOW\0", b"\xff\0"])
def test_any_other_answer_is_none(scanner: Callable[[bytes], Scanner], answer: bytes) -> None:
    scanner(answer)
    with pytest.raises(ScannerAwayError):
        find_virus(b"x")


def test_the_daemon_may_listen_on_a_path(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        Scanner(server, b"stream: OK\0")
        settings.CLAMAV_SOCKET = f"unix:{path}"
        assert find_virus(b"x") == ""


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/no/such/path", "clamav", "host:port", "127.0.0.1:99999"])
def test_a_daemon_that_is_away_is_said_to_be(settings: Any, address: str) -> None:
    settings.CLAMAV_SOCKET = address
    with pytest.raises(ScannerAwayError):
        find_virus(b"x")


def test_without_a_setting_nobody_is_asked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CLAMAV_SOCKET = ""
    monkeypatch.setattr(socket, "create_connection", None)
    assert find_virus(b"x") == ""
