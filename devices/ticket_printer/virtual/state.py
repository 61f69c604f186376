"""The moods of the simulated printer and what it answers in each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    OK = "ok"
    NEAR = "near"
    OUT = "out"
    COVER = "cover"
    CUTTER = "cutter"
    OFFLINE = "offline"
    MUTE = "mute"
    """Prints but answers nothing, as cheap printers do."""
    GARBAGE = "garbage"
    """Prints but answers nonsense."""
    REFUSE = "refuse"
    """Takes no connection."""


STOPPED = frozenset({Mood.OUT, Mood.COVER, Mood.CUTTER, Mood.OFFLINE})
"""In these the printer takes bytes but works nothing off."""

_REAL_TIME = {
    Mood.OK: (0x12, 0x12, 0x12, 0x12),
    Mood.NEAR: (0x12, 0x12, 0x12, 0x1E),
    Mood.OUT: (0x1A, 0x32, 0x12, 0x7E),
    Mood.COVER: (0x1A, 0x16, 0x12, 0x12),
    Mood.CUTTER: (0x1A, 0x52, 0x1A, 0x12),
    Mood.OFFLINE: (0x1A, 0x12, 0x12, 0x12),
}


@dataclass(frozen=True)
class PrinterState:
    """``slow_ms``: delay of each answer and each picture. ``drop_after``: the line breaks after so many bytes.

    ``paper_rows``: rows of paper left; when they are used up the mood becomes ``out``.
    """

    mood: Mood = Mood.OK
    slow_ms: int = 0
    drop_after: int | None = None
    paper_rows: int | None = None

    def real_time(self, question: int) -> bytes:
        """Answer to DLE EOT ``question``."""
        if self.mood is Mood.GARBAGE:
            return b"\xff\x93"
        answers = _REAL_TIME.get(self.mood)
        return bytes([answers[question - 1]]) if answers else b""

    def queued(self) -> bytes:
        """Answer to GS r 1, given when the printer gets there."""
        if self.mood is Mood.GARBAGE:
            return b"\xff"
        if self.mood is Mood.MUTE:
            return b""
        return b"\x03" if self.mood is Mood.NEAR else b"\x00"
