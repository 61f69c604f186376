"""Card reading through the real pcscd: APDUs, and our own time per APDU beside the transport's.

Every reading judges the card in full: signature, trusted issuer, chip proof.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import reader as flow
from devices.idcard.api import Can, CardData, Key, LampState, ReadProgress
from devices.idcard.ladder import BLOCKS, EXTENDED_BLOCKS
from devices.idcard.link import Connection
from devices.idcard.pcsc import PcscReader
from devices.idcard.reader import Means
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import LocalCscaVerifier
from devices.idcard.virtual import daemon, pki, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.daemon import PcscDaemon
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from tests.bench.measure import Result

TIMES = 15
OWN_LIMIT = 0.0005
WORDS_LIMIT = 14


@dataclass(frozen=True)
class Way:
    """One way to read the whole card; ``opening`` and ``proof`` are the commands that opening and the
    chip's proof take when nothing is wasted."""

    name: str
    key: Key
    switches: Switches
    extended: bool
    opening: int
    proof: int
    limit: int

    @property
    def block(self) -> int:
        return EXTENDED_BLOCKS[0] if self.extended else BLOCKS[0]


KEY = VirtualPerson().key
CAN = Can.of_number(KEY.number)
WAYS = (
    Way("PACE-CAN, extended, CA", CAN, Switches(), True, 7, 2, 22),
    Way("PACE-CAN, extended, AA", CAN, Switches(no_ca=True), True, 7, 1, 22),
    Way("BAC, 223 bytes, CA", KEY, Switches(no_pace=True), False, 3, 2, 98),
)


def results() -> Iterator[Result]:
    reason = daemon.missing()
    if reason:
        print(f"card reading: not measured: {reason}")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as name, TrustStore() as store:
        import_files(store, [File(*one) for one in pki.trust_files().items()], "bench", folder=True)
        trust = LocalCscaVerifier(store)
        service = PcscDaemon(Path(name))
        os.environ.update(service.environment)
        with service:
            for way in WAYS:
                means = Means(extended="on" if way.extended else "off", trust=trust)
                with vpcd.PluggedCard(VirtualCard(switches=way.switches), service.connect()):
                    yield from _measured(way, PcscReader("00 00", means), means)
                _gone(PcscReader("00 00", means), way.key)


def _measured(way: Way, reader: PcscReader, means: Means) -> Iterator[Result]:
    _say_count(way, reader, means)
    ours, transport = [], []
    for _ in range(TIMES):
        taken = _Timed(reader, way, means)
        start = perf_counter()
        card = taken.read()
        whole = perf_counter() - start
        transport.append(taken.spent / card.apdus)
        ours.append((whole - taken.spent) / card.apdus)
    name = f"card: our own time per APDU ({way.name})"
    yield Result(name, median(ours), median(transport), "transport")
    yield Result(name, median(ours), OWN_LIMIT, "the limit of 0.5 ms")


def _say_count(way: Way, reader: PcscReader, means: Means) -> None:
    """The APDUs of a whole reading beside the least that its files need at this block size."""
    _first(reader, way.key)
    taken = _Timed(reader, way, means)
    card = taken.read()
    lamps = card.lamps
    four = {lamp.state for lamp in (lamps.read, lamps.intact, lamps.trusted, lamps.genuine)}
    assert four == {LampState.OK}, lamps
    files = [*card.groups.values(), card.sod or b"", card.com or b""]
    least = way.opening + way.proof + sum(-(-len(data) // way.block) for data in files)
    assert card.apdus <= way.limit, f"{card.apdus} APDUs, allowed {way.limit}"
    assert taken.words <= WORDS_LIMIT, f"words after {taken.words}, allowed {WORDS_LIMIT}"
    print(  # noqa: T201
        f"card: {card.apdus} APDUs ({way.name}), {card.apdus / least:.2f} × the least ({least}), "
        f"limit {way.limit}; words after {taken.words}, limit {WORDS_LIMIT}"
    )


class _Timed:
    """A reading whose APDUs are counted and whose time inside the transport is summed."""

    def __init__(self, reader: PcscReader, way: Way, means: Means) -> None:
        self._reader = reader
        self._way = way
        self._means = replace(means, wrap=self._wrap)
        self._apdus = 0
        self.spent = 0.0
        self.words = 0
        """APDUs until the words were there."""

    def read(self) -> CardData:
        return flow.read(self._reader._connect, self._way.key, self._note, Cancel(), self._means)

    def _note(self, progress: ReadProgress) -> None:
        if progress.so_far is not None and not self.words:
            self.words = self._apdus

    def _wrap(self, connection: Connection) -> Connection:
        transmit = connection.transmit

        def timed(apdu: bytes) -> bytes:
            self._apdus += 1
            start = perf_counter()
            try:
                return transmit(apdu)
            finally:
                self.spent += perf_counter() - start

        connection.transmit = timed
        return connection


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


def _gone(reader: PcscReader, key: Key) -> None:
    """Waits until pcscd has noticed that the card was taken away."""
    deadline = monotonic() + 15
    while monotonic() < deadline:
        try:
            reader.read(key, lambda _: None, Cancel())
        except Fault as fault:
            if fault.code == "NO_CARD":
                return
        Cancel().wait(0.1)
