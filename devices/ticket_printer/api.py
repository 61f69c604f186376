"""What a ticket printer does, whatever stands behind it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from PIL import Image

from devices.cancel import Cancel
from devices.status import Status


class PrintOutcome(StrEnum):
    """No printer can prove that paper came out: ``UNCONFIRMED`` is an honest end."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class TicketPrinter(Protocol):
    """One ticket printer. Its calls block and belong on the printer's own worker."""

    width_px: int

    def status(self) -> Status: ...

    def print(self, image: Image.Image, cancel: Cancel) -> PrintOutcome:
        """Prints a black-and-white picture (mode ``1``, ``width_px`` wide) and cuts the paper.

        Raises `Fault` (``TICKET_PAPER_OUT``, ``TICKET_COVER_OPEN``, ``TICKET_CUTTER``, ``TICKET_OFFLINE``,
        ``TICKET_TIMEOUT``, ``TICKET_ERROR``) when nothing was or could be printed.
        """
        ...
