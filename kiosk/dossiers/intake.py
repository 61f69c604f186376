"""The intake: what is about to be handed in, and what was received and isn't in the register yet.

While the citizen reads the review page its row is written, with its numbers and one sealed body that holds all
the register needs. The press only dates that row: one small durable write. Entering it into the register
(`kiosk.dossiers.register`) is made again out of it whenever it was cut off. A row without a date was never
pressed: whoever walks away takes it along.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from devices.idcard.api import Lamp, Lamps, LampState
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import from_ms
from kiosk.dossiers import serials
from kiosk.dossiers.code import format_code
from kiosk.dossiers.dossier import Answer, Attachment
from kiosk.dossiers.serials import Range
from kiosk.faults import Fault
from kiosk.people.card_check import CardCheck, Source
from kiosk.people.person import Person
from kiosk.queueing import numbers
from kiosk.queueing.ticket import Ticket
from kiosk.store.link import Reader, Row, Transaction
from kiosk.store.vault import Place, Vault

SINCE = 14
"""The schema that brought the table."""

_FORMAT = 1
_PERSON = tuple(field.name for field in fields(Person))
_LAMPS = tuple(field.name for field in fields(Lamps))
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Paper:
    """A scanned component whose file is stored; ``component``: its code in the procedure."""

    component: str
    pages: int
    file: Attachment


@dataclass(frozen=True, repr=False)
class Content:
    """What is handed in, but for its numbers and its moment. ``id``: of the dossier that it becomes."""

    id: str
    key: str
    agency: str
    station: str
    procedure: str
    version: str
    person: Person
    answers: Mapping[str, Answer]
    papers: tuple[Paper, ...]
    check: CardCheck
    made_by: str
    keys: tuple[str, ...]
    """Of the messages after the first one, which carries ``key``."""

    def __repr__(self) -> str:
        return f"Content({self.key}, {self.procedure}, {len(self.papers)} papers)"


@dataclass(frozen=True, repr=False)
class Draft:
    """Checked, its files stored, its bytes sealed: what a row of the intake is made of."""

    content: Content
    procedure: Procedure
    sealed: bytes

    def __repr__(self) -> str:
        return f"Draft({self.content!r})"


class Prepared(NamedTuple):
    """A row that waits for its press, ``row``, with the numbers that it holds for that ``day``."""

    draft: Draft
    row: int
    day: date
    serial: int
    number: int


class Received(NamedTuple):
    """What the press gave: durable, whatever happens next. ``id``: of the dossier; ``number``: of its ticket."""

    id: str
    key: str
    agency: str
    day: date
    serial: int
    series: str
    number: int
    at_ms: int

    @property
    def code(self) -> str:
        """The dossier's code."""
        return format_code(self.agency, self.day, self.serial)

    @property
    def ticket(self) -> Ticket:
        """Its place in the queue."""
        return Ticket(self.agency, self.day, self.series, self.number)

    @property
    def at(self) -> datetime:
        """When it was received."""
        return from_ms(self.at_ms)


def seal(vault: Vault, content: Content) -> bytes:
    """The content as its row keeps it."""
    whole = {
        "format": _FORMAT,
        "agency": content.agency,
        "station": content.station,
        "procedure": content.procedure,
        "version": content.version,
        "person": {name: getattr(content.person, name) for name in _PERSON},
        "answers": dict(content.answers),
        "papers": [
            [one.component, one.pages, one.file.sha256, one.file.size, one.file.media_type]
            for one in content.papers
        ],
        "check": _told(content.check),
        "made_by": content.made_by,
        "keys": list(content.keys),
    }
    return vault.seal(_ENCODE(whole).encode(), _place(content.key))


def prepare(tx: Transaction, draft: Draft, day: date, serials_of_day: Range) -> Prepared:
    """Writes the row and gives it the day's next numbers. Raises `Fault` SERIALS_USED_UP."""
    content, given = draft.content, serials_of_day
    series, agency, today = draft.procedure.series, content.agency, day.isoformat()
    row = tx.row(
        _NEXT,
        {
            "agency": agency,
            "day": today,
            "begin": given.begin,
            "first": given.first,
            "last": given.last,
            "series": series,
        },
    )
    assert row is not None  # noqa: S101  a SELECT without FROM and WHERE
    serial, number = row
    if serial > given.last:
        raise Fault("SERIALS_USED_UP", f"{given.first} to {given.last}")
    files = " ".join(paper.file.sha256 for paper in content.papers)
    added = tx.insert(
        """INSERT INTO intake(key, dossier_id, agency, day, serial, series, number, files, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(content.key, content.id, agency, today, serial, series, number),
            *(files, draft.sealed),
        ),
    )
    return Prepared(draft, added, day, serial, number)


def receive(tx: Transaction, prepared: Prepared) -> Received | None:
    """The press: dates the row. None: it isn't there, or its key was received before.

    One statement and one page: it is all that stands between a press and its answer.
    """
    content, series = prepared.draft.content, prepared.draft.procedure.series
    if not tx.execute(_RECEIVE, (tx.at_ms, prepared.row, content.id, content.key, content.key)):
        return None
    _, _, day, serial, number = prepared
    return Received(content.id, content.key, content.agency, day, serial, series, number, tx.at_ms)


def forget(tx: Transaction, prepared: Prepared) -> None:
    """Nobody pressed: the row goes, and its numbers are free if nobody took later ones."""
    sql = "DELETE FROM intake WHERE id = ? AND dossier_id = ? AND received_at IS NULL"
    tx.execute(sql, (prepared.row, prepared.draft.content.id))


def forget_all(tx: Transaction) -> None:
    """What an earlier run of the program had prepared; nobody will press that any more."""
    tx.execute("DELETE FROM intake WHERE received_at IS NULL")


def known(reader: Reader, key: str) -> Received | None:
    """What was received with this key and waits."""
    row = reader.row(f"{_WAITING} AND key = ?", (key,))
    return None if row is None else _received(row)


def is_known(reader: Reader, key: str) -> bool:
    """Whether something was received with this key, in the register by now or not."""
    sql = """SELECT EXISTS (SELECT 1 FROM dossier WHERE key = :key)
        OR EXISTS (SELECT 1 FROM intake WHERE key = :key AND received_at IS NOT NULL)"""
    return bool(reader.number(sql, {"key": key}))


def waiting(reader: Reader) -> list[Received]:
    """What isn't in the register yet, in its order; needs no key. Rows that are no such thing are left out."""
    found = []
    for row in reader.rows(f"{_WAITING} ORDER BY received_at, id"):
        with suppress(Fault):
            found.append(_received(row))
    return found


def codes(reader: Reader) -> list[str]:
    """The codes of all of it; of a row that is damaged its number here."""
    found = []
    for row in reader.rows(f"{_WAITING} ORDER BY received_at, id"):
        try:
            found.append(_received(row).code)
        except Fault:
            found.append(f"intake {row['id']}")
    return found


def is_empty(reader: Reader) -> bool:
    """Whether everything that was received is in the register."""
    return not reader.number("SELECT count(*) FROM intake WHERE received_at IS NOT NULL")


def owns(reader: Reader, sha256: str) -> bool:
    """Whether a file belongs to something that is prepared or waits."""
    sql = "SELECT count(*) FROM intake WHERE instr(files, ?)"
    return bool(reader.number(sql, (sha256,)))


def takes(reader: Reader, dossier_id: str, key: str, serial: tuple[str, str, int]) -> bool:
    """Whether something that waits has this id, this key, or this serial of an agency and day."""
    sql = """SELECT count(*) FROM intake WHERE received_at IS NOT NULL
             AND (dossier_id = ? OR key = ? OR (agency = ? AND day = ? AND serial = ?))"""
    return bool(reader.number(sql, (dossier_id, key, *serial)))


def is_waiting(reader: Reader, dossier_id: str) -> bool:
    """Whether this dossier isn't in the register yet."""
    sql = "SELECT count(*) FROM intake WHERE dossier_id = ?"
    return bool(reader.number(sql, (dossier_id,)))


def load(reader: Reader, received: Received) -> Content | None:
    """The content that waits; None when it is in the register by now.

    Raises `Fault` as `Vault.open` does, VAULT_DAMAGED also for what isn't the form of a content.
    """
    row = reader.row("SELECT body FROM intake WHERE dossier_id = ?", (received.id,))
    if row is None:
        return None
    data = reader.vault.open(row["body"], _place(received.key))
    try:
        return _content(received, json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Fault("VAULT_DAMAGED", "intake.body: another form") from None


def mark_shown(tx: Transaction, dossier_id: str) -> None:
    """The citizen has seen the number, before the dossier is in the register."""
    sql = "UPDATE intake SET shown_at = ? WHERE dossier_id = ? AND shown_at IS NULL"
    tx.execute(sql, (tx.at_ms, dossier_id))


def drop(tx: Transaction, received: Received) -> tuple[bool, int | None]:
    """It goes into the register in this transaction; false: it is there already. And when its number was shown."""
    row = tx.row("SELECT shown_at FROM intake WHERE dossier_id = ?", (received.id,))
    tx.execute("DELETE FROM intake WHERE dossier_id = ?", (received.id,))
    known = tx.number("SELECT count(*) FROM dossier WHERE id = ?", (received.id,))
    return row is not None and not known, None if row is None else row["shown_at"]


_WAITING = "SELECT * FROM intake WHERE received_at IS NOT NULL"
_NEXT = f"SELECT {serials.NEXT}, {numbers.NEXT}"
_RECEIVE = """UPDATE intake SET received_at = ?
  WHERE id = ? AND dossier_id = ? AND received_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM dossier WHERE key = ?)
    AND NOT EXISTS (SELECT 1 FROM intake AS other
                    WHERE other.key = ? AND other.received_at IS NOT NULL)"""


def _place(key: str) -> Place:
    return Place("intake", key, "body")


def _received(row: Row) -> Received:
    """Raises `Fault` STORE_DAMAGED for what is no day or moment."""
    try:
        day = date.fromisoformat(row["day"])
        from_ms(row["received_at"])
    except (ValueError, OverflowError, OSError):
        raise Fault("STORE_DAMAGED", f"intake {row['id']}") from None
    return Received(
        row["dossier_id"],
        row["key"],
        row["agency"],
        day,
        row["serial"],
        row["series"],
        row["number"],
        row["received_at"],
    )


def _told(check: CardCheck) -> dict[str, Any]:
    lamps = {name: getattr(check.lamps, name) for name in _LAMPS}
    return {
        "source": check.source.value,
        "access": check.access,
        "lamps": {name: [lamp.state.value, lamp.why] for name, lamp in lamps.items()},
        "mismatches": list(check.mismatches),
        "signer": None if check.signer is None else b64encode(check.signer).decode(),
        "signer_sha256": check.signer_sha256,
    }


def _check(said: dict[str, Any]) -> CardCheck:
    lamps = {name: Lamp(LampState(state), why) for name, (state, why) in said["lamps"].items()}
    signer = said["signer"]
    return CardCheck(
        Source(said["source"]),
        said["access"],
        Lamps(**lamps),
        tuple(said["mismatches"]),
        None if signer is None else b64decode(signer, validate=True),
        said["signer_sha256"],
    )


def _content(received: Received, said: dict[str, Any]) -> Content:
    if said["format"] != _FORMAT:
        raise ValueError("a format that this program doesn't know")
    return Content(
        id=received.id,
        key=received.key,
        agency=said["agency"],
        station=said["station"],
        procedure=said["procedure"],
        version=said["version"],
        person=Person(**said["person"]),
        answers=said["answers"],
        papers=tuple(
            Paper(component, pages, Attachment(*file)) for component, pages, *file in said["papers"]
        ),
        check=_check(said["check"]),
        made_by=said["made_by"],
        keys=tuple(said["keys"]),
    )
