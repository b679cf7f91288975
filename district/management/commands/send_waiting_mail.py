from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from district.delivery import Outcome
from district.models import OutgoingMail
from district.tasks import deliver

# So many in a row, and it is the mail server that fails: each would wait for it as long. The rest has another turn.
ENOUGH_FAILURES = 5


class Command(BaseCommand):
    help = "Send the mail that is due, also what a killed worker left behind. A timer runs it, beside the worker."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes: list[str] = []
        for pk in OutgoingMail.objects.due(timezone.now()).values_list("pk", flat=True):
            outcomes.append(deliver.call(pk))
            if outcomes[-ENOUGH_FAILURES:] == [Outcome.TRY_AGAIN] * ENOUGH_FAILURES:
                break
        sent, failed, given_up = (
            outcomes.count(outcome) for outcome in (Outcome.SENT, Outcome.TRY_AGAIN, Outcome.GIVEN_UP)
        )
        if options["verbosity"]:
            waiting = OutgoingMail.objects.waiting().count()
            self.stdout.write(f"Mail: {sent} sent, {failed} failed, {given_up} given up; {waiting} waiting now.")
