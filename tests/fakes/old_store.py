"""Rows as programs of before schema 7 wrote them: what says something about people in the clear."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from kiosk.clock import to_ms
from kiosk.dossiers.dossier import Dossier
from kiosk.store.link import Transaction

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
