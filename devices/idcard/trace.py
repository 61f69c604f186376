"""An anonymous record of a reading: commands, lengths, status words and times, for whoever looks into
a card or a reader that makes trouble in the field. No byte of data, no key and no name is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from devices.fault import Fault
from devices.idcard import curves, spki, tlv
from devices.idcard.apdu import OK, Command, parse_command
from devices.idcard.api import CardData, ReadProgress, ReadStep
from devices.idcard.lds import CARD_ACCESS
from devices.idcard.link import Connection

FORM = "idcard-trace-1"
READ_BINARY, SELECT = 0xB0, 0xA4
MAX_APDUS = 1000
"""More than a reading may use; what comes after isn't recorded."""
_PROTECTED = 0x0C
_LE, _SW = 0x97, 0x99
_OID, _INTEGER = 0x06, 0x02
_BY_SFI, _BY_FID = 0x80 | CARD_ACCESS.sfi, CARD_ACCESS.fid.to_bytes(2, "big")
_CONSTRUCTED = (0x30, 0x31, 0x6E, 0x6F)
_ARCS = ("0.4.0.127.0.7.", "1.2.840.", "1.3.36.3.", "1.3.132.", "2.16.840.1.101.3.4.", "2.23.136.")
"""Identifiers elsewhere aren't written out: somebody could hide a number in them."""
_MAX_OID = 12


@dataclass(frozen=True)
class Exchange:
    """One command and its answer.

    ``header``: CLA INS P1 P2 in hex, which secure messaging leaves readable. ``lc``, ``le`` and
    ``answer`` count bytes on the wire. ``inner_le`` and ``inner_sw`` are the ones of the protected
    command, which stand unencrypted in it. ``sw`` is None when no answer came.
    """

    phase: str
    header: str
    lc: int
    le: int | None
    inner_le: int | None = None
    answer: int = 0
    sw: str | None = None
    inner_sw: str | None = None
    ms: float = 0.0


class Tracer:
    """Watches one reading: `wrap` goes to `reader.Means`, `on_progress` hears how far it is."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._phase = ReadStep.FOUND.value
        self._exchanges: list[Exchange] = []
        self._count = 0
        self._reader = ""
        self._atr = b""
        self._max_apdu: int | None = None
        self._connects = 0
        self._free = _FreeFile()

    def wrap(self, connection: Connection) -> Connection:
        self._connects += 1
        self._reader, self._atr = connection.reader, connection.atr
        self._max_apdu = connection.max_apdu
        return _Traced(connection, self)

    def on_progress(self, progress: ReadProgress) -> None:
        self._phase = progress.step.value

    def exchanged(self, apdu: bytes, transmit: Callable[[bytes], bytes]) -> bytes:
        """Passes one command on and records it, also when the answer never comes."""
        began = self._clock()
        answer: bytes | None = None
        try:
            answer = transmit(apdu)
        finally:
            self._record(apdu, answer, 1000 * (self._clock() - began))
        return answer

    def report(
        self, version: str, card: CardData | None = None, fault: Fault | None = None
    ) -> dict[str, object]:
        """The record as JSON knows it. ``card`` or ``fault`` is what came of the reading."""
        access = self._free.content
        return {
            "form": FORM,
            "version": version,
            "reader": self._reader,
            "atr": self._atr.hex(),
            "max_apdu": self._max_apdu,
            "connects": self._connects,
            "card_access": access.hex() if access else None,
            "outcome": _outcome(card),
            **({"fault": fault.code, "detail": fault.detail} if fault else {}),
            "keys": _keys(card.groups) if card else {},
            "apdus": self._count,
            "exchanges": [asdict(one) for one in self._exchanges],
        }

    def _record(self, apdu: bytes, answer: bytes | None, ms: float) -> None:
        self._count += 1
        command = parse_command(apdu)
        self._free.follow(command, answer)
        if self._count > MAX_APDUS:
            return
        protected = command is not None and command.cla & _PROTECTED == _PROTECTED
        inner_le = _object(command.data, _LE) if command and protected else None
        inner_sw = _object(answer[:-2], _SW) if answer and protected else None
        self._exchanges.append(
            Exchange(
                phase=self._phase,
                header=apdu[:4].hex().upper(),
                lc=len(command.data) if command else 0,
                le=command.le if command else None,
                inner_le=int.from_bytes(inner_le, "big") if inner_le else None,
                answer=len(answer) if answer is not None else 0,
                sw=answer[-2:].hex().upper() if answer is not None else None,
                inner_sw=inner_sw.hex().upper() if inner_sw and len(inner_sw) == 2 else None,
                ms=round(ms, 2),
            )
        )


class _Traced:
    """A connection whose every exchange is recorded."""

    def __init__(self, connection: Connection, tracer: Tracer) -> None:
        self._connection = connection
        self._tracer = tracer
        self.reader = connection.reader
        self.atr = connection.atr
        self.max_apdu = connection.max_apdu

    def transmit(self, apdu: bytes) -> bytes:
        return self._tracer.exchanged(apdu, self._connection.transmit)

    def close(self) -> None:
        self._connection.close()


class _FreeFile:
    """Gathers EF.CardAccess, the one file that is read unprotected and is the same on all cards of a kind."""

    def __init__(self) -> None:
        self._data = b""
        self._open = False

    @property
    def content(self) -> bytes | None:
        """The file, when what was read is one."""
        try:
            tag, length, start = tlv.header(self._data)
        except Fault:
            return None
        whole = tag == CARD_ACCESS.tag and start + length <= len(self._data)
        return self._data[: start + length] if whole else None

    def follow(self, command: Command | None, answer: bytes | None) -> None:
        if command is None or answer is None or command.cla != 0:
            self._open = False
        elif command.ins == SELECT:
            self._open = command.data == _BY_FID
        elif command.ins == READ_BINARY:
            self._take(command, answer)
        else:
            self._open = False

    def _take(self, command: Command, answer: bytes) -> None:
        if command.p1 & 0x80:
            self._open = command.p1 == _BY_SFI
        offset = command.p2 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        if self._open and offset <= len(self._data) and int.from_bytes(answer[-2:], "big") == OK:
            self._data = (self._data[:offset] + answer[:-2])[: CARD_ACCESS.limit]


def _outcome(card: CardData | None) -> dict[str, object] | None:
    """What came of the reading, in codes; names of what is wrong, no values."""
    if card is None:
        return None
    return {
        "access": card.access,
        "seconds": round(card.seconds, 3),
        "groups": {str(number): len(data) for number, data in sorted(card.groups.items())},
        "warnings": list(card.warnings),
        "zone_warnings": list(card.mrz.warnings),
        "mismatches": list(card.mismatches),
        "fields": sorted(card.citizen.unknown) if card.citizen else None,
        "chip": card.chip.method,
        "lamps": {name: [lamp.state.value, lamp.why] for name, lamp in vars(card.lamps).items()},
    }


def _keys(groups: Mapping[int, bytes]) -> dict[str, dict[str, list[str]]]:
    """Identifiers and curves in DG14 and DG15; the public keys in them would tell the card."""
    found = {}
    for number in (14, 15):
        if number in groups:
            nodes = _primitives(groups[number])
            oids = [_dotted(node.value) for node in nodes if node.tag == _OID]
            primes = {int.from_bytes(node.value, "big") for node in nodes if node.tag == _INTEGER}
            named = {spki.PARAMETER_OF_OID.get(oid) for oid in oids}
            names = [
                curve.name
                for at, curve in curves.BY_PARAMETER.items()
                if at in named or curve.p in primes
            ]
            found[str(number)] = {"oids": list(dict.fromkeys(oids)), "curves": names}
    return found


def _primitives(data: bytes) -> list[tlv.Node]:
    """The innermost objects; nothing for a file that can't be taken apart."""

    def inside(node: tlv.Node) -> list[tlv.Node]:
        if node.tag not in _CONSTRUCTED:
            return [node]
        return [leaf for child in node.children() for leaf in inside(child)]

    try:
        return inside(tlv.parse(data))
    except Fault:
        return []


def _object(data: bytes, tag: int) -> bytes | None:
    """The value of an object among those of a protected command or answer."""
    try:
        found = tlv.Node(0, data).find(tag)
    except Fault:
        return None
    return found.value if found else None


def _dotted(value: bytes) -> str:
    """An object identifier with dots (X.690 §8.19), ``other`` outside the arcs of the standards."""
    if not value or len(value) > _MAX_OID or value[-1] & 0x80:
        return "other"
    numbers, number = [], 0
    for byte in value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    text = ".".join(str(one) for one in (first, numbers[0] - 40 * first, *numbers[1:]))
    return text if text.startswith(_ARCS) else "other"
