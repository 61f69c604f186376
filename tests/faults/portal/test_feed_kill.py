"""kill -9 while states and catalogues come in: rows and cursor are one, a release is whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import islice, pairwise
from pathlib import Path
from random import Random

import pytest

import resources
from kiosk import feeds
from kiosk.catalogue import release
from kiosk.clock import now
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import History
from kiosk.dossiers.states import follow
from kiosk.journal.journal import Kind, entries
from kiosk.store.database import Database
from kiosk.store.link import Reader
from sync.cursor_feed import PAGE
from sync.status_feed import SOURCE, state_event
from tests.faults.portal.feed_reader import OWN, RELEASES, ROWS, rows
from tests.unit.dossiers.office import a_submission, open_office

KILLS = int(os.environ.get("FEED_KILLS", "10"))


def started(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.portal.feed_reader", str(folder), *more],
        cwd=resources.path().parent,
        stdout=subprocess.PIPE,
    )


def run_and_kill(folder: Path, lines: int) -> bool:
    """Kills the reader once it has said so many lines; whether it had ended before."""
    child = started(folder)
    assert child.stdout is not None
    said = list(islice(child.stdout, lines))
    child.kill()  # it goes on meanwhile: anywhere in its next page or release
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    return said[-1:] == [b"done\n"]


def whole(reader: Reader) -> tuple[int, int]:
    """Checks what must hold after every kill; gives the cursor and the number of the release."""
    cursor = feeds.load(reader, SOURCE).cursor
    seen = reader.row("SELECT count(*) AS n, coalesce(max(seq), 0) AS last FROM dossier_event")
    assert (seen["n"], seen["last"]) == (cursor, cursor)
    serial = feeds.load(reader, "catalogue").cursor
    used = release.latest(reader)
    assert (used.serial if used else 0) == serial
    offered = reader.rows("SELECT code, version FROM catalogue_file WHERE offered = 1")
    assert sorted(tuple(row) for row in offered) == (
        [("1.000001", f"r{serial}"), ("2.000815", f"r{serial}")] if serial else []
    )
    return cursor, serial


def test_nothing_lost_nothing_twice_never_half(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    codes = [office.register.hand_in(a_submission(f"key-{n}")).dossier.code for n in range(5)]
    assert tuple(codes) == OWN
    office.close()
    dice = Random()
    ended = False
    for _ in range(KILLS):
        ended = run_and_kill(tmp_path, dice.randint(1, 2 * (RELEASES + ROWS // PAGE) // KILLS))
        with Database(tmp_path / "app.db", now) as database:
            whole(database.read())
    assert ended or run_and_kill(tmp_path, ROWS)
    with Database(tmp_path / "app.db", now) as database:
        assert whole(database.read()) == (ROWS, RELEASES)
        told = [state_event("o-1", row) for row in rows()]
        history = History(database, "kiosk-01")
        states = {row["code"]: row for row in database.read().rows("SELECT * FROM dossier")}
        for code in OWN:
            state, past = follow(one for one in told if one.code == code)
            assert DossierState(states[code]["state"]) is state
            assert history.of(code) == past
        moves = [e for e in entries(database.read()) if e.kind == Kind.STATE_FOLLOWED]
        for code in OWN:  # each entry begins where the one before ended
            steps = [e.detail[:2] for e in moves if e.subject == states[code]["id"]]
            assert steps[0][0] == DossierState.RECEIVED
            assert all(one[1] == two[0] for one, two in pairwise(steps))
            assert steps[-1][1] == states[code]["state"]


@pytest.mark.parametrize("number", [1, 2, RELEASES, RELEASES + 1, RELEASES + 7])
def test_a_cut_between_rows_and_cursor(tmp_path: Path, number: int) -> None:
    """The first ones are releases, those behind are pages."""
    child = started(tmp_path, str(number))
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    with Database(tmp_path / "app.db", now) as database:
        pages = max(number - RELEASES - 1, 0)
        assert whole(database.read()) == (pages * PAGE, min(number - 1, RELEASES))
