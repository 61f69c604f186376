"""``kiosk sync …`` as a technician meets it: whole processes, a real portal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import resources
from kiosk.clock import now
from kiosk.settings import DEMO
from sync.sandbox.process import SandboxProcess
from tests.unit.sync.test_commands import Desk

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]
ROOT = Path(resources.path()).parent


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "kiosk", "sync", *map(str, arguments)]


def kiosk(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, cwd=ROOT, timeout=120
    )


def said(done: subprocess.CompletedProcess[str]) -> dict:
    return json.loads(done.stdout.splitlines()[-1])


def test_held_looked_at_and_sent(tmp_path):
    """Bodies of this store are no messages: the portal refuses what is sent, and says so of each row."""
    desk = Desk(tmp_path / "state", 2)
    state = ("--state", desk.folder)
    with SandboxProcess(tmp_path / "portal") as portal:
        held = kiosk("hold", desk.codes[0], "--reason", "a wrong paper", *state)
        assert (held.returncode, said(held)["state"]) == (0, "needs_attention")
        once = kiosk("once", *state, "--portal", portal.url)
        assert (once.returncode, said(once)["sent"]) == (0, 0), once.stderr
        rows = {row["row"]: row for row in said(kiosk("status", "--json", *state))["rows"]}
        assert (rows[1]["last_error"], rows[1]["attempts"]) == ("HELD", 0)
        assert (rows[3]["last_error"], rows[3]["attempts"]) == ("PORTAL_REFUSED", 1)
        table = kiosk("status", *state)
        assert (table.returncode, table.stdout) == (0, "")
        assert "a wrong paper" in table.stderr
        let_go = kiosk("retry", 1, "--reason", "the paper was right", *state)
        assert (let_go.returncode, said(let_go)["state"]) == (0, "ready")
    down = kiosk("once", *state, "--portal", portal.url)
    assert (down.returncode, said(down)["fault"]) == (3, "PORTAL_DOWN")
    rest = said(kiosk("status", "--json", *state))["rest"]
    assert rest["fault"] == "PORTAL_DOWN"
    none = kiosk("hold", 99, "--reason", "x", *state)
    assert (none.returncode, none.stdout) == (2, "")


def test_run_sends_what_waits_until_it_is_stopped(tmp_path):
    """And what a technician asks for meanwhile is done by the running station."""
    folder = tmp_path / "state"
    journey = resources.path("journeys", "certified-copy.toml")
    with SandboxProcess(tmp_path / "portal") as portal:
        settings = tmp_path / "quick.toml"
        settings.write_text(
            DEMO.read_text("utf-8").replace("[devices.scanner]", "[devices.scanner]\npage_ms = 0"),
            "utf-8",
        )
        options = ("--settings", settings, "--state", folder)
        made = subprocess.run(
            [sys.executable, "-m", "kiosk", "run", journey, *options, "--portal", "http://127.0.0.1:9"],
            capture_output=True, text=True, cwd=ROOT, timeout=120,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        station = subprocess.Popen(
            command("run", *options, "--portal", portal.url),
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        try:
            assert station.stdout is not None
            seen = [json.loads(station.stdout.readline())]
            while seen[-1]["waiting"]:
                seen.append(json.loads(station.stdout.readline()))
        finally:
            station.send_signal(signal.SIGTERM)
            station.communicate(timeout=30)
        assert station.returncode == 0
        assert (seen[-1]["online"], seen[-1]["fault"], seen[-1]["attention"]) == (True, "", 0)
        assert seen[-1]["last_contact"] <= now().isoformat()
        rows = requests.get(f"{portal.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
    assert [row["stored"] for row in rows] == [1]
    assert said(kiosk("status", "--json", "--state", folder))["rows"] == []
