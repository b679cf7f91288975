"""Public pages kept in memory for readers, each for as long as the database says that nothing they show has changed.

Why it is never stale, and what may be kept: docs/decisions/page-store.md.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from district.freshness import content_version, is_kept

GetResponse = Callable[[HttpRequest], HttpResponse]

# Host, whether by HTTPS, path, query.
Address = tuple[str, bool, str, str]
# What a page was made from: the version of the content, and the day.
State = tuple[int, datetime.date]

LONGEST_QUERY: Final = 500
# What a page costs beside its bytes, roughly: it bounds how many small ones there are.
OVERHEAD_BYTES: Final = 2000
LARGEST_SHARE: Final = 8  # No page takes more than one part in so many of the store.

# Who sends one of these may be shown something of their own.
PERSONAL: Final = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_RANGE")
# A page that names others differs in a way that its address does not tell. The language follows from the address
# (`LocaleMiddleware` says otherwise of German pages, but it looks at nothing else there).
HARMLESS_TO_VARY_ON: Final = {"accept-encoding", "accept-language", "hx-request"}

ACCEPTS_GZIP: Final = re.compile(r"\bgzip\b")
# Where the handling of a request leaves the state that its page is made from.
STATE: Final = "kek.page_store.state"
# … and the ETag of the page that the reader has.
KNOWN: Final = "kek.page_store.known"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it is sent, plain and compressed. No secret is on it, so its length when compressed betrays nothing."""

    state: State
    body: bytes
    compressed: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, response: HttpResponse, state: State) -> Page:
        """Take a response over."""
        patch_vary_headers(response, ["Accept-Encoding"])
        response.headers.setdefault("Cache-Control", "no-cache")  # Keep it, but ask each time.
        digest = hashlib.blake2b(response.content, digest_size=16).hexdigest()
        response.headers["ETag"] = f'W/"{digest}"'  # weak: the same for both encodings
        return cls(state, response.content, gzip.compress(response.content, mtime=0), dict(response.headers))

    @property
    def size(self) -> int:
        """How much memory it takes, in bytes."""
        return len(self.body) + len(self.compressed) + OVERHEAD_BYTES

    def response(self, request: HttpRequest) -> HttpResponse:
        """Answer with it: compressed where that is understood, 304 where the reader has it already."""
        if ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            encoding = {"Content-Encoding": "gzip", "Content-Length": str(len(self.compressed))}
            response = HttpResponse(self.compressed, headers=self.headers | encoding)
        else:
            response = HttpResponse(self.body, headers=self.headers)
        if "HTTP_IF_NONE_MATCH" not in request.META:
            return response
        answer = get_conditional_response(request, etag=self.headers["ETag"], response=response)
        assert isinstance(answer, HttpResponse)  # given one, it returns one
        return answer


class Shelf:
    """The pages of this process, those asked for last at its end; the first ones go where it is full."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.pages: OrderedDict[Address, Page] = OrderedDict()
        self.lock = Lock()

    def get(self, address: Address) -> Page | None:
        """Return the page of an address, whatever its state, or None."""
        with self.lock:
            page = self.pages.get(address)
            if page:
                self.pages.move_to_end(address)
            return page

    def put(self, address: Address, page: Page) -> None:
        """Keep the page in place of the one that had its address."""
        if page.size > self.most_bytes // LARGEST_SHARE:
            return
        with self.lock:
            if replaced := self.pages.pop(address, None):
                self.bytes -= replaced.size
            self.pages[address] = page
            self.bytes += page.size
            while self.bytes > self.most_bytes:
                _, oldest = self.pages.popitem(last=False)
                self.bytes -= oldest.size


class PageStore:
    """Answers readers from the shelf where the page on it is of the present state; else lets it be made and keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.PAGE_STORE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.shelf = Shelf(settings.PAGE_STORE_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _address(request)
        if address is None:
            return self.get_response(request)
        page = self.shelf.get(address)
        if page and page.state == _present_state():
            return page.response(request)
        request.META[STATE] = None
        response = self.get_response(request)
        if KNOWN in request.META:
            request.META["HTTP_IF_NONE_MATCH"] = request.META.pop(KNOWN)
        state = request.META[STATE]
        if state is None or not _may_be_kept(request, response):
            return response
        page = Page.of(response, state)
        self.shelf.put(address, page)
        return page.response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Note the state before the page is made, so that the page is of this state or newer, never older.

        The view must not answer „not modified“ itself, or there would be nothing to keep.
        """
        if STATE in request.META and is_kept(view):
            request.META[STATE] = _present_state()
            if "HTTP_IF_NONE_MATCH" in request.META:
                request.META[KNOWN] = request.META.pop("HTTP_IF_NONE_MATCH")


def _address(request: HttpRequest) -> Address | None:
    """Return the address a page is kept under, None where the request is not that of just any reader."""
    query = request.META.get("QUERY_STRING", "")
    is_personal = any(request.META.get(header) for header in PERSONAL)
    if is_personal or request.method not in {"GET", "HEAD"} or len(query) > LONGEST_QUERY:
        return None
    return request.get_host(), request.is_secure(), request.path, query


def _present_state() -> State | None:
    """Return None where the database does not tell: who makes the page then learns why."""
    try:
        version = content_version()
    except Error:
        return None
    return None if version is None else (version, timezone.localdate())


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is the whole page, and for everybody."""
    varies_on = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name.strip()}
    return (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and not any(response.has_header(name) for name in ("Cache-Control", "Content-Encoding"))
        and varies_on <= HARMLESS_TO_VARY_ON
        and not hasattr(request, "_csp_nonce")  # its policy is for one answer alone
        and not any(name.startswith("_csp") for name in vars(response))
    )
