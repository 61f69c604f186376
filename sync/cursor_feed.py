"""A feed read by a cursor: pages of rows behind the portal's own number, each page kept in one transaction.

``GET <path>?madonvi=<agency>&since=<cursor>&limit=500`` answers
``{"origin": "…", "last": 900, "next": 512, "rows": [{"seq": 1, …}, …]}``. ``seq`` rises within an origin; a portal
that was set up anew has a new origin and begins again. ``last`` is the highest number there is at all. Rows may come twice and in any order. Nothing in an answer is
trusted: what breaks the form is refused as a whole, what is wrong within a row sets that row aside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk import feeds
from kiosk.clock import OFFICE_ZONE
from kiosk.feeds import Standing
from kiosk.store.database import Database
from kiosk.store.link import Transaction
from sync.portal.driver import NotThePortal
from sync.portal.transport import Failed, Headers, Reply, refusal

PAGE = 500
"""Rows asked for at once, and the most that are taken."""

MOST_PAGES = 400
"""Pages of one look; what is left waits for the next."""

_LARGEST_SEQ = 2**53 - 1
_TIME = re.compile(r"20[0-9]{12}")
_ORIGIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}

Event = TypeVar("Event")


class Asks(Protocol):
    """A login at the portal (`sync.portal.session.PortalSession`)."""

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply: ...


class Unfit(ValueError):
    """A row that can't be understood; the text is a short reason without any of its content."""


@dataclass(frozen=True, repr=False)
class Page:
    """``rows`` by rising ``seq``, each number once."""

    origin: str
    last: int
    next: int
    rows: tuple[Mapping[str, Any], ...]
    full: bool

    def __repr__(self) -> str:
        return f"Page({self.origin}, {len(self.rows)} rows, next {self.next})"


class CursorFeed:
    """One feed of one portal. ``look`` is for one thread at a time.

    ``read`` turns a row into an event or raises `Unfit`; ``keep`` writes the events of a page within the
    transaction that moves the cursor, so that a kill at any moment loses nothing and repeats harmlessly.
    """

    def __init__(
        self,
        source: str,
        path: str,
        agency: str,
        portal: Asks,
        database: Database,
        *,
        read: Callable[[str, Mapping[str, Any]], Event],
        keep: Callable[[Transaction, Sequence[Event]], object],
        limit: int = PAGE,
    ) -> None:
        """``limit``: rows asked for at once."""
        self.source = source
        self._path = path
        self._agency = agency
        self._portal = portal
        self._database = database
        self._read = read
        self._keep = keep
        self._limit = limit

    def look(self, cancel: Cancel) -> int:
        """Reads what is new, page by page; gives the number of rows that came.

        Raises `Failed` (network, portal) and `Fault` ``FEED_UNFIT``, ``FEED_BACKWARDS`` or of the store.
        """
        came, restarted = 0, False
        for _ in range(MOST_PAGES):
            if cancel.asked:
                break
            stands = feeds.load(self._database.read(), self.source)
            page = self._ask(stands.cursor)
            page = replace(page, origin=feeds.life(stands.origin, page.origin))
            if stands.cursor and page.origin != stands.origin:
                if restarted:
                    raise Fault("FEED_UNFIT", "the origin changes at every page")
                restarted = True
                self._begin_anew(page.origin)
                continue
            _check_next(page, stands.cursor)
            self._store(stands, page)
            came += len(page.rows)
            if not page.full:
                break
        return came

    def _ask(self, since: int) -> Page:
        query = urlencode({"madonvi": self._agency, "since": since, "limit": self._limit})
        reply = self._portal.exchange("GET", f"{self._path}?{query}", b"", _HEADERS)
        return read_page(reply, self._limit)

    def _begin_anew(self, origin: str) -> None:
        """The portal's sequence has a new life. What came from the old one stays."""
        with self._database.transaction() as tx:
            feeds.advance(tx, self.source, origin, 0, news=False)

    def _store(self, stands: Standing, page: Page) -> None:
        events, unfit = [], []
        for row in page.rows:
            try:
                events.append(self._read(page.origin, row))
            except Unfit as reason:
                unfit.append((int(row["seq"]), str(reason)))
        with self._database.transaction() as tx:
            self._keep(tx, events)
            feeds.set_aside(tx, self.source, page.origin, unfit)
            news = page.next > stands.cursor
            feeds.advance(tx, self.source, page.origin, page.next, news=news)


def _check_next(page: Page, since: int) -> None:
    last = max((int(row["seq"]) for row in page.rows), default=since)
    if (
        min(page.next, page.last) < since
    ):  # as after a restored backup: what comes next would be missed
        raise Fault(feeds.BACKWARDS, f"next {page.next}, last {page.last} after {since}")
    if page.next != max(last, since):  # it would skip rows, or give the same ones for ever
        raise Fault("FEED_UNFIT", f"next {page.next}, last row {last}")
    if page.full and page.next == since:
        raise Fault("FEED_UNFIT", "a full page without news")


def read_page(reply: Reply, most: int = PAGE) -> Page:
    """The page of ``most`` rows at most in an answer. Raises `Failed` for what isn't the portal's answer, `Fault` ``FEED_UNFIT``."""
    if reply.status != 200:
        raise Failed(refusal(reply))
    if not reply.is_json:
        raise Failed(NotThePortal(f"content type {reply.content_type[:60]}", reply.status))
    try:
        said = json.loads(reply.body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Fault("FEED_UNFIT", type(error).__name__) from None
    if not isinstance(said, dict):
        raise Fault("FEED_UNFIT", "no object")
    origin, rows = said.get("origin"), said.get("rows")
    if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
        raise Fault("FEED_UNFIT", "origin")
    last, next_ = _number(said, "last"), _number(said, "next")
    if not isinstance(rows, list) or len(rows) > most:
        raise Fault("FEED_UNFIT", f"rows: {len(rows) if isinstance(rows, list) else 'no list'}")
    first: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if not isinstance(row, dict):
            raise Fault("FEED_UNFIT", "a row that is no object")
        first.setdefault(_number(row, "seq", 1), row)
    ordered = tuple(first[seq] for seq in sorted(first))
    return Page(origin, last, next_, ordered, len(rows) == most)


def moment(row: Mapping[str, Any], name: str) -> datetime:
    """A field as an aware moment in UTC. Raises `Unfit`."""
    value = row.get(name)
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Unfit(name)
    try:
        local = datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        raise Unfit(name) from None
    return local.astimezone(UTC)


def _number(said: Mapping[str, Any], name: str, least: int = 0) -> int:
    value = said.get(name)
    if type(value) is not int or not least <= value <= _LARGEST_SEQ:
        raise Fault("FEED_UNFIT", name)
    return value
