"""A store as an older program left it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from kiosk.store import migrate
from kiosk.store.database import Database
from tests.unit.dossiers.office import MovableClock


def old_store(folder: Path, version: int, name: str = "old.db") -> Path:
    """A store with one dossier, as a program of that schema left it."""
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
