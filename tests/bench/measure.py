"""What a benchmark gives: a measured value beside its peer or limit from the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Result:
    """``ours`` and ``peer`` in seconds; ``peer_name`` says what the ratio is against."""

    name: str
    ours: float
    peer: float
    peer_name: str

    def line(self) -> str:
        ratio = self.ours / self.peer
        return (
            f"{self.name:48} {self.ours * 1000:10.3f} ms   "
            f"{ratio:8.2f} × {self.peer_name} ({self.peer * 1000:.3f} ms)"
        )


@dataclass(frozen=True)
class LeftOut:
    """What could not be measured here, and why."""

    name: str
    why: str

    def line(self) -> str:
        return f"{self.name:48}  left out: {self.why}"


def seconds_of(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def usual(act: Callable[[], object], times: int) -> float:
    """Median seconds of ``times`` runs after one that warms up."""
    act()
    return median(seconds_of(act) for _ in range(times))
