"""Submissions by many at once, and what became of them: each one acknowledged is stored, and stored once."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from benchmarks.load import caller
from district import form_keys
from district.form_keys import FormKey
from participation.models import Idea, Round

# As many as a fast machine may take in a second: each form is opened before, as the portal asks of people.
MOST_PER_SECOND: Final = 600
# Every so manieth is sent twice, as by a double click.
SENT_TWICE: Final = 10


@dataclass(frozen=True)
class Outcome:
    """How the submissions went; `lost` were acknowledged and are not stored, `doubled` are stored more than once."""

    acknowledged: int
    per_second: float
    took: Sequence[float]
    lost: int
    doubled: int
    refused: Counter[int]

    @property
    def is_exact(self) -> bool:
        """Whether each acknowledged one is stored exactly once, and none was refused."""
        return not (self.lost or self.doubled or self.refused)


def submit(port: int, asked: Round, *, seconds: float, callers: int) -> Outcome:
    """Send ideas for so many seconds, each by another visitor with a form of their own."""
    keys = [form_keys.new() for _ in range(int(seconds * MOST_PER_SECOND))]
    time.sleep(form_keys.SHORTEST.total_seconds() + 1)
    path = reverse("participation:submit", args=[asked.concept.slug, asked.slug])
    before = asked.ideas.count()
    begin = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        parts = list(pool.map(lambda n: _send(port, path, keys[n::callers], n, begin + seconds), range(callers)))
    lasted = time.perf_counter() - begin
    answers = [answer for part in parts for answer in part]
    acknowledged = {key for key, status, _ in answers if status == HTTPStatus.SEE_OTHER}
    stored = Counter(Idea.objects.filter(key__in=acknowledged).values_list("key", flat=True))
    return Outcome(
        acknowledged=len(acknowledged),
        per_second=len(acknowledged) / lasted,
        took=[took for _, status, took in answers if status == HTTPStatus.SEE_OTHER],
        lost=len(acknowledged - stored.keys()),
        doubled=asked.ideas.count() - before - len(acknowledged),
        refused=Counter(status for _, status, _ in answers if status != HTTPStatus.SEE_OTHER),
    )


def _send(port: int, path: str, keys: Sequence[FormKey], number: int, end: float) -> list[tuple[uuid.UUID, int, float]]:
    answers = []
    with caller(port) as citizen:
        for count, key in enumerate(keys):
            if time.perf_counter() >= end:
                break
            visitor = f"X-Forwarded-For: 10.{number}.{count // 256}.{count % 256}"
            body = urlencode(
                {
                    "key": key.signed,
                    "step": "send",
                    "title": f"Eine Bank am Weg {number}-{count}",
                    "text": "Am Weg zum See fehlt eine Bank, auf der man sich ausruhen kann. Das wäre schön.",
                }
            ).encode()
            form = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", visitor)
            answer = citizen.ask(f"POST {path}", *form, body=body)
            answers.append((key.key, answer.status, answer.took))
            if count % SENT_TWICE == 0:
                again = citizen.ask(f"POST {path}", *form, body=body)
                if (again.status, again.location) != (answer.status, answer.location):
                    answers.append((key.key, HTTPStatus.CONFLICT, again.took))
    return answers
