"""Runs scanimage and turns what it prints into events; ends it for certain."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devices.fault import Fault

_PROGRESS = re.compile(r"Progress:\s*(\d{1,3}(?:\.\d+)?)%")
_SPLIT = re.compile(rb"[\r\n]")
_GRACE_S = 2.0
_MAX_LINES = 200
_MAX_LINE = 2000


@dataclass(frozen=True)
class Finished:
    """A page file is complete; ``name`` is what the program printed."""

    name: str


@dataclass(frozen=True)
class Progress:
    """Share of the present page, 0 to 1."""

    share: float


@dataclass(frozen=True)
class Said:
    """A line of the program's messages."""

    line: str


@dataclass(frozen=True)
class Closed:
    """One of the two outputs has ended."""


ProcessEvent = Finished | Progress | Said | Closed


class ScanProcess:
    """One run of the program, in a process group of its own.

    A full disk or a crash of the vendor's driver ends this process, never ours.
    """

    def __init__(
        self, line: list[str], environment: Mapping[str, str], folder: Path | None
    ) -> None:
        """Starts it in ``folder``. Raises `Fault` ``SCANNER_OFFLINE`` when the program can't be started."""
        self.lines: list[str] = []
        self._events: queue.SimpleQueue[ProcessEvent] = queue.SimpleQueue()
        # The texts decide about faults, so they must stay English.
        env = {**os.environ, **environment, "LC_ALL": "C"}
        try:
            self._process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=env,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise Fault("SCANNER_OFFLINE", f"{line[0]}: {error.strerror}") from error
        self._threads = [
            threading.Thread(target=self._read, args=(stream, convert), name=name, daemon=True)
            for stream, convert, name in (
                (self._process.stdout, Finished, "scanner-pages"),
                (self._process.stderr, _event_of, "scanner-words"),
            )
            if stream is not None
        ]
        for thread in self._threads:
            thread.start()

    def next(self, seconds: float) -> ProcessEvent | None:
        """The next event, or ``None`` when none came within ``seconds``."""
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(event, Said) and len(self.lines) < _MAX_LINES:
            self.lines.append(event.line)
        return event

    def end(self, patience_s: float = _GRACE_S) -> int:
        """Waits ``patience_s`` for the end, then interrupts, then kills; gives the exit code."""
        for seconds, sent in (
            (patience_s, signal.SIGINT),
            (_GRACE_S, signal.SIGKILL),
            (None, None),
        ):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
                break
            if sent is not None:
                self._signal(sent)
        return self._process.returncode

    def close(self) -> None:
        """Ends the process at once if it still runs, and waits for the reading threads."""
        self.end(0)
        # A driver's child may hold the pipes open: it is in our group and goes too.
        self._signal(signal.SIGKILL)
        for thread in self._threads:
            thread.join(_GRACE_S)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _read(self, stream: IO[bytes], convert: Callable[[str], ProcessEvent]) -> None:
        rest = b""
        with suppress(OSError, ValueError):
            while block := os.read(stream.fileno(), 4096):
                *whole, rest = _SPLIT.split(rest + block)
                rest = rest[-_MAX_LINE:]
                for line in whole:
                    if line:
                        self._events.put(convert(line.decode("utf-8", "replace")))
        self._events.put(Closed())


def _event_of(line: str) -> ProcessEvent:
    # "Progress: 0.0%" has no line end of its own: an error text may follow on the same line.
    found = _PROGRESS.match(line)
    if found and found.end() == len(line):
        return Progress(min(float(found[1]) / 100, 1))
    return Said(line[found.end() if found else 0 :])


@contextmanager
def running(
    line: list[str], environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[ScanProcess]:
    """A run that is over when the block is left, however it is left."""
    process = ScanProcess(line, environment, folder)
    try:
        yield process
    finally:
        process.close()
