"""Hundreds of hand-ins over a line that delays, cuts and swallows: each arrives once, with its scans."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.flood import flood
from tests.faults.proxy import KINDS, Badness

SUBMISSIONS = 300
BAD = Badness(bytes_up=60_000, bytes_down=15_000, longest_blackhole_s=1.2)


@pytest.mark.real
def test_a_flood_over_a_bad_line_arrives_once(tmp_path: Path) -> None:
    faults = {"drop_after_commit": 0.1, "unavailable": 0.05}
    outcome = flood(tmp_path, SUBMISSIONS, BAD, faults, "20202")
    assert outcome.arrived.rows == SUBMISSIONS
    assert outcome.arrived.repeated, "answers were lost and messages came again"
    struck = {kind for kind, _ in outcome.struck}
    assert struck >= set(KINDS), "else the line was better than it should have been"
    assert {direction for _, direction in outcome.struck} == {"up", "down"}
