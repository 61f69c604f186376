"""kill -9 at random moments: what was said to be handed in is at the portal exactly once, with its scans."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.kill import Bout
from tests.faults.zygote import Zygote

KILLS = int(os.environ.get("KILLS", "200"))


@pytest.mark.real
@pytest.mark.timeout(900)
def test_no_kill_loses_or_doubles_what_was_handed_in(tmp_path: Path) -> None:
    with Zygote(tmp_path / "stderr") as zygote:
        bout = Bout(tmp_path, zygote, "20201")
        bout.run(KILLS)
        tally = bout.end()
    assert tally.kills >= KILLS
    # else the kills fell where nothing can go wrong, and this test would prove nothing
    assert tally.before >= KILLS // 8, "journeys died before their hand-in was told"
    assert tally.after >= KILLS // 8, "journeys died after their hand-in was told"
    assert tally.killed["courier"] >= KILLS // 50, "couriers died while they sent"
    assert tally.killed["portal"] >= KILLS // 100, "the portal died, too"
    assert tally.repeated, "answers were lost and messages came again"
    assert tally.arrived >= tally.told >= KILLS // 8, "what was told is there, and it is something"
