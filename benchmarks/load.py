"""A load generator: callers that ask as fast as they are answered, each over a connection that stays open.

It shares the machine with the server, so it speaks HTTP/1.1 itself: Python's own client costs as much as a small page.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor


def measure(port: int, path: str, *, seconds: float, callers: int) -> list[float]:
    """Ask for `path` for so many seconds and return how long each answer took, in seconds.

    Raises RuntimeError where an answer is not 200.
    """
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(callers) as pool:
        return [took for times in pool.map(lambda _: _ask(port, path, end), range(callers)) for took in times]


def _ask(port: int, path: str, end: float) -> list[float]:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Language: de\r\n\r\n".encode()
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection, connection.makefile("rb") as answers:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not times or time.perf_counter() < end:
            begin = time.perf_counter()
            connection.sendall(request)
            status = answers.readline()
            length = 0
            while (header := answers.readline()) not in {b"\r\n", b""}:
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            answers.read(length)
            times.append(time.perf_counter() - begin)
            if b" 200 " not in status:
                raise RuntimeError(f"{path}: {status.decode().strip() or 'the connection was closed'}")
    return times
