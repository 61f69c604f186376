"""A scanner on a serial port (USB-COM, CDC-ACM): the mode in which no letter is lost.

Linux only. Own code over termios: pyserial has had no release since 2020, and here the thread
that reads must be woken at once when the station shuts down, without a poll in between.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable

from devices.code_reader import tty
from devices.code_reader.framing import Framer
from devices.code_reader.listeners import Listeners, OnCode
from devices.code_reader.reading import code_of
from devices.status import Kind, Status
from devices.watch import Watch

log = logging.getLogger(__name__)

BACK_OFF = (1.0, 2.0, 5.0)
"""Seconds between tries while the port can't be had; the last one repeats."""
_CHUNK = 4096
_JOIN = 5.0


class SerialCodeReader:
    """Holds the port as long as somebody watches, through unplugging and coming back."""

    def __init__(
        self,
        port: str = "",
        baud: int = 9600,
        gap_s: float = 0.1,
        back_off: tuple[float, ...] = BACK_OFF,
    ) -> None:
        self._port = port
        self._baud = baud
        self._gap = gap_s
        self._back_off = back_off
        self._listeners = Listeners(self._start)
        self._line: _Line | None = None

    def status(self) -> Status:
        """Ok while the port is open: a scanner says nothing of itself.

        Unknown while nobody watches and the port could be opened.
        """
        line = self._line
        if line is not None and line.alive:
            return line.status
        try:
            tty.look(self._port)
        except tty.NotOpen as why:
            return Status.fault(why.kind, str(why))
        return Status.unknown(text="nobody listens to the port")

    def watch(self, on_code: OnCode) -> Watch:
        """See `CodeReader.watch`. A port that isn't there yet is waited for."""
        return self._listeners.add(on_code)

    def _start(self) -> Watch:
        self._line = _Line(
            lambda: tty.open_port(self._port, self._baud),
            Framer(self._gap),
            self._tell,
            self._back_off,
        )
        return self._line

    def _tell(self, raw: bytes) -> None:
        code = code_of(raw)
        if code is not None:
            self._listeners.tell(code)


class _Line:
    """The thread that opens the port, reads it, and opens it again."""

    def __init__(
        self,
        open_port: Callable[[], int],
        framer: Framer,
        tell: Callable[[bytes], None],
        back_off: tuple[float, ...],
    ) -> None:
        self.status = Status.unknown(text="opening the port")
        self._open = open_port
        self._framer = framer
        self._tell = tell
        self._back_off = back_off
        # A byte through this pair ends every wait.
        self._woken, self._wake = socket.socketpair()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="code-reader-serial", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        self._stopping = True
        with contextlib.suppress(OSError):  # the thread has gone and closed it
            self._wake.send(b".")
        if self._thread is not threading.current_thread():
            self._thread.join(_JOIN)

    def _run(self) -> None:
        tries = 0
        try:
            while not self._stopping:
                try:
                    self._read()
                    tries = 0  # it was open: try again soon
                except tty.NotOpen as why:
                    self._say(Status.fault(why.kind, str(why)))
                self._waits([], self._back_off[min(tries, len(self._back_off) - 1)])
                tries += 1
        finally:
            self._wake.close()
            self._woken.close()

    def _read(self) -> None:
        """Until the port vanishes or the end. Raises `tty.NotOpen` when it can't be opened."""
        port = self._open()
        self._say(Status.ok())
        try:
            while not self._stopping and self._read_once(port):
                pass
        finally:
            os.close(port)
            self._framer.reset()
        if not self._stopping:
            self._say(Status.fault(Kind.OFFLINE, "the port has gone"))

    def _read_once(self, port: int) -> bool:
        """Waits for bytes or a silence; false when the port has gone."""
        now = time.monotonic()
        if not self._waits([port], self._framer.wait(now)):
            codes = self._framer.flush(time.monotonic())
        else:
            try:
                data = os.read(port, _CHUNK)
            except BlockingIOError:
                return True
            except OSError:  # EIO, ENXIO: unplugged
                return False
            if not data:
                return False
            codes = self._framer.feed(data, time.monotonic())
        for code in codes:
            if not self._stopping:
                self._tell(code)
        return True

    def _waits(self, ports: list[int], seconds: float | None) -> bool:
        """Whether one of these ports has something to say; ends early when asked to stop."""
        poll = select.poll()
        for descriptor in (*ports, self._woken.fileno()):
            poll.register(descriptor, select.POLLIN)
        ready = poll.poll(None if seconds is None else seconds * 1000)
        return any(descriptor in ports for descriptor, _ in ready)

    def _say(self, status: Status) -> None:
        if status != self.status:
            log.info("code reader: %s %s", status.level, status.text)
        self.status = status
