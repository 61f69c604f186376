"""One connection to the simulated printer: from bytes to answers, paper and finished jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from devices.ticket_printer.virtual.paper import Paper
from devices.ticket_printer.virtual.state import STOPPED, Mood, PrinterState
from devices.ticket_printer.virtual.stream import (
    Command,
    Init,
    NotEscpos,
    Picture,
    PrintStored,
    QueuedStatus,
    Reader,
    RealTimeStatus,
    Strip,
)


class Device:
    """What all connections share: state, width, and where finished jobs go."""

    def __init__(self, width_px: int, keep: Callable[[bytes, Paper, str], None]) -> None:
        self.width_px = width_px
        self.state = PrinterState()
        self.keep = keep


class Session:
    """Works one connection's bytes off. Not thread-safe: one thread per connection."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._reader = Reader()
        self._waiting: deque[tuple[Command, bytes]] = deque()
        self._new_job()

    def receive(self, data: bytes) -> bytes:
        """Takes bytes and gives what the printer answers at once. Raises `NotEscpos`.

        DLE EOT is answered at once even while the printer stands still; everything else waits for
        its turn.
        """
        answers = b""
        for command, raw in self._reader.feed(data):
            if isinstance(command, RealTimeStatus):
                answers += self._device.state.real_time(command.question)
            else:
                self._waiting.append((command, raw))
        return answers + self.work()

    def work(self) -> bytes:
        """Works waiting commands off as far as the printer's state allows."""
        answers = b""
        while self._waiting and self._device.state.mood not in STOPPED:
            command, raw = self._waiting.popleft()
            self._raw += raw
            if isinstance(command, QueuedStatus):
                answers += self._device.state.queued()
            elif isinstance(command, Init):
                self._finish("")
            else:
                self._print(command)
        return answers

    def close(self, why: str = "line closed") -> None:
        """Keeps what was printed of an unfinished job; what still waits is lost with the line."""
        if self._reader.inside:
            why = "line closed inside a command"
        self._finish(why)

    def _print(self, command: Command) -> None:
        before = self._paper.rows
        self._paper.take(command)
        left = self._device.state.paper_rows
        if left is None or not isinstance(command, Picture | PrintStored | Strip):
            return
        left = max(0, left - (self._paper.rows - before))
        mood = Mood.OUT if left == 0 else self._device.state.mood
        self._device.state = replace(self._device.state, paper_rows=left or None, mood=mood)

    def _finish(self, why: str) -> None:
        """ESC @ behind something printed ends a job."""
        if self._paper.blank:
            return
        self._device.keep(bytes(self._raw), self._paper, why)
        self._new_job()

    def _new_job(self) -> None:
        self._paper = Paper(self._device.width_px)
        self._raw = bytearray()


__all__ = ["Device", "NotEscpos", "Session"]
