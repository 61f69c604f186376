"""How much memory the process has while something goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_MIB = 1024.0
_EVERY_S = 1.0
_BEGIN = 0.10
"""Until then caches fill: the first tenth of a drain doesn't count."""


def rss_mib() -> float:
    """Resident memory of this process. Raises `OSError` where there is no ``/proc``."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / _MIB
    raise OSError("no VmRSS")


@dataclass(frozen=True)
class Sample:
    """``left``: rows that wait still."""

    at_s: float
    mib: float
    left: int


class Memory:
    """Looks every second, on a thread of its own, until `end`."""

    def __init__(self, left: Callable[[], int]) -> None:
        self._left = left
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self.samples: list[Sample] = []
        self._take()
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._take()

    def growth_mib(self) -> float:
        """How much more there is at the end than when a tenth was done; means of three samples each."""
        total = max(one.left for one in self.samples)
        done = [one for one in self.samples if one.left <= (1 - _BEGIN) * total] or self.samples
        first, last = done[:3], done[-3:]
        return _mean(last) - _mean(first)

    def curve(self, parts: int = 10) -> list[float]:
        """MiB at the start, after each tenth of the rows, and at the end."""
        total = max(one.left for one in self.samples)
        found = []
        for part in range(parts + 1):
            left = total * (1 - part / parts)
            at = next((one for one in self.samples if one.left <= left), self.samples[-1])
            found.append(at.mib)
        return found

    def _run(self) -> None:
        while not self._over.wait(_EVERY_S):
            self._take()

    def _take(self) -> None:
        self.samples.append(Sample(perf_counter(), rss_mib(), self._left()))


def _mean(samples: list[Sample]) -> float:
    return sum(one.mib for one in samples) / len(samples)
