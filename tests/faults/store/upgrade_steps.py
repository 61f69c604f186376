"""Upgrades copies of an old store and is killed at each statement: ``python -m tests.faults.store.upgrade_steps``.

Prints one JSON line for each statement: the store's version, and the hash of everything in it. The process
forks itself for each try, so that a hundred of them take seconds.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.store.database import Database
from tests.samples import a_vault
from tests.unit.dossiers.office import MovableClock


def killed_at(count: int) -> type[sqlite3.Connection]:
    """A connection whose process dies right before its n-th statement."""

    class Killed(sqlite3.Connection):
        left = count

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            Killed.left -= 1
            if Killed.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().execute(*arguments)

    return Killed


def upgrade(file: Path, count: int) -> bool:
    """In a child; whether it was killed."""
    child = os.fork()
    if child == 0:
        real, kind = sqlite3.connect, killed_at(count)
        sqlite3.connect = lambda *a, **k: real(*a, factory=kind, **k)  # type: ignore[assignment]
        code = 1
        try:
            Database(file, MovableClock(), a_vault()).close()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    if os.WEXITSTATUS(status):
        raise RuntimeError("the upgrade failed by itself")
    return False


def seen(file: Path) -> dict[str, object]:
    """What the next start would find; sealed values differ each time and are left out."""
    with closing(sqlite3.connect(file)) as link:
        schema = link.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        (version,) = link.execute("PRAGMA user_version").fetchone()
        (whole,) = link.execute("PRAGMA integrity_check").fetchone()
        counts = [
            link.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("dossier", "ticket", "outbox")
        ]
    told = hashlib.sha256(repr(schema).encode()).hexdigest()
    return {"version": version, "schema": told, "whole": whole, "counts": counts}


def main(old: Path, folder: Path) -> None:
    gone_on: set[object] = set()
    for count in itertools.count():
        file = folder / f"{count}" / "app.db"
        file.parent.mkdir()
        shutil.copy(old, file)
        killed = upgrade(file, count)
        first = seen(file)
        then = None
        if first["version"] not in gone_on:
            gone_on.add(first["version"])
            upgrade(file, 1_000_000)  # the next start
            then = seen(file)
        sys.stdout.write(json.dumps({"killed": killed, "first": first, "then": then}) + "\n")
        sys.stdout.flush()
        shutil.rmtree(file.parent)
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
