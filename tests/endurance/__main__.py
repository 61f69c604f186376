"""``python -m tests.endurance``: seven days offline, 5,000 dossiers of three pages, then the line is back.

Ends with 0 only if nothing is lost or doubled, the window never stood still for more than 50 ms while it
drained, whatever the reason, and memory stayed flat. ``--untimed`` judges the messages only.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from kiosk.settings import Settings, load
from sync.sandbox.process import SandboxProcess

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.endurance.drain import DRAIN, Plan, Run, citizen_run, copied, technician_run
from tests.endurance.pulse import LIMIT_S
from tests.endurance.week import Week, offline_week
from ui.application import application

FLAT_MIB = 8.0
"""Growth that still counts as flat."""

_FACES = {"citizen": citizen_run, "technician": technician_run}


def main() -> int:
    chosen = _arguments()
    application()
    qInstallMessageHandler(_hear)
    with tempfile.TemporaryDirectory(dir=chosen.disk, prefix="endurance-") as name:
        return _play(chosen, Path(name))


def _play(chosen: argparse.Namespace, folder: Path) -> int:
    plan = Plan(chosen.sessions, chosen.rest)
    port = _free_port(folder / "probe")
    settings = _settings(folder / "week", port)
    start = perf_counter()
    week = offline_week(settings, chosen.dossiers, chosen.seed)
    _say(
        f"week: {week.dossiers} dossiers, {week.rows} rows, {week.file_bytes / 1e6:.0f} MB of scans, "
        f"{week.tries} tries in vain on {week.tried} rows; made in {perf_counter() - start:.0f} s"
    )
    runs = []
    for face in chosen.face or _FACES:
        with copied(settings, folder / face) as mine:
            portal = SandboxProcess(folder / f"{face}-portal", port)
            try:
                runs.append(_FACES[face](mine, portal, week, plan))
            finally:
                portal.stop()
        _tell(runs[-1])
    if chosen.json:
        Path(chosen.json).write_text(_json(week, runs), "utf-8")
    broken = [one for run in runs for one in (run.wrong if chosen.untimed else _broken(run))]
    _say("; ".join(broken[:20]) or "kept")
    return 1 if broken else 0


def _broken(run: Run) -> list[str]:
    """The promises that don't hold."""
    found = list(run.wrong)
    longest = run.gaps[DRAIN].longest
    if longest > LIMIT_S:
        found.append(f"{run.face}: the window stood still for {longest * 1000:.0f} ms")
    if run.growth_mib > FLAT_MIB:
        found.append(f"{run.face}: {run.growth_mib:.1f} MiB more")
    return found


def _tell(run: Run) -> None:
    _say(
        f"{run.face}: {run.rows} rows in {run.seconds:.0f} s, {run.rows / run.seconds:.0f} rows/s; "
        f"{run.sessions} people served; messages: {'; '.join(run.wrong[:5]) or 'all there once'}"
    )
    for phase, gaps in run.gaps.items():
        _say(f"  window {phase:8} {gaps.line()}")
    _say(f"  machine itself  {run.control.line()}")
    curve = " ".join(f"{mib:.0f}" for mib in run.memory)
    _say(f"  memory {curve} MiB; from a tenth to the end {run.growth_mib:+.1f}")
    for stall in sorted(run.stalls, key=lambda one: -one.seconds)[:25]:
        _say(f"  stall {stall.line()}")


def _json(week: Week, runs: list[Run]) -> str:
    told = [
        {
            "face": run.face,
            "rows": run.rows,
            "sessions": run.sessions,
            "growth_mib": run.growth_mib,
            "wrong": run.wrong,
            "beats": {phase: len(gaps.seconds) for phase, gaps in run.gaps.items()},
            "longest_s": {phase: gaps.longest for phase, gaps in run.gaps.items()},
        }
        for run in runs
    ]
    return json.dumps({"week": asdict(week), "runs": told}, indent=2)


def _settings(folder: Path, port: int) -> Settings:
    """The demo station with a quick scanner, the portal at a port of its own."""
    settings = load(state=folder, portal=f"http://127.0.0.1:{port}")
    scanner = settings.devices.scanner.model_copy(update={"page_ms": 200})
    devices = settings.devices.model_copy(update={"scanner": scanner})
    return settings.model_copy(update={"devices": devices})


def _free_port(folder: Path) -> int:
    """One that a sandbox got and gave back."""
    with SandboxProcess(folder) as probe:
        return probe.port


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.endurance", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=5000)
    parser.add_argument(
        "--sessions", type=int, default=1, help="people before and during the drain, at least"
    )
    parser.add_argument(
        "--rest", type=float, default=10.0, help="seconds of quiet before and after"
    )
    parser.add_argument("--face", action="append", choices=list(_FACES), help="only this window")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--untimed", action="store_true", help="judge the messages, not times and memory"
    )
    parser.add_argument("--json", help="also write the figures to this file")
    parser.add_argument(
        "--disk", type=Path, default=Path(), help="folder to work in; not a RAM disk"
    )
    return parser.parse_args()


def _hear(_kind: QtMsgType, _place: QMessageLogContext, words: str) -> None:
    """What Qt says; the offscreen platform's remark about each window is left out."""
    if "propagateSizeHints" not in words:
        print(words, file=sys.stderr)  # noqa: T201


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
