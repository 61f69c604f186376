"""ESC/POS printers on the network: the whole ticket goes as a picture."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager

from PIL import Image

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.status import Kind, Level, Status
from devices.ticket_printer import status as printer_status
from devices.ticket_printer.api import PrintOutcome
from devices.ticket_printer.bands import bands
from devices.ticket_printer.connection import Connection, connected
from devices.ticket_printer.encoder import END, INIT, Encoder, feed_and_cut
from devices.ticket_printer.options import TicketOptions

_LOG = logging.getLogger(__name__)
_ROWS_PER_S = 400
"""Half of what the slowest printers in use do (100 mm/s at 203 dpi)."""
_TICK_S = 0.1


class EscposTicketPrinter:
    """One printer; each call opens a connection of its own, so that nothing half-used is left."""

    def __init__(self, options: TicketOptions) -> None:
        self._options = options
        self.width_px = options.width_px
        self._encoder: Encoder | None = None

    def status(self) -> Status:
        try:
            with self._connected() as connection:
                if self._options.status_mode == "none":
                    return Status.unknown(None, "status is switched off for this printer")
                return printer_status.ask(connection, self._options.reply_s)
        except Fault as fault:
            return Status.fault(Kind.OFFLINE, fault.detail)

    def print(self, image: Image.Image, cancel: Cancel) -> PrintOutcome:
        """See `TicketPrinter.print`. Once everything was sent, cancelling only ends the waiting."""
        if image.mode != "1" or image.width != self.width_px:
            raise ValueError(f"a picture of mode 1 and {self.width_px} px is needed")
        cancel.check()
        if self._encoder is None:
            self._encoder = Encoder(self._options)
        try:
            with self._connected() as connection:
                before = self._ask(connection)
                if before.level is Level.FAULT:
                    raise printer_status.fault_of(before)
                self._send(connection, image, cancel)
                return self._outcome(connection, image.height, before, cancel)
        except Fault as fault:
            _LOG.warning("ticket not printed: %s", fault)
            raise

    def _send(self, connection: Connection, image: Image.Image, cancel: Cancel) -> None:
        """The job. Cancelled between bands it is still cut, so that no half ticket hangs in the slot."""
        assert self._encoder is not None  # noqa: S101 - made by print
        options = self._options
        end = feed_and_cut(options) + END
        connection.send(INIT)
        for number, band in enumerate(bands(image, options.impl, options.band_rows)):
            if number and cancel.wait(options.band_sleep_ms / 1000):
                connection.send(end)
                raise Cancelled
            connection.send(self._encoder.band(band))
        connection.send(end)

    def _outcome(
        self, connection: Connection, rows: int, before: Status, cancel: Cancel
    ) -> PrintOutcome:
        """Whether the printer says it has worked everything off.

        A fault without confirmation means that the ticket isn't whole. A line that breaks now
        proves nothing: everything was sent.
        """
        try:
            confirmed = self._confirm(connection, rows, cancel)
            silent = before.level is Level.UNKNOWN
            after = Status.unknown() if silent or cancel.asked else self._ask(connection)
        except Fault as fault:
            _LOG.warning("ticket unconfirmed: %s", fault)
            return PrintOutcome.UNCONFIRMED
        if after.level is Level.FAULT and not confirmed:
            raise printer_status.fault_of(after)
        if self._options.confirm_mode == "dle_eot":
            confirmed = after.level in (Level.OK, Level.WARNING)
        whole = confirmed and after.level is not Level.FAULT
        return PrintOutcome.CONFIRMED if whole else PrintOutcome.UNCONFIRMED

    def _confirm(self, connection: Connection, rows: int, cancel: Cancel) -> bool:
        """Waits for the answer to GS r 1, which stands behind the picture in the printer's queue.

        In mode ``dle_eot`` the printer only gets the time the paper needs; its status afterwards decides.
        """
        mode = self._options.confirm_mode
        if mode == "dle_eot":
            cancel.wait(rows / _ROWS_PER_S)
        if mode != "gs_r":
            return False
        connection.drain()
        connection.send(b"\x1dr\x01")
        until = time.monotonic() + self._options.timeout_s + rows / _ROWS_PER_S
        while time.monotonic() < until and not cancel.asked:
            if any(printer_status.is_confirmation(byte) for byte in connection.receive(_TICK_S)):
                return True
        return False

    def _ask(self, connection: Connection) -> Status:
        if self._options.status_mode == "none":
            return Status.unknown()
        return printer_status.ask(connection, self._options.reply_s)

    def _connected(self) -> AbstractContextManager[Connection]:
        return connected(self._options.host, self._options.port, self._options.timeout_s)
