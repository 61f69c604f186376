"""Stores and rows as programs of before schema 7 wrote them: what says something about people in the clear."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

from kiosk.clock import to_ms
from kiosk.dossiers.dossier import Dossier
from kiosk.store import migrate
from kiosk.store.database import Database
from kiosk.store.link import Transaction
from tests.unit.dossiers.office import MovableClock

_COPIED = (
    "id", "code", "key", "agency", "station", "procedure", "version", "procedure_name", "sector",
    "sector_name", "summary", "fee", "term",
)  # fmt: skip


def insert(tx: Transaction, dossier: Dossier, ticket: int) -> None:
    """The dossier with its components and files; ``ticket``: the ticket's row."""
    values = {name: getattr(dossier, name) for name in _COPIED} | {
        "person": json.dumps(asdict(dossier.person), ensure_ascii=False),
        "answers": json.dumps(dict(dossier.answers), ensure_ascii=False),
        "state": int(dossier.state),
        "received_at": to_ms(dossier.received_at),
        "due_at": to_ms(dossier.due_at),
        "ticket": ticket,
    }
    tx.execute(
        f"INSERT INTO dossier({', '.join(values)}) VALUES ({', '.join(f':{n}' for n in values)})",
        values,
    )
    for position, one in enumerate(dossier.components):
        if one.attachment is not None:
            sha256, size = one.attachment.sha256, one.attachment.size
            tx.execute(
                "INSERT INTO attachment(sha256, size, media_type, path) VALUES (?, ?, ?, ?)",
                (sha256, size, "application/pdf", f"{sha256[:2]}/{sha256[2:4]}/{sha256}.pdf"),
            )
        tx.execute(
            f"INSERT INTO component VALUES ({', '.join('?' * 10)})",
            (
                *(dossier.id, position, one.code, one.name, one.originals, one.certified),
                *(one.photocopies, one.pages, one.copies),
                one.attachment and one.attachment.sha256,
            ),
        )


def send(tx: Transaction, dossier: Dossier, body: bytes, receipt: bytes) -> None:
    """Two messages, the second of them acknowledged."""
    for kind, answer in (("submit", None), ("progress", receipt)):
        tx.execute(
            """INSERT INTO outbox(key, dossier_id, station, rev, dest, kind, body, body_sha256, state,
                 created_wall, created_mono, boot_id, receipt)
               VALUES (?, ?, 'kiosk-01', 1, 'portal', ?, ?, ?, ?, 0, 0, 'b', ?)""",
            (
                dossier.key if kind == "submit" else f"{dossier.key}/{kind}",
                *(dossier.id, kind, body, hashlib.sha256(body).digest()),
                "acknowledged" if answer else "ready",
                answer,
            ),
        )


def with_one_dossier(folder: Path, version: int, name: str = "old.db") -> Path:
    """A store file with one dossier, as a program of that schema left it."""
    steps = folder / "steps"
    steps.mkdir()
    for file in sorted(migrate.FOLDER.glob("*.sql"))[:version]:
        shutil.copy(file, steps)
    with (
        Database(folder / name, MovableClock(), migrations=steps) as database,
        database.transaction() as tx,
    ):
        tx.execute(
            """INSERT INTO ticket(id, office, day, series, number, arrived_at, vt)
               VALUES (1, 'H29.18', '2026-11-24', 'A', 1, 0, 0)"""
        )
        tx.execute(
            """INSERT INTO dossier(id, code, key, agency, station, procedure, version,
                 procedure_name, sector, sector_name, person, answers, summary, fee, state,
                 received_at, due_at, term, ticket)
               VALUES ('d', 'H29.18-261124-0001', 'k', 'H29.18', 'kiosk-01', 'p', 'v', 'n',
                 's', 'n', '{}', '{}', '', 0, 1, 0, 0, '', 1)"""
        )
        tx.execute(
            """INSERT INTO outbox(key, dossier_id, station, rev, dest, kind, body, body_sha256,
                 created_wall, created_mono, boot_id)
               VALUES ('k', 'd', 'kiosk-01', 1, 'portal', 'submit', x'01', ?, 0, 0, 'b')""",
            (hashlib.sha256(b"\x01").digest(),),
        )
    return folder / name
