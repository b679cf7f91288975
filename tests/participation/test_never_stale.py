"""No step that moderation, weighing and citizens take changes a page unless the database counts it (`kek.page_store`)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from district.freshness import content_version
from participation import actions
from participation.actions import Contribution, Part, Sender
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, Round, Supporter
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


def pages(client: Client, asked: Round) -> dict[str, tuple[int, str]]:
    """Make what readers see of a round now."""
    of_round = asked.get_absolute_url()
    ideas = [f"{of_round}ideen/{pk}/" for pk in Idea.objects.order_by("pk").values_list("pk", flat=True)]
    found = {path: client.get(path) for path in [of_round, f"{of_round}ideen.geojson", *ideas]}
    return {path: (response.status_code, response.content.decode()) for path, response in found.items()}


@time_machine.travel(NOW, tick=False)
def test_no_step_changes_a_page_without_being_counted(client: Client) -> None:
    clerk, head = UserFactory(), UserFactory()
    asked = RoundFactory()
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
        "proposed": lambda: actions.propose(made["assessment"], by=clerk, at=NOW),
        "released": lambda: actions.release([made["assessment"]], by=head, at=NOW),
        "weighing linked": lambda: actions.link(made["assessment"], needs=[], goals=[], measures=[measure]),
        "declined": lambda: actions.decline([doubtful], reason="Das ist keine Idee.", by=clerk, at=NOW),
        "reopened": lambda: actions.reopen(doubtful, by=clerk, at=NOW),
        "published again": lambda: actions.publish([doubtful], by=clerk, at=NOW),
        "withdrawn": lambda: actions.withdraw(idea, at=NOW),
        "erased": lambda: actions.erase(idea.submitter, at=NOW),
    }
    before, version = pages(client, asked), content_version()
    for step, act in steps.items():
        act()
        after, later = pages(client, asked), content_version()
        changed = [path for path, page in before.items() if after[path] != page]
        assert not changed or later != version, (step, changed)
        before, version = after, later


@time_machine.travel(NOW, tick=False)
def test_what_is_only_handed_in_empties_no_store() -> None:
    """Hundreds may come in an hour; readers see them when they are published."""
    asked = RoundFactory()
    before = content_version()
    given = Contribution(title="Ein Radweg", text="Zwischen den Dörfern fehlt ein Radweg.")
    idea = actions.submit(given, to=asked, key=uuid.uuid4(), sender=SENDER, at=NOW)
    assert content_version() == before
    actions.publish([idea], by=UserFactory(), at=NOW)
    assert content_version() != before
