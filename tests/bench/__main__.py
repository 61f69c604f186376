"""``./run bench``: prints ratios; never fails on a time. ``BENCH_DISK`` is a folder, ``BENCH_HISTORY`` rows."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from tests.bench import card, drain, first_page, hand_in, history, ticket

disk = Path(os.environ.get("BENCH_DISK", "."))
print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; medians")  # noqa: T201
for results in (
    hand_in.results(disk),
    drain.results(disk),
    history.results(disk),
    card.results(),
    ticket.results(),
    first_page.results(),
):
    for result in results:
        print(result.line(), flush=True)  # noqa: T201
