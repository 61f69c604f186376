"""What the reference portal keeps, in one SQLite file with group commit."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sync.sandbox import history, registers
from sync.sandbox.rows import SCHEMA, Receipt, Rows
from sync.sandbox.writer import GroupCommit

__all__ = ["Database", "Receipt", "Rows"]

_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_Result = TypeVar("_Result")


class Database:
    """Writes go through one connection and are durable before anyone hears of them; reads have another.

    Raises `sqlite3.Error` when the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "portal.db"
        self._write_lock = threading.Lock()
        self._read_lock = threading.Lock()
        self._writing = _connect(self.file)
        for schema in (SCHEMA, history.SCHEMA, registers.SCHEMA):
            self._writing.executescript(schema)
        self._reading = _connect(self.file)
        self._reading.execute("PRAGMA query_only=ON")
        self._group = GroupCommit(self._writing, self._write_lock)

    def close(self) -> None:
        """Commits what waits first."""
        self._group.close()
        with self._read_lock:
            self._reading.close()
        with self._write_lock:
            self._writing.close()

    def write(self, work: Callable[[Rows], _Result]) -> Future[_Result]:
        """Has ``work`` done and committed together with others; done once it is durable.

        What ``work`` raises undoes its own writes only, and comes out of the future.
        """
        return self._group.submit(lambda connection: work(Rows(connection)))

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """A transaction of its own: all inside is committed at the end, or nothing is."""
        with self._write_lock:
            self._writing.execute("BEGIN IMMEDIATE")
            try:
                yield Rows(self._writing)
            except BaseException:
                self._writing.execute("ROLLBACK")
                raise
            self._writing.execute("COMMIT")

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The writing connection while nobody else writes; transactions are the caller's."""
        with self._write_lock:
            yield self._writing

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """What is committed, as of now; writes inside are refused."""
        with self._read_lock:
            self._reading.execute("BEGIN")
            try:
                yield Rows(self._reading)
            finally:
                self._reading.execute("COMMIT")

    def dossiers(self, after: int = 0, limit: int = 1_000_000) -> list[dict[str, object]]:
        """Dossiers with their progress steps in the order they came; ``after`` is a row's number."""
        with self.reading() as rows:
            return rows.dossiers(after, limit)[0]


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
