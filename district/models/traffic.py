"""What the portal remembers of its traffic: how much somebody may still send, and which state of the pages is the latest."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """What is left of an allowance (a token bucket). `key` holds a salted hash, never an address."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)


class DailySalt(models.Model):
    """The salt of one day's hashes. It is deleted when the day is over, so that nobody can tell whose they were."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()


class ContentVersion(models.Model):
    """One row with a number that grows with every committed change of what readers may see (see docs/decisions/page-store.md)."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="content_version_only_one")]
