"""What the worker (`manage.py db_worker`) does for this room. A task's arguments are kept: keys, never words or addresses."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from district.delivery import Outcome, hand_over, record
from district.models import OutgoingMail

logger = logging.getLogger(__name__)


@task
def deliver(pk: int) -> str:
    """Send a mail if it is due, and come back to it later where that fails; return what came of it.

    Its row is locked meanwhile, so two workers never send the same one. Only a process that is killed between the
    mail server's „accepted“ and the commit leaves a mail that goes out twice, with the same Message-ID.
    """
    at = timezone.now()
    with transaction.atomic():
        mail = OutgoingMail.objects.due(at).select_for_update(skip_locked=True).filter(pk=pk).first()
        if mail is None:
            return Outcome.NOTHING_TO_DO.value
        failure = hand_over(mail.sealed)
        outcome = record(mail, failure, at=at)
        if outcome == Outcome.TRY_AGAIN:
            deliver.using(run_after=mail.not_before).enqueue(pk)
    if failure:
        # An address that does not exist is the sender's slip; everything else that was given up is for ADMINS.
        is_alarming = outcome == Outcome.GIVEN_UP and not failure.is_wrong_address
        level = logging.ERROR if is_alarming else logging.WARNING
        logger.log(level, "Mail %s, attempt %s: %s (%s).", pk, mail.attempts, failure.words, outcome)
    return outcome.value


@task
def deliver_each(pks: list[int]) -> int:
    """Queue the delivery of many mails, each as a task of its own; return how many.

    Whoever writes to a thousand people puts one row into the queue and does not wait for a thousand.
    """
    with transaction.atomic():
        for pk in pks:
            deliver.enqueue(pk)
    return len(pks)
