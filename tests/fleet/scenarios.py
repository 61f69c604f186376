"""The scenarios that are told about, and what is promised of each."""

from __future__ import annotations

from random import Random

from sync.backoff import CALM, spread_window
from tests.fleet.simulation import Run, Scenario

MOST_REJECTED = 1.0
"""Rejections for each row, on average."""

LONGEST_DRAIN = 1.5
"""Times `ideal_s`."""

PEAK_S = 10
"""The peak is the mean of the busiest ten seconds; a single second is a matter of chance."""


def at_once(waiting: int, oldest_s: float, random: Random) -> float:
    """No spread at all, for comparison."""
    return 0.0


LINE_BACK = (
    Scenario("portal back, 10,000 kiosks × 10 rows", 10_000, 10, 300, power_cut=False),
    Scenario("portal back, 50,000 kiosks × 4 rows", 50_000, 4, 500, power_cut=False),
)
POWER_BACK = (
    Scenario("power back, 10,000 kiosks × 10 rows", 10_000, 10, 300, power_cut=True),
    Scenario("power back, 50,000 kiosks × 4 rows", 50_000, 4, 500, power_cut=True),
)
UNSPREAD = Scenario("the same without the spread", 50_000, 4, 500, power_cut=True, spread=at_once)
OVERLOAD = Scenario("power back, 67 min of work for the portal", 10_000, 40, 100, power_cut=True)


def ideal_s(scenario: Scenario) -> float:
    """Seconds that no fleet can beat: the portal's time for all rows, or the window that the kiosks'
    first requests are spread over, whichever is longer."""
    work_s = scenario.kiosks * scenario.rows / scenario.capacity
    window_s = spread_window(scenario.rows) if scenario.power_cut else CALM.cap_s
    return max(work_s, window_s)


def broken(run: Run, *, peak: bool = True) -> list[str]:
    """Which promises a run breaks. A portal with too much work for the window can't be promised a ``peak``."""
    scenario, found = run.scenario, []
    if run.left:
        found.append(f"{run.left} rows never arrived")
    if run.rejected_each > MOST_REJECTED:
        found.append(f"{run.rejected_each:.2f} rejections a row")
    if run.drained_s > LONGEST_DRAIN * ideal_s(scenario):
        found.append(f"drained in {run.drained_s:.0f} s, ideal {ideal_s(scenario):.0f} s")
    if peak and run.peak(PEAK_S) > scenario.capacity:
        found.append(f"{run.peak(PEAK_S):.0f} requests/s, capacity {scenario.capacity}/s")
    return found
