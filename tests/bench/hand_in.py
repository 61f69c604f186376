"""Durable hand-in against raw append + fdatasync of the same bytes on the same disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from kiosk.catalogue.calendar import load_calendar
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.compose import new_id
from kiosk.dossiers.attachments import Attachments
from kiosk.dossiers.dossier import Scan, Submission
from kiosk.dossiers.register import Place, Register
from kiosk.outbox.outbox import Outbox
from kiosk.store.database import Database
from sync.portal.messages import encode
from tests.bench.measure import Result, usual
from tests.samples import a_person

SCAN_BYTES = 700_000
TIMES = 200


def results(disk: Path) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        raw = usual(_raw_append(folder / "raw", encode_size()), TIMES)
        with Database(folder / "station.db", now) as database:
            register = _register(database, folder)
            same = Scan("TP01", os.urandom(SCAN_BYTES), 2)
            transaction = usual(lambda: register.hand_in(_submission(same)), TIMES)
            numbers = count()

            def whole() -> None:
                scan = os.urandom(SCAN_BYTES - 8) + next(numbers).to_bytes(8, "big")
                register.hand_in(_submission(Scan("TP01", scan, 2)))

            with_file = usual(whole, TIMES // 4)
    peer = "raw append + fdatasync of the outbox body"
    yield Result("hand-in: its transaction (scan stored already)", transaction, raw, peer)
    yield Result("hand-in: whole, with a new scan of 0.7 MB", with_file, raw, peer)


def encode_size() -> int:
    from tests.samples import a_dossier

    return sum(len(message.body) for message in encode(a_dossier()))


def _raw_append(file: Path, size: int) -> Callable[[], None]:
    body = os.urandom(size)
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def append() -> None:
        os.write(handle, body)
        os.fdatasync(handle)

    return append


def _register(database: Database, folder: Path) -> Register:
    return Register(
        database,
        Attachments(folder / "attachments"),
        Outbox(database, "kiosk-01", now),
        load_catalogue(),
        load_calendar("vn"),
        Place("H29.18", "kiosk-01", 1, 99_999),
        new_id=new_id,
        encode=encode,
    )


def _submission(scan: Scan) -> Submission:
    answers = {"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2}
    return Submission(new_id(), "2.000815", "2026-1", a_person(), answers, (scan,))
