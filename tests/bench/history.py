"""A dossier's history among as many states as the national portal once held, in the sandbox portal."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

from sync.sandbox import history
from sync.sandbox.database import Database
from sync.sandbox.seed import fill
from tests.bench.measure import Result, seconds_of

STATES = int(os.environ.get("BENCH_STATES", "10600000"))
LIMIT_S = 0.001
TIMES = 500


def results(disk: Path) -> Iterator[Result]:
    if not STATES:
        return
    with tempfile.TemporaryDirectory(dir=disk) as name:
        database = Database(Path(name))
        try:
            fill(database, STATES)
            took = median(_look_ups(database))
        finally:
            database.close()
    yield Result(
        f"history: one dossier's among {STATES:,} states", took, LIMIT_S, "the limit of 1 ms"
    )


def _look_ups(database: Database) -> list[float]:
    """Seconds of look-ups of dossiers from all over the table."""
    random, took = Random(1), []
    with database.reading() as rows:
        [last] = rows.execute("SELECT max(seq) FROM history").fetchone()
        for _ in range(TIMES):
            seq = random.randint(1, last)
            [code] = rows.execute("SELECT code FROM history WHERE seq=?", (seq,)).fetchone()
            other = rows.execute(
                "SELECT code FROM history WHERE seq=?", (last + 1 - seq,)
            ).fetchone()
            took.append(seconds_of(lambda code=other[0]: history.of_code(rows, code)))
            if not history.of_code(rows, code):
                raise RuntimeError("a seeded dossier has no history")
    return took
