"""The ticket from the press to its last byte, against the bare library on the same picture and against a limit."""

from __future__ import annotations

from collections.abc import Iterator

from devices.ticket_printer.bands import bands
from devices.ticket_printer.encoder import Encoder
from devices.ticket_printer.options import TicketOptions
from kiosk.papers.ticket import ticket_image
from kiosk.settings import load
from tests.bench.measure import Result, usual
from tests.samples import a_handed_in

LIMIT_S = 1.0


def results() -> Iterator[Result]:
    from escpos.printer import Dummy

    options, office = TicketOptions(), load().office
    encoder = Encoder(options)
    picture = ticket_image(a_handed_in(), office, options.width_px)

    def press_to_bytes() -> bytes:
        image = ticket_image(a_handed_in(), office, options.width_px)
        return b"".join(
            encoder.band(band) for band in bands(image, options.impl, options.band_rows)
        )

    def bare() -> bytes:
        printer = Dummy(profile="TM-T20II")
        printer.image(picture, impl="bitImageRaster")
        return bytes(printer.output)

    ours = usual(press_to_bytes, 15)
    yield Result(
        "ticket: from press to bytes (drawn and encoded)",
        ours,
        usual(bare, 15),
        "python-escpos encoding alone",
    )
    yield Result("ticket: from press to bytes", ours, LIMIT_S, "the limit of 1 s")
