"""How long a Qt event loop lets others wait: a heartbeat in it, and what every thread did when it was late."""

from __future__ import annotations

import faulthandler
import re
import subprocess
import sys
import threading
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from time import perf_counter, sleep, thread_time
from typing import IO

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_S = 0.005
LIMIT_S = 0.050
"""A person notices no gap shorter than this."""

_LATE_S = 0.025
_DEPTH = 4
_KEPT, _KEPT_PLACES = 50, 4
"""The worst stalls are kept, not all: what watches the memory must not fill it."""

_OURS = ("/kiosk/", "/ui/", "/sync/", "/devices/", "/tests/")
_WAITS = ("wait", "get", "sleep", "_wait_for_tstate_lock", "select", "accept", "_run", "_worker")
_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)")
_PLACE = re.compile(r'  File "(.+)", line (\d+) in (.+)')


@dataclass(frozen=True)
class Gaps:
    """Seconds between heartbeats of one phase, sorted. ``waits``: the part of each in which the window's thread
    did not compute: it waited for a beat, a lock, the interpreter or a core."""

    seconds: array[float]
    waits: array[float]

    def at(self, share: float) -> float:
        """The gap that so large a share of all gaps doesn't pass."""
        return self.seconds[min(int(share * len(self.seconds)), len(self.seconds) - 1)]

    @property
    def longest(self) -> float:
        return self.seconds[-1]

    @property
    def stalls(self) -> int:
        return sum(one > LIMIT_S for one in self.seconds)

    def line(self) -> str:
        shares = "  ".join(
            f"{name} {self.at(share) * 1000:.1f}"
            for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))
        )
        return (
            f"{shares}  longest {self.longest * 1000:.1f} ms  over 50 ms {self.stalls}"
            f"  ({len(self.seconds)} beats); waiting alone: longest {self.waits[-1] * 1000:.1f} ms,"
            f" over 50 ms {sum(one > LIMIT_S for one in self.waits)}"
        )


@dataclass
class Stall:
    """A gap over the limit. ``own_s``: how much of it the window's thread itself computed; the rest it waited,
    for a lock, the interpreter or a core."""

    phase: str
    seconds: float
    own_s: float
    at: list[tuple[str, int]] = field(default_factory=list)
    """``thread: innermost frames of ours`` that were seen most, and how often."""

    def line(self) -> str:
        seen = "; ".join(f"{n}× {where}" for where, n in self.at)
        return (
            f"{self.phase}: {self.seconds * 1000:.0f} ms, own {self.own_s * 1000:.0f} ms: "
            f"{seen or 'not seen: nobody could run'}"
        )


class Pulse(QObject):
    """Beats every 5 ms in the thread that makes it; a watchdog looks at all threads while a beat is late."""

    def __init__(self) -> None:
        super().__init__()
        self._beats: dict[str, tuple[array[float], array[float]]] = {}
        self.stalls: list[Stall] = []
        self._phase = ""
        self._window_thread = threading.get_ident()
        self._last = self._last_own = 0.0
        self._seen: list[str] = []
        self._over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def begin(self, phase: str) -> None:
        """From here on gaps count for this phase; the one under way counts for none."""
        self._phase = phase
        self._beats.setdefault(phase, (array("d"), array("d")))
        self._last, self._last_own = perf_counter(), thread_time()
        if not self._timer.isActive():
            self._timer.start(round(BEAT_S * 1000))
            self._watchdog.start()

    def end(self) -> None:
        self._timer.stop()
        self._over.set()
        self._watchdog.join()

    def gaps(self) -> dict[str, Gaps]:
        """What was seen of each phase that had a beat."""
        return {
            phase: Gaps(array("d", sorted(gaps)), array("d", sorted(waits)))
            for phase, (gaps, waits) in self._beats.items()
            if gaps
        }

    def _beat(self) -> None:
        now, own = perf_counter(), thread_time()
        gap = now - self._last
        gaps, waits = self._beats[self._phase]
        gaps.append(gap)
        waits.append(max(gap - (own - self._last_own), 0.0))
        seen, self._seen = self._seen, []
        if gap > LIMIT_S:
            most = Counter(seen).most_common(_KEPT_PLACES)
            self.stalls.append(Stall(self._phase, gap, own - self._last_own, most))
            if len(self.stalls) > 2 * _KEPT:
                self.stalls = sorted(self.stalls, key=lambda one: -one.seconds)[:_KEPT]
        self._last, self._last_own = now, own

    def _watch(self) -> None:
        me = threading.get_ident()
        with TemporaryFile() as file:
            stacks = _Stacks(file)
            while not self._over.is_set():
                sleep(BEAT_S)
                if perf_counter() - self._last > _LATE_S:
                    self._look(stacks, me)

    def _look(self, stacks: _Stacks, me: int) -> None:
        names = {one.ident: one.name for one in threading.enumerate()}
        names[self._window_thread] = "window"
        for ident, lines in stacks.read().items():
            if ident != me and (where := _where(lines)):
                self._seen.append(f"{names.get(ident, '?')}: {where}")


class _Stacks:
    """What every thread does now. Written by the interpreter itself: whoever holds another thread's frame keeps
    its painters alive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self) -> dict[int, list[str]]:
        """Each thread's lines by its id, innermost first."""
        self._file.seek(0)
        self._file.truncate()
        faulthandler.dump_traceback(self._file, all_threads=True)
        self._file.seek(0)
        found: dict[int, list[str]] = {}
        for line in self._file.read().decode("utf-8", "replace").splitlines():
            if head := _THREAD.match(line):
                lines = found.setdefault(int(head[1], 16), [])
            elif place := _PLACE.match(line):
                lines.append(f"{place[1]}:{place[2]} {place[3]}")
        return found


def _where(lines: list[str]) -> str:
    """The innermost line and the innermost of our own; empty for a thread that only waits."""
    if not lines or lines[0].rsplit(" ", 1)[-1] in _WAITS:
        return ""
    ours = [one for one in lines[1:] if any(part in one for part in _OURS)]
    return " < ".join(one.rsplit("/", 1)[-1] for one in (lines[0], *ours[:_DEPTH]))


_CONTROL = """
import sys, threading, time
from array import array
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
gaps, last = [], time.perf_counter()
while not over.is_set():
    time.sleep(float(sys.argv[1]))
    now = time.perf_counter()
    gaps.append(now - last)
    last = now
print(*sorted(gaps)[-1000:], len(gaps))
"""


@dataclass
class Control:
    """The longest gaps of a process beside us that only sleeps: what the machine itself does to heartbeats."""

    longest: list[float] = field(default_factory=list)
    beats: int = 0

    def line(self) -> str:
        top = self.longest[-1] if self.longest else 0.0
        over = sum(one > LIMIT_S for one in self.longest)
        return f"longest {top * 1000:.1f} ms  over 50 ms {over}  ({self.beats} beats)"


@contextmanager
def control() -> Iterator[Control]:
    """Runs it; what it saw is there at the end."""
    seen = Control()
    child = subprocess.Popen(
        [sys.executable, "-c", _CONTROL, str(BEAT_S)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield seen
    finally:
        told, _ = child.communicate("", timeout=30)
        *longest, beats = told.split()
        seen.longest, seen.beats = [float(one) for one in longest], int(beats)
