"""Card reading through the real pcscd: our own time per APDU beside the transport's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter

from devices.cancel import Cancel
from devices.idcard.api import CardKey
from devices.idcard.pcsc import PcscReader
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.daemon import PcscDaemon
from tests.bench.measure import Result

KEY = CardKey("001300012345", "000302", "250302")
TIMES = 15


def results() -> Iterator[Result]:
    reason = daemon.missing()
    if reason:
        print(f"card reading: not measured: {reason}")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as name:
        service = PcscDaemon(Path(name))
        os.environ.update(service.environment)
        with service, vpcd.PluggedCard(VirtualCard(), service.connect()):
            yield from _measured()


def _measured() -> Iterator[Result]:
    reader = PcscReader()
    _wait_for_card(reader)
    ours, transport = [], []
    for _ in range(TIMES):
        taken = _Timed(reader)
        start = perf_counter()
        card = taken.read()
        whole = perf_counter() - start
        transport.append(taken.spent / card.apdus)
        ours.append((whole - taken.spent) / card.apdus)
    yield Result(
        "card: our own time per APDU (BAC, all files)", median(ours), median(transport), "transport"
    )
    yield Result("card: our own time per APDU", median(ours), 0.0005, "the limit of 0.5 ms")


class _Timed:
    """A reading whose time inside the transport is summed."""

    def __init__(self, reader: PcscReader) -> None:
        self._reader = reader
        self.spent = 0.0

    def read(self):
        from devices.idcard import reader as flow

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

        return flow.read(timed_connect, KEY, lambda _: None, Cancel())


def _wait_for_card(reader: PcscReader) -> None:
    from devices.fault import Fault

    deadline = monotonic() + 15
    while True:
        try:
            reader.read(KEY, lambda _: None, Cancel())
            return
        except Fault:
            if monotonic() > deadline:
                raise
            Cancel().wait(0.1)
