"""ClamAV's daemon asked about a file, where the settings name one (`CLAMAV_SOCKET`): its INSTREAM command over a socket."""

from __future__ import annotations

import socket
import struct
from typing import Final

from django.conf import settings

_SECONDS: Final = 20
_CHUNK: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096


class ScannerAwayError(Exception):
    """The scanner that the settings name does not answer, or not with yes or no."""


def find_virus(content: bytes) -> str:
    """Return what the scanner found, by name, or an empty text where it found nothing or is not set up.

    Raises ScannerAwayError where it does not say: then nobody knows, and the file must not be taken.
    """
    if not settings.CLAMAV_SOCKET:
        return ""
    try:
        answer = _ask(content)
    except OSError as error:
        raise ScannerAwayError(str(error)) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAwayError(answer or "no answer")


def _ask(content: bytes) -> str:
    with _connect(settings.CLAMAV_SOCKET) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            scanner.sendall(struct.pack("!L", len(chunk)) + chunk)
        scanner.sendall(struct.pack("!L", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
            if not (part := scanner.recv(_LONGEST_ANSWER)):
                break
            answer += part
    return answer.partition(b"\0")[0].decode(errors="replace").strip()


def _connect(address: str) -> socket.socket:
    path = address.removeprefix("unix:")
    if path.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    try:
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)
    except (ValueError, OverflowError) as error:
        raise OSError("CLAMAV_SOCKET is neither host:port nor unix:/path") from error
