"""A code reader without a scanner: codes are shown to it by a script, and it can be unplugged."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.code_reader.framing import MAX_BYTES
from devices.code_reader.listeners import Listeners, OnCode
from devices.code_reader.reading import code_of
from devices.status import Kind, Status
from devices.watch import Watch

_JOIN = 5.0


@dataclass
class Switches:
    """What a hand does to the reader; set from any thread at any time.

    ``offline``: unplugged. ``access``: the station's account may not open it.
    """

    offline: bool = False
    access: bool = False


class SimulatedCodeReader:
    """Reads what `scan` shows it, on a thread of its own, as long as somebody watches."""

    def __init__(self) -> None:
        self.switches = Switches()
        self._listeners = Listeners(self._start)
        self._line: _Line | None = None

    def status(self) -> Status:
        if self.switches.offline:
            return Status.fault(Kind.OFFLINE, "unplugged")
        if self.switches.access:
            return Status.fault(Kind.ACCESS, "no rights")
        return Status.ok()

    def watch(self, on_code: OnCode) -> Watch:
        """See `CodeReader.watch`."""
        return self._listeners.add(on_code)

    def scan(self, code: str | bytes) -> None:
        """Shows it a code; bytes stand for a scanner with a wrong encoding.

        Nobody sees what is shown while it is unplugged or nobody watches.
        """
        raw = code.encode("utf-8", "replace") if isinstance(code, str) else code
        line = self._line
        if line is not None and not (self.switches.offline or self.switches.access):
            line.put(raw)

    def _start(self) -> Watch:
        self._line = _Line(self._tell)
        return self._line

    def _tell(self, raw: bytes) -> None:
        code = code_of(raw)
        if code is not None and len(raw) <= MAX_BYTES:
            self._listeners.tell(code)


class _Line:
    """Carries what is shown to the thread that tells it."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._shown: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="code-reader-simulated", daemon=True)
        self._thread.start()

    def put(self, raw: bytes) -> None:
        self._shown.put(raw)

    def stop(self) -> None:
        self._shown.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join(_JOIN)

    def _run(self) -> None:
        while (raw := self._shown.get()) is not None:
            self._tell(raw)
