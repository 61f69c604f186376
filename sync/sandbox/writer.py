"""Group commit: many writers, one transaction, one flush to the disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

MOST = 256
"""Pieces of work that share one transaction at most."""

Work = Callable[[sqlite3.Connection], Any]


@dataclass(frozen=True)
class _Job:
    work: Work
    future: Future[Any] = field(default_factory=Future)


class GroupCommit:
    """One thread that does the work of many in one transaction.

    What came while the disk was busy is committed together, each piece under its own savepoint: a piece
    that raises is undone alone. A future is done only after COMMIT, so nobody hears of what could still
    be lost.
    """

    def __init__(self, connection: sqlite3.Connection, lock: threading.Lock) -> None:
        self._connection = connection
        self._lock = lock  # of the connection
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Future[Any]:
        """The future gives what ``work`` returns or raises, or the `sqlite3.Error` of the commit."""
        job = _Job(work)
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Commits what waits, then ends the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch = [first]
            ended = False
            while len(batch) < MOST and not ended:
                try:
                    job = self._jobs.get_nowait()
                except Empty:
                    break
                if job is None:
                    ended = True
                else:
                    batch.append(job)
            self._commit(batch)
            if ended:
                return

    def _commit(self, batch: list[_Job]) -> None:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                outcomes = [self._one(job) for job in batch]
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                outcomes = [(None, error)] * len(batch)
        for job, (result, wrong) in zip(batch, outcomes, strict=True):
            if wrong is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(wrong)

    def _one(self, job: _Job) -> tuple[Any, Exception | None]:
        self._connection.execute("SAVEPOINT one")
        try:
            result = job.work(self._connection)
        except Exception as error:
            if not self._connection.in_transaction:  # a full disk undoes the whole transaction
                raise sqlite3.OperationalError("the transaction was undone") from error
            self._connection.execute("ROLLBACK TO one")
            self._connection.execute("RELEASE one")
            return None, error
        self._connection.execute("RELEASE one")
        return result, None
