"""The task queue of the tests: no worker runs, and yet tasks are done when a worker could do them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task
from django_tasks.utils import get_random_id


class OnCommitBackend(ImmediateBackend):
    """Does a task once the transaction that asks for it is committed; what is asked for later is not done at all.

    A test in one transaction sees it with `django_capture_on_commit_callbacks(execute=True)`.
    """

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        if task.run_after is None:
            transaction.on_commit(partial(self._do, result))
        return result

    def _do(self, result: TaskResult[Any]) -> None:
        """Do it, and let the test hear of what a worker would only write down."""
        self._execute_task(result)
        assert not result.errors, result.errors[0].traceback
