"""Fills the reference portal with made-up dossiers and their states, up to the size of the real thing.

The same number gives the same data. About 10.6 million states is what the national portal once held.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import OFFICE_ZONE, to_ms
from sync.sandbox.database import Database
from sync.sandbox.people import full_name
from sync.sandbox.states import State

_OFFICES = 3321
"""Communes since July 2025."""
_FIRST_DAY = datetime(2026, 1, 5, 7, 30, tzinfo=OFFICE_ZONE)
_DAYS = 300
_CHUNK = 20_000
_NAMES = 4096
_KEY = "none-seed"  # as of what came without a key
_PROCEDURES = (
    ("2.000815", "Chứng thực bản sao từ bản chính", "G15-TP03", "Chứng thực", 5),
    ("2.000884", "Chứng thực chữ ký", "G15-TP03", "Chứng thực", 8),
    ("2.000908", "Cấp bản sao từ sổ gốc", "G15-TP03", "Chứng thực", 8),
    ("1.002835", "Cấp mới giấy phép lái xe", "G17-GT01", "Đường bộ", 40),
    ("1.002809", "Đổi giấy phép lái xe", "G17-GT01", "Đường bộ", 40),
)
"""Code, name, sector, its name, working hours."""
_R, _P, _S = State.RECEIVED, State.PROCESSING, State.SUPPLEMENT
_PATHS = (
    (62, (_R, _P, State.READY, State.HANDED_OVER)),
    (12, (_R, _P, _S, _P, State.READY, State.HANDED_OVER)),
    (8, (_R, _P, State.TO_PAY, _P, State.READY, State.HANDED_OVER)),
    (6, (_R, _P, State.READY)),
    (5, (_R, _P)),
    (3, (State.FILED, State.NOT_RECEIVED)),
    (2, (_R, _P, _S)),
    (1, (_R, _P, _S, State.WITHDRAWN)),
    (1, (_R, _P, State.STOPPED)),
)
"""How many of a hundred go this way."""
_WORDS = {
    State.SUPPLEMENT: "Thiếu bản chính giấy tờ kèm theo",
    State.NOT_RECEIVED: "Giấy tờ không thuộc thẩm quyền giải quyết",
    State.TO_PAY: "Nộp phí theo thông báo",
    State.WITHDRAWN: "Theo đề nghị của người nộp",
    State.STOPPED: "Theo đề nghị của người nộp",
}


Row = tuple[str, str, bytes, str]
"""Code, state, message, time of receipt."""


@dataclass(frozen=True)
class Seeded:
    """How much there is now that was not there before."""

    dossiers: int
    states: int


def fill(database: Database, states: int) -> Seeded:
    """Adds dossiers until there are so many ``states`` at least. What was seeded before is left alone.

    In big transactions and without waiting for the disk, since it can be made again. Raises `sqlite3.Error`.
    """
    with database.alone() as connection:
        if connection.execute("SELECT 1 FROM dossier WHERE key=? LIMIT 1", (_KEY,)).fetchone():
            return Seeded(0, 0)
        connection.execute("PRAGMA synchronous=OFF")
        try:
            return _fill(connection, states)
        finally:
            connection.execute("PRAGMA synchronous=FULL")


def _fill(connection: sqlite3.Connection, states: int) -> Seeded:
    agencies = [_agency(number) for number in range(min(_OFFICES, max(1, states // 400)))]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO office(agency) VALUES(?) ON CONFLICT DO NOTHING", [(a,) for a in agencies]
    )
    numbers = dict(connection.execute("SELECT agency, number FROM office"))
    large = states > 200_000  # then indexes are made once at the end, which is much faster
    if large:
        for index in ("history_of", "history_at"):
            connection.execute(f"DROP INDEX IF EXISTS {index}")
    done = dossiers = 0
    made = _dossiers(agencies)
    while done < states:
        batch: list[Row] = []
        events: list[tuple[object, ...]] = []
        while len(batch) < _CHUNK and done + len(events) < states:
            dossier, office, steps = next(made)
            batch.append(dossier)
            code = dossier[0]
            number = numbers[office]
            events += [(code, number, state, at, _WORDS.get(state, "")) for state, at in steps]
        connection.executemany(
            f"INSERT INTO dossier VALUES(?,'{_KEY}',?,'[]',?,1,1,?) ON CONFLICT DO NOTHING",
            batch,
        )
        connection.executemany(
            "INSERT INTO history(code, office, state, at, words, by) VALUES(?,?,?,?,?,'station')",
            events,
        )
        done += len(events)
        dossiers += len(batch)
    if large:
        from sync.sandbox.history import SCHEMA

        for statement in SCHEMA.split(";"):
            if "CREATE INDEX" in statement:
                connection.execute(statement)
    connection.execute("COMMIT")
    return Seeded(dossiers, done)


def _agency(number: int) -> str:
    """``X``: a letter that no real agency has at its head."""
    return f"X{number // 100 % 100:02d}.{number % 100:02d}"


def _dossiers(agencies: list[str]) -> Iterator[tuple[Row, str, list[tuple[State, int]]]]:
    """Day by day and office by office, serials from 1 each day, as offices give them."""
    dice = random.Random(118_2025)  # noqa: S311  the same data every time
    names = [full_name(dice, man=dice.random() < 0.5) for _ in range(_NAMES)]
    paths = [path for weight, path in _PATHS for _ in range(weight)]
    heads = [_head(*procedure) for procedure in _PROCEDURES]
    serial = 0
    while True:
        serial += 1
        for day in range(_DAYS):
            start = _FIRST_DAY + timedelta(days=day)
            if start.weekday() >= 5:
                continue
            stamp_day, code_day = f"{start:%Y%m%d}", f"{start:%y%m%d}"
            start_ms = to_ms(start)
            for agency in agencies:
                roll = dice.getrandbits(40)
                minutes = (roll & 511) % 480
                head, hours = heads[(roll >> 9) % len(heads)]
                path = paths[(roll >> 16) % len(paths)]
                code = f"{agency}-{code_day}-{serial:04d}"
                at = start_ms + minutes * 60_000
                clock = 450 + minutes
                received = f"{stamp_day}{clock // 60:02d}{clock % 60:02d}00"
                steps = [(state, at + i * hours * 900_000) for i, state in enumerate(path)]
                refused = path[-1] is State.NOT_RECEIVED
                why = (received, _WORDS[path[-1]]) if refused else ("", "")
                who = names[roll >> 28]
                body = head % (code, who, received, received, path[-1], agency, *why)
                yield (code, str(int(path[-1])), body.encode(), received), agency, steps


def _head(code: str, name: str, sector: str, sector_name: str, hours: int) -> tuple[str, int]:
    """A message's text with places for what differs from dossier to dossier."""
    fixed = {
        "MaTTHC": code,
        "TenTTHC": name,
        "MaLinhVuc": sector,
        "TenLinhVuc": sector_name,
        "KenhThucHien": "1",
        "LoaiDoiTuong": "1",
    }
    text = json.dumps(fixed, ensure_ascii=False).replace("%", "%%")[1:-1]
    return (
        '{"MaHoSo": "%s", "ChuHoSo": "%s", "NgayNopHoSo": "%s", "NgayTiepNhan": "%s",'
        ' "TrangThaiHoSo": "%d", "DonViXuLy": "%s", "NgayTuChoi": "%s", "GhiChu": "%s",'
        f" {text}}}",
        hours,
    )
