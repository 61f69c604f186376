"""A queue ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Ticket:
    """One number of one series on one day of one office; the number never changes."""

    office: str  # agency id
    day: date
    series: str  # "A"
    number: int

    @property
    def label(self) -> str:
        """What is printed and called: ``A001``."""
        return f"{self.series}{self.number:03d}"
