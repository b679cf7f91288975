"""What the portal remembers of its traffic: how much somebody may still send, and which state of the pages is the latest."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """What is left of an allowance (a token bucket). `key` holds a salted hash, never an address."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class DailySalt(models.Model):
    """The salt of one day's hashes. It is deleted when the day is over, so that nobody can tell whose they were."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return str(self.day)


class ContentVersion(models.Model):
    """Part of the version of what readers may see: the sum of the numbers grows with each committed change of it.

    Changes at the same moment count in different rows, so that none waits for another (docs/decisions/page-store.md).
    """

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
