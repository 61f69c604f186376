"""What comes back from the reference portal: states of an agency's dossiers by cursor, and the signed catalogue.

Both want the session of a login as ``Authorization: Bearer``. The form of the answers is described where they
are read: `sync.cursor_feed`, `sync.status_feed`, `sync.catalogue_feed`.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import from_ms
from sync.cursor_feed import PAGE
from sync.portal.rows import stamp
from sync.sandbox import bearer, history, releases
from sync.sandbox.database import Database
from sync.sandbox.history import Event
from sync.sandbox.plain import Switch
from sync.sandbox.problem import Problem
from sync.sandbox.releases import Releases
from sync.sandbox.rows import Rows
from sync.sandbox.services import NO_KEY

_SCHEMA = "CREATE TABLE IF NOT EXISTS feed_origin(origin TEXT NOT NULL) STRICT"
_LARGEST = 2**53 - 1
_WRONG = b"\x00" * 64


class FeedFaults(BaseModel):
    """Each is on until switched off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    duplicate: Switch = False
    """Every row twice, the later ones first."""
    backwards: Switch = False
    """As after a restored backup: the last number lies below the one that is asked for."""
    not_modified: Switch = False
    """304 whatever is asked."""
    bad_signature: Switch = False
    unsigned: Switch = False


class StateRow(BaseModel):
    """One state of one dossier, as the portal's messages write such things."""

    seq: int
    MaHoSo: str
    TrangThaiHoSo: str
    ThoiDiem: str
    MaTTHC: str
    KHOA: str = Field(description="The key under which the dossier came, if any.")


class StatePage(BaseModel):
    """``origin``: this life of the sequence. ``last``: the highest number there is. ``next``: the next cursor."""

    origin: str
    last: int
    next: int
    rows: list[StateRow]


class SignedManifest(BaseModel):
    manifest: str
    signature: str | None = Field(default=None, description="Ed25519, base64.")


class PublicKey(BaseModel):
    ed25519: str


class Late(BaseModel):
    """Whose first state is told once more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(min_length=1, max_length=50)]


class Told(BaseModel):
    seq: int


class Origin(BaseModel):
    origin: str


class Feeds:
    """Both feeds and their faults, without HTTP."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as rows:
            rows.execute(_SCHEMA)
            rows.execute(releases.SCHEMA)
            if rows.execute("SELECT count(*) FROM feed_origin").fetchone()[0] == 0:
                rows.execute("INSERT INTO feed_origin VALUES(?)", (secrets.token_hex(8),))
        self.releases = Releases(database)
        self.faults = FeedFaults()

    def states(self, agency: str, since: int, limit: int) -> StatePage:
        """At most ``limit`` rows after ``since``."""
        twice = self.faults.duplicate and limit > 1
        with self._database.reading() as rows:
            events = history.of_office(rows, agency, since, limit // 2 if twice else limit)
            told = [_row(rows, event) for event in events]
            last = rows.execute("SELECT coalesce(max(seq), 0) FROM history").fetchone()[0]
            origin = str(rows.execute("SELECT origin FROM feed_origin").fetchone()[0])
        following = told[-1].seq if told else since
        if twice:
            told = [*reversed(told), *told]
        if self.faults.backwards:
            last = max(since - 1, 0)
        return StatePage(origin=origin, last=last, next=following, rows=told)

    def begin_anew(self) -> str:
        """Another life of the sequence, as after the portal was set up anew; gives its name."""

        def write(rows: Rows) -> str:
            origin = secrets.token_hex(8)
            rows.execute("UPDATE feed_origin SET origin=?", (origin,))
            return origin

        return self._database.write(write).result()

    def late(self, code: str) -> int:
        """Tells a dossier's first state again under a new number; gives that. Raises `Problem` 404."""

        def write(rows: Rows) -> int:
            events = history.of_code(rows, code)
            if not events:
                raise Problem(404, "not-found")
            first = events[0]
            return history.append(rows, code, first.state, first.at, first.words, first.by)

        return self._database.write(write).result()

    def catalogue(self, tag: str) -> Response:
        """The latest release, or 304 when ``tag`` is its own."""
        release, faults = self.releases.latest(), self.faults
        headers = {"ETag": release.tag, "Cache-Control": "no-cache"}
        if faults.not_modified or release.tag in (one.strip() for one in tag.split(",")):
            return Response(status_code=304, headers=headers)
        signature = _WRONG if faults.bad_signature else release.signature
        said = {"manifest": release.manifest}
        if not faults.unsigned:
            said["signature"] = b64encode(signature).decode("ascii")
        return Response(json.dumps(said), 200, headers, "application/json")


def _row(rows: Rows, event: Event) -> StateRow:
    body, found = rows.body(event.code), rows.dossier(event.code)
    key = found["key"] if found else ""
    return StateRow(
        seq=event.seq,
        MaHoSo=event.code,
        TrangThaiHoSo=str(event.state),
        ThoiDiem=stamp(from_ms(event.at)),
        MaTTHC=str(json.loads(body).get("MaTTHC", "")) if body else "",
        KHOA="" if key.startswith(NO_KEY) else key,
    )


def router(feeds: Feeds, known: Callable[[str], bool]) -> APIRouter:
    """The routes; ``known`` says whether a session is open."""
    routes = APIRouter()
    _add_feeds(routes, feeds, known)
    _add_switches(routes, feeds)
    return routes


def guarded_by(known: Callable[[str], bool]) -> dict[str, Any]:
    """What a feed's route says, so that it wants a session."""
    return {
        "dependencies": [Depends(bearer.need(bearer.SESSION, known))],
        "tags": ["feeds"],
        "responses": {401: {"description": "Session unknown or expired"}},
    }


def _add_feeds(routes: APIRouter, feeds: Feeds, known: Callable[[str], bool]) -> None:
    guarded = guarded_by(known)

    @routes.get("/feeds/states", summary="States of an agency's dossiers after a number", **guarded)
    def states(
        madonvi: Annotated[str, Query(min_length=1, max_length=60)],
        since: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> StatePage:
        return feeds.states(madonvi, since, limit)

    @routes.get(
        "/feeds/catalogue",
        summary="The latest release of the catalogue",
        response_model=SignedManifest,
        **{**guarded, "responses": {**guarded["responses"], 304: {"description": "No other"}}},
    )
    def catalogue(if_none_match: Annotated[str, Header()] = "") -> Response:
        return feeds.catalogue(if_none_match)

    @routes.get(
        "/feeds/catalogue/files/{sha256}",
        summary="A file of the catalogue",
        response_class=Response,
        **{
            **guarded,
            "responses": {**guarded["responses"], 200: {"content": {"application/toml": {}}}},
        },
    )
    def file(sha256: str) -> Response:
        data = feeds.releases.file(sha256)
        if data is None:
            raise Problem(404, "not-found")
        return Response(data, media_type="application/toml")


def _add_switches(routes: APIRouter, feeds: Feeds) -> None:
    @routes.get("/sandbox/feeds/key", tags=["sandbox"], summary="The publisher's public key")
    def key() -> PublicKey:
        return PublicKey(ed25519=feeds.releases.public_key)

    @routes.get(
        "/sandbox/feeds/faults", tags=["sandbox"], summary="The faults of feeds that are on"
    )
    def present() -> FeedFaults:
        return feeds.faults

    @routes.post("/sandbox/feeds/faults", tags=["sandbox"], summary="Sets what is named")
    def change(wanted: FeedFaults) -> FeedFaults:
        feeds.faults = feeds.faults.model_copy(update=wanted.model_dump(exclude_unset=True))
        return feeds.faults

    @routes.post(
        "/sandbox/feeds/late", tags=["sandbox"], status_code=201, summary="A state told late"
    )
    def late(wanted: Late) -> Told:
        return Told(seq=feeds.late(wanted.code))

    @routes.post("/sandbox/feeds/reset", tags=["sandbox"], summary="The sequence begins a new life")
    def reset() -> Origin:
        return Origin(origin=feeds.begin_anew())
