"""The intake: what was received and isn't in the register yet.

Receiving is one small durable write: the numbers that are given away, and one sealed row with all that the
register needs. Entering it into the register (`kiosk.dossiers.register`) is made again out of that row whenever
it was cut off, so a citizen's number is safe before the larger work begins.
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
class Prepared:
    """Checked, its files stored, its bytes sealed: only the numbers and the moment are missing."""

    content: Content
    procedure: Procedure
    sealed: bytes

    @property
    def files(self) -> str:
        """The hashes of its papers, as the row keeps them."""
        return " ".join(paper.file.sha256 for paper in self.content.papers)

    def __repr__(self) -> str:
        return f"Prepared({self.content!r})"


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


def take(tx: Transaction, prepared: Prepared, day: date, serials_of_day: Range) -> Received | None:
    """Gives the numbers and writes the row; None: its key was received before.

    Two statements and one page: it is all that stands between a press and its answer. Raises `Fault`
    SERIALS_USED_UP.
    """
    content, today, given = prepared.content, day.isoformat(), serials_of_day
    series, agency = prepared.procedure.series, content.agency
    values: dict[str, str | int] = {
        "key": content.key,
        "agency": agency,
        "day": today,
        "begin": given.begin,
        "first": given.first,
        "last": given.last,
        "series": series,
    }
    row = tx.row(_NEXT, values)
    if row is None:
        return None
    serial, number = row
    if serial > given.last:
        raise Fault("SERIALS_USED_UP", f"{given.first} to {given.last}")
    tx.execute(
        """INSERT INTO intake(key, dossier_id, received_at, agency, day, serial, series, number, files,
             body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(content.key, content.id, tx.at_ms, agency, today, serial, series, number),
            *(prepared.files, prepared.sealed),
        ),
    )
    return Received(content.id, content.key, agency, day, serial, series, number, tx.at_ms)


def known(reader: Reader, key: str) -> Received | None:
    """What waits with this key."""
    row = reader.row("SELECT * FROM intake WHERE key = ?", (key,))
    return None if row is None else _received(row)


def waiting(reader: Reader) -> list[Received]:
    """What isn't in the register yet, in its order; needs no key. Rows that are no such thing are left out."""
    found = []
    for row in reader.rows("SELECT * FROM intake ORDER BY id"):
        with suppress(Fault):
            found.append(_received(row))
    return found


def codes(reader: Reader) -> list[str]:
    """The codes of all of it; of a row that is damaged its number here."""
    found = []
    for row in reader.rows("SELECT * FROM intake ORDER BY id"):
        try:
            found.append(_received(row).code)
        except Fault:
            found.append(f"intake {row['id']}")
    return found


def is_empty(reader: Reader) -> bool:
    """Whether everything is in the register."""
    return not reader.number("SELECT count(*) FROM intake")


def owns(reader: Reader, sha256: str) -> bool:
    """Whether a file belongs to something that waits."""
    sql = "SELECT count(*) FROM intake WHERE instr(files, ?)"
    return bool(reader.number(sql, (sha256,)))


def takes(reader: Reader, dossier_id: str, key: str, serial: tuple[str, str, int]) -> bool:
    """Whether something that waits has this id, this key, or this serial of an agency and day."""
    sql = """SELECT count(*) FROM intake
             WHERE dossier_id = ? OR key = ? OR (agency = ? AND day = ? AND serial = ?)"""
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


_NEXT = f"""SELECT {serials.NEXT}, {numbers.NEXT}
  WHERE NOT EXISTS (SELECT 1 FROM dossier WHERE key = :key)
    AND NOT EXISTS (SELECT 1 FROM intake WHERE key = :key)"""  # noqa: S608  constants of the house


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
