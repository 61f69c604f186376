"""Ids that nobody else gives and that sort by the moment they were made."""

from __future__ import annotations

import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562 §5.7): milliseconds since 1970 UTC, then 74 random bits.

    New keys lie side by side in an index, so that a long history makes inserting no slower. The moment
    can be read from it: not for anything that must not tell when it was made.
    """
    ms = time.time_ns() // 1_000_000 & (1 << 48) - 1
    random = int.from_bytes(os.urandom(10), "big")  # 80 bits; the six above 74 are left out
    high, low = random >> 62 & (1 << 12) - 1, random & (1 << 62) - 1
    return UUID(int=ms << 80 | _VERSION_7 | high << 64 | _VARIANT | low)
