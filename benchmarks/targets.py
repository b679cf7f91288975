"""What is measured: add a page here, and it stands in the table."""

from dataclasses import dataclass

from django.urls import reverse

from district.models import Concept


@dataclass(frozen=True)
class Target:
    """An address and its name in the table."""

    name: str
    path: str


BARE = Target("bare Django view", "/benchmark/bare")
ONE_QUERY = Target("one-query view", "/benchmark/one-query")


def targets() -> list[Target]:
    """Return the pages of the current concept, after the two that they are compared with."""
    concept = Concept.objects.current()
    if concept is None:
        raise RuntimeError("The sample data have no current concept.")
    return [
        BARE,
        ONE_QUERY,
        Target("home", reverse("home", args=[concept.slug])),
        Target("timeline", reverse("milestones:timeline", args=[concept.slug])),
    ]
