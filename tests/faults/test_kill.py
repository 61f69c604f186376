"""kill -9 at random moments: what was said to be handed in is at the portal exactly once, with its scans."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
import requests

import resources
from kiosk.settings import DEMO
from sync.sandbox.process import SandboxProcess

SCRIPT = resources.path("journeys", "certified-copy.toml")
KILLS = int(os.environ.get("KILLS", "60"))


def kiosk(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "kiosk", *map(str, arguments)]


def handed_in(output: str) -> list[dict[str, str]]:
    """The hand-ins a killed process managed to say; a line cut by the kill says nothing."""
    found = []
    for line in output.splitlines(keepends=True):
        if line.endswith("\n"):
            said = json.loads(line)
            if said["event"] == "handed_in":
                found.append(said)
    return found


@pytest.mark.real
@pytest.mark.timeout(600)
def test_no_kill_loses_or_doubles_what_was_handed_in(tmp_path):
    state = tmp_path / "state"
    settings = tmp_path / "quick.toml"  # the same station with a quick scanner and card
    settings.write_text(
        DEMO.read_text("utf-8")
        .replace("[devices.scanner]", "[devices.scanner]\npage_ms = 0\ndpi = 100")
        .replace("[devices.id_card]", "[devices.id_card]\ncard = { latency_ms = 0 }"),
        "utf-8",
    )
    journey = kiosk("run", SCRIPT, "--settings", settings, "--state", state)
    dice = random.Random(20201)
    said: list[dict[str, str]] = []
    killed = 0
    with SandboxProcess(tmp_path / "portal") as portal:
        requests.post(
            f"{portal.url}/sandbox/faults",
            json={"drop_after_commit": 0.5, "unavailable": 0.25},
            timeout=10,
        ).raise_for_status()
        started = monotonic()
        whole = subprocess.run([*journey, "--portal", portal.url], capture_output=True, text=True)
        longest = 1.3 * (monotonic() - started)  # the kills fall all over a journey's length
        said += handed_in(whole.stdout)
        while killed < KILLS:
            child = subprocess.Popen(
                [*journey, "--portal", portal.url],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=Path(resources.path()).parent,
            )
            try:
                output, _ = child.communicate(timeout=dice.uniform(longest / 4, longest))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                output, _ = child.communicate()
                killed += 1
            said += handed_in(output)
        drained = subprocess.run(
            kiosk("sync", "drain", "--timeout", 240, "--state", state, "--portal", portal.url),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert drained.returncode == 0, drained.stdout + drained.stderr
        rows = requests.get(f"{portal.url}/sandbox/dossiers", timeout=10).json()["dossiers"]
    assert len(said) >= KILLS // 8, "the kills came too early to prove anything"
    by_key = {row["key"]: row for row in rows}
    assert len(by_key) == len(rows), "one row a key"
    assert len({row["code"] for row in rows}) == len(rows), "one row a dossier code"
    for event in said:
        row = by_key[event["key"]]
        assert row["code"] == event["dossier"]
        assert row["stored"] == 1
        assert row["complete"], "every scan of it has arrived"
        assert [one["sha256"] for one in row["files"]]
    assert any(row["times_received"] > 1 for row in rows), "some answers were lost on the way"
