"""Opens the chip the best way it offers: PACE as EF.CardAccess says, BAC where that can't be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.fault import Fault
from devices.idcard import bac, cardaccess, lds, pace
from devices.idcard.apdu import NOT_FOUND, OK, Command, Response, Transport, exchange
from devices.idcard.api import Can, CardKey, Key
from devices.idcard.cardaccess import CardAccess
from devices.idcard.lds import CARD_ACCESS
from devices.idcard.securemessaging import TerminalChannel
from devices.idcard.session import PlainChannel, Session

PACE_CAN, PACE_MRZ, BAC = "PACE-CAN", "PACE-MRZ", "BAC"
MAX_WAYS = 4
"""PACEInfos tried when the chip takes back what it announced."""
_UNREADABLE = ("ACCESS_DENIED", "CARD_ERROR", "TLV_BROKEN", "FILE_TOO_LARGE", "SM_BROKEN")


@dataclass(frozen=True, repr=False)
class Opened:
    """``how`` is what `CardData.access` says; ``notes`` are ways that failed, by name."""

    channel: TerminalChannel
    how: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Opened({self.how})"


def open_card(transport: Transport, key: Key, random: bac.Random) -> Opened:
    """The application selected and its talk protected (ICAO 9303-11 §4.2).

    With everything printed known, a refused or unknown PACE is followed by one BAC: some chips
    deny the one and take the other. Raises `Fault`: ``WRONG_KEY``, ``CARD_BLOCKED``,
    ``CARD_UNSUPPORTED``, ``PACE_UNSUPPORTED`` when the number alone can't open this chip.
    """
    access = _card_access(transport)
    refusal: Fault | None = None
    if access is not None:
        try:
            channel = _pace(transport, access, key, random)
        except Fault as fault:
            if isinstance(key, Can) or fault.code not in ("WRONG_KEY", "PACE_UNSUPPORTED"):
                raise
            refusal = fault
        else:
            select(Session(transport, channel).send)
            return Opened(channel, PACE_CAN if isinstance(key, Can) else PACE_MRZ)
    if isinstance(key, Can):
        raise Fault("PACE_UNSUPPORTED", "no EF.CardAccess")
    if refusal is None:  # the search for EF.CardAccess has left the application selected
        return Opened(bac.open_chip(transport, key, random), BAC)
    return Opened(_bac_after(refusal, transport, key, random), BAC, (f"PACE: {refusal.code}",))


def select(send: Callable[[Command], Response]) -> None:
    """SELECT the eMRTD application; never the master file, which Vietnamese cards refuse (6D00).

    Raises `Fault` ``CARD_UNSUPPORTED`` when the card has none.
    """
    # No Le: some chips refuse one here.
    answer = send(Command(0x00, 0xA4, 0x04, 0x0C, lds.APPLICATION))
    if answer.sw in (NOT_FOUND, 0x6D00, 0x6E00, 0x6A86, 0x6999):
        raise Fault("CARD_UNSUPPORTED", f"SELECT application {answer.sw:04X}")
    if answer.sw != OK:
        raise Fault("CARD_ERROR", f"SELECT application {answer.sw:04X}")


class _Line:
    """The way to the chip; knows whether it was the way that failed and not the chip's answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._failed = False

    def transmit(self, apdu: bytes) -> bytes:
        self._failed = True
        answer = self._transport(apdu)
        self._failed = False
        return answer

    def readable(self, read: Callable[[], bytes | None]) -> bytes | None:
        """``None`` for a file that the chip doesn't give. Raises `Fault` when the way failed."""
        try:
            return read()
        except Fault as fault:
            if self._failed or fault.code not in _UNREADABLE:
                raise
            return None


def _card_access(transport: Transport) -> CardAccess | None:
    """What the chip offers, ``None`` when there is no such file or it can't be read.

    By its short identifier first; chips that want the application before give it by its name.
    """
    line = _Line(transport)
    session = Session(line.transmit, PlainChannel())
    data = line.readable(lambda: session.read(CARD_ACCESS))
    if data is None:
        select(session.send)
        name = CARD_ACCESS.fid.to_bytes(2, "big")
        if session.send(Command(0x00, 0xA4, 0x02, 0x0C, name)).sw == OK:
            data = line.readable(lambda: session.read(CARD_ACCESS, selected=True))
    if data is None:
        return None
    try:
        return cardaccess.parse(data)
    except Fault:
        return CardAccess((), 0)


def _pace(
    transport: Transport, access: CardAccess, key: Key, random: bac.Random
) -> TerminalChannel:
    """Over the first of the ways that the chip takes."""
    refusal = Fault("PACE_UNSUPPORTED", f"{access.offered} ways offered, none known")
    for info in access.usable[:MAX_WAYS]:
        try:
            return pace.open_chip(transport, info, key, random, access.offered > 1)
        except Fault as fault:
            if fault.code != "PACE_UNSUPPORTED":
                raise
            refusal = fault
    raise refusal


def _bac_after(
    refusal: Fault, transport: Transport, key: CardKey, random: bac.Random
) -> TerminalChannel:
    """One BAC after a refused PACE. A chip that doesn't take BAC has said then what matters; its
    errors here must not begin the reading again, as that would be a second try with the key."""
    try:
        select(lambda command: exchange(transport, command))
        return bac.open_chip(transport, key, random)
    except Fault as fault:
        if fault.code in ("CARD_UNSUPPORTED", "CARD_ERROR"):
            if refusal.code == "PACE_UNSUPPORTED":  # neither way in
                raise Fault("CARD_UNSUPPORTED", fault.detail) from None
            raise refusal from None
        raise
