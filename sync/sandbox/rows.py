"""Dossiers, progress steps and receipts: the statements inside one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS dossier(
  code TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, components TEXT NOT NULL,
  body BLOB NOT NULL, stored INTEGER NOT NULL, times_received INTEGER NOT NULL,
  first_received TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS progress(
  id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES dossier(code), key TEXT NOT NULL,
  state TEXT NOT NULL, at TEXT NOT NULL, words TEXT NOT NULL, body BLOB NOT NULL,
  times_received INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS progress_of ON progress(code, id);
CREATE TABLE IF NOT EXISTS receipt(
  key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, service TEXT NOT NULL, code TEXT NOT NULL,
  answer TEXT NOT NULL) STRICT;
"""
_STEP = ("key", "state", "at", "words", "times_received")


@dataclass(frozen=True, repr=False)
class Receipt:
    """The answer that a key got when it first came."""

    sha256: str
    service: str
    code: str
    answer: str  # JSON text


class Rows:
    """Reads and writes inside one transaction; ``execute`` is for the tables of other modules."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._do = self.execute = connection.execute

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

    def body(self, code: str) -> bytes | None:
        """The dossier message as it came, or None."""
        row = self._do("SELECT body FROM dossier WHERE code=?", (code,)).fetchone()
        return bytes(row[0]) if row else None

    def insert(
        self, code: str, key: str, state: str, components: list[str], body: bytes, at: str
    ) -> None:
        self._do(
            "INSERT INTO dossier(code, key, state, components, body, stored, times_received,"
            " first_received) VALUES(?,?,?,?,?,1,1,?)",
            (code, key, state, json.dumps(components), body, at),
        )

    def update(self, code: str, key: str, state: str, components: list[str], body: bytes) -> None:
        self._do(
            "UPDATE dossier SET key=?, state=?, components=?, body=?,"
            " times_received=times_received+1 WHERE code=?",
            (key, state, json.dumps(components), body, code),
        )

    def set_state(self, code: str, state: str) -> None:
        self._do("UPDATE dossier SET state=? WHERE code=?", (state, code))

    def came_again(self, code: str, key: str) -> None:
        """Counts a replay of a key, whichever table it lives in."""
        for table in ("dossier", "progress"):
            self._do(
                f"UPDATE {table} SET times_received=times_received+1"  # noqa: S608  two fixed names
                " WHERE code=? AND key=?",
                (code, key),
            )

    def add_progress(
        self, code: str, key: str, state: str, at: str, words: str, body: bytes
    ) -> None:
        self._do(
            "INSERT INTO progress(code, key, state, at, words, body, times_received)"
            " VALUES(?,?,?,?,?,?,1)",
            (code, key, state, at, words, body),
        )

    def dossiers(self, after: int, limit: int) -> tuple[list[dict[str, object]], int | None]:
        """Dossiers with their steps in the order they came, and where the next page begins."""
        found = self._do(
            "SELECT rowid, code, key, times_received, stored, components, state, body FROM dossier"
            " WHERE rowid>? ORDER BY rowid LIMIT ?",
            (after, limit),
        ).fetchall()
        whole = [
            {
                "code": code,
                "key": key,
                "times_received": times,
                "stored": stored,
                "components": json.loads(components),
                "state": state,
                "progress": list(self._steps(code)),
                "body": bytes(body),
            }
            for _, code, key, times, stored, components, state, body in found
        ]
        return whole, found[-1][0] if len(found) == limit else None

    def newest(self, before: int, limit: int) -> list[tuple[int, str]]:
        """Numbers and codes of dossiers, newest first; ``before`` 0 begins with the newest."""
        return self._do(
            "SELECT rowid, code FROM dossier WHERE rowid<? ORDER BY rowid DESC LIMIT ?",
            (before or 2**62, limit),
        ).fetchall()

    def _steps(self, code: str) -> Iterable[dict[str, object]]:
        for row in self._do(
            f"SELECT {', '.join(_STEP)} FROM progress WHERE code=? ORDER BY id",  # noqa: S608
            (code,),
        ):
            yield dict(zip(_STEP, row, strict=True))
