"""kill -9 of stations, their couriers and the portal at random moments, as often as asked.

``python -m tests.faults.kill --rounds 10000`` runs for about an hour and says every 100 kills how it
stands; `tests.faults.test_kill` does 200 of them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeVar

import requests

import resources
from kiosk.settings import DEMO, Settings, load
from tests.faults.accounts import Arrived, Owned, at_portal, compare, owned, unfinished
from tests.faults.zygote import Child, Zygote

FAULTS = {"drop_after_commit": 0.5, "unavailable": 0.25}
CALM = dict.fromkeys(FAULTS, 0.0)
STATIONS = 2
"""Each with a state folder, a range of serials and a thread of its own; one portal."""

BOUT = 250
"""After so many kills of the long run all is sent and checked, and the folders begin anew: before rows
have waited so long that a courier takes it for an outage and spreads its first request over minutes."""

BAD_LINE_S = 10
_COURIER, _PORTAL = 0.1, 0.05  # their shares of the kills
_HAND_IN = 0.25  # share of the journeys that die right at their hand-in
_LATEST_S = {"journey": 0.2, "hand-in": 0.02, "courier": 1.5}
"""Kills fall evenly up to here, to begin with: early, while the store, its key and its tables are made."""

_LONGEST_S = 30.0
_STEP = 1.2  # how fast that follows the machine
_LOOK_S = 0.002
_PATIENCE_S = 120.0
_Result = TypeVar("_Result")

_TYPED = """
procedure = "2.000815"
[typed]
number = "079090000001"
full_name = "Nguyễn Văn Mẫu"
birth = "05/09/1990"
sex = "Nam"
[answers]
paper = "Bằng tốt nghiệp"
form = "electronic"
copies = 2
"""


class Portal:
    """The sandbox as a child of the zygote, with its faults on. Safe to use from several threads."""

    def __init__(self, zygote: Zygote, data: Path) -> None:
        self.data = data
        self._zygote = zygote
        self._lock = threading.Lock()
        self._port = 0
        self._start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def kill(self) -> bool:
        """Kills it and brings it back with the same data on the same port; it forgets its faults, so they are set again."""
        with self._lock:
            killed = self._child.kill()
            self._start()
            return killed

    def faults(self, wanted: dict[str, float]) -> None:
        requests.post(
            f"{self.url}/sandbox/faults", json=wanted, timeout=_PATIENCE_S
        ).raise_for_status()

    def stop(self) -> None:
        self._child.kill()

    def _start(self) -> None:
        output = self.data.with_suffix(".out")
        output.unlink(missing_ok=True)
        where = ("--port", self._port, "--data", self.data, "--until-eof")
        self._child = self._zygote.fork("sandbox", where, output)
        until = monotonic() + _PATIENCE_S
        while not (output.exists() and output.read_text().endswith("\n")):
            if self._child.wait(_LOOK_S) or monotonic() > until:
                raise RuntimeError("the sandbox doesn't listen")
        self._port = json.loads(output.read_text())["port"]
        self.faults(FAULTS)


@dataclass
class Tally:
    """What was killed. ``before``, ``after``: journeys killed before and after they told of a hand-in.

    ``cut``: uploads that lay unfinished at the portal when the kills were over.
    """

    killed: Counter[str] = field(default_factory=Counter)
    before: int = 0
    after: int = 0
    told: int = 0
    cut: int = 0
    arrived: int = 0
    files: int = 0
    repeated: int = 0

    @property
    def kills(self) -> int:
        return sum(self.killed.values())

    def __add__(self, other: Tally) -> Tally:
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("before", "after", "told", "cut", "arrived", "files", "repeated")
        }
        return Tally(self.killed + other.killed, **sums)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {name}" for name, number in sorted(self.killed.items()))
        return (
            f"{self.kills} kills ({kinds}; {self.before} before and {self.after} after the hand-in"
            f" was told), {self.told} told"
        )


class Station:
    """One state folder; at most one process is on it. ``said``: code by key of every hand-in that a process told."""

    def __init__(
        self, number: int, folder: Path, zygote: Zygote, portal: Portal, seed: str
    ) -> None:
        self.said: dict[str, str] = {}
        self.tally = Tally()
        self._state = folder / f"state-{number}"
        self._folder = folder
        self._output = folder / f"station-{number}.out"
        self._zygote = zygote
        self._portal = portal
        self._dice = random.Random(f"{seed}-{number}")
        self._scripts = self._written_scripts(number)
        self._file = self._settings(number)
        where = ("--state", self._state, "--portal", portal.url)
        self._options = ("--settings", self._file, *where)
        self._latest_s = dict(_LATEST_S)

    def _written_scripts(self, number: int) -> list[Path]:
        card = resources.path("journeys", "certified-copy.toml").read_text("utf-8")
        texts = (card.replace("pages = 2", "pages = 1"), _TYPED)
        files = [self._folder / f"script-{number}-{which}.toml" for which in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return files

    def _settings(self, number: int) -> Path:
        """The demo station with a quick scanner and card, short pieces of files, and serials of its own."""
        changes = {
            "[devices.scanner]": "[devices.scanner]\npage_ms = 0\ndpi = 75",
            "[devices.id_card]": "[devices.id_card]\ncard = { latency_ms = 0 }",
            'files_path = "/files"': 'files_path = "/files"\nchunk_kib = 32',
            'station = "kiosk-01"': f'station = "kiosk-{number:02d}"',
            "serial_first = 1": f"serial_first = {number * 100_000 + 1}",
            "serial_last = 99999": f"serial_last = {number * 100_000 + 99_999}",
        }
        text = DEMO.read_text("utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file = self._folder / f"station-{number}.toml"
        file.write_text(text, "utf-8")
        return file

    def round(self) -> None:
        """Something starts, something is killed: mostly a journey, now and then the courier or the portal."""
        throw = self._dice.random()
        if throw < _COURIER:
            carry = self._dice.choice([("sync", "run"), ("sync", "drain", "--timeout", 30)])
            self._kill("courier", self._start(*carry), self._moment_s("courier"))
            return
        child = self._start("run", self._dice.choice(self._scripts))
        if throw > 1 - _HAND_IN:
            self._await_hand_in(child)
            self._kill("hand-in", child, self._moment_s("hand-in"))
        else:
            moment_s = self._moment_s("journey")
            if throw < _COURIER + _PORTAL:
                child.wait(moment_s / 2)
                self.tally.killed["portal"] += self._portal.kill()
                moment_s /= 2
            self._kill("journey", child, moment_s)

    def _start(self, *command: object) -> Child:
        return self._zygote.fork("kiosk", (*command, *self._options), self._output)

    def _await_hand_in(self, child: Child) -> None:
        while not child.wait(_LOOK_S):
            if '"hand_in_pressed"' in self._output.read_text("utf-8", "replace"):
                return

    def _kill(self, name: str, child: Child, moment_s: float) -> None:
        killed = not child.wait(moment_s) and child.kill()
        told = self._listen()
        if name != "courier":
            self._aim(name, told)
        if not killed:
            fit = (0, 3) if name == "courier" else (0,)  # 3: the line; a journey needs none
            assert child.code in fit, f"{name}: exit code {child.code}"
            return
        self.tally.killed[name] += 1
        if name != "courier":
            self.tally.after += told
            self.tally.before += not told

    def _moment_s(self, name: str) -> float:
        return self._dice.uniform(0, self._latest_s[name])

    def _aim(self, name: str, told: bool) -> None:
        """Half of the journeys are to hand in before they are killed, however busy the machine is."""
        aimed = self._latest_s[name] / _STEP if told else self._latest_s[name] * _STEP
        self._latest_s[name] = min(max(aimed, _LATEST_S[name]), _LONGEST_S)

    def _listen(self) -> bool:
        """Keeps the hand-ins that a process managed to tell; a line cut by the kill tells nothing."""
        told = False
        for line in self._output.read_text("utf-8").splitlines(keepends=True):
            said = json.loads(line) if line.endswith("\n") else {"event": ""}
            if said.get("event") == "handed_in":
                self.said[said["key"]] = said["dossier"]
                told = True
        self._output.unlink()
        self.tally.told += told
        return told

    @property
    def settings(self) -> Settings:
        return load(self._file, state=self._state, portal=self._portal.url)

    def drain(self, seconds: float) -> int:
        """Sends what is left; gives the exit code."""
        child = self._start("sync", "drain", "--timeout", seconds)
        assert child.wait(seconds + _PATIENCE_S), "a drain ends in time"
        assert child.code in (0, 3), f"drain: exit code {child.code}"
        return child.code


class Bout:
    """Fresh folders, some stations and one portal; many kills."""

    def __init__(self, folder: Path, zygote: Zygote, seed: str) -> None:
        self._folder = folder
        self._portal = Portal(zygote, folder / "portal")
        self._stations = [
            Station(number, folder, zygote, self._portal, seed) for number in range(STATIONS)
        ]

    @property
    def tally(self) -> Tally:
        return sum((one.tally for one in self._stations), Tally())

    def run(self, kills: int, tell: Callable[[Tally], None] = lambda _: None) -> None:
        """Until so many were killed; ``tell`` hears of the tally after each round of a station."""
        telling = threading.Lock()

        def rounds(station: Station) -> None:
            while self.tally.kills < kills:
                station.round()
                with telling:
                    tell(self.tally)

        self._all(rounds)

    def end(self) -> Tally:
        """Sends what is left, first over the bad line, then over a good one, and checks all of it."""
        tally = self.tally
        tally.cut = unfinished(self._portal.data)
        self._all(lambda station: station.drain(BAD_LINE_S))
        self._portal.faults(CALM)
        assert all(code == 0 for code in self._all(lambda station: station.drain(600)))
        arrived = self._check()
        tally.arrived, tally.files = arrived.rows, arrived.files
        tally.repeated = arrived.repeated
        self._portal.stop()
        return tally

    def _check(self) -> Arrived:
        here: dict[str, Owned] = {}
        for station in self._stations:
            mine = owned(station.settings)
            for key, code in station.said.items():
                assert mine[key].code == code, "what was told is in the store"
                assert mine[key].files, "with its scan"
            here |= mine
        return compare(here, at_portal(self._portal.url), self._portal.data)

    def _all(self, act: Callable[[Station], _Result]) -> list[_Result]:
        with ThreadPoolExecutor(len(self._stations)) as pool:
            return list(pool.map(act, self._stations))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="how many kills")
    parser.add_argument("--seed", default="20201")
    chosen = parser.parse_args()
    done, began, number = Tally(), monotonic(), 0
    whole = Path(tempfile.mkdtemp(prefix="kill-"))  # stays where it is when something is found
    with Zygote(whole / "stderr") as zygote:
        while done.kills < chosen.rounds:
            number += 1
            folder = whole / str(number)
            folder.mkdir()
            bout = Bout(folder, zygote, f"{chosen.seed}-{number}")
            bout.run(min(BOUT, chosen.rounds - done.kills), _Teller(done, began).hear)
            done += bout.end()
            shutil.rmtree(folder)
    shutil.rmtree(whole)
    _say(f"{done}; {done.cut} uploads cut; {monotonic() - began:.0f} s in {number} bouts")
    _say(
        f"{done.arrived} dossiers with {done.files} scans at the portal,"
        f" {done.arrived - done.told} of them told by nobody, {done.repeated} received more than"
        " once: 0 lost, 0 twice, 0 scans missing"
    )


class _Teller:
    """Says how it stands each 100 kills."""

    def __init__(self, before: Tally, began: float) -> None:
        self._before = before
        self._began = began
        self._next = before.kills // 100 * 100 + 100

    def hear(self, tally: Tally) -> None:
        whole = self._before + tally
        if whole.kills >= self._next:
            self._next += 100
            _say(f"{whole}, {monotonic() - self._began:.0f} s")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
