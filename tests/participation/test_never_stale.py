"""After each step that moderation, weighing and citizens take, readers get what a page made this moment would say."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from district.freshness import content_version
from participation import actions
from participation.actions import Contribution, Part, Sender
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, Supporter
from tests.factories import (
    CommentFactory,
    IdeaFactory,
    MeasureFactory,
    RoundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)
SENDER = Sender(pseudonym="Anna Muster")


@pytest.fixture(autouse=True)
def today(settings: Any) -> Iterator[None]:
    settings.PAGE_STORE_BYTES = 10_000_000
    with time_machine.travel(NOW, tick=False):
        yield


class Readers:
    """Two who read the same pages after each step: one with what is kept, one by a cookie without."""

    def __init__(self, concept_slug: str, round_slug: str) -> None:
        self.kept = Client(raise_request_exception=False)
        self.made = Client(raise_request_exception=False, HTTP_COOKIE="kein=vorrat")
        self.rounds = f"/{concept_slug}/beteiligung/"
        self.round = f"{self.rounds}{round_slug}/"

    def compare(self, step: str) -> None:
        ideas = [f"{self.round}ideen/{pk}/" for pk in Idea.objects.order_by("pk").values_list("pk", flat=True)]
        lists = [self.rounds, self.round, f"{self.round}?q=Radweg", f"{self.round}?stand=beantwortet"]
        for path in [*lists, f"{self.round}ideen.geojson", *ideas]:
            kept, made = self.kept.get(path), self.made.get(path)
            assert (kept.status_code, kept.content.decode()) == (made.status_code, made.content.decode()), (step, path)


def test_no_step_leaves_a_page_behind() -> None:
    clerk, head = UserFactory(), UserFactory()
    asked = RoundFactory()
    readers = Readers(asked.concept.slug, asked.slug)
    given = Contribution(title="Ein Radweg", text="Zwischen den Dörfern fehlt ein Radweg.")
    idea = actions.submit(given, to=asked, key=uuid.uuid4(), sender=SENDER, at=NOW)
    target, double, long, weighed, doubtful = IdeaFactory.create_batch(5, round=asked, public=True)
    remark = CommentFactory(idea=target)
    supporter = Supporter.objects.create(digest="a" * 64)
    measure = MeasureFactory(field_of_action__concept=asked.concept)
    draft = Draft(summary="Gewünscht wird ein Radweg.", decision=Assessment.Decision.ADOPTED, reason="Das ist geplant.")
    made: dict[str, Any] = {}

    def begin() -> None:
        made["assessment"] = actions.begin([weighed], draft=draft, by=clerk, at=NOW)

    def split() -> None:
        parts = [Part(title="Teil eins", text="Ein Radweg."), Part(title="Teil zwei", text="Eine Bank.")]
        made["parts"] = actions.split(long, parts=parts, by=clerk, at=NOW)

    def answer() -> None:
        remark.refresh_from_db()
        said = actions.comment(target, text="Ich auch.", key=uuid.uuid4(), sender=SENDER, at=NOW, parent=remark)
        actions.publish_comment([said], by=clerk, at=NOW)

    steps: dict[str, Callable[[], object]] = {
        "start": lambda: None,
        "published": lambda: actions.publish([idea], by=clerk, at=NOW),
        "redacted": lambda: actions.redact(idea, title="Ein Weg", text="Es fehlt [redigiert].", by=clerk, at=NOW),
        "comment published": lambda: actions.publish_comment([remark], by=clerk, at=NOW),
        "comment answered": answer,
        "comment declined": lambda: actions.decline_comment(
            [remark], reason="Das gehört nicht hierher.", by=clerk, at=NOW
        ),
        "supported": lambda: actions.support(target, supporter=supporter, at=NOW),
        "support withdrawn": lambda: actions.withdraw_support(target, supporter=supporter),
        "merged": lambda: actions.merge([double], into=target, by=clerk, at=NOW),
        "merged one erased": lambda: actions.erase(double.submitter, at=NOW),
        "split": split,
        "parts published": lambda: actions.publish(made["parts"], by=clerk, at=NOW),
        "one part declined": lambda: actions.decline(made["parts"][:1], reason="Das gibt es schon.", by=clerk, at=NOW),
        "split one withdrawn": lambda: actions.withdraw(long, at=NOW),
        "weighing begun": begin,
        "weighing linked": lambda: actions.link(made["assessment"], needs=[], goals=[], measures=[measure]),
        "proposed": lambda: actions.propose(made["assessment"], by=clerk, at=NOW),
        "released": lambda: actions.release([made["assessment"]], by=head, at=NOW),
        "declined": lambda: actions.decline([doubtful], reason="Das ist keine Idee.", by=clerk, at=NOW),
        "reopened": lambda: actions.reopen(doubtful, by=clerk, at=NOW),
        "published again": lambda: actions.publish([doubtful], by=clerk, at=NOW),
        "withdrawn": lambda: actions.withdraw(idea, at=NOW),
        "erased": lambda: actions.erase(idea.submitter, at=NOW),
    }
    for name, act in steps.items():
        act()
        readers.compare(name)


def test_what_is_only_handed_in_empties_no_store() -> None:
    """Hundreds may come in an hour; readers see them when they are published."""
    asked = RoundFactory()
    before = content_version()
    given = Contribution(title="Ein Radweg", text="Zwischen den Dörfern fehlt ein Radweg.")
    idea = actions.submit(given, to=asked, key=uuid.uuid4(), sender=SENDER, at=NOW)
    assert content_version() == before
    actions.publish([idea], by=UserFactory(), at=NOW)
    assert content_version() != before
