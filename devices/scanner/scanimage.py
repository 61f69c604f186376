"""Scanners of SANE, through its program ``scanimage`` in a process of its own."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.scanner.api import ScannedPage, Source
from devices.scanner.options import ScanOptions
from devices.scanner.outcome import ends_the_run, fault_of, kind_of, status_of
from devices.scanner.pages import page_from
from devices.scanner.process import Closed, Finished, Progress, Said, ScanProcess, running
from devices.status import Status

_LOG = logging.getLogger(__name__)
_TICK_S = 0.1
_LOOK_S = 15.0


class ScanimageScanner:
    """One scanner of SANE."""

    def __init__(self, options: ScanOptions) -> None:
        self._options = options
        self._last: Fault | None = None
        _sweep(Path(options.folder or tempfile.gettempdir()))

    def status(self) -> Status:
        """Opens the scanner without moving anything.

        SANE can't be asked whether a jam was cleared or the cover closed. So after a scan that
        ended in a fault the answer is ``unknown`` with that kind until a scan goes well.
        """
        try:
            self._look()
        except Fault as fault:
            return status_of(fault)
        if self._last is not None:
            return Status.unknown(kind_of(self._last), f"after {self._last}")
        return Status.ok()

    def scan(
        self,
        source: Source,
        on_page: Callable[[ScannedPage], None],
        on_progress: Callable[[float], None],
        cancel: Cancel,
    ) -> int:
        """See `Scanner.scan`. Pages handed over before a fault stay with the caller."""
        cancel.check()
        prefix = f"scan-{os.getpid()}-"  # whose it is, should it stay (`_sweep`)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self._options.folder) as folder:
            run = _Run(self._options, Path(folder), on_page, on_progress, cancel)
            try:
                pages = run.do(source)
            except Fault as fault:
                self._last = None if fault.code == "SCANNER_NO_PAPER" else fault
                _LOG.warning("scan ended: %s", fault)
                raise
        self._last = None
        return pages

    def _look(self) -> None:
        with running(self._options.look(), self._options.environment) as process:
            open_ends, until = 2, time.monotonic() + min(_LOOK_S, self._options.timeout_s)
            while open_ends and time.monotonic() < until:
                open_ends -= isinstance(process.next(_TICK_S), Closed)
            if open_ends:
                raise Fault("SCANNER_TIMEOUT", "the scanner can't be opened in time")
            code = process.end()
            if code != 0:
                raise fault_of(code, process.lines, 0, Source.FLATBED) or Fault("SCANNER_ERROR")


def _sweep(folder: Path) -> None:
    """Removes pages of this user's runs whose program was killed; best effort, at the start."""
    if sys.platform == "win32":  # no SANE there, and no harmless way to ask after a process
        return
    for left in folder.glob("scan-*-*"):
        owner = left.name.split("-")[1]
        with suppress(OSError):
            found = left.lstat()
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if ours and owner.isdecimal() and not _lives(int(owner)):
                shutil.rmtree(left)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


class _Run:
    """One run of the program: takes pages over as their names come, watches deadline and cancel."""

    def __init__(
        self,
        options: ScanOptions,
        folder: Path,
        on_page: Callable[[ScannedPage], None],
        on_progress: Callable[[float], None],
        cancel: Cancel,
    ) -> None:
        self._options = options
        self._folder = folder
        self._on_page = on_page
        self._on_progress = on_progress
        self._cancel = cancel
        self._pages = 0

    def do(self, source: Source) -> int:
        line = self._options.scan(source)
        with running(line, self._options.environment, self._folder) as process:
            self._follow(process)
            code = process.end()
            # An interrupted program reports an I/O error or a jam: our own flag decides.
            self._cancel.check()
            fault = fault_of(code, process.lines, self._pages, source)
        if fault is not None:
            raise fault
        return self._pages

    def _follow(self, process: ScanProcess) -> None:
        open_ends = 2
        moved = time.monotonic()
        while open_ends:
            event = process.next(_TICK_S)
            if self._cancel.asked:
                process.end(0)
                raise Cancelled
            if isinstance(event, Closed):
                open_ends -= 1
            elif isinstance(event, Progress):
                self._on_progress(event.share)
            elif isinstance(event, Finished):
                self._take(event.name)
            elif isinstance(event, Said) and ends_the_run(event.line):
                self._drain(process)
                return
            if event is not None:
                moved = time.monotonic()
            elif time.monotonic() - moved > self._options.timeout_s:
                raise Fault("SCANNER_TIMEOUT", f"no progress, {self._pages} pages")

    def _drain(self, process: ScanProcess) -> None:
        """Takes the pages that were ready before the last words; the program itself may hang."""
        while (event := process.next(_TICK_S)) is not None:
            if isinstance(event, Finished):
                self._take(event.name)

    def _take(self, name: str) -> None:
        if Path(name).name != name:
            raise Fault("SCANNER_ERROR", "a page outside of the folder of this run")
        path = self._folder / name
        options = self._options
        area = (options.width_px, options.height_px)
        page = page_from(path, options.dpi, area, options.jpeg_quality)
        path.unlink(missing_ok=True)
        self._cancel.check()
        self._pages += 1
        self._on_progress(1.0)
        self._on_page(page)
