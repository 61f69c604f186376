"""The bytes of a ticket, read back by an independent reader."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.ticket_printer.bands import bands, height_is_safe
from devices.ticket_printer.encoder import END, INIT, Encoder, feed_and_cut
from devices.ticket_printer.options import TicketOptions
from tests.unit.ticket_printer.escpos_reader import Wrong, read_ticket

IMPLS = ("bitImageRaster", "graphics", "bitImageColumn")


def job(picture: Image.Image, options: TicketOptions) -> bytes:
    encoder = Encoder(options)
    dots = [encoder.band(band) for band in bands(picture, options.impl, options.band_rows)]
    return b"".join([INIT, *dots, feed_and_cut(options), END])


def noise(width: int, height: int, seed: int) -> Image.Image:
    data = random.Random(seed).randbytes((width + 7) // 8 * height)
    return Image.frombytes("1", (width, height), data)


@pytest.mark.parametrize("impl", IMPLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    height=st.integers(1, 3000) | st.sampled_from([1, 2, 48, 96, 100, 128, 192, 256, 960, 2048]),
    band_rows=st.integers(24, 900) | st.sampled_from([24, 48, 64, 100, 240, 256, 900]),
    width=st.sampled_from([384, 512, 576, 640, 832]),
    seed=st.integers(0, 9),
)
def test_rebuilt_picture_is_the_drawn_one(
    impl: str, height: int, band_rows: int, width: int, seed: int
) -> None:
    options = TicketOptions(impl=impl, band_rows=band_rows, width_px=width)
    drawn = noise(width, height, seed)
    ticket = read_ticket(job(drawn, options))
    printed = ticket.picture()
    assert ticket.kinds == {impl}
    assert ticket.cut == "part"
    assert ticket.fed == 6
    for rows in ticket.bands:
        assert rows <= band_rows
        assert rows % 48 != 0
        assert rows.bit_count() > 1
    assert printed.width == width
    assert printed.crop((0, 0, width, height)).tobytes() == drawn.tobytes()
    below = printed.crop((0, height, width, printed.height))
    assert below.height < 24
    assert not below.height or below.getextrema() == (255, 255)


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("height", [*range(1, 131), 192, 240, 255, 256, 257, 480, 512, 960, 1024])
def test_every_small_height_is_sent_safely(impl: str, height: int) -> None:
    sent = [band.height for band in bands(Image.new("1", (576, height), 1), impl, 100)]
    assert sum(sent) >= height
    if impl != "bitImageColumn":
        assert all(height_is_safe(rows) for rows in sent)
        assert all(rows == 100 for rows in sent[:-1])


@pytest.mark.parametrize(("cut", "feed"), [("full", 0), ("part", 20), ("none", 3)])
def test_feed_and_cut(cut: str, feed: int) -> None:
    ticket = read_ticket(job(noise(576, 30, 1), TicketOptions(cut=cut, feed_lines=feed)))
    assert (ticket.cut, ticket.fed) == (cut, feed)


def test_wider_than_the_profile_and_without_profile() -> None:
    for profile in ("TM-T88V", "default", "no such profile"):
        options = TicketOptions(profile=profile, width_px=832)
        assert read_ticket(job(noise(832, 50, 1), options)).picture().width == 832


def test_nothing_is_written_on_the_programs_output(capfd: pytest.CaptureFixture[str]) -> None:
    job(noise(576, 50, 1), TicketOptions(profile="default"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x1b@hello",
        b"\x1b@\x1dv0\x00\x01\x00\x03\x00\xff",
        b"\x1b@\x1dv0\x03\x01\x00\x01\x00\xff\n\x1b@",
        b"\x1b@\n\x1b@",
    ],
)
def test_the_reader_itself_is_strict(data: bytes) -> None:
    with pytest.raises(Wrong):
        read_ticket(data)
