"""Where each feed of the portal stands: how far it was read, when the portal last answered, what hinders it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import from_ms
from kiosk.store.link import Reader, Row, Transaction

BACKWARDS = "FEED_BACKWARDS"
"""The fault of a feed that only a person can let go on."""

_LIFE = "~"
"""Divides the portal's name for a life of its sequence from our number; the portal's names don't have it."""


@dataclass(frozen=True)
class Standing:
    """``cursor`` is the portal's own number within ``origin`` (one life of its sequence); 0: nothing yet.

    ``tag``: the ETag of what was taken last. ``answered_at``: the last answer that could be used, news or not;
    ``changed_at``: the last one with news. ``fault``: why the last look failed, empty when it didn't.
    """

    source: str
    origin: str = ""
    cursor: int = 0
    tag: str = ""
    answered_at: datetime | None = None
    changed_at: datetime | None = None
    fault: str = ""


def load(reader: Reader, source: str) -> Standing:
    """A feed that was never read stands at the beginning."""
    row = reader.row("SELECT * FROM feed WHERE source = ?", (source,))
    return Standing(source) if row is None else _standing(row)


def standings(reader: Reader) -> list[Standing]:
    """Every feed that was ever asked, by name."""
    return [_standing(row) for row in reader.rows("SELECT * FROM feed ORDER BY source")]


def advance(
    tx: Transaction, source: str, origin: str, cursor: int, *, tag: str = "", news: bool
) -> None:
    """The portal answered and the caller's rows of this transaction are all it said up to ``cursor``."""
    tx.execute(
        """INSERT INTO feed(source, origin, cursor, tag, answered_at, changed_at, fault)
             VALUES (:source, :origin, :cursor, :tag, :at, iif(:news, :at, NULL), '')
           ON CONFLICT(source) DO UPDATE SET origin = :origin, cursor = :cursor, tag = :tag,
             answered_at = :at, changed_at = iif(:news, :at, changed_at), fault = ''""",
        {
            "source": source,
            "origin": origin,
            "cursor": cursor,
            "tag": tag,
            "at": tx.at_ms,
            "news": int(news),
        },
    )


def life(stands: str, told: str) -> str:
    """The origin under which rows are kept, where a feed stands in one and the portal tells another.

    After `accept` the portal goes on under its own name, with numbers that it has used before.
    """
    return stands if stands.partition(_LIFE)[0] == told else told


def accept(tx: Transaction, source: str) -> None:
    """A person says that the portal was restored: it is read from its beginning, as a new life."""
    name, _, number = load(tx, source).origin.partition(_LIFE)
    origin = f"{name}{_LIFE}{int(number or 1) + 1}"
    tx.execute(
        "UPDATE feed SET origin = ?, cursor = 0, fault = '' WHERE source = ?", (origin, source)
    )


def fail(tx: Transaction, source: str, code: str) -> None:
    """The look failed; the feed stays where it stands."""
    tx.execute(
        """INSERT INTO feed(source, fault) VALUES (?, ?)
           ON CONFLICT(source) DO UPDATE SET fault = excluded.fault""",
        (source, code),
    )


def set_aside(tx: Transaction, source: str, origin: str, unfit: Iterable[tuple[int, str]]) -> None:
    """Rows (``seq``, why) that can't be understood: kept by number, without their content."""
    tx.execute_each(
        """INSERT INTO feed_unfit(source, origin, seq, why, came_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING""",
        [(source, origin, seq, why, tx.at_ms) for seq, why in unfit],
    )


def unfit(reader: Reader, source: str) -> int:
    """How many rows of a feed were set aside."""
    return reader.number("SELECT count(*) FROM feed_unfit WHERE source = ?", (source,))


def _standing(row: Row) -> Standing:
    return Standing(
        row["source"],
        row["origin"],
        row["cursor"],
        row["tag"],
        _moment(row["answered_at"]),
        _moment(row["changed_at"]),
        row["fault"],
    )


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
