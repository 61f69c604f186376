"""Copies the write-ahead log back into the store's file beside the writer: nobody waits for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from kiosk.store.link import connect

EVERY = 96
"""Transactions between two checkpoints: about 1000 pages when all of them are of hand-ins, which have three each."""

_log = logging.getLogger(__name__)


class Checkpoints:
    """Starts a checkpoint after every so many commits, in a thread and on a connection of its own.

    It is a passive one: it neither waits for anybody nor holds anybody up. Where it can't keep pace (one
    huge transaction, a long read), SQLite's own checkpoint inside a commit bounds the log (`link.connect`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.before: Callable[[sqlite3.Connection], bool] | None = None
        """Runs after every commit, on a connection that waits for nobody, until it gives True."""
        self._commits = 0
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """To be called after each commit, by one thread at a time. Never raises: what is committed stays so."""
        self._commits += 1
        is_due = self.before is not None or self._commits >= EVERY
        if not is_due or (self._thread is not None and self._thread.is_alive()):
            return
        self._commits = 0
        self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)
        with suppress(RuntimeError):  # no room for a thread; the next ones try again
            self._thread.start()

    def close(self) -> None:
        """Waits for the one that runs."""
        if self._thread is not None and self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            with closing(connect(self._path)) as connection:
                if self.before is not None:
                    connection.execute("PRAGMA busy_timeout=0")
                    if self.before(connection):
                        self.before = None
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:  # the log keeps everything; the next checkpoint tries again
            _log.warning("checkpoint: %s", getattr(error, "sqlite_errorname", type(error).__name__))
