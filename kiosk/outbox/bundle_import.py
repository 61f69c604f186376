"""Takes a bundle (`kiosk.outbox.bundle`) into a store: adds what it lacks and never takes anything back."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.dossiers import intake
from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.history import catch_up
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox import bundle_rows
from kiosk.outbox.bundle import (
    COMPONENT,
    DOSSIER,
    FORMAT,
    LARGEST_BODY,
    LARGEST_FILE,
    LARGEST_INDEX,
    LARGEST_WHOLE,
    MADE_BY,
    MOST_ENTRIES,
    OUTBOX,
    SUBMIT,
    TICKET,
    Summary,
)
from kiosk.outbox.bundle_check import need_fit, serial_of
from kiosk.outbox.bundle_rows import Clash
from kiosk.outbox.message import State
from kiosk.outbox.transitions import log, move
from kiosk.outbox.views import body_of, receipt_of
from kiosk.store.envelope import MAGIC, Opened
from kiosk.store.link import Transaction, Value

_Result = TypeVar("_Result")
_STOPPED = (State.NEEDS_ATTENTION, State.QUARANTINED)
_FOREIGN = "*"
"""Marks the series of a ticket whose number this store had given before it was brought here."""


class Bundle:
    """An opened bundle. Everything in it is checked before any of it is written."""

    def __init__(self, source: BinaryIO) -> None:
        """A plain ZIP, readable at any place; closed with the bundle. Raises `Fault` BUNDLE_REFUSED."""
        self._source = source
        self._archive = archive = _guarded(lambda: zipfile.ZipFile(source))
        self._names = set(archive.namelist())
        self.size = sum(one.file_size for one in archive.infolist())
        """Bytes of all that is in it, at most."""
        if self.size > LARGEST_WHOLE or len(self._names) > MOST_ENTRIES:
            raise Fault("BUNDLE_REFUSED", "too large")
        index = _guarded(lambda: json.loads(self._bytes("bundle.json", LARGEST_INDEX)))
        if not isinstance(index, dict) or index.get("format") != FORMAT:
            raise Fault("BUNDLE_REFUSED", "another format")
        dossiers = index.get("dossiers")
        if not isinstance(dossiers, list):
            raise Fault("BUNDLE_REFUSED", "no list of dossiers")
        need_fit(dossiers)
        self._dossiers: list[dict[str, Any]] = dossiers

    def close(self) -> None:
        """Lets go of the file."""
        self._archive.close()
        self._source.close()

    def take_into(self, tx: Transaction, attachments: Attachments, actor: str) -> Summary:
        """Adds the dossiers that the store doesn't have, and what those that it has lack.

        A message keeps key and bytes. One that may have been sent meanwhile counts as tried once, so that
        the portal is asked before it is pushed. A dossier whose code or serial is another's here is left
        out; the others come in. All in the caller's transaction; the files come first and remain if it is
        undone. Raises `Fault` BUNDLE_REFUSED.
        """
        return _guarded(lambda: self._take(tx, attachments, actor))

    def _take(self, tx: Transaction, attachments: Attachments, actor: str) -> Summary:
        taken = _Taken()
        for entry in self._dossiers:
            code = str(entry["dossier"]["code"])
            tx.execute("SAVEPOINT dossier")
            try:
                one = _guarded(partial(self._take_whole, tx, attachments, actor, entry), code)
            except Clash:
                tx.execute("ROLLBACK TO dossier")
                one = _Taken(refused=[code])
            tx.execute("RELEASE dossier")
            taken.add(one)
        return taken.summary()

    def _take_whole(
        self, tx: Transaction, attachments: Attachments, actor: str, entry: Mapping[str, Any]
    ) -> _Taken:
        try:
            return self._take_one(tx, attachments, actor, entry)
        except sqlite3.IntegrityError as error:
            if _is_clash(error):
                raise Clash("a number is another's here") from error
            raise

    def _take_one(
        self, tx: Transaction, attachments: Attachments, actor: str, entry: Mapping[str, Any]
    ) -> _Taken:
        dossier, made = entry["dossier"], _Taken()
        code, dossier_id = str(dossier["code"]), str(dossier["id"])
        found = tx.row("SELECT code, key FROM dossier WHERE id = ?", (dossier_id,))
        if found is None:
            if intake.takes(tx, dossier_id, dossier["key"], serial_of(code)):
                raise Clash("it, or another with its number, waits in the intake")
            made.dossiers = 1
            if self._insert(tx, attachments, entry, made):
                made.marked.append(code)
        elif (found["code"], found["key"]) != (code, dossier["key"]):
            raise Clash("another dossier")
        else:
            made.known = 1
            self._put_back(tx, attachments, entry, made)
            if _newest(tx, dossier_id) < max(_revisions(entry), default=0):
                sealed = _sealed(tx, dossier)
                tx.execute("UPDATE dossier SET personal = ? WHERE id = ?", (sealed, dossier_id))
        made.messages = self._take_messages(tx, dossier_id, entry["messages"])
        bundle_rows.take(tx, dossier_id, entry)
        if made.dossiers or made.messages:
            journal.append(tx, journal.Kind.CARRIED_OVER, dossier_id, actor, made.messages)
        if made.dossiers:
            catch_up(tx, code, actor)
        return made

    def _insert(
        self, tx: Transaction, attachments: Attachments, entry: Mapping[str, Any], made: _Taken
    ) -> bool:
        """A dossier that is new here, without its messages; gives whether its ticket had to be marked."""
        dossier = entry["dossier"]
        ticket, marked = _insert_ticket(tx, entry["ticket"])
        more: dict[str, Value] = {"ticket": ticket, "personal": _sealed(tx, dossier)}
        _insert(tx, "dossier", DOSSIER, dossier, more)
        sql = "INSERT INTO serial(agency, day, number) VALUES (?, ?, ?)"
        tx.execute(sql, serial_of(dossier["code"]))
        for one in entry["components"]:
            if one["sha256"] and not self._keep_file(tx, attachments, one["sha256"], made.files):
                made.lost.append(dossier["code"])
            _insert(tx, "component", COMPONENT, one, {"dossier_id": dossier["id"]})
        return marked

    def _put_back(
        self, tx: Transaction, attachments: Attachments, entry: Mapping[str, Any], made: _Taken
    ) -> None:
        """The scans of a known dossier that this store has lost."""
        for sha256 in {one["sha256"] for one in entry["components"] if one["sha256"]}:
            sql = "SELECT count(*) FROM attachment WHERE sha256 = ? AND state = 'lost'"
            if tx.number(sql, (sha256,)) and self._keep_file(tx, attachments, sha256, made.files):
                size = len(self._bytes(f"files/{sha256}", LARGEST_FILE))
                sql = "UPDATE attachment SET state = 'stored', size = ? WHERE sha256 = ?"
                tx.execute(sql, (size, sha256))

    def _take_messages(
        self, tx: Transaction, dossier_id: str, messages: list[dict[str, Any]]
    ) -> int:
        """Adds those that are missing, and gives their number; what is here goes on, never back."""
        added = []
        for message in messages:
            found = tx.row("SELECT * FROM outbox WHERE key = ?", (message["key"],))
            if found is None:
                self._add_message(tx, dossier_id, message)
                added.append(message)
            elif (found["dossier_id"], found["body_sha256"].hex()) != (
                dossier_id,
                message["sha256"],
            ):
                raise Clash("another message")
        for message in messages:
            if message not in added:
                _go_on(tx, message, added)
        return len(added)

    def _keep_file(
        self, tx: Transaction, attachments: Attachments, sha256: str, files: set[str]
    ) -> bool:
        """Whether the file is here; without it there is a row all the same, so that it can be put back."""
        path = attachments.path_of(sha256)
        name = f"files/{sha256}"
        data = self._bytes(name, LARGEST_FILE) if name in self._names else None
        if data is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise Fault("BUNDLE_REFUSED", "a file is not what its name says")
        if data is not None:
            attachments.put(data)
            files.add(sha256)
        tx.execute(
            """INSERT INTO attachment(sha256, size, media_type, path, state) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT(sha256) DO NOTHING""",
            (
                sha256,
                len(data or b""),
                "application/pdf",
                str(path.relative_to(attachments.folder)),
                "lost" if data is None else "stored",
            ),
        )
        return data is not None

    def _add_message(self, tx: Transaction, dossier_id: str, message: Mapping[str, Any]) -> None:
        sha256 = str(message["sha256"])
        body = self._bytes(f"bodies/{sha256}", LARGEST_BODY)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise Fault("BUNDLE_REFUSED", "a message is not what its name says")
        state = State(message["state"])
        key = str(message["key"])
        receipt = b64decode(message["receipt"], validate=True) if message["receipt"] else None
        if state in (State.SENDING, State.SENT):
            state = State.READY
        seq = _insert(
            tx,
            "outbox",
            OUTBOX,
            dict(message) | {"state": state.value, "attempts": max(int(message["attempts"]), 1)},
            {
                "dossier_id": dossier_id,
                MADE_BY: message.get(MADE_BY),
                "body": tx.vault.seal(body, body_of(key)),
                "body_sha256": bytes.fromhex(sha256),
                "receipt": receipt and tx.vault.seal(receipt, receipt_of(key)),
            },
        )
        log(tx, seq, state, error="CARRIED_OVER")

    def _bytes(self, name: str, most: int) -> bytes:
        """An entry's content, never more than ``most`` bytes, whatever its head says."""
        with self._archive.open(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise Fault("BUNDLE_REFUSED", "an entry is too large")
        return data


def open_bundle(file: Path, key: X25519PrivateKey | None = None) -> Bundle:
    """Opens a bundle with the office's private key; one of before bundles were sealed needs none.

    Raises `Fault` BUNDLE_KEY_MISSING, BUNDLE_KEY_OTHER (another office's), BUNDLE_REFUSED.
    """
    source = _guarded(lambda: file.open("rb"))
    try:
        return _guarded(lambda: Bundle(_plain(source, key)))
    except BaseException:
        source.close()
        raise


def _plain(source: BinaryIO, key: X25519PrivateKey | None) -> BinaryIO:
    sealed = source.read(len(MAGIC)) == MAGIC
    source.seek(0)
    if not sealed:
        return source
    if key is None:
        raise Fault("BUNDLE_KEY_MISSING", "the bundle is sealed")
    return io.BufferedReader(Opened(source, key))


def _insert(
    tx: Transaction,
    table: str,
    names: tuple[str, ...],
    row: Mapping[str, Any],
    more: Mapping[str, Value],
) -> int:
    values: dict[str, Value] = {name: row[name] for name in names} | dict(more)
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    return tx.insert(f"INSERT INTO {table}({columns}) VALUES ({places})", values)  # noqa: S608  names of this file


def _insert_ticket(tx: Transaction, ticket: Mapping[str, Any]) -> tuple[int, bool]:
    """The ticket's row, and whether it is marked. The number is not given again: the counter goes behind it.

    The paper in the citizen's hand says A001; where this store gave that number too, both keep it, and the
    mark tells them apart.
    """
    tx.execute(
        """INSERT INTO counter_day(office, day, series, last) VALUES (?, ?, ?, ?)
           ON CONFLICT(office, day, series) DO UPDATE SET last = max(last, excluded.last)""",
        (ticket["office"], ticket["day"], ticket["series"].rstrip(_FOREIGN), ticket["number"]),
    )
    series = str(ticket["series"])
    place = {name: ticket[name] for name in ("office", "day", "number")}
    sql = """SELECT (SELECT count(*) FROM ticket
        WHERE office = :office AND day = :day AND number = :number AND series = :series)
      + (SELECT count(*) FROM intake
        WHERE agency = :office AND day = :day AND number = :number AND series = :series
          AND received_at IS NOT NULL)"""
    while tx.number(sql, place | {"series": series}):
        series += _FOREIGN
    row = _insert(tx, "ticket", TICKET, dict(ticket) | {"series": series}, {})
    return row, series != ticket["series"]


def _sealed(tx: Transaction, dossier: Mapping[str, Any]) -> bytes:
    person, answers = json.loads(dossier["person"]), json.loads(dossier["answers"])
    return dossier_rows.seal(tx.vault, dossier["id"], person, answers, dossier["summary"])


def _newest(tx: Transaction, dossier_id: str) -> int:
    sql = "SELECT max(rev) FROM outbox WHERE dossier_id = ? AND kind = ?"
    return tx.number(sql, (dossier_id, SUBMIT))


def _revisions(entry: Mapping[str, Any]) -> Iterable[int]:
    return (one["rev"] for one in entry["messages"] if one["kind"] == SUBMIT)


def _go_on(tx: Transaction, message: Mapping[str, Any], added: list[dict[str, Any]]) -> None:
    """A row that waits here and was finished there: acknowledged, or stopped and superseded by what came."""
    row = tx.row("SELECT seq, state FROM outbox WHERE key = ?", (message["key"],))
    state = State(message["state"])
    if row is None or row["state"] == State.ACKNOWLEDGED:
        return
    tx.execute(
        "UPDATE outbox SET attempts = max(attempts, ?) WHERE seq = ?",
        (message["attempts"], row["seq"]),
    )  # a store of before may not know that the portal was told
    if state is State.ACKNOWLEDGED:
        receipt = tx.vault.seal(
            b64decode(message["receipt"], validate=True), receipt_of(message["key"])
        )
        tx.execute("UPDATE outbox SET receipt = ? WHERE seq = ?", (receipt, row["seq"]))
    elif state not in _STOPPED or not any(_is_younger(one, message) for one in added):
        return
    move(tx, row["seq"], state, message["last_status"], message["last_error"], "CARRIED_OVER")


def _is_younger(one: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    same = (one["kind"], one["dest"]) == (than["kind"], than["dest"])
    return same and one["rev"] > than["rev"]


def _is_clash(error: sqlite3.IntegrityError) -> bool:
    """Whether a number is another's here; what breaks a table's other rules is no row of a bundle."""
    return error.sqlite_errorname.endswith(("_UNIQUE", "_PRIMARYKEY", "_TRIGGER"))


@dataclass
class _Taken:
    """What was taken so far."""

    dossiers: int = 0
    messages: int = 0
    known: int = 0
    files: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)

    def add(self, one: _Taken) -> None:
        self.dossiers += one.dossiers
        self.messages += one.messages
        self.known += one.known
        self.files |= one.files
        self.lost += one.lost
        self.refused += one.refused
        self.marked += one.marked

    def summary(self) -> Summary:
        return Summary(
            self.dossiers,
            self.messages,
            len(self.files),
            tuple(dict.fromkeys(self.lost)),
            self.known,
            refused=tuple(self.refused),
            marked=tuple(self.marked),
        )


def _guarded(act: Callable[[], _Result], code: str = "") -> _Result:
    """Whatever is wrong with a bundle is one fault; its detail names dossier and kind of trouble only."""
    named = f"{code}: " if code else ""
    try:
        return act()
    except Fault as fault:
        if fault.code != "BUNDLE_REFUSED" or fault.detail.startswith(named):
            raise
        raise Fault("BUNDLE_REFUSED", f"{named}{fault.detail}") from None
    except (
        zipfile.BadZipFile,
        sqlite3.IntegrityError,
        sqlite3.InterfaceError,
        sqlite3.ProgrammingError,
        NotImplementedError,
        EOFError,
        OSError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        RuntimeError,
        MemoryError,
        zlib.error,
    ) as error:
        raise Fault("BUNDLE_REFUSED", f"{named}{type(error).__name__}") from None
