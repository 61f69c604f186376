"""A printer that prints PDF files into a folder and can be out of paper, jammed, open, away or slow."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devices.cancel import Cancel
from devices.fault import Fault
from devices.paper_printer.api import JobState
from devices.paper_printer.reasons import fault_of
from devices.status import Kind, Level, Status

_TICK_S = 0.05


@dataclass
class Switches:
    """What a hand does to the printer; set from any thread at any time.

    ``lost``: it forgets the job it was given. ``fails``: it gives jobs up.
    """

    paper_out: bool = False
    paper_low: bool = False
    jam: bool = False
    cover_open: bool = False
    offline: bool = False
    lost: bool = False
    fails: bool = False
    page_ms: int = 800


class SimulatedPaperPrinter:
    """Prints into ``folder``, which is the tray; ``deadline_s`` as for a real printer."""

    def __init__(self, folder: Path, page_ms: int = 800, deadline_s: float = 60) -> None:
        self._folder = folder
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._tray: list[Path] = []
        self.switches = Switches(page_ms=page_ms)

    def status(self) -> Status:
        now = self.switches
        for on, kind, text in (
            (now.offline, Kind.OFFLINE, "offline"),
            (now.cover_open, Kind.COVER_OPEN, "cover-open"),
            (now.jam, Kind.JAM, "media-jam"),
            (now.paper_out, Kind.PAPER_OUT, "media-empty"),
        ):
            if on:
                return Status.fault(kind, text)
        return Status.warning(Kind.PAPER_LOW, "media-low") if now.paper_low else Status.ok()

    def take_paper(self) -> list[Path]:
        """What lies in the tray since it was last taken, oldest first; the files stay where they are."""
        with self._lock:
            taken, self._tray = self._tray, []
        return taken

    def print(self, pdf: bytes, on_state: Callable[[JobState], None], cancel: Cancel) -> JobState:
        """See `PaperPrinter.print`."""
        cancel.check()
        on_state(JobState.QUEUED)
        self._refuse()
        if not pdf.startswith(b"%PDF-"):
            raise Fault("PRINTER_ERROR", "not a PDF")
        on_state(JobState.SENT)
        on_state(JobState.PRINTING)
        self._work(cancel)
        if self.switches.lost:
            on_state(JobState.UNKNOWN)
            return JobState.UNKNOWN
        if self.switches.fails:
            raise Fault("PRINTER_ERROR", "the printer gave the job up")
        self._lay_down(pdf)
        on_state(JobState.DONE)
        return JobState.DONE

    def _refuse(self) -> None:
        status = self.status()
        if status.level is Level.FAULT:
            raise fault_of(status)

    def _work(self, cancel: Cancel) -> None:
        """Takes its time; with a fault it stands still until that is mended or the deadline passes."""
        until = time.monotonic() + self._deadline_s
        left = self.switches.page_ms / 1000
        while left > 0 or self.status().level is Level.FAULT:
            cancel.check()
            if time.monotonic() > until:
                self._refuse()
                raise Fault("PRINTER_TIMEOUT", f"not printed in {self._deadline_s:g} s")
            step = min(_TICK_S, max(left, 0.001))
            cancel.wait(step)
            if self.status().level is not Level.FAULT:
                left -= step
        cancel.check()

    def _lay_down(self, pdf: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock:
            number = 1 + max((_number(file) for file in self._folder.glob("*.pdf")), default=0)
            path = self._folder / f"{number:04d}.pdf"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
                out.write(pdf)
            self._tray.append(path)


def _number(file: Path) -> int:
    return int(file.stem) if file.stem.isascii() and file.stem.isdecimal() else 0
