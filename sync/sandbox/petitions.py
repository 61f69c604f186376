"""Questions and petitions at the reference portal, answered by officers, and the feed that tells of both.

``/feeds/petitions`` gives rows as `sync.petition_feed` reads them: every question, and the same again with its
answer, each under a number of its own. It shares the origin and the faults of the other feeds.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import from_ms, now, to_ms
from sync.petition_feed import LONGEST_ANSWER, LONGEST_QUESTION, PAGE
from sync.portal.rows import stamp
from sync.sandbox.database import Database
from sync.sandbox.feeds import Feeds
from sync.sandbox.plain import NUMBER
from sync.sandbox.problem import Problem
from sync.sandbox.rows import Rows

SCHEMA = """
CREATE TABLE IF NOT EXISTS petition(
  id TEXT PRIMARY KEY, agency TEXT NOT NULL, procedure TEXT NOT NULL, question TEXT NOT NULL,
  name TEXT NOT NULL, asked INTEGER NOT NULL, due INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS petition_row(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL REFERENCES petition(id),
  agency TEXT NOT NULL, answer_id TEXT NOT NULL, answer TEXT NOT NULL, by TEXT NOT NULL,
  position TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS petition_row_of ON petition_row(agency, seq);
"""
WAITING, ANSWERED = "1", "2"
_LARGEST = 2**53 - 1
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Question(_Asked):
    """What somebody asks an agency. ``days``: how long it may take to answer, in days."""

    MADONVI: Annotated[str, Field(min_length=1, max_length=60)]
    NOIDUNG: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
    MATTHCDP: Annotated[str, Field(pattern=r"^[A-Za-z0-9.]{0,50}$")] = ""
    HOVATEN: Annotated[str, Field(max_length=200)] = ""
    days: Annotated[int, Field(ge=0, le=365), NUMBER] = 20


class OfficersAnswer(_Asked):
    NOIDUNGTRALOI: Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER)]
    NGUOITRALOI: Annotated[str, Field(max_length=200)] = ""
    CHUCVUNGUOITRALOI: Annotated[str, Field(max_length=200)] = ""


class Kept(BaseModel):
    """``seq``: the row's number in the feed."""

    HOIDAPID: str
    seq: int


class PetitionRow(BaseModel):
    seq: int
    HOIDAPID: str
    NOIDUNG: str
    MADONVI: str
    HOVATEN: str
    MATTHCDP: str
    NGAYGUI: str
    HANTRALOI: str
    TRALOIID: str
    NOIDUNGTRALOI: str
    NGUOITRALOI: str
    CHUCVUNGUOITRALOI: str
    NGAYTRALOI: str
    TRANGTHAI: str = Field(description="1 waiting, 2 answered; this sandbox's own codes")


class PetitionPage(BaseModel):
    """``origin``, ``last`` and ``next`` as in ``/feeds/states``."""

    origin: str
    last: int
    next: int
    rows: list[PetitionRow]


class Petitions:
    """Keeps questions and answers, without HTTP. Texts are kept as they come, but for what no database takes."""

    def __init__(self, database: Database, feeds: Feeds) -> None:
        self._database = database
        self._feeds = feeds
        with database.transaction() as rows:
            for statement in filter(str.strip, SCHEMA.split(";")):
                rows.execute(statement)

    def ask(self, question: Question) -> Kept:
        at = now()
        due = at + timedelta(days=question.days)
        id_ = f"HD-{secrets.token_hex(8)}"
        values = (
            *(id_, question.MADONVI, question.MATTHCDP, question.NOIDUNG, question.HOVATEN),
            *(to_ms(at), to_ms(due)),
        )

        def write(rows: Rows) -> int:
            rows.execute("INSERT INTO petition VALUES(?,?,?,?,?,?,?)", _storable(values))
            return _append(rows, id_, question.MADONVI, ("", "", "", ""), 0)

        return Kept(HOIDAPID=id_, seq=self._database.write(write).result())

    def answer(self, id_: str, said: OfficersAnswer) -> Kept:
        """A first answer or another one. Raises `Problem` 404."""
        told = (f"TL-{secrets.token_hex(8)}", said.NOIDUNGTRALOI, said.NGUOITRALOI)

        def write(rows: Rows) -> int:
            found = rows.execute("SELECT agency FROM petition WHERE id=?", (id_,)).fetchone()
            if found is None:
                raise Problem(404, "not-found")
            told_ = (*told, said.CHUCVUNGUOITRALOI)
            return _append(rows, id_, str(found[0]), told_, to_ms(now()))

        return Kept(HOIDAPID=id_, seq=self._database.write(write).result())

    def page(self, agency: str, since: int, limit: int) -> PetitionPage:
        """At most ``limit`` rows after ``since``."""
        faults = self._feeds.faults
        twice = faults.duplicate and limit > 1
        with self._database.reading() as rows:
            found = rows.execute(
                _PAGE, _storable((agency, since, limit // 2 if twice else limit))
            ).fetchall()
            last = rows.execute("SELECT coalesce(max(seq), 0) FROM petition_row").fetchone()[0]
            origin = str(rows.execute("SELECT origin FROM feed_origin").fetchone()[0])
        told = [_row(one) for one in found]
        following = told[-1].seq if told else since
        if twice:
            told = [*reversed(told), *told]
        if faults.backwards:
            last = max(since - 1, 0)
        return PetitionPage(origin=origin, last=last, next=following, rows=told)


_PAGE = """SELECT r.seq, p.id, p.question, p.agency, p.name, p.procedure, p.asked, p.due, r.answer_id,
  r.answer, r.by, r.position, r.at FROM petition_row r JOIN petition p ON p.id = r.id
  WHERE r.agency=? AND r.seq>? ORDER BY r.seq LIMIT ?"""


def _append(rows: Rows, id_: str, agency: str, told: tuple[str, ...], at: int) -> int:
    values = _storable((id_, agency, *told, at))
    sql = (
        "INSERT INTO petition_row(id, agency, answer_id, answer, by, position, at)"
        " VALUES(?,?,?,?,?,?,?) RETURNING seq"
    )
    return int(rows.execute(sql, values).fetchone()[0])


def _row(found: Any) -> PetitionRow:  # noqa: ANN401  a row of sqlite3
    seq, id_, question, agency, name, procedure, asked, due, answer_id, *rest = found
    answer, by, position, at = rest
    return PetitionRow(
        seq=seq,
        HOIDAPID=id_,
        NOIDUNG=question,
        MADONVI=agency,
        HOVATEN=name,
        MATTHCDP=procedure,
        NGAYGUI=stamp(from_ms(asked)),
        HANTRALOI=stamp(from_ms(due)),
        TRALOIID=answer_id,
        NOIDUNGTRALOI=answer,
        NGUOITRALOI=by,
        CHUCVUNGUOITRALOI=position,
        NGAYTRALOI=stamp(from_ms(at)) if answer_id else "",
        TRANGTHAI=ANSWERED if answer_id else WAITING,
    )


def _storable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """JSON may hold halves of surrogate pairs, which no database takes."""
    return tuple(
        one.encode("utf-8", "replace").decode("utf-8") if isinstance(one, str) else one
        for one in values
    )


def router(petitions: Petitions, guarded: dict[str, Any]) -> APIRouter:
    """The routes; ``guarded``: what a route says that wants a session."""
    routes = APIRouter()

    @routes.get("/feeds/petitions", summary="An agency's petitions after a number", **guarded)
    def feed(
        madonvi: Annotated[str, Query(min_length=1, max_length=60)],
        since: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> PetitionPage:
        return petitions.page(madonvi, since, limit)

    @routes.post(
        "/sandbox/petitions", tags=["sandbox"], status_code=201, summary="Somebody asks an agency"
    )
    def ask(asked: Question) -> Kept:
        return petitions.ask(asked)

    @routes.post(
        "/sandbox/petitions/{id}/answers",
        tags=["sandbox"],
        status_code=201,
        summary="An officer answers",
    )
    def answer(id: _Id, said: OfficersAnswer) -> Kept:
        return petitions.answer(id, said)

    return routes
