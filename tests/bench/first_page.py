"""From the start of the process to the first painted page, against a bare PySide6 window."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from tests.bench.measure import Result

TIMES = 5
_BARE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
window = QLabel("Một Cửa")
window.resize(1080, 1920)
window.show()
app.processEvents()
window.grab()
"""
_OURS = """
import sys
from pathlib import Path
from kiosk.commands.citizen import serving
from kiosk.compose import open_station
from kiosk.settings import load
from ui.application import application
app = application()
with open_station(load(state=Path(sys.argv[1]))) as station, serving(station) as window:
    window.resize(1080, 1920)
    window.show()
    app.processEvents()
    window.grab()
    print("shown", flush=True)
"""


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as state:
        bare = median(_shown(_BARE + 'print("shown", flush=True)') for _ in range(TIMES))
        ours = median(_shown(_OURS, state) for _ in range(TIMES))
    yield Result(
        "first page: station opened and home page painted", ours, bare, "a bare PySide6 window"
    )


def _shown(program: str, *arguments: str) -> float:
    start = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        taken = perf_counter() - start
    assert line == b"shown\n", "the window did not come up"
    return taken
