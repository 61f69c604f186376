"""A guard against one broken release of the Qt binding.

PySide6 6.12.0 gives back ``None`` from C++ without counting the reference. From Python 3.12 on
``None`` is immortal and nothing happens; on Python 3.11 the count runs down to zero within
minutes and the interpreter aborts. 6.11 and older are right. The lock file should avoid 6.12.0
on Python 3.11; this guard keeps a machine alive that got it anyhow.
"""

from __future__ import annotations

import ctypes
import sys

import PySide6

_ENOUGH = 1 << 40


def keep_none_alive() -> None:
    """Give ``None`` more references than calls of a lifetime can take; does nothing elsewhere."""
    if sys.version_info >= (3, 12) or PySide6.__version_info__[:2] != (6, 12):
        return
    count = ctypes.c_ssize_t.from_address(id(None))
    if count.value < _ENOUGH:
        count.value += _ENOUGH
