"""Durable hand-in against raw append + fdatasync on the same disk, alternating in the same run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from kiosk.catalogue.calendar import load_calendar
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.compose import new_id
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Scan, Submission
from kiosk.dossiers.register import Place, Register
from kiosk.outbox.outbox import Outbox
from kiosk.store import checkpoint
from kiosk.store.database import Database
from kiosk.store.link import connect
from sync.portal.messages import encode
from tests.bench.flush import NotPossible, under_delay
from tests.bench.measure import LeftOut, Result, seconds_of
from tests.bench.prefill import fill
from tests.samples import a_dossier, a_person, a_vault

SCAN_BYTES = 700_000
TIMES = 200
HISTORY = int(os.environ.get("BENCH_HISTORY", "1000000"))
"""Rows of outbox history for the comparison; half as many dossiers."""

FLUSH_MS = 2
"""How much longer a flush takes on the slower disk."""

_FRAME = 4096 + 24  # a page and its head in the write-ahead log
_SMALL = 1000


def results(disk: Path) -> Iterator[Result | LeftOut]:
    with tempfile.TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        small = Scan("TP01", os.urandom(_SMALL), 2)
        with Database(folder / "station.db", now, a_vault()) as database:
            register = register_at(database, folder)
            written = _bytes_of_one(database, register, small)
            _warm_up(register, small)
            press, body = alternating(folder, _press_and_bodies(register, folder), TIMES)
            fresh = _fresh_scans()
            [whole, same, commit, with_scan, both] = alternating(
                folder,
                [
                    _Whole(register, lambda: small),
                    Act(_raw_append(folder / "same", written)),
                    Act(_commit_alone(folder, written)),
                    _Whole(register, lambda: next(fresh)),
                    Act(_raw_append(folder / "scan", SCAN_BYTES + encoded_size())),
                ],
                TIMES,
            )
        yield Result(
            "hand-in: durable, from the press", press, body, "raw append + fdatasync of the bodies"
        )
        yield Result(
            "hand-in: all of it", whole, same, f"raw append + fdatasync of {written:,} bytes"
        )
        yield Result("store: a commit of the same pages", commit, same, "the same raw append")
        yield Result("hand-in: all of it, with a new scan of 0.7 MB", with_scan, both, "raw append")
        yield from _on_a_slower_disk(folder)
        yield from _with_history(folder, small)


def beside_raw_appends(folder: Path) -> list[float]:
    """Median seconds of the press and of a raw append of the bodies; of the whole with a new scan, and a raw append of both."""
    fresh = _fresh_scans()
    with Database(folder / "station.db", now, a_vault()) as database:
        register = register_at(database, folder)
        _warm_up(register, Scan("TP01", os.urandom(_SMALL), 2))
        pair = alternating(folder, _press_and_bodies(register, folder), TIMES)
        return pair + alternating(
            folder,
            [
                _Whole(register, lambda: next(fresh)),
                Act(_raw_append(folder / "scan", SCAN_BYTES + encoded_size())),
            ],
            TIMES,
        )


def _press_and_bodies(register: Register, folder: Path) -> list[Act]:
    small = Scan("TP01", os.urandom(_SMALL), 2)
    return [_Press(register, small), Act(_raw_append(folder / "body", encoded_size()))]


class Act:
    """What is measured; what comes before and after it isn't."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def before(self) -> None: ...

    def after(self) -> None: ...


class _Whole(Act):
    """A hand-in that nothing was prepared for, until it is in the register."""

    def __init__(self, register: Register, scan: Callable[[], Scan]) -> None:
        self._register, self._scan = register, scan
        super().__init__(self._hand_in)

    def before(self) -> None:
        self._submission = a_submission(self._scan())

    def _hand_in(self) -> None:
        self._handed_in = self._register.hand_in(self._submission)

    def after(self) -> None:
        """The note that the number was shown flushes the register's rows, as it does at a station."""
        self._register.mark_shown(self._handed_in.dossier.id)


class _Press(Act):
    """A press on a page that was prepared while it was read, until what is handed in is durable."""

    def __init__(self, register: Register, scan: Scan) -> None:
        self._register, self._scan = register, scan
        super().__init__(self._press)

    def before(self) -> None:
        self._prepared = self._register.prepare(a_submission(self._scan))

    def _press(self) -> None:
        self._register.receive(self._prepared)

    def after(self) -> None:
        dossier = self._register.hand_in(self._prepared).dossier
        self._register.mark_shown(dossier.id)


def _on_a_slower_disk(folder: Path) -> Iterator[Result | LeftOut]:
    name = f"hand-in: durable, a flush takes {FLUSH_MS} ms more"
    with tempfile.TemporaryDirectory(dir=folder) as own:
        try:
            press, body, with_scan, both = under_delay("tests.bench.hand_in", Path(own), FLUSH_MS)
        except NotPossible as reason:
            yield LeftOut(name, str(reason))
            return
    yield Result(name, press, body, "raw append + fdatasync of the bodies, likewise")
    yield Result("hand-in: all of it with a new scan, likewise", with_scan, both, "raw append")


def alternating(folder: Path, acts: Sequence[Act], times: int) -> list[float]:
    """Median seconds of each; in every turn in another order, each right after the same small flush.

    A disk that was used a moment ago answers sooner than one that rests, so none may follow another thing.
    """
    took: list[list[float]] = [[] for _ in acts]
    turns, order = Random(4), list(range(len(acts)))
    flush = _raw_append(folder / "before", 1)
    for _ in range(times):
        turns.shuffle(order)
        for number in order:
            act = acts[number]
            act.before()
            _wait_for_checkpoint()
            flush()
            took[number].append(seconds_of(act.act))
            act.after()
    return [median(seconds) for seconds in took]


def _warm_up(register: Register, small: Scan) -> None:
    """As a station that has served some people today: warm caches, a log that has grown to its size."""
    for _ in range(2 * checkpoint.EVERY):
        register.hand_in(a_submission(small))
        _wait_for_checkpoint()


def _wait_for_checkpoint() -> None:
    """Between two people there is a minute, in which a checkpoint ends."""
    for thread in threading.enumerate():
        if thread.name == "checkpoint":
            thread.join()


def encoded_size() -> int:
    """Bytes of the outbox rows that one hand-in makes."""
    return sum(len(message.body) for message in encode(a_dossier()))


def register_at(
    database: Database, folder: Path, serial_first: int = 1, serial_last: int = 99_999
) -> Register:
    return Register(
        database,
        Attachments(folder / "attachments", a_vault()),
        Outbox(database, "kiosk-01", now),
        load_catalogue(),
        load_calendar("vn"),
        Place("H29.18", "kiosk-01", serial_first, serial_last),
        new_id=new_id,
        encode=encode,
    )


def a_submission(scan: Scan) -> Submission:
    answers = {"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2}
    return Submission(new_id(), "2.000815", "2026-1", a_person(), answers, (scan,))


def _with_history(folder: Path, small: Scan) -> Iterator[Result]:
    if not HISTORY:
        return
    old, new = folder / "old", folder / "new"
    old.mkdir()
    new.mkdir()
    with (
        Database(old / "station.db", now, a_vault()) as long,
        Database(new / "station.db", now, a_vault()) as short,
    ):
        after = register_at(long, old)
        after.hand_in(a_submission(small))
        fill(long.path, HISTORY // 2)
        before = register_at(short, new)
        _warm_up(after, small)
        _warm_up(before, small)
        acts = [
            _Press(after, small),
            _Press(before, small),
            _Whole(after, lambda: small),
            _Whole(before, lambda: small),
        ]
        [press, in_new, whole, whole_in_new] = alternating(folder, acts, TIMES)
    rows, peer = f"after {HISTORY:,} rows of history", "in a new store"
    yield Result(f"hand-in: durable, {rows}", press, in_new, peer)
    yield Result(f"hand-in: whole, {rows}", whole, whole_in_new, peer)


def _bytes_of_one(database: Database, register: Register, small: Scan) -> int:
    """Bytes that a usual hand-in writes to the write-ahead log: whole pages and their heads."""
    wal = database.path.with_name(database.path.name + "-wal")
    times = 20
    with closing(connect(database.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = wal.stat().st_size
    for _ in range(times):
        register.hand_in(a_submission(small))
    return (wal.stat().st_size - before) // times // _FRAME * _FRAME


def _commit_alone(folder: Path, size: int) -> Callable[[], None]:
    """A commit that writes as many pages, without anything else that a hand-in does."""
    connection = connect(folder / "pages.db")
    rows = size // _FRAME
    connection.execute("CREATE TABLE page(id INTEGER PRIMARY KEY, content BLOB)")
    for _ in range(rows):
        connection.execute("INSERT INTO page(content) VALUES (zeroblob(3900))")
    fill_bytes = count(1)

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        content = next(fill_bytes).to_bytes(4, "big") * 975
        connection.execute("UPDATE page SET content = ?", (content,))
        connection.execute("COMMIT")

    return commit


def _fresh_scans() -> Iterator[Scan]:
    body = os.urandom(SCAN_BYTES - 8)
    for number in count():
        yield Scan("TP01", number.to_bytes(8, "big") + body, 2)


def _raw_append(file: Path, size: int) -> Callable[[], None]:
    body = os.urandom(size)
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def append() -> None:
        os.write(handle, body)
        os.fdatasync(handle)

    return append


if __name__ == "__main__":
    print(json.dumps(beside_raw_appends(Path(sys.argv[1]))))  # noqa: T201
