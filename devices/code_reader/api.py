"""What a code reader does and what it gives, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.status import Status
from devices.watch import Watch


@dataclass(frozen=True, repr=False)
class Code:
    """The text of one code: NFC, without control characters. It may hold personal data.

    ``doubtful``: the way it came (a keyboard wedge) may have changed letters outside ASCII.
    """

    text: str
    doubtful: bool = False

    def __repr__(self) -> str:
        return f"Code({len(self.text)} characters)"


class CodeReader(Protocol):
    """A scanner for codes on this desk."""

    def status(self) -> Status: ...

    def watch(self, on_code: Callable[[Code], None]) -> Watch:
        """Reports every code that is read, on a thread of its own, until stopped."""
        ...
