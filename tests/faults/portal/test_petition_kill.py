"""kill -9 while petitions come in: rows and cursor are one, and what was cut comes again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import resources
from kiosk import feeds
from kiosk.clock import now
from kiosk.petitions import box
from kiosk.petitions.petition import settle
from kiosk.store.database import Database
from sync.petition_feed import PAGE, SOURCE, told
from tests.faults.portal.petition_reader import PAGES, ROWS, rows
from tests.samples import a_vault


def read(folder: Path, *more: str) -> int:
    command = [sys.executable, "-m", "tests.faults.portal.petition_reader", str(folder), *more]
    return subprocess.run(command, cwd=resources.path().parent, check=False).returncode


def stands(folder: Path) -> tuple[int, int]:
    with Database(folder / "app.db", now, a_vault()) as database:
        kept = database.read().number("SELECT count(*) FROM petition_told")
        return feeds.load(database.read(), SOURCE).cursor, kept


def test_killed_at_every_page_and_read_on(tmp_path: Path) -> None:
    done = 0
    for number in (1, 3, 5):  # pages of this run, the last of them cut
        assert read(tmp_path, str(number)) == -signal.SIGKILL
        done += (number - 1) * PAGE
        assert stands(tmp_path) == (done, done)
    assert done < PAGES * PAGE
    assert read(tmp_path) == 0
    assert stands(tmp_path) == (ROWS, ROWS)
    whole = [told("o-1", row) for row in rows()]
    with Database(tmp_path / "app.db", now, a_vault()) as database:
        found = {one.id: one for one in box.petitions(database.read(), ROWS)}
    assert found == {
        id_: settle(one for one in whole if one.petition == id_)
        for id_ in {one.petition for one in whole}
    }
    assert all(one.answer is not None for id_, one in found.items() if id_ in ("HD-1", "HD-9"))
