"""Middleware of our own: what the browser may use, and what happens while the database is away."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kek import errors

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# Nothing here asks for a camera, a place or a payment; a script slipped in could not either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """Deny every page the browser's sensors and devices."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


class DatabaseOutage:
    """Answers 503 instead of 500 where a view finds the database away (for middleware see `errors.server_error`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the outage into a page; leave every other exception alone."""
        if not errors.is_outage(exception):
            return None
        logger.error("The database is away: %s", exception, exc_info=exception)
        return errors.unavailable(request)


database_outage = DatabaseOutage
