"""The station's one SQLite file: one writer at a time, a reader per thread, upgraded at start."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from kiosk.clock import Clock, from_ms, to_ms
from kiosk.faults import Fault
from kiosk.store import migrate, sealing
from kiosk.store.checkpoint import Checkpoints
from kiosk.store.errors import fault_of
from kiosk.store.link import Reader, Transaction, connect
from kiosk.store.vault import Vault


class Database:
    """Opens, checks and upgrades the file, then gives transactions and readers.

    Writing goes through `transaction` only. It starts with BEGIN IMMEDIATE, so a write never grows
    out of a read (which SQLite answers with BUSY_SNAPSHOT at once, whatever the busy timeout).
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        vault: Vault | None = None,
        *,
        migrations: Path = migrate.FOLDER,
    ) -> None:
        """``vault``: opens and seals what the store keeps about people; without it only the rest is readable.

        Raises `Fault`: STORE_NEWER, STORE_DAMAGED, DISK_FULL, STORE_BUSY, VAULT_KEY_OTHER.
        """
        self.path = path
        self._vault = vault
        self._clock = clock
        self._lock = threading.RLock()
        self._open: Transaction | None = None
        self._flushes = True  # what `connect` has set
        self._local = threading.local()
        self._readers: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._checkpoints = Checkpoints(path)
        try:
            self._writer = connect(path)
            try:
                sealing.prepare(self._writer, vault)
                migrate.upgrade(self._writer, path, clock, migrations)
                if not sealing.settle(self._writer, path, vault, to_ms(clock())):
                    self._checkpoints.before = lambda one: sealing.empty_log(one, to_ms(clock()))
            except BaseException:
                self._writer.close()
                raise
        except sqlite3.Error as error:
            raise _named(error) from error

    def transaction(self, *, at: datetime | None = None, flush: bool = True) -> Write:
        """One durable write: committed at the end of the block, undone as a whole by any exception.

        After the block the data survives a power cut. ``at``: the moment its rows carry, where it does what
        was promised earlier. ``flush=False``: committed, but a power cut undoes it until the next flushed write
        (which flushes it too, first): only for what is made again out of rows that are durable. Raises
        `Fault` DISK_FULL, STORE_DAMAGED or STORE_BUSY; a later try starts clean.
        """
        return Write(self, at, flush)

    def now(self) -> datetime:
        """What the store's clock says."""
        return self._clock()

    def read(self) -> Reader:
        """This thread's reader; it sees what is committed."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            try:
                connection = connect(self.path)
            except sqlite3.Error as error:
                raise _named(error) from error
            connection.execute("PRAGMA query_only=ON")
            reader = self._local.reader = Reader(connection, self._vault)
            with self._lock:
                self._drop_readers_of_ended_threads()
                self._readers.append((threading.current_thread(), connection))
        return reader

    def born(self) -> datetime:
        """When this store was made; noted at the first call."""
        with self.transaction() as tx:
            sql = "INSERT INTO meta(name, value) VALUES ('born', ?) ON CONFLICT DO NOTHING"
            tx.execute(sql, (str(tx.at_ms),))
            return from_ms(tx.number("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'born'"))

    def close(self) -> None:
        """Closes every connection; to be called when no other thread uses the store any more."""
        with self._lock:
            self._checkpoints.close()
            for _, connection in self._readers:
                connection.close()
            self._readers.clear()
            self._local = threading.local()
            self._writer.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _drop_readers_of_ended_threads(self) -> None:
        kept = []
        for thread, connection in self._readers:
            if thread.is_alive():
                kept.append((thread, connection))
            else:
                connection.close()
        self._readers = kept


class Write:
    """A write of a database, to be used in a ``with`` (`Database.transaction`).

    Every press of a citizen waits for one, so it is spelled out: a generator of contextlib costs as much as
    the statements inside.
    """

    __slots__ = ("_at", "_database", "_flush")

    def __init__(self, database: Database, at: datetime | None, flush: bool) -> None:
        self._database = database
        self._at = at
        self._flush = flush

    def __enter__(self) -> Transaction:
        database = self._database
        database._lock.acquire()
        try:
            if database._open is not None:
                raise RuntimeError("a transaction inside a transaction")
            self._undo()  # what an interrupt left open
            if self._flush is not database._flushes:
                self._set_flush(self._flush)
            database._writer.execute("BEGIN IMMEDIATE")
            try:
                moment = self._at or database._clock()
                database._open = Transaction(database._writer, moment, database._vault)
            except BaseException:
                self._undo()
                raise
        except BaseException as error:
            database._lock.release()
            if isinstance(error, sqlite3.Error):
                raise _named(error) from error
            raise
        return database._open

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        database = self._database
        try:
            if error is None:
                database._writer.execute("COMMIT")
            else:
                self._undo()
        except BaseException as failed:
            self._undo()
            if isinstance(failed, sqlite3.Error):
                raise _named(failed) from failed
            raise
        else:
            if isinstance(error, sqlite3.Error):
                raise _named(error) from error
            if error is None:
                database._checkpoints.committed()
        finally:
            try:
                database._open = None
                if not database._flushes:
                    with suppress(sqlite3.Error):  # then the next one does it
                        self._set_flush(True)
            finally:
                database._lock.release()

    def _set_flush(self, flush: bool) -> None:
        """Whatever interrupts this, a write that is to be flushed is."""
        if not flush:
            self._database._flushes = False
            self._database._writer.execute("PRAGMA synchronous=NORMAL")
        else:
            self._database._writer.execute("PRAGMA synchronous=FULL")
            self._database._flushes = True

    def _undo(self) -> None:
        # Some errors (disk full among them) have already undone the transaction.
        if self._database._writer.in_transaction:
            self._database._writer.execute("ROLLBACK")


def _named(error: sqlite3.Error) -> Fault | sqlite3.Error:
    """The fault behind the error, or the error itself when it is a bug."""
    return fault_of(error) or error
