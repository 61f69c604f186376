"""A TCP proxy on loopback that treats bytes badly: late, in drops, not at all, or with the connection cut."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

KINDS = ("delay", "trickle", "blackhole", "cut", "reset")
"""Held up for a moment; a few bytes at a time; silence, then on or cut; FIN to both; RST to both."""

_CHUNK = 1 << 16
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close sends RST
_DROP = 7
_LONGEST_TRICKLE = 512


@dataclass(frozen=True)
class Badness:
    """How often what goes wrong. Bytes of one direction between two faults are exponential."""

    bytes_up: float
    bytes_down: float
    refused: float = 0.05
    """Share of connections that are reset when they have hardly been made."""
    longest_delay_s: float = 0.2
    longest_blackhole_s: float = 1.5
    drop_s: float = 0.002
    """Between two drops of a trickle."""


class _Cut(Exception):
    """The connection ends here."""


class FaultProxy:
    """Listens from `start` to `close`, on a thread of its own; ``struck`` counts ``(kind, direction)``."""

    def __init__(self, target_port: int, badness: Badness, seed: object) -> None:
        self.struck: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self.port = 0
        self.badness = badness
        self.dice = random.Random(str(seed))
        self._target = target_port
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._over = asyncio.Event()
        self._links: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> FaultProxy:
        self._thread.start()
        if not self._listening.wait(30):
            raise RuntimeError("the proxy doesn't listen")
        return self

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def __enter__(self) -> FaultProxy:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._over.wait()
        server.close()
        for task in self._links:
            task.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _link(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        task.add_done_callback(self._links.discard)
        self.connections += 1
        if self.dice.random() < self.badness.refused:
            self.struck["refused", "up"] += 1
            _end(back, reset=True)
            return
        try:
            far, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _end(back, reset=True)
            return
        bad = self.badness
        pumps = {
            asyncio.create_task(_Pump(self, "up", bad.bytes_up, near, onward, back).run()),
            asyncio.create_task(_Pump(self, "down", bad.bytes_down, far, back, onward).run()),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            _end(back)
            _end(onward)


class _Pump:
    """Carries the bytes of one direction until it is cut or one end closes."""

    def __init__(
        self,
        proxy: FaultProxy,
        direction: str,
        mean: float,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        other: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._dice = proxy.dice
        self._direction = direction
        self._mean = mean
        self._source = source
        self._sink = sink
        self._ends = (sink, other)
        self._left = self._next()
        self._trickle = 0  # bytes that still go drop by drop

    async def run(self) -> None:
        with suppress(_Cut, OSError):
            while data := await self._source.read(_CHUNK):
                while data:
                    size = min(len(data), self._left, _DROP if self._trickle else _CHUNK)
                    await self._pass(data[:size])
                    data = data[size:]

    async def _pass(self, data: bytes) -> None:
        self._sink.write(data)
        await self._sink.drain()
        self._left -= len(data)
        if self._trickle:
            self._trickle = max(self._trickle - len(data), 0)
            await asyncio.sleep(self._proxy.badness.drop_s)
        if not self._left:
            self._left = self._next()
            await self._strike(self._dice.choice(KINDS))

    async def _strike(self, kind: str) -> None:
        bad, dice = self._proxy.badness, self._dice
        self._proxy.struck[kind, self._direction] += 1
        if kind == "delay":
            await asyncio.sleep(dice.uniform(0, bad.longest_delay_s))
        elif kind == "trickle":
            self._trickle = dice.randint(_DROP, _LONGEST_TRICKLE)
        elif kind == "blackhole":
            await asyncio.sleep(dice.uniform(0, bad.longest_blackhole_s))
            if dice.random() < 0.5:
                raise _Cut
        else:
            for end in self._ends:
                _end(end, reset=kind == "reset")
            raise _Cut

    def _next(self) -> int:
        return 1 + int(self._dice.expovariate(1 / self._mean))


def _end(writer: asyncio.StreamWriter, *, reset: bool = False) -> None:
    """Closes one end at once: with RST, or with FIN behind what was written."""
    with suppress(OSError):
        if reset:
            end: socket.socket = writer.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        else:
            writer.close()
