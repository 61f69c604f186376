"""Very many hand-ins over a bad line to a bad portal.

``python -m tests.faults.flood --submissions 100000`` says each 1,000 how it stands; `tests.faults.test_flood`
sends some hundreds. Each station is a process: one thread hands in, one sends what is due, through
`tests.faults.proxy`, while the sandbox drops answers after the commit and refuses requests.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import requests

import resources
from devices.cancel import Cancel
from kiosk.compose import Station, new_id, open_station
from kiosk.dossiers.dossier import Scan, Submission
from kiosk.faults import Fault
from kiosk.settings import DEMO, Settings, load
from sync.sandbox.process import SandboxProcess
from tests.faults.accounts import Arrived, Owned, at_portal, compare, owned
from tests.faults.proxy import Badness, FaultProxy
from tests.samples import a_person

STATIONS = 2
LONG = Badness(bytes_up=250_000, bytes_down=80_000)
LONG_FAULTS = {"drop_after_commit": 0.02, "unavailable": 0.01}

_AHEAD = 400
"""So many rows wait at most before a station hands in more."""

_OWN_SCAN = 5  # each fifth dossier has a scan of its own, the others share one
_LARGEST_SCAN = 40_000
_ANSWERS: dict[str, str | int] = {"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2}
_PATIENCE_S = 600.0
_DRAIN_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """What came of it. ``struck`` counts the faults of the line; ``largest_mib``: memory of a station."""

    arrived: Arrived
    struck: dict[tuple[str, str], int]
    connections: int
    seconds: float
    largest_mib: int


def flood(
    folder: Path, submissions: int, badness: Badness, faults: dict[str, float], seed: object
) -> Outcome:
    """Hands in so many at `STATIONS` stations, sends all and checks all of it."""
    began = monotonic()
    shares = [
        submissions // STATIONS + (number < submissions % STATIONS) for number in range(STATIONS)
    ]
    with (
        SandboxProcess(folder / "portal") as portal,
        FaultProxy(portal.port, badness, seed) as proxy,
        ThreadPoolExecutor(STATIONS) as pool,
    ):
        requests.post(
            f"{portal.url}/sandbox/faults", json=faults, timeout=_PATIENCE_S
        ).raise_for_status()
        told = _Told(began, proxy)
        runs = [
            pool.submit(_station, _settings_file(folder, number, proxy.url), share, told)
            for number, share in enumerate(shares)
        ]
        memory = [run.result() for run in runs]
        seconds = monotonic() - began
        here: dict[str, Owned] = {}
        for number, share in enumerate(shares):
            mine = owned(load(folder / f"station-{number}.toml"))
            assert len(mine) == share, "every hand-in is in its store"
            here |= mine
        arrived = compare(here, at_portal(portal.url), folder / "portal")
        assert arrived.rows == submissions
        return Outcome(arrived, dict(proxy.struck), proxy.connections, seconds, max(memory))


def _settings_file(folder: Path, number: int, url: str) -> Path:
    """The demo station behind the bad line, impatient, with a state folder and serials of its own."""
    first = number * 1_000_000 + 1
    changes = {
        'url = "http://127.0.0.1:8899"\nusername': f'url = "{url}"\nread_timeout_s = 1\nusername',
        'files_path = "/files"': 'files_path = "/files"\nchunk_kib = 16',
        'station = "kiosk-01"': f'station = "kiosk-{number:02d}"',
        "serial_first = 1": f"serial_first = {first}",
        "serial_last = 99999": f"serial_last = {first + 999_998}",
    }
    text = DEMO.read_text("utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    state = json.dumps(str(folder / f"state-{number}"))
    file = folder / f"station-{number}.toml"
    file.write_text(f"{text}\n[state]\nfolder = {state}\n", "utf-8")
    return file


class _Told:
    """How many were handed in by all stations; says so each 1,000."""

    def __init__(self, began: float, proxy: FaultProxy) -> None:
        self._began = began
        self._proxy = proxy
        self._lock = threading.Lock()
        self._count = 0

    def more(self) -> None:
        with self._lock:
            self._count += 1
            if self._count % 1000:
                return
            seconds = monotonic() - self._began
            rate = self._count / seconds
            faults = sum(self._proxy.struck.values())
            _say(f"{self._count} handed in, {rate:.0f}/s, {faults} faults, {seconds:.0f} s")


def _station(settings: Path, submissions: int, told: _Told) -> int:
    """Runs a station's process to its end; gives the most memory that it had, in MiB."""
    command = [sys.executable, "-m", "tests.faults.flood"]
    command += ["--station", str(settings), "--submissions", str(submissions)]
    root = Path(resources.path()).parent
    memory = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as child:
        assert child.stdout is not None
        for line in child.stdout:
            said = json.loads(line)
            if said["event"] == "handed_in":
                told.more()
            else:
                memory = said["mib"]
    assert child.returncode == 0, f"exit code {child.returncode}"
    return memory


# --- a station's process ------------------------------------------------------------------------------


def run_station(settings: Settings, submissions: int) -> None:
    """Hands in and sends at the same time, until all is sent."""
    with open_station(settings, devices=False) as station:
        room = threading.Semaphore(_AHEAD)  # in rows
        some, ended = threading.Event(), threading.Event()

        def hand_in() -> None:
            try:
                for number in range(submissions):
                    _hand_in(station, number, room)
                    some.set()
            finally:
                ended.set()
                some.set()

        threading.Thread(target=hand_in, name="hand-in", daemon=True).start()
        whole = False
        while not whole:
            some.wait()
            some.clear()
            whole = ended.is_set()  # before the look: what came until now will be sent
            if not _drain(station, room):
                whole = False
                some.set()


def _hand_in(station: Station, number: int, room: threading.Semaphore) -> None:
    for _ in range(2):  # a dossier and its first step
        room.acquire()
    own = number % _OWN_SCAN == 0
    content = os.urandom(1 + secrets.randbelow(_LARGEST_SCAN)) if own else b"the same for many"
    scans = (Scan("TP01", b"%PDF-1.7\n" + content, 1),)
    key = new_id()
    made = Submission(key, "2.000815", "2026-1", a_person(), _ANSWERS, scans)
    handed_in = station.register.hand_in(made)
    _say(json.dumps({"event": "handed_in", "key": key, "dossier": handed_in.dossier.code}))


def _drain(station: Station, room: threading.Semaphore) -> bool:
    """Sends what there is; False when the line or the portal was away for longer than a drain takes."""
    seen = 0

    def sent(done: int, _waiting: int) -> None:
        nonlocal seen
        room.release(done - seen)
        seen = done

    try:
        station.courier.drain(Cancel(), _DRAIN_S, sent)
    except Fault:
        return False
    assert not station.courier.condition.attention, "a bad line is nothing for a person"
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--seed", default="20202")
    parser.add_argument("--station", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.station is not None:
        run_station(load(chosen.station), chosen.submissions)
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _say(json.dumps({"event": "ended", "mib": kib // 1024}))
        return
    folder = Path(tempfile.mkdtemp(prefix="flood-"))  # stays where it is when something is found
    outcome = flood(folder, chosen.submissions, LONG, LONG_FAULTS, chosen.seed)
    shutil.rmtree(folder)
    for (kind, direction), times in sorted(outcome.struck.items()):
        _say(f"  {kind} {direction}: {times}")
    arrived = outcome.arrived
    _say(
        f"{arrived.rows} dossiers with {arrived.files} scans at the portal in"
        f" {outcome.seconds:.0f} s over {outcome.connections} connections, {arrived.repeated}"
        f" received more than once: 0 lost, 0 twice, 0 scans missing; a station took"
        f" {outcome.largest_mib} MiB"
    )


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
