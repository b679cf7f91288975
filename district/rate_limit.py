"""How much one visitor, or everybody together, may send: token buckets in PostgreSQL, the same for all processes.

Who sends is known by a hash alone, salted anew each day (see `PUBLIC_SECTOR`: no IP address in the database).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from .models import Bucket, DailySalt

# A token more or less after a power cut harms nobody, so nobody waits for the disk: a bucket that all share is locked
# for the shortest time. And the clocks of two machines differ: time never runs backwards in a bucket.
_TAKE: Final = """
    SET LOCAL synchronous_commit TO off;
    INSERT INTO district_bucket AS bucket (key, tokens, updated_at)
    VALUES (%(key)s, %(burst)s - 1, %(at)s)
    ON CONFLICT (key) DO UPDATE
    SET tokens = LEAST(%(burst)s, bucket.tokens + %(per_second)s * GREATEST(0, EXTRACT(
            EPOCH FROM EXCLUDED.updated_at - bucket.updated_at))) - 1,
        updated_at = GREATEST(EXCLUDED.updated_at, bucket.updated_at)
    WHERE LEAST(%(burst)s, bucket.tokens + %(per_second)s * GREATEST(0, EXTRACT(
            EPOCH FROM EXCLUDED.updated_at - bucket.updated_at))) >= 1
    RETURNING tokens
"""
_UNKNOWN: Final = "unknown"
# IPv6 providers give each household a network of its own, not one address.
_HOUSEHOLD: Final = 64


@dataclass(frozen=True)
class Allowance:
    """So many at once, and from then on so many an hour."""

    burst: int
    per_hour: int

    def __post_init__(self) -> None:
        if self.burst < 1 or self.per_hour < 1:
            raise ImproperlyConfigured("An allowance is at least one at once and one an hour.")


def allowance(name: str) -> Allowance:
    """Return the allowance of this name from the settings (`ALLOWANCES`)."""
    return Allowance(*settings.ALLOWANCES[name])


def take(name: str, *, at: datetime.datetime, who: str | None = None, scope: object = "") -> int:
    """Use one of what the allowance `name` grants; return 0, or where it is used up, the seconds to wait.

    `who` is a visitor's address or e-mail, never stored but as today's salted hash; without it, all share the bucket.
    `scope` tells apart buckets of the same allowance, for example a round's key. Not to be called inside a transaction,
    which would hold the bucket until its end: ask first, then act.
    """
    allowed = allowance(name)
    with transaction.atomic(durable=True):
        key = f"{name}:{scope}:{_hash(who, at=at)}" if who is not None else f"{name}:{scope}"
        per_second = allowed.per_hour / 3600
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"key": key, "burst": float(allowed.burst), "per_second": per_second, "at": at})
            if cursor.fetchone():
                return 0
    bucket = Bucket.objects.filter(key=key).first()
    if bucket is None:  # Forgotten in this very moment, so full again.
        return 1
    # Somebody else's clock may be ahead; what is left over from rounding is a second.
    passed = max(0.0, (at - bucket.updated_at).total_seconds())
    return max(1, math.ceil((1 - bucket.tokens) / per_second - passed))


def visitor_of(request: HttpRequest) -> str:
    """Return whom to count a request for: an address, or the network of an IPv6 household; „unknown“ for all others.

    Behind a proxy it is the last entry of X-Forwarded-For: the ones before it are what the visitor says.
    """
    named = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
    address = _parse(named.strip())
    if address is None:
        return _UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address), _HOUSEHOLD), strict=False))
    return str(address)


def wait_in_words(seconds: int) -> str:
    """Return „in 40 Sekunden“, „in 3 Minuten“, „in 2 Stunden“: rounded up, so that it is true."""
    if seconds < 60:
        return ngettext("in %(count)s Sekunde", "in %(count)s Sekunden", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    if minutes < 60:
        return ngettext("in %(count)s Minute", "in %(count)s Minuten", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("in %(count)s Stunde", "in %(count)s Stunden", hours) % {"count": hours}


def forget(at: datetime.datetime) -> int:
    """Delete the salts of past days and the buckets nobody asked for in the last 24 hours; return how many rows."""
    salts, _by_model = DailySalt.objects.filter(day__lt=timezone.localdate(at)).delete()
    buckets, _by_model = Bucket.objects.filter(updated_at__lt=at - datetime.timedelta(days=1)).delete()
    return salts + buckets


def _hash(who: str, *, at: datetime.datetime) -> str:
    return hmac.new(_salt(timezone.localdate(at)), who.encode(), hashlib.sha256).hexdigest()[:32]


def _salt(day: datetime.date) -> bytes:
    """Return the day's salt; the first who asks makes it, and ends the hashes of the days before."""
    with connection.cursor() as cursor:  # as cheap as can be: each request of everybody asks for it
        cursor.execute("SELECT salt FROM district_dailysalt WHERE day = %s", [day])
        found = cursor.fetchone()
    if found is None:
        DailySalt.objects.bulk_create([DailySalt(day=day, salt=secrets.token_bytes(32))], ignore_conflicts=True)
        DailySalt.objects.filter(day__lt=day).delete()
        found = DailySalt.objects.values_list("salt").get(day=day)
    return bytes(found[0])


def _parse(named: str) -> IPv4Address | IPv6Address | None:
    """Read an address; some proxies add the port (192.0.2.1:5000, [2001:db8::1]:5000)."""
    if named.startswith("["):
        named = named[1:].partition("]")[0]
    elif named.count(":") == 1:
        named = named.partition(":")[0]
    try:
        return ip_address(named)
    except ValueError:
        return None
