"""Virtual cards and readers the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable

from devices.cancel import Cancel
from devices.idcard.api import CardData, Key, ReadProgress
from devices.idcard.link import Limits
from devices.idcard.reader import Means
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches


class WatchedCard(VirtualCard):
    """Tells every APDU before it is executed and keeps the commands; BAC only unless told otherwise."""

    def __init__(self, on_apdu: Callable[[int], None] = lambda _: None, **switches) -> None:
        super().__init__(switches=Switches(**{"no_pace": True, **switches}))
        self.on_apdu = on_apdu
        self.commands: list[bytes] = []

    def execute(self, raw: bytes) -> bytes:
        self.commands.append(raw)
        self.on_apdu(len(self.commands))
        return super().execute(raw)


def reader(card: VirtualCard | None = None, **limits) -> SimulatedReader:
    """A reader without latency, with the card on it."""
    means = Means(limits=Limits(**limits))
    return SimulatedReader(card or WatchedCard(), latency_ms=0, present=True, means=means)


def read(
    where: SimulatedReader,
    key: Key | None = None,
    on_progress: Callable[[ReadProgress], None] = lambda _: None,
    cancel: Cancel | None = None,
) -> CardData:
    return where.read(key or where.card.key, on_progress, cancel or Cancel())


def read_with(**switches) -> CardData:
    """Reads a card with these faults, BAC only unless told otherwise."""
    return read(reader(VirtualCard(switches=Switches(**{"no_pace": True, **switches}))))
