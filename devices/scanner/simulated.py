"""A scanner without a scanner: believable pages, and every fault on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.cancel import Cancel
from devices.fault import Fault
from devices.scanner.api import ScannedPage, Source
from devices.scanner.drawing import blank_page, draw_page
from devices.scanner.outcome import status_of
from devices.scanner.pages import encode, is_blank
from devices.status import Status

_STEPS = 10


@dataclass
class Switches:
    """What a hand does to the scanner; set from any thread at any time.

    ``jam_after``: the feeder jams behind so many pages, when more lie in it. ``stuck``: a page never ends.
    """

    jam_after: int | None = None
    cover_open: bool = False
    busy: bool = False
    offline: bool = False
    access: bool = False
    stuck: bool = False
    page_ms: int = 900


class SimulatedScanner:
    """Has a feeder that is filled with `load`, and a glass with the first page on it.

    ``refill``: the feeder fills itself again after a run, so that a demo never stands still.
    """

    def __init__(
        self,
        dpi: int = 200,
        jpeg_quality: int = 70,
        page_ms: int = 900,
        pages: int = 2,
        *,
        refill: bool = False,
        timeout_s: float = 60,
    ) -> None:
        self.switches = Switches(page_ms=page_ms)
        self._dpi = dpi
        self._quality = jpeg_quality
        self._refill = pages if refill else 0
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._waiting = pages
        self._next = 1
        self._glass: int | None = 1

    def load(self, pages: int) -> None:
        """Puts fresh papers into the feeder, the first one a front; what lay there goes."""
        with self._lock:
            self._waiting, self._next = pages, 1

    def lay(self, page: int | None) -> None:
        """Lays a page on the glass, or takes it off with ``None``."""
        self._glass = page

    @property
    def waiting(self) -> int:
        """Papers in the feeder."""
        return self._waiting

    def status(self) -> Status:
        fault = self._fault()
        return status_of(fault) if fault else Status.ok()

    def scan(
        self,
        source: Source,
        on_page: Callable[[ScannedPage], None],
        on_progress: Callable[[float], None],
        cancel: Cancel,
    ) -> int:
        """See `Scanner.scan`."""
        cancel.check()
        self._stand()
        if source is Source.FLATBED:
            on_page(self._page(self._glass, on_progress, cancel))
            return 1
        if not self._waiting:
            raise Fault("SCANNER_NO_PAPER", "feeder empty")
        return self._feed(on_page, on_progress, cancel)

    def _feed(
        self,
        on_page: Callable[[ScannedPage], None],
        on_progress: Callable[[float], None],
        cancel: Cancel,
    ) -> int:
        done = 0
        while self._waiting:
            if self.switches.jam_after is not None and done >= self.switches.jam_after:
                raise Fault("SCANNER_JAM", f"after {done} pages")
            page = self._page(self._next, on_progress, cancel)
            with self._lock:
                self._waiting -= 1
                self._next += 1
            done += 1
            on_page(page)
        if self._refill:
            self.load(self._refill)
        return done

    def _page(
        self, number: int | None, on_progress: Callable[[float], None], cancel: Cancel
    ) -> ScannedPage:
        for step in range(1, _STEPS + 1):
            cancel.wait(self.switches.page_ms / 1000 / _STEPS)
            if self.switches.stuck:
                cancel.wait(self._timeout_s)
                cancel.check()
                raise Fault("SCANNER_TIMEOUT", "no progress")
            cancel.check()
            self._stand()
            on_progress(step / _STEPS)
        picture = blank_page(self._dpi) if number is None else draw_page(number, self._dpi)
        marks = ("blank",) if is_blank(picture, self._dpi) else ()
        return encode(picture, self._dpi, self._quality, marks)

    def _stand(self) -> None:
        fault = self._fault()
        if fault:
            raise fault

    def _fault(self) -> Fault | None:
        now = self.switches
        if now.offline:
            return Fault("SCANNER_OFFLINE", "unplugged")
        if now.access:
            return Fault("SCANNER_ACCESS", "no rights")
        if now.cover_open:
            return Fault("SCANNER_COVER_OPEN", "cover open")
        if now.busy:
            return Fault("SCANNER_BUSY", "used by another program")
        return None
