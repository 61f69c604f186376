"""A dossier as rows of the store, and back."""

from __future__ import annotations

import json
import logging
from dataclasses import fields
from datetime import date
from typing import Any

from kiosk.clock import from_ms, to_ms
from kiosk.dossiers.dossier import Attachment, Component, Dossier, DossierState, HandedIn
from kiosk.faults import Fault
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket
from kiosk.store.link import Reader, Row, Transaction
from kiosk.store.vault import UNREADABLE, Place, Vault

_SAME = (
    "id", "code", "key", "agency", "station", "procedure", "version", "procedure_name", "sector",
    "sector_name", "fee", "term",
)  # fmt: skip
_COMPONENT = ("code", "name", "originals", "certified", "photocopies", "pages", "copies")

_log = logging.getLogger(__name__)

_PERSON = tuple(field.name for field in fields(Person))
_INSERT = f"""INSERT INTO dossier({", ".join(_SAME)}, personal, state, received_at, due_at, ticket)
  VALUES ({"?, " * len(_SAME)}?, ?, ?, ?, (
    SELECT id FROM ticket WHERE office = ? AND day = ? AND series = ? AND number = ?))"""  # noqa: S608 - names of this file
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def insert(tx: Transaction, handed_in: HandedIn) -> None:
    """Writes the dossier, its components and their attachments."""
    dossier, ticket = handed_in.dossier, handed_in.ticket
    tx.execute(
        _INSERT,
        (
            *(getattr(dossier, name) for name in _SAME),
            seal(
                tx.vault,
                dossier.id,
                {name: getattr(dossier.person, name) for name in _PERSON},
                dict(dossier.answers),
                dossier.summary,
            ),
            int(dossier.state),
            to_ms(dossier.received_at),
            to_ms(dossier.due_at),
            *(ticket.office, ticket.day.isoformat(), ticket.series, ticket.number),
        ),
    )
    for position, component in enumerate(dossier.components):
        _insert_component(tx, dossier.id, position, component)


def mark_shown(tx: Transaction, dossier_id: str, at_ms: int) -> None:
    """Notes when the dossier's number was first shown."""
    sql = "UPDATE dossier SET shown_at = ? WHERE id = ? AND shown_at IS NULL"
    tx.execute(sql, (at_ms, dossier_id))


def rewrite(tx: Transaction, dossier: Dossier) -> None:
    """Puts what a dossier says about people in place of what it said before."""
    person = {name: getattr(dossier.person, name) for name in _PERSON}
    sealed = seal(tx.vault, dossier.id, person, dict(dossier.answers), dossier.summary)
    tx.execute("UPDATE dossier SET personal = ? WHERE id = ?", (sealed, dossier.id))


def seal(vault: Vault, dossier_id: str, person: Any, answers: Any, summary: Any) -> bytes:  # noqa: ANN401  JSON
    """What a dossier says about people, as its row keeps it."""
    whole = {"person": person, "answers": answers, "summary": summary}
    return vault.seal(_ENCODE(whole).encode(), _place(dossier_id))


def personal(vault: Vault, dossier_id: str, sealed: bytes) -> dict[str, Any]:
    """It again: ``person`` and ``answers`` as objects, ``summary``. Raises `Fault` as `Vault.open` does."""
    whole: dict[str, Any] = json.loads(vault.open(sealed, _place(dossier_id)))
    return whole


def _place(dossier_id: str) -> Place:
    return Place("dossier", dossier_id, "personal")


def load(reader: Reader, column: str, value: str) -> HandedIn | None:
    """The dossier whose `column` (code, key or id) has this value, with its ticket."""
    row = reader.row(f"{_SELECT} WHERE dossier.{column} = ?", (value,))
    return None if row is None else _handed_in(reader, row)


def recent(reader: Reader, limit: int, *, not_shown: bool = False) -> list[HandedIn]:
    """What this store took in last first; `not_shown` takes those whose number nobody saw.

    One that is damaged is told to the log and left out, so that it doesn't hide the others.
    """
    which = "WHERE shown_at IS NULL ORDER BY received_at DESC," if not_shown else "ORDER BY"
    rows = reader.rows(f"{_SELECT} {which} dossier.rowid DESC LIMIT ?", (limit,))
    found = []
    for row in rows:
        try:
            found.append(_handed_in(reader, row))
        except Fault as fault:
            if fault.code not in UNREADABLE:
                raise
            _log.error("dossier %s: %s", row["code"], fault.code)
    return found


def codes_not_shown(reader: Reader, limit: int) -> list[str]:
    """Codes of the newest dossiers whose number nobody saw; needs no key."""
    sql = """SELECT code FROM dossier WHERE shown_at IS NULL
      ORDER BY received_at DESC, rowid DESC LIMIT ?"""
    return [row["code"] for row in reader.rows(sql, (limit,))]


_SELECT = """SELECT dossier.*, ticket.office AS ticket_office, ticket.day AS ticket_day,
  ticket.series AS ticket_series, ticket.number AS ticket_number
  FROM dossier JOIN ticket ON ticket.id = dossier.ticket"""


def _insert_component(tx: Transaction, dossier_id: str, position: int, one: Component) -> None:
    file = one.attachment
    if file is not None:
        tx.execute(
            """INSERT INTO attachment(sha256, size, media_type, path) VALUES (?, ?, ?, ?)
               ON CONFLICT(sha256) DO NOTHING""",
            (file.sha256, file.size, file.media_type, _path(file)),
        )
    tx.execute(
        """INSERT INTO component(dossier_id, position, code, name, originals, certified,
             photocopies, pages, copies, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            dossier_id,
            position,
            *(getattr(one, name) for name in _COMPONENT),
            file.sha256 if file else None,
        ),
    )


def _path(file: Attachment) -> str:
    return f"{file.sha256[:2]}/{file.sha256[2:4]}/{file.sha256}.bin"


def _handed_in(reader: Reader, row: Row) -> HandedIn:
    components = reader.rows(
        """SELECT component.*, size, media_type FROM component
           LEFT JOIN attachment USING (sha256) WHERE dossier_id = ? ORDER BY position""",
        (row["id"],),
    )
    said = personal(reader.vault, row["id"], row["personal"])
    dossier = Dossier(
        **{name: row[name] for name in _SAME},
        person=Person(**said["person"]),
        answers=said["answers"],
        summary=said["summary"],
        components=tuple(_component(one) for one in components),
        state=DossierState(row["state"]),
        received_at=from_ms(row["received_at"]),
        due_at=from_ms(row["due_at"]),
    )
    day = date.fromisoformat(row["ticket_day"])
    return HandedIn(
        dossier, Ticket(row["ticket_office"], day, row["ticket_series"], row["ticket_number"])
    )


def _component(row: Row) -> Component:
    file = row["sha256"] and Attachment(row["sha256"], row["size"], row["media_type"])
    return Component(**{name: row[name] for name in _COMPONENT}, attachment=file or None)
