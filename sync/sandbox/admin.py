"""``/health`` and ``/sandbox``: for tests, demos and integrators; no such thing exists at a real portal."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sync.sandbox import history
from sync.sandbox.database import Database
from sync.sandbox.faults import Faults, FaultSettings
from sync.sandbox.files import Files
from sync.sandbox.officer import Move, move
from sync.sandbox.problem import Problem


class Health(BaseModel):
    ok: bool


class Kept(BaseModel):
    """A page of what was stored; ``next`` is the ``after`` of the next page, or null."""

    dossiers: list[dict[str, Any]]
    next: int | None = None


class Moved(BaseModel):
    """``seq`` of the new event in the history."""

    seq: int
    code: str
    state: int


class HistoryEvent(BaseModel):
    """``at``: milliseconds since 1970 UTC. ``by``: ``station`` or ``officer``."""

    seq: int
    state: int
    at: int
    words: str
    by: str


class History(BaseModel):
    code: str
    events: list[HistoryEvent]


def router(database: Database, faults: Faults, files: Files) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["sandbox"])

    @routes.get("/health", summary="A sign of life")
    def health() -> Health:
        return Health(ok=True)

    @routes.get("/sandbox/dossiers", summary="What was stored, in the order it came")
    def dossiers(
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=100_000)] = 100_000,
    ) -> Kept:
        with database.reading() as rows:
            page, following = rows.dossiers(after, limit)
        return Kept(dossiers=[_with_files(row, files) for row in page], next=following)

    @routes.get("/sandbox/history/{code}", summary="The states of one dossier by their times")
    def states(code: str) -> History:
        with database.reading() as rows:
            events = history.of_code(rows, code)
        if not events:
            raise Problem(404, "not-found")
        told = [HistoryEvent.model_validate(event, from_attributes=True) for event in events]
        return History(code=code, events=told)

    @routes.post("/sandbox/moves", status_code=201, summary="Moves a dossier, as an officer would")
    def moves(wanted: Move) -> Moved:
        seq = move(database, wanted)
        return Moved(seq=seq, code=wanted.code, state=wanted.state)

    @routes.get("/sandbox/faults", summary="The faults that are on")
    def present() -> FaultSettings:
        return faults.settings

    @routes.post("/sandbox/faults", summary="Sets what is named and leaves the rest")
    def change(wanted: FaultSettings) -> FaultSettings:
        return faults.change(wanted)

    return routes


def _with_files(row: dict[str, Any], files: Files) -> dict[str, Any]:
    """The message gives way to its files and whether all have arrived."""
    told = {name: value for name, value in row.items() if name != "body"}
    return told | files.shown(row["body"])
