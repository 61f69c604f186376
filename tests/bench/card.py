"""Card reading through the real pcscd: APDUs, and our own time per APDU beside the transport's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import reader as flow
from devices.idcard.api import Can, CardData, Key
from devices.idcard.ladder import BLOCKS, EXTENDED_BLOCKS
from devices.idcard.pcsc import PcscReader
from devices.idcard.reader import Means
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.daemon import PcscDaemon
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from tests.bench.measure import Result

TIMES = 15
OWN_LIMIT = 0.0005


@dataclass(frozen=True)
class Way:
    """One way to read the whole card; ``opening`` is what opening takes when nothing is wasted."""

    name: str
    key: Key
    switches: Switches
    means: Means
    block: int
    opening: int
    limit: int


KEY = VirtualPerson().key
WAYS = (
    Way(
        "PACE-CAN, extended",
        Can.of_number(KEY.number),
        Switches(),
        Means(extended="on"),
        EXTENDED_BLOCKS[0],
        7,
        22,
    ),
    Way("BAC, 223 bytes", KEY, Switches(no_pace=True), Means(extended="off"), BLOCKS[0], 3, 98),
)


def results() -> Iterator[Result]:
    reason = daemon.missing()
    if reason:
        print(f"card reading: not measured: {reason}")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as name:
        service = PcscDaemon(Path(name))
        os.environ.update(service.environment)
        with service:
            for slot, way in enumerate(WAYS):
                with vpcd.PluggedCard(VirtualCard(switches=way.switches), service.connect(slot)):
                    yield from _measured(way, PcscReader(f"00 0{slot}", way.means))


def _measured(way: Way, reader: PcscReader) -> Iterator[Result]:
    _say_count(way, _first(reader, way.key))
    ours, transport = [], []
    for _ in range(TIMES):
        taken = _Timed(reader, way)
        start = perf_counter()
        card = taken.read()
        whole = perf_counter() - start
        transport.append(taken.spent / card.apdus)
        ours.append((whole - taken.spent) / card.apdus)
    name = f"card: our own time per APDU ({way.name})"
    yield Result(name, median(ours), median(transport), "transport")
    yield Result(name, median(ours), OWN_LIMIT, "the limit of 0.5 ms")


def _say_count(way: Way, card: CardData) -> None:
    """The APDUs of a whole reading beside the least that its files need at this block size."""
    files = [*card.groups.values(), card.sod or b"", card.com or b""]
    least = way.opening + sum(-(-len(data) // way.block) for data in files)
    assert card.apdus <= way.limit, f"{card.apdus} APDUs, allowed {way.limit}"
    print(  # noqa: T201
        f"card: {card.apdus} APDUs ({way.name}), {card.apdus / least:.2f} × the least ({least}), "
        f"limit {way.limit}"
    )


class _Timed:
    """A reading whose time inside the transport is summed."""

    def __init__(self, reader: PcscReader, way: Way) -> None:
        self._reader = reader
        self._way = way
        self.spent = 0.0

    def read(self):
        connect = self._reader._connect

        def timed_connect():
            connection = connect()
            transmit = connection.transmit

            def timed(apdu: bytes) -> bytes:
                start = perf_counter()
                try:
                    return transmit(apdu)
                finally:
                    self.spent += perf_counter() - start

            connection.transmit = timed
            return connection

        return flow.read(timed_connect, self._way.key, lambda _: None, Cancel(), self._way.means)


def _first(reader: PcscReader, key: Key) -> CardData:
    """The first reading that succeeds: pcscd needs a moment to notice the card."""
    deadline = monotonic() + 15
    while True:
        try:
            return reader.read(key, lambda _: None, Cancel())
        except Fault:
            if monotonic() > deadline:
                raise
            Cancel().wait(0.1)
