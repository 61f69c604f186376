"""What the reference portal keeps: dossiers, progress steps and the receipt of every key, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS dossier(
  code TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, components TEXT NOT NULL,
  body BLOB NOT NULL, stored INTEGER NOT NULL, times_received INTEGER NOT NULL,
  first_received TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS progress(
  id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES dossier(code), key TEXT NOT NULL,
  state TEXT NOT NULL, at TEXT NOT NULL, words TEXT NOT NULL, body BLOB NOT NULL,
  times_received INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS receipt(
  key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, service TEXT NOT NULL, code TEXT NOT NULL,
  answer TEXT NOT NULL) STRICT;
"""
_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


@dataclass(frozen=True, repr=False)
class Receipt:
    """The answer that a key got when it first came."""

    sha256: str
    service: str
    code: str
    answer: str  # JSON text


class Database:
    """One connection behind one lock; every write is durable before its method returns.

    Raises `sqlite3.Error` when the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            folder / "portal.db", isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """Everything inside is committed at the end, or nothing is."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Rows(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def dossiers(self) -> list[dict[str, object]]:
        """Every dossier with its progress steps, oldest first, for the page of the sandbox."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT code, key, times_received, stored, components, state FROM dossier"
                " ORDER BY first_received, code"
            ).fetchall()
            steps = self._connection.execute(
                "SELECT code, key, state, at, words, times_received FROM progress ORDER BY id"
            ).fetchall()
        progress: dict[str, list[dict[str, object]]] = {}
        for code, *values in steps:
            names = ("key", "state", "at", "words", "times_received")
            progress.setdefault(code, []).append(dict(zip(names, values, strict=True)))
        return [
            {
                "code": code,
                "key": key,
                "times_received": times,
                "stored": stored,
                "components": json.loads(components),
                "state": state,
                "progress": progress.get(code, []),
            }
            for code, key, times, stored, components, state in rows
        ]


class Rows:
    """Reads and writes inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._do = connection.execute

    def receipt(self, key: str) -> Receipt | None:
        row = self._do(
            "SELECT sha256, service, code, answer FROM receipt WHERE key=?", (key,)
        ).fetchone()
        return Receipt(*row) if row else None

    def keep_receipt(self, key: str, receipt: Receipt) -> None:
        self._do(
            "INSERT INTO receipt(key, sha256, service, code, answer) VALUES(?,?,?,?,?)",
            (key, receipt.sha256, receipt.service, receipt.code, receipt.answer),
        )

    def dossier(self, code: str) -> dict[str, str] | None:
        """Key, state and time of the first receipt, or None."""
        row = self._do(
            "SELECT code, key, state, first_received FROM dossier WHERE code=?", (code,)
        ).fetchone()
        names = ("code", "key", "state", "first_received")
        return dict(zip(names, row, strict=True)) if row else None

    def insert(
        self, code: str, key: str, state: str, components: list[str], body: bytes, at: str
    ) -> None:
        self._do(
            "INSERT INTO dossier VALUES(?,?,?,?,?,1,1,?)",
            (code, key, state, json.dumps(components), body, at),
        )

    def update(self, code: str, key: str, state: str, components: list[str], body: bytes) -> None:
        self._do(
            "UPDATE dossier SET key=?, state=?, components=?, body=?,"
            " times_received=times_received+1 WHERE code=?",
            (key, state, json.dumps(components), body, code),
        )

    def came_again(self, key: str) -> None:
        """Counts a replay of a key, whichever table it lives in."""
        self._do("UPDATE dossier SET times_received=times_received+1 WHERE key=?", (key,))
        self._do("UPDATE progress SET times_received=times_received+1 WHERE key=?", (key,))

    def add_progress(
        self, code: str, key: str, state: str, at: str, words: str, body: bytes
    ) -> None:
        self._do(
            "INSERT INTO progress(code, key, state, at, words, body, times_received)"
            " VALUES(?,?,?,?,?,?,1)",
            (code, key, state, at, words, body),
        )
