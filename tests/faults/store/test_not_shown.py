"""Killed after the commit and before the number was on the screen: the next start lists it, so nobody files twice."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from kiosk.commands.sync_status import readable, status
from kiosk.settings import load
from tests.faults.store.start import start
from tests.faults.store.test_kill import kill_after, whole_lines
from tests.unit.dossiers.office import open_office

ROUNDS = 4


def test_what_was_committed_but_never_shown_is_listed_after_a_kill(tmp_path: Path) -> None:
    dice = random.Random(202)
    told: set[str] = set()
    for _ in range(ROUNDS):
        child = start("hand_in", tmp_path)
        said = kill_after(child, dice.randrange(1, 8), dice.uniform(0, 0.03))
        told |= {code for key, code in whole_lines(said) if key != "acknowledged"}
    with closing(open_office(tmp_path)) as office:
        rows = office.database.read().rows("SELECT id, code FROM dossier ORDER BY code")
        stored = {row["code"]: row["id"] for row in rows}
        assert told <= set(stored), "and also what was committed without a word"
        assert {one.dossier.code for one in office.register.not_shown(1000)} == set(stored)
        seen = next(iter(stored))
        office.register.mark_shown(stored[seen])
    (tmp_path / "app.db").rename(tmp_path / "station.db")
    found = status(load(state=tmp_path))
    unseen = found["not_shown"]
    assert isinstance(unseen, list)
    assert set(unseen) == set(stored) - {seen}
    assert all(code in readable(found) for code in unseen)
