"""What a scanner does, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from devices.cancel import Cancel
from devices.status import Status


class Source(StrEnum):
    FEEDER = "feeder"
    FLATBED = "flatbed"


@dataclass(frozen=True, repr=False)
class ScannedPage:
    """One page as a JPEG. ``warnings``: ``blank``, ``cut`` (shorter than the area asked for)."""

    jpeg: bytes
    width: int
    height: int
    dpi: int
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ScannedPage({self.width}×{self.height}, {self.dpi} dpi, {len(self.jpeg)} bytes)"


class Scanner(Protocol):
    """One scanner. `scan` blocks and belongs on the scanner's own worker."""

    def status(self) -> Status: ...

    def scan(
        self,
        source: Source,
        on_page: Callable[[ScannedPage], None],
        on_progress: Callable[[float], None],
        cancel: Cancel,
    ) -> int:
        """Scans the feeder until it is empty, or one page from the glass; gives the number of pages.

        Pages are handed over as they come; ``on_progress`` gets the present page's share, 0 to 1.
        Raises `Fault` (``SCANNER_JAM``, ``SCANNER_COVER_OPEN``, ``SCANNER_NO_PAPER``, ``SCANNER_BUSY``,
        ``SCANNER_OFFLINE``, ``SCANNER_ACCESS``, ``SCANNER_TIMEOUT``, ``SCANNER_ERROR``) and `Cancelled`.
        """
        ...
