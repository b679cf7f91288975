"""What readers see, and which committed state of it is the latest (docs/decisions/page-store.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import pgtrigger
from django.db import Error, connection, models

View = TypeVar("View", bound=Callable[..., Any])

KEPT: Final = "is_kept_for_readers"


class ShownToReaders(pgtrigger.Trigger):
    """Lets the content's version grow when a change of these rows is committed: for each model that public pages show.

    With `only`, a condition on the row's own fields, the other rows may change unseen; what becomes or ceases to be one
    of those shown counts.
    """

    name = "shown_to_readers"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    timing = pgtrigger.Deferred

    def __init__(self, *, only: models.Q | None = None) -> None:
        self.only = only
        super().__init__()

    def get_func(self, model: type[models.Model]) -> str:
        """Return the trigger's words; the function they call is made by a migration of this room."""
        changed = "NEW.* IS DISTINCT FROM OLD.*"
        if self.only:
            before, after = (_of_row(row, self.only).resolve(model) for row in ("old", "new"))
            changed = f"{changed} AND ({before} OR {after})"
        return f"IF {changed} THEN PERFORM district_count_change(); END IF; RETURN NULL;"


def _of_row(row: str, condition: models.Q) -> pgtrigger.Q:
    """Return the condition on the old or the new row."""
    children: list[Any] = list(condition.children)
    of_row = [
        _of_row(row, child) if isinstance(child, models.Q) else (f"{row}__{child[0]}", child[1]) for child in children
    ]
    return pgtrigger.Q(*of_row, _connector=condition.connector, _negated=condition.negated)


def kept_for_readers(view: View) -> View:
    """Let the page of this view be kept in memory for readers (`kek.page_store`); the outermost decorator.

    Such a view shows everybody the same: what it shows follows from the address, the day and committed rows of models
    with `ShownToReaders`, never from a cookie, a session, an hour or a file.
    """
    setattr(view, KEPT, True)
    return view


def is_kept(view: Callable[..., Any]) -> bool:
    """Whether the pages of this view may be kept."""
    return getattr(view, KEPT, False)


def content_version() -> int | None:
    """Return a number that differs after each committed change of what readers may see; None before the first.

    It is asked at each request, so it is one way to the database and back: the question also tells whether the
    connection is alive, which Django would ask first (`CONN_HEALTH_CHECKS`). Raises django.db.Error where it is not.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # unknown to django-stubs
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(number)::bigint FROM district_contentversion")
            number: int | None = cursor.fetchone()[0]
    except Error:
        # Whoever comes next shall find a broken connection, and replace it.
        connection.health_check_done = False  # type: ignore[attr-defined]
        raise
    return number
