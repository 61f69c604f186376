"""What an A4 printer does, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from devices.cancel import Cancel
from devices.status import Status


class JobState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    PRINTING = "printing"
    DONE = "done"
    UNKNOWN = "unknown"
    """The printer lost sight of the job: it may or may not be on paper."""


class PaperPrinter(Protocol):
    """One A4 printer. Its calls block and belong on the printer's own worker."""

    def status(self) -> Status: ...

    def print(self, pdf: bytes, on_state: Callable[[JobState], None], cancel: Cancel) -> JobState:
        """Prints a PDF on A4 and waits for the job's end; gives ``DONE`` or ``UNKNOWN``.

        At the deadline the job is cancelled at the printer, so that it can't come out before the next person.
        Raises `Fault` (``PRINTER_PAPER_OUT``, ``PRINTER_JAM``, ``PRINTER_COVER_OPEN``, ``PRINTER_OFFLINE``,
        ``PRINTER_TIMEOUT``, ``PRINTER_ERROR``) and `Cancelled`.
        """
        ...
