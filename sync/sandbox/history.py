"""The history of states: what every dossier was, when, and who says so. Rows are only ever added.

``seq`` is the portal's own order and the cursor of feeds; it is never a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.sandbox.rows import Rows

SCHEMA = """
CREATE TABLE IF NOT EXISTS office(number INTEGER PRIMARY KEY, agency TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS history(
  seq INTEGER PRIMARY KEY, code TEXT NOT NULL, office INTEGER NOT NULL, state INTEGER NOT NULL,
  at INTEGER NOT NULL, words TEXT NOT NULL, by TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS history_of ON history(code, seq);
CREATE INDEX IF NOT EXISTS history_at ON history(office, seq);
"""

OF_CODE = "SELECT seq, code, state, at, words, by FROM history WHERE code=? ORDER BY at, seq"
OF_OFFICE = (
    "SELECT seq, code, state, at, words, by FROM history WHERE office=? AND seq>?"
    " ORDER BY seq LIMIT ?"
)

_APPEND = (
    "INSERT INTO history(code, office, state, at, words, by)"
    " SELECT ?, number, ?, ?, ?, ? FROM office WHERE agency=? RETURNING seq"
)


@dataclass(frozen=True)
class Event:
    """``at``: milliseconds since 1970 UTC. ``by``: ``station`` or ``officer``."""

    seq: int
    code: str
    state: int
    at: int
    words: str
    by: str


def agency_of(code: str) -> str:
    """The agency id at the head of a dossier code; the whole code when it is of another form."""
    return code.rsplit("-", 2)[0]


def append(rows: Rows, code: str, state: int, at: int, words: str, by: str) -> int:
    """Adds one event; gives its ``seq``. A late event is kept in the order of its time."""
    values = (code, state, at, words, by, agency_of(code))
    row = rows.execute(_APPEND, values).fetchone()
    if row is None:  # the first of its office
        rows.execute("INSERT INTO office(agency) VALUES(?)", values[-1:])
        row = rows.execute(_APPEND, values).fetchone()
    return int(row[0])


def of_code(rows: Rows, code: str) -> list[Event]:
    """The events of one dossier by their times."""
    return [Event(*row) for row in rows.execute(OF_CODE, (code,))]


def present(rows: Rows, code: str) -> int | None:
    """The state with the latest time, so that a late "received" never undoes "result ready"."""
    row = rows.execute(
        "SELECT state FROM history WHERE code=? ORDER BY at DESC, seq DESC LIMIT 1", (code,)
    ).fetchone()
    return int(row[0]) if row else None


def of_office(rows: Rows, agency: str, after: int, limit: int) -> list[Event]:
    """At most ``limit`` events of one agency's dossiers with a ``seq`` above ``after``."""
    office = rows.execute("SELECT number FROM office WHERE agency=?", (agency,)).fetchone()
    if office is None:
        return []
    return [Event(*row) for row in rows.execute(OF_OFFICE, (office[0], after, limit))]
