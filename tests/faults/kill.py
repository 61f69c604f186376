"""kill -9 of a station, its courier and the portal at random moments, for as many rounds as asked.

``python -m tests.faults.kill --rounds 10000`` runs for hours and says every 100 rounds how it stands;
`tests.faults.test_kill` runs some rounds of it.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import requests

import resources
from kiosk.settings import DEMO
from sync.sandbox.process import SandboxProcess

SCRIPT = resources.path("journeys", "certified-copy.toml")
ROOT = Path(resources.path()).parent
FAULTS = {"drop_after_commit": 0.5, "unavailable": 0.25}
BAD_LINE_S = 20


def kiosk(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "kiosk", *map(str, arguments)]


@dataclass
class Bout:
    """One state folder, one portal, many kills. ``said``: the hand-ins that a process managed to tell."""

    folder: Path
    portal: SandboxProcess
    dice: random.Random
    said: list[dict[str, str]] = field(default_factory=list)
    killed: dict[str, int] = field(
        default_factory=lambda: {"journey": 0, "courier": 0, "portal": 0}
    )
    longest_s: float = 0.0

    def begin(self) -> None:
        """One journey that nobody kills: the kills then fall all over its length."""
        settings = self.folder / "quick.toml"  # the same station with a quick scanner and card
        settings.write_text(
            DEMO.read_text("utf-8")
            .replace("[devices.scanner]", "[devices.scanner]\npage_ms = 0\ndpi = 100")
            .replace("[devices.id_card]", "[devices.id_card]\ncard = { latency_ms = 0 }"),
            "utf-8",
        )
        self._options = (
            "--settings",
            settings,
            "--state",
            self.folder / "state",
            "--portal",
            self.portal.url,
        )
        self.switch()
        began = monotonic()
        whole = subprocess.run(
            kiosk("run", SCRIPT, *self._options),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        self.longest_s = 1.3 * (monotonic() - began)
        self.said += handed_in(whole.stdout)

    def switch(self) -> None:
        """The portal forgets its faults when it is killed."""
        requests.post(
            f"{self.portal.url}/sandbox/faults", json=FAULTS, timeout=10
        ).raise_for_status()

    def round(self) -> None:
        """Something starts, something is killed: mostly a journey, now and then the courier or the portal."""
        throw = self.dice.random()
        if throw < 0.1:
            self._kill("courier", kiosk("sync", "run", *self._options), 0.3)
        elif throw < 0.15:
            self._kill("journey", kiosk("run", SCRIPT, *self._options), 0.25, self._kill_portal)
        else:
            self._kill("journey", kiosk("run", SCRIPT, *self._options), 0.25)

    def _kill(
        self,
        name: str,
        command: list[str],
        earliest: float,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        )
        moment = self.dice.uniform(earliest * self.longest_s, self.longest_s)
        if meanwhile is not None:
            with suppress(subprocess.TimeoutExpired):
                child.wait(moment / 2)
            meanwhile()
        try:
            output, _ = child.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            output, _ = child.communicate()
            self.killed[name] += 1
        self.said += handed_in(output)

    def _kill_portal(self) -> None:
        self.portal.kill()
        self.portal.start()
        self.switch()
        self.killed["portal"] += 1

    def end(self) -> list[dict[str, Any]]:
        """Sends what is left, first over the bad line, then over a good one; gives what the portal holds."""
        self._drain(BAD_LINE_S)
        calm = dict.fromkeys(FAULTS, 0)
        requests.post(f"{self.portal.url}/sandbox/faults", json=calm, timeout=10).raise_for_status()
        drained = self._drain(3600)
        assert drained.returncode == 0, drained.stdout + drained.stderr
        return requests.get(f"{self.portal.url}/sandbox/dossiers", timeout=60).json()["dossiers"]

    def _drain(self, seconds: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            kiosk("sync", "drain", "--timeout", seconds, *self._options),
            capture_output=True, text=True, timeout=seconds + 100, cwd=ROOT,
        )  # fmt: skip


def handed_in(output: str) -> list[dict[str, str]]:
    """The hand-ins a killed process managed to say; a line cut by the kill says nothing."""
    found = []
    for line in output.splitlines(keepends=True):
        if line.endswith("\n"):
            said = json.loads(line)
            if said["event"] == "handed_in":
                found.append(said)
    return found


def check(said: list[dict[str, str]], rows: list[dict[str, Any]]) -> None:
    """Nothing lost, nothing twice, no scan missing."""
    by_key = {row["key"]: row for row in rows}
    assert len(by_key) == len(rows), "one row a key"
    assert len({row["code"] for row in rows}) == len(rows), "one row a dossier code"
    for event in said:
        row = by_key[event["key"]]
        assert row["code"] == event["dossier"]
        assert row["stored"] == 1
        assert row["complete"], "every scan of it has arrived"
        assert [one["sha256"] for one in row["files"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20201)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, SandboxProcess(Path(name, "portal")) as portal:
        bout = Bout(Path(name), portal, random.Random(chosen.seed))
        bout.begin()
        began = monotonic()
        for number in range(1, chosen.rounds + 1):
            bout.round()
            if number % 100 == 0 or number == chosen.rounds:
                _say(number, bout, monotonic() - began)
        rows = bout.end()
        check(bout.said, rows)
    sys.stdout.write(
        f"{len(bout.said)} told, {len(rows)} at the portal: 0 lost, 0 twice, 0 scans missing\n"
    )


def _say(number: int, bout: Bout, seconds: float) -> None:
    sys.stdout.write(f"{number} rounds, {bout.killed}, {len(bout.said)} told, {seconds:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
