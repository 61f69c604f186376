"""Plugs a card into vpcd, the virtual reader driver of pcscd: its TCP protocol, the card's side.

Every message is two bytes of length, big endian, and so many bytes. One byte alone is a control
byte (off, on, reset, ATR wanted), four and more are a command APDU.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable

from devices.idcard.virtual.card import Torn, VirtualCard

log = logging.getLogger(__name__)

PORT = 35963
"""The first slot's; the second one's is the next."""
OFF, ON, RESET, ATR_WANTED = 0, 1, 2, 4
_FAILED = b"\x6f\x00"
_JOIN = 5.0
_LOOK = 0.2
SLOT_TAKEN = 10.0
"""Seconds: the driver asks a new card several times a second, and lets further ones wait unasked."""
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class PluggedCard:
    """A card in a virtual slot, served on a thread until `pull` or until the other side goes.

    Use as a context manager, or call `wait`.
    """

    def __init__(self, card: VirtualCard, link: socket.socket) -> None:
        self._card = card
        self._link = link
        self._heard = threading.Event()
        self._torn = False
        card.put_down()
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, name="virtual-card", daemon=True)
        self._thread.start()

    def __enter__(self) -> PluggedCard:
        return self

    def __exit__(self, *_: object) -> None:
        self.pull()

    def pull(self) -> None:
        """Lifts the card off the reader and waits until its thread has gone."""
        self._card.let_go()
        try:
            self._link.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the link was closed already")
        self._thread.join(_JOIN)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the card is out; false when it still lies there after ``seconds``."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def torn(self) -> bool:
        """Whether the card came out because its switches said so."""
        return self._torn

    def heard(self, seconds: float) -> bool:
        """Waits until the reader has asked for something, or has gone; false after ``seconds``."""
        return self._heard.wait(seconds)

    def _serve(self) -> None:
        with self._link as link:
            try:
                while (message := receive(link)) is not None:
                    self._heard.set()
                    answer = self._answer(message)
                    if answer is not None:
                        # One call, as two segments would wait for each other's acknowledgement.
                        link.sendall(len(answer).to_bytes(2, "big") + answer)
            except (Torn, OSError) as end:
                self._torn = isinstance(end, Torn)
                log.debug("virtual card out: %s", type(end).__name__)
        self._heard.set()

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) == 1:
            # Asking for the ATR is how the driver looks whether the card is there: no state changes.
            if message[0] in (OFF, ON, RESET):
                self._card.reset()
            return self._card.atr if message[0] == ATR_WANTED else None
        try:
            return self._card.execute(message)
        except Torn:
            raise
        except Exception:  # a chip never dies of an APDU
            log.exception("virtual card failed")
            return _FAILED


def receive(link: socket.socket) -> bytes | None:
    """One whole message, ``None`` at the end of the talk."""
    head = _exactly(link, 2)
    return None if head is None else _exactly(link, int.from_bytes(head, "big"))


def dial(host: str, port: int, seconds: float = 5.0) -> socket.socket:
    """A link to a vpcd slot. Raises OSError when none answers in the time."""
    link = socket.create_connection((host, port), seconds)
    link.settimeout(None)
    return link


class ReaderGone(Exception):
    """The other side hung up: pcscd was stopped."""


class SlotTaken(Exception):
    """Another card lies in the slot, so that nobody asks this one for anything."""


def keep_in(
    card: VirtualCard,
    stop: threading.Event,
    connect: Callable[[], socket.socket] = lambda: dial("127.0.0.1", PORT),
    patience: float = SLOT_TAKEN,
) -> None:
    """Lays the card on the virtual reader and keeps it there until ``stop`` or until it's torn off.

    Raises OSError when there is no vpcd to plug into, `SlotTaken` when the reader asks for nothing
    within ``patience`` seconds, `ReaderGone`.
    """
    with PluggedCard(card, connect()) as plugged:
        if not stop.is_set() and not _answered_or(stop, plugged, patience):
            raise SlotTaken
        while not stop.wait(_LOOK):
            if plugged.wait(0):
                if plugged.torn:
                    return
                raise ReaderGone


def _answered_or(stop: threading.Event, plugged: PluggedCard, patience: float) -> bool:
    give_up = time.monotonic() + patience
    while not stop.is_set() and time.monotonic() < give_up:
        if plugged.heard(_LOOK):
            return True
    return stop.is_set()


def _exactly(link: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        if _QUICKACK is not None:
            # The driver sends length and body apart; a delayed acknowledgement costs 40 ms each,
            # and the option holds for one receive only.
            link.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        part = link.recv(count - len(data))
        if not part:
            return None
        data += part
    return bytes(data)
