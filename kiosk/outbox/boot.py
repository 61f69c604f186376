"""Which start of the machine this is: monotonic times mean something only together with it."""

from __future__ import annotations

import secrets
from pathlib import Path

_LINUX = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """The machine's boot id where the system has one, else an id for this run of the program."""
    try:
        return _LINUX.read_text("ascii").strip()
    except OSError:
        return secrets.token_hex(16)
