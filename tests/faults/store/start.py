"""Starts the child of the fault tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import resources


def start(act: str, folder: Path) -> subprocess.Popen[str]:
    """The process, after it said that it has started."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store.child", act, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=resources.path().parent,
    )
    assert child.stdout is not None
    if act != "limit":
        assert child.stdout.readline() == "started\n"
    return child
