"""The verbs of participation: the only ways in which anything changes."""

from .erasure import erase, expire, unsubscribe, withdraw
from .moderation import Part, assign, decline, merge, publish, redact, reopen, split
from .submission import Contribution, Sender, confirm_address, send_link_again, submit
from .voices import (
    comment,
    confirm_support,
    decline_comment,
    publish_comment,
    report,
    request_support,
    support,
    withdraw_comment,
    withdraw_support,
)
from .weighing import begin, correct, discard, hand_back, link, propose, release, revise

__all__ = [
    "Contribution",
    "Part",
    "Sender",
    "assign",
    "begin",
    "comment",
    "confirm_address",
    "confirm_support",
    "correct",
    "decline",
    "decline_comment",
    "discard",
    "erase",
    "expire",
    "hand_back",
    "link",
    "merge",
    "propose",
    "publish",
    "publish_comment",
    "redact",
    "release",
    "reopen",
    "report",
    "request_support",
    "revise",
    "send_link_again",
    "split",
    "submit",
    "support",
    "unsubscribe",
    "withdraw",
    "withdraw_comment",
    "withdraw_support",
]
