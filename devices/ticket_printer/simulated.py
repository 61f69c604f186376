"""A strict ESC/POS printer on TCP that prints into a folder: for the demo, for tests, for a technician's bench."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from devices.ticket_printer.virtual.paper import Paper
from devices.ticket_printer.virtual.session import Device, NotEscpos, Session
from devices.ticket_printer.virtual.state import Mood, PrinterState

_LOG = logging.getLogger(__name__)
_TICK_S = 0.1
_BLOCK = 4096
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class PrintedJob:
    """One job: its bytes, its picture, whether it was cut, and what went wrong (else empty)."""

    stream: Path
    picture: Path
    cut: bool
    problem: str = ""


class SimulatedTicketPrinter:
    """Listens from `start` to `stop`; ``state`` may be set at any time, from any thread.

    Jobs lie in ``folder`` as ``0001.escpos`` and ``0001.png``; nothing is ever overwritten.
    """

    def __init__(
        self, folder: Path, host: str = "127.0.0.1", port: int = 0, width_px: int = 576
    ) -> None:
        self._folder = folder
        self._host = host
        self._wanted_port = port
        self._device = Device(width_px, self._keep)
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._jobs: list[PrintedJob] = []
        self.errors: list[str] = []
        """What wasn't ESC/POS in anything received."""

    @property
    def port(self) -> int:
        """The port listened on, fixed once started."""
        return self._wanted_port

    @property
    def address(self) -> str:
        return f"{self._host}:{self.port}"

    @property
    def state(self) -> PrinterState:
        return self._device.state

    @state.setter
    def state(self, state: PrinterState) -> None:
        self._device.state = state
        with self._lock:
            if state.mood is Mood.REFUSE:
                self._hang_up()
            elif self._listener is None and self._threads and not self._stop.is_set():
                self._listen()

    def set(self, mood: Mood) -> None:
        """Changes the mood alone."""
        self.state = replace(self.state, mood=mood)

    @property
    def jobs(self) -> list[PrintedJob]:
        """Finished jobs, oldest first."""
        with self._lock:
            return list(self._jobs)

    def start(self) -> None:
        """Raises `OSError` when the port is taken."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._stop.clear()
        with self._lock:
            self._listen()
            if self.state.mood is Mood.REFUSE:
                self._hang_up()
            self._spawn(self._accept, "ticket-printer")

    def stop(self) -> None:
        """Hangs up and waits for all threads."""
        self._stop.set()
        with self._lock:
            self._hang_up()
        # One by one: the listening thread may have begun another just now.
        while True:
            with self._lock:
                if not self._threads:
                    return
                thread = self._threads.pop(0)
            thread.join()

    def __enter__(self) -> SimulatedTicketPrinter:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _listen(self) -> None:
        listener = socket.create_server((self._host, self._wanted_port), backlog=8)
        # As small a memory as real printers have; lines inherit it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BLOCK)
        listener.settimeout(_TICK_S)
        self._wanted_port = listener.getsockname()[1]
        self._listener = listener

    def _hang_up(self) -> None:
        if self._listener is not None:
            # Closing alone leaves the port open for as long as the other thread waits on it.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _spawn(self, work: Callable[..., None], name: str, *args: object) -> None:
        thread = threading.Thread(target=work, name=name, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            listener = self._listener
            if listener is None:
                self._stop.wait(_TICK_S)
                continue
            try:
                line, _peer = listener.accept()
            except OSError:
                # No caller within the tick, or hung up meanwhile.
                continue
            with self._lock:
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                self._spawn(self._serve, "ticket-printer-line", line)

    def _serve(self, line: socket.socket) -> None:
        session = Session(self._device)
        received = 0
        with line, contextlib.suppress(OSError):
            line.settimeout(_TICK_S)
            while not self._stop.is_set():
                try:
                    data = line.recv(_BLOCK)
                except TimeoutError:
                    line.sendall(session.work())
                    continue
                if not data:
                    break
                limit = self.state.drop_after
                received += len(data)
                if limit is not None and received >= limit:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
                if not self._answer(session, line, data):
                    return
        session.close()

    def _answer(self, session: Session, line: socket.socket, data: bytes) -> bool:
        try:
            answers = session.receive(data)
        except NotEscpos as error:
            self.errors.append(str(error))
            session.close("not ESC/POS")
            return False
        if self.state.slow_ms:
            self._stop.wait(self.state.slow_ms / 1000)
        line.sendall(answers)
        return True

    def _keep(self, stream: bytes, paper: Paper, problem: str) -> None:
        with self._lock:
            number = 1 + max((_number(file) for file in self._folder.glob("*.escpos")), default=0)
            files = [self._folder / f"{number:04d}{suffix}" for suffix in (".escpos", ".png")]
            with os.fdopen(
                os.open(files[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as out:
                out.write(stream)
            with os.fdopen(
                os.open(files[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as out:
                paper.picture().save(out, "PNG")
            self._jobs.append(PrintedJob(files[0], files[1], paper.cut, problem))
            _LOG.info("ticket %04d: %d rows %s", number, paper.rows, problem)


def _number(file: Path) -> int:
    return int(file.stem) if file.stem.isascii() and file.stem.isdecimal() else 0


class Stop(Protocol):
    """A `Cancel` or a `threading.Event`."""

    def wait(self, seconds: float, /) -> bool: ...


def serve(
    folder: Path,
    port: int,
    stop: Stop,
    on_listening: Callable[[int], None] = lambda _port: None,
    host: str = "127.0.0.1",
) -> None:
    """Runs the printer until ``stop``; ``on_listening`` is told the port. Raises `OSError` when it is taken.

    The mood can be changed meanwhile by writing its name (``out``, ``cover`` …) into ``folder/mood``.
    """
    with SimulatedTicketPrinter(folder, host, port) as printer:
        on_listening(printer.port)
        while not stop.wait(0.3):
            with contextlib.suppress(OSError, ValueError):
                mood = Mood((folder / "mood").read_text("utf-8").strip())
                if mood is not printer.state.mood:
                    printer.set(mood)
                    _LOG.info("mood is now %s", mood)
