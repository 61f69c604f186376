"""The same expectations for every scanner: the simulated one and SANE's own test scanner."""

from __future__ import annotations

import io
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.scanner.api import ScannedPage, Scanner, Source
from devices.scanner.options import ScanOptions
from devices.scanner.scanimage import ScanimageScanner
from devices.scanner.simulated import SimulatedScanner
from devices.status import Level

_DPI = 75


_RETURNS = {
    "SCANNER_JAM": "SANE_STATUS_JAMMED",
    "SCANNER_COVER_OPEN": "SANE_STATUS_COVER_OPEN",
    "SCANNER_NO_PAPER": "SANE_STATUS_NO_DOCS",
    "SCANNER_BUSY": "SANE_STATUS_DEVICE_BUSY",
    "SCANNER_ACCESS": "SANE_STATUS_ACCESS_DENIED",
}


class Simulated:
    """Ten pages lie in the feeder, as in SANE's test scanner."""

    name = "simulated"

    def __init__(self, folder: Path) -> None:
        self._device = SimulatedScanner(dpi=_DPI, page_ms=0, pages=10)

    def ready(self) -> Scanner:
        return self._device

    def with_fault(self, code: str) -> Scanner:
        now = self._device.switches
        if code == "SCANNER_JAM":
            now.jam_after = 0
        elif code == "SCANNER_NO_PAPER":
            self._device.load(0)
        else:
            setattr(now, code.removeprefix("SCANNER_").lower(), True)
        return self._device

    def slow(self) -> Scanner:
        self._device.switches.page_ms = 5000
        return self._device


class Sane:
    """SANE's own test scanner, driven through the real program with settings of our own."""

    name = "sane"

    def __init__(self, folder: Path) -> None:
        self._config = folder / "sane"
        self._config.mkdir()
        (self._config / "dll.conf").write_text("test\n")
        self.private = folder / "private"
        self.private.mkdir()

    def scanner(self, *options: str, device: str = "test:0", **more: object) -> ScanimageScanner:
        common = {"dpi": _DPI, "width_mm": 200, "height_mm": 200, "timeout_s": 10, **more}
        return ScanimageScanner(
            ScanOptions(
                device=device,
                options=options,
                environment={"SANE_CONFIG_DIR": str(self._config)},
                folder=self.private,
                **common,
            )
        )

    def ready(self) -> Scanner:
        return self.scanner("--test-picture=Color pattern")

    def with_fault(self, code: str) -> Scanner:
        if code == "SCANNER_OFFLINE":
            return self.scanner(device="test:9")
        returned = f"--read-return-value={_RETURNS[code]}"
        return self.scanner("--enable-test-options=yes", returned)

    def slow(self) -> Scanner:
        return self.scanner(
            "--enable-test-options=yes",
            "--read-limit=yes",
            "--read-limit-size=1000",
            "--read-delay=yes",
            "--read-delay-duration=100000",
        )


@pytest.fixture(
    params=[Simulated, pytest.param(Sane, marks=pytest.mark.real)], ids=lambda rig: rig.name
)
def rig(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param is Sane and shutil.which("scanimage") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("scanimage is not installed")
        pytest.skip("scanimage is not installed")
    rig = request.param(tmp_path)
    yield rig
    if isinstance(rig, Sane):
        assert list(rig.private.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if "scanner-" in thread.name]


def run(
    scanner: Scanner,
    source: Source,
    cancel: Cancel | None = None,
    on_page: Callable[[ScannedPage], None] = lambda _page: None,
) -> tuple[list[ScannedPage], list[float], int]:
    pages: list[ScannedPage] = []
    shares: list[float] = []

    def take(page: ScannedPage) -> None:
        pages.append(page)
        on_page(page)

    return pages, shares, scanner.scan(source, take, shares.append, cancel or Cancel())


def test_the_feeder_gives_all_pages(rig) -> None:
    scanner = rig.ready()
    assert scanner.status().level is Level.OK
    pages, shares, count = run(scanner, Source.FEEDER)
    assert count == len(pages) == 10
    for page in pages:
        with Image.open(io.BytesIO(page.jpeg)) as jpeg:
            jpeg.load()
            assert (jpeg.format, jpeg.size) == ("JPEG", (page.width, page.height))
        assert page.dpi == _DPI
        assert page.warnings == ()
    assert shares.count(1.0) >= 10
    assert all(0 <= share <= 1 for share in shares)


def test_the_glass_gives_one_page(rig) -> None:
    for _ in range(2):
        pages, _shares, count = run(rig.ready(), Source.FLATBED)
        assert count == len(pages) == 1


@pytest.mark.parametrize(
    "code",
    [
        "SCANNER_JAM",
        "SCANNER_COVER_OPEN",
        "SCANNER_NO_PAPER",
        "SCANNER_BUSY",
        "SCANNER_ACCESS",
        "SCANNER_OFFLINE",
    ],
)
def test_faults(rig, code: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Fault) as fault:
        run(rig.with_fault(code), Source.FEEDER)
    assert fault.value.code == code
    assert time.monotonic() - begun < 15


def test_cancelled_while_a_page_moves(rig) -> None:
    cancel = Cancel()
    timer = threading.Timer(0.5, cancel.cancel)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        run(rig.slow(), Source.FEEDER, cancel)
    timer.join()
    assert time.monotonic() - begun < 10


def test_cancelled_between_pages(rig) -> None:
    cancel = Cancel()
    pages: list[ScannedPage] = []

    def third(page: ScannedPage) -> None:
        pages.append(page)
        if len(pages) == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(rig.ready(), Source.FEEDER, cancel, third)
    assert len(pages) == 3


def test_cancelled_before(rig) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        run(rig.ready(), Source.FEEDER, cancel)


only_sane = pytest.mark.parametrize(
    "rig", [pytest.param(Sane, marks=pytest.mark.real)], indirect=True
)


@only_sane
def test_a_page_shorter_than_asked_for_is_marked(rig: Sane) -> None:
    scanner = rig.scanner("--test-picture=Color pattern", height_mm=297)
    assert run(scanner, Source.FLATBED)[0][0].warnings == ("cut",)


@only_sane
def test_white_pages_are_marked_and_kept(rig: Sane) -> None:
    pages = run(rig.scanner("--test-picture=Solid white"), Source.FEEDER)[0]
    assert [page.warnings for page in pages] == [("blank",)] * 10


@only_sane
def test_a_jam_again_and_again(rig: Sane) -> None:
    """After a jam the program now and then never ends: every run must still come back."""
    for _ in range(15):
        with pytest.raises(Fault) as fault:
            run(rig.with_fault("SCANNER_JAM"), Source.FLATBED)
        assert fault.value.code == "SCANNER_JAM"
