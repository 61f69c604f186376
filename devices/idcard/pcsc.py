"""The driver for readers behind PC/SC (pcscd)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import reader as flow
from devices.idcard import scard
from devices.idcard.api import CardData, Key, ReadProgress
from devices.idcard.events import OnEvent
from devices.idcard.ladder import Extended, Memory
from devices.idcard.pcsc_monitor import Monitor
from devices.idcard.reader import Means
from devices.status import Kind, Status
from devices.watch import Watch

CONTACTLESS = ("PICC", "CONTACTLESS", "NFC", "CL")
NOT_FOR_CARDS = ("SAM",)


class PcscReader:
    """An `IdCardReader` over PC/SC; ``pattern`` is part of the reader's name, empty for any.

    ``extended`` overrules what ``means`` says of extended length: ``auto`` believes the reader.
    A reading holds one transaction from its first APDU to its last, so that no other program can
    reset the card or slip an APDU between ours.
    """

    def __init__(
        self, pattern: str = "", means: Means | None = None, extended: Extended | None = None
    ) -> None:
        self._pattern = pattern
        self._means = means or Means()
        if extended is not None:
            self._means = replace(self._means, extended=extended)
        self._memory: Memory = {}
        self._silent = threading.Event()

    def status(self) -> Status:
        try:
            names = usable(self.readers(), self._pattern)
        except Fault as fault:
            down = fault.code == "PCSC_DOWN"
            return Status.fault(Kind.SERVICE_DOWN if down else Kind.OFFLINE, fault.detail)
        if not names:
            return Status.fault(Kind.OFFLINE, "no reader")
        if self._silent.is_set():
            return Status.fault(Kind.TIMEOUT, "the last card never answered")
        return Status.ok()

    def readers(self) -> list[str]:
        context = scard.establish()
        try:
            return scard.list_readers(context)
        finally:
            scard.release(context)

    def watch(self, on_event: OnEvent) -> Watch:
        return Monitor(on_event, lambda names: usable(names, self._pattern))

    def read(
        self, key: Key, on_progress: Callable[[ReadProgress], None], cancel: Cancel
    ) -> CardData:
        try:
            data = flow.read(self._connect, key, on_progress, cancel, self._means, self._memory)
        except Fault as fault:
            # A reading may also be too long for its many commands; then the card did answer.
            silent = fault.code == "CARD_TOO_SLOW" and fault.detail.endswith(" s")
            self._silent.set() if silent else self._silent.clear()
            raise
        self._silent.clear()
        return data

    def _connect(self) -> _PcscConnection:
        return _PcscConnection(self._pattern)


class _PcscConnection:
    """A card opened in a transaction."""

    def __init__(self, pattern: str) -> None:
        self._context = scard.establish()
        self._card: int | None = None
        try:
            self.reader = _with_card(self._context, pattern)
            self._card, self._protocol = scard.connect(self._context, self.reader)
            scard.begin(self._card)
            self.atr = scard.atr(self._card)
            self.max_apdu = scard.max_apdu(self._card, self._protocol)
        except Fault:
            self.close()
            raise

    def transmit(self, apdu: bytes) -> bytes:
        card = self._card
        assert card is not None, "used after closing"  # noqa: S101
        return scard.transmit(card, self._protocol, apdu)

    def close(self) -> None:
        if self._card is not None:
            scard.end(self._card)
            scard.disconnect(self._card)
            self._card = None
        scard.release(self._context)


def usable(names: Sequence[str], pattern: str = "") -> list[str]:
    """The readers that may hold a citizen's card, contactless ones first."""
    wanted = pattern.upper()
    names = [name for name in names if wanted in name.upper()]
    if not pattern:
        names = [name for name in names if not _words(name) & set(NOT_FOR_CARDS)]
    return sorted(names, key=lambda name: not _words(name) & set(CONTACTLESS))


def _words(name: str) -> set[str]:
    return set("".join(char if char.isalnum() else " " for char in name.upper()).split())


def _with_card(context: int, pattern: str) -> str:
    """The best reader a card lies on. Raises `Fault` ``NO_READER`` or ``NO_CARD``."""
    names = usable(scard.list_readers(context), pattern)
    if not names:
        raise Fault("NO_READER", "none that fits the settings")
    states = scard.wait_for_change(context, 0, [(name, 0) for name in names])
    present = {name for name, state, _ in states if state & scard.PRESENT}
    for name in names:
        if name in present:
            return name
    raise Fault("NO_CARD", f"{len(names)} readers empty")
