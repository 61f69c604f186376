"""Runs a measurement on a disk that takes longer to flush, by strace: the same delay for whoever flushes.

A virtual disk answers a flush out of its host's memory, within a tenth of a millisecond. A disk without a
protected cache takes milliseconds, and there the share of everything else is smaller.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

_FLUSHES = "fdatasync,fsync"
_LIMIT_S = 300


class NotPossible(Exception):
    """There is no strace, or it may not trace here."""


def under_delay(module: str, folder: Path, delay_ms: int) -> list[float]:
    """What ``python -m module folder`` prints as JSON (median seconds), each of its flushes ``delay_ms`` longer.

    Only the flushes are stopped, by a seccomp filter; everything else runs at full speed. Raises `NotPossible`.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise NotPossible("no strace on this machine")
    command = [
        strace, "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", f"trace={_FLUSHES}",
        "-e", f"inject={_FLUSHES}:delay_exit={delay_ms * 1000}",
        sys.executable, "-m", module, str(folder),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_S, check=False)
    if ran.returncode != 0:
        raise NotPossible(f"strace: {(ran.stderr.strip().splitlines() or ['?'])[-1]}")
    medians: list[float] = json.loads(ran.stdout)
    return medians
