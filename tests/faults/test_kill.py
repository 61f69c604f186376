"""kill -9 at random moments: what was said to be handed in is at the portal exactly once, with its scans."""

from __future__ import annotations

import os
import random

import pytest

from sync.sandbox.process import SandboxProcess
from tests.faults.kill import Bout, check

KILLS = int(os.environ.get("KILLS", "12"))


@pytest.mark.real
@pytest.mark.timeout(900)
def test_no_kill_loses_or_doubles_what_was_handed_in(tmp_path):
    with SandboxProcess(tmp_path / "portal") as portal:
        bout = Bout(tmp_path, portal, random.Random(20201))
        bout.begin()
        while sum(bout.killed.values()) < KILLS:
            bout.round()
        rows = bout.end()
    assert len(bout.said) >= max(1, KILLS // 8), "the kills came too early to prove anything"
    check(bout.said, rows)
    assert any(row["times_received"] > 1 for row in rows), "some answers were lost on the way"
