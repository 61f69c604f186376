"""The simulated scanner: its pages, its switches."""

from __future__ import annotations

import io
import threading
import time

import pytest
from PIL import Image

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.scanner.api import ScannedPage, Source
from devices.scanner.drawing import draw_page
from devices.scanner.simulated import SimulatedScanner
from devices.status import Level


def quiet(_share: float) -> None:
    pass


def scan(device: SimulatedScanner, source: Source = Source.FEEDER) -> list[ScannedPage]:
    pages: list[ScannedPage] = []
    assert device.scan(source, pages.append, quiet, Cancel()) == len(pages)
    return pages


def quick(**options: object) -> SimulatedScanner:
    return SimulatedScanner(**{"dpi": 75, "page_ms": 0, **options})


def test_pages_are_a4_and_always_the_same() -> None:
    first, second = scan(quick()), scan(quick())
    assert [page.jpeg for page in first] == [page.jpeg for page in second]
    assert first[0].jpeg != first[1].jpeg
    for page in first:
        assert page.width / page.height == pytest.approx(210 / 297, rel=0.01)
        assert page.width == pytest.approx(210 * 75 / 25.4, abs=1)
        assert page.warnings == ()


def test_the_front_bears_a_red_stamp_and_dark_writing() -> None:
    with Image.open(io.BytesIO(scan(quick(dpi=100))[0].jpeg)) as front:
        stamp = front.convert("RGB").crop((380, 820, 580, 1010))
    counts = stamp.getcolors(maxcolors=100_000) or []
    red = sum(count for count, (r, g, b) in counts if r > 140 and g < 110 and b < 110)
    assert red > 300


def test_every_page_lies_differently() -> None:
    assert draw_page(1, 50).tobytes() != draw_page(3, 50).tobytes()
    assert draw_page(1, 50).tobytes() == draw_page(1, 50).tobytes()


def test_the_feeder_empties_and_is_loaded_again() -> None:
    device = quick(pages=1)
    assert len(scan(device)) == 1
    with pytest.raises(Fault) as fault:
        scan(device)
    assert fault.value.code == "SCANNER_NO_PAPER"
    device.load(3)
    assert len(scan(device)) == 3
    assert device.waiting == 0


def test_refill() -> None:
    device = quick(refill=True)
    assert [len(scan(device)) for _ in range(3)] == [2, 2, 2]


def test_the_glass() -> None:
    device = quick()
    assert scan(device, Source.FLATBED)[0].jpeg == scan(device, Source.FEEDER)[0].jpeg
    device.lay(None)
    assert scan(device, Source.FLATBED)[0].warnings == ("blank",)


def test_a_jam_keeps_the_pages_before() -> None:
    device = quick(pages=4)
    device.switches.jam_after = 2
    pages: list[ScannedPage] = []
    with pytest.raises(Fault) as fault:
        device.scan(Source.FEEDER, pages.append, quiet, Cancel())
    assert fault.value.code == "SCANNER_JAM"
    assert (len(pages), device.waiting) == (2, 2)
    device.switches.jam_after = None
    assert len(scan(device)) == 2


@pytest.mark.parametrize(
    ("switch", "code"),
    [
        ("cover_open", "SCANNER_COVER_OPEN"),
        ("busy", "SCANNER_BUSY"),
        ("offline", "SCANNER_OFFLINE"),
        ("access", "SCANNER_ACCESS"),
    ],
)
def test_switches(switch: str, code: str) -> None:
    device = quick()
    assert device.status().level is Level.OK
    setattr(device.switches, switch, True)
    assert device.status().level is Level.FAULT
    with pytest.raises(Fault) as fault:
        scan(device)
    assert fault.value.code == code
    setattr(device.switches, switch, False)
    assert len(scan(device)) == 2


def test_a_stuck_page_times_out() -> None:
    device = quick(timeout_s=0.2)
    device.switches.stuck = True
    with pytest.raises(Fault) as fault:
        scan(device)
    assert fault.value.code == "SCANNER_TIMEOUT"


def test_progress_and_cancel() -> None:
    device = quick(page_ms=20_000)
    shares: list[float] = []
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        device.scan(Source.FEEDER, lambda _page: None, shares.append, cancel)
    timer.join()
    assert time.monotonic() - begun < 5
    device.switches.page_ms = 0
    device.scan(Source.FEEDER, lambda _page: None, shares.append, Cancel())
    assert shares == sorted(shares[:10]) + sorted(shares[10:])
    assert shares[-1] == 1
