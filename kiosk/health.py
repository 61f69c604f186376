"""The devices' health, looked at in the background, so that a fault is known before a journey starts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from devices.status import Kind, Level, Status
from kiosk.workers import Worker


@dataclass(frozen=True)
class Watched:
    """A device under watch. ``needed``: without it nothing can be started at this machine."""

    status: Callable[[], Status]
    worker: Worker
    needed: bool


@dataclass(frozen=True)
class Trouble:
    """What can't be done now: a fault code, and whether nothing can be started."""

    code: str
    blocks: bool


_PAPER = {
    Kind.PAPER_OUT: "PRINTER_PAPER_OUT",
    Kind.JAM: "PRINTER_JAM",
    Kind.COVER_OPEN: "PRINTER_COVER_OPEN",
}
_TICKET = {
    Kind.PAPER_OUT: "TICKET_PAPER_OUT",
    Kind.COVER_OPEN: "TICKET_COVER_OPEN",
    Kind.CUTTER: "TICKET_CUTTER",
}
_SCANNER = {
    Kind.JAM: "SCANNER_JAM",
    Kind.COVER_OPEN: "SCANNER_COVER_OPEN",
    Kind.ACCESS: "SCANNER_ACCESS",
}
CODES: Mapping[str, tuple[Mapping[Kind, str], str]] = {
    "reader": ({Kind.SERVICE_DOWN: "PCSC_DOWN"}, "NO_READER"),
    "scanner": (_SCANNER, "SCANNER_OFFLINE"),
    "ticket_printer": (_TICKET, "TICKET_OFFLINE"),
    "paper_printer": (_PAPER, "PRINTER_OFFLINE"),
    "disk": ({Kind.ACCESS: "DISK_FULL"}, "DISK_LOW"),
}
"""For each device: fault codes by kind, and the code for every other fault."""


class Health:
    """Asks each device for its status every ``every_s`` seconds, on the device's own worker.

    `unknown` never blocks service. A device that is busy with a citizen's job is asked afterwards.
    """

    def __init__(self, devices: Mapping[str, Watched], every_s: float = 5) -> None:
        self._devices = devices
        self._every_s = every_s
        self._seen: dict[str, Status] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5)

    def look(self) -> None:
        """Asks every device once more; answers come later."""
        for name, device in self._devices.items():
            with self._lock:
                if name in self._asked:
                    continue
                self._asked.add(name)
            device.worker.submit(partial(self._ask, name, device))

    def statuses(self) -> dict[str, Status]:
        """The last status of each device that answered."""
        with self._lock:
            return dict(self._seen)

    def troubles(self) -> list[Trouble]:
        """What can't be done now, the blocking ones first."""
        found = [
            Trouble(self._code(name, status), self._devices[name].needed)
            for name, status in self.statuses().items()
            if status.level is Level.FAULT and status.kind is not Kind.FEEDER_EMPTY
        ]
        return sorted(found, key=lambda trouble: not trouble.blocks)

    def _code(self, name: str, status: Status) -> str:
        codes, other = CODES[name]
        return codes.get(status.kind, other) if status.kind else other

    def _ask(self, name: str, device: Watched) -> None:
        try:
            status = device.status()
            with self._lock:
                self._seen[name] = status
        finally:
            with self._lock:
                self._asked.discard(name)

    def _run(self) -> None:
        while True:
            self.look()
            if self._stop.wait(self._every_s):
                return
