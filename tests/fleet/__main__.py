"""``python -m tests.fleet``: simulates whole fleets after an outage, prints a table and draws ``docs/fleet.svg``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fleet.plot import svg
from tests.fleet.scenarios import LINE_BACK, OVERLOAD, PEAK_S, POWER_BACK, UNSPREAD, broken, ideal_s
from tests.fleet.simulation import Fleet, Run, Scenario

PICTURE = Path(__file__).parents[2] / "docs" / "fleet.svg"
SEED = 2026
_HEAD = ("scenario", "capacity", "peak", "rejected/row", "drained", "ideal", "promises")


def line(run: Run, *, peak: bool = True) -> str:
    """A row of the table."""
    scenario = run.scenario
    cells = (
        scenario.name,
        f"{scenario.capacity}/s",
        f"{run.peak(PEAK_S):.0f}/s",
        f"{run.rejected_each:.3f}",
        f"{run.drained_s:.0f} s",
        f"{ideal_s(scenario):.0f} s",
        "; ".join(broken(run, peak=peak)) or "kept",
    )
    return "| " + " | ".join(cells) + " |"


def simulated(scenario: Scenario, *, peak: bool = True) -> Run:
    run = Fleet(scenario, SEED).run()
    print(line(run, peak=peak), flush=True)  # noqa: T201
    return run


def main() -> int:
    print("| " + " | ".join(_HEAD) + " |\n" + "|---" * len(_HEAD) + "|")  # noqa: T201
    kept = [simulated(scenario) for scenario in (*LINE_BACK, *POWER_BACK)]
    worst = simulated(UNSPREAD)
    overload = simulated(OVERLOAD, peak=False)
    PICTURE.write_text(svg([*kept, worst, overload]), "utf-8")
    return 1 if any(broken(run) for run in kept) or broken(overload, peak=False) else 0


if __name__ == "__main__":
    sys.exit(main())
