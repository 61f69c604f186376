"""The endurance run in small: the same week, windows, courier and portal, without the figures of time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import resources

pytestmark = pytest.mark.real
DOSSIERS = 40
_GENEROUS_MIB = 64


@pytest.mark.parametrize("face", ["citizen", "technician"])
def test_a_week_offline_drains_whole_behind_an_open_window(tmp_path: Path, face: str) -> None:
    told = tmp_path / "told.json"
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "tests.endurance"),
            *("--dossiers", str(DOSSIERS), "--rest", "0", "--untimed", "--face", face),
            *("--disk", str(tmp_path), "--json", str(told)),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=resources.path().parent,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(told.read_text("utf-8"))
    week, [run] = found["week"], found["runs"]
    assert week["dossiers"] == DOSSIERS
    assert week["rows"] == 2 * DOSSIERS
    assert week["tries"] >= week["tried"] > DOSSIERS // 4  # it did try, and didn't stick to one row
    assert week["file_bytes"] > DOSSIERS * 3 * 60_000
    assert run["wrong"] == []
    assert run["rows"] == week["rows"] + 2 * run["sessions"]
    assert bool(run["sessions"]) == (face == "citizen")
    assert run["beats"]["drain"] > 0
    assert run["growth_mib"] < _GENEROUS_MIB
    assert "Traceback" not in done.stderr
