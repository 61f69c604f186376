"""The few PC/SC calls we use, typed, with every code made a `Fault` (pcsc-lite, pyscard)."""

from __future__ import annotations

from typing import Any

from smartcard import scard as _scard
from smartcard.Exceptions import SmartcardException
from smartcard.pcsc.PCSCExceptions import BaseSCardException

from devices.fault import Fault

SUCCESS = 0
NO_SERVICE, SERVICE_STOPPED = 0x8010001D, 0x8010001E
NO_READERS = 0x8010002E
TIMEOUT, CANCELLED = 0x8010000A, 0x80100002
CHANGED, UNKNOWN, UNAVAILABLE, PRESENT = 0x02, 0x04, 0x08, 0x20
"""Bits of a reader's state."""
NOTIFICATION = "\\\\?PnP?\\Notification"
"""The pseudo reader that changes when readers come and go."""
FAULTS = {
    NO_SERVICE: "PCSC_DOWN",
    SERVICE_STOPPED: "PCSC_DOWN",
    0x80100003: "PCSC_DOWN",  # INVALID_HANDLE: the daemon that knew the handle is gone
    0x80100013: "PCSC_DOWN",  # F_COMM_ERROR: its socket broke
    NO_READERS: "NO_READER",
    0x80100017: "READER_GONE",
    0x80100009: "READER_GONE",
    0x8010000C: "NO_CARD",
    0x80100069: "CARD_REMOVED",
    0x80100068: "CARD_RESET",
    0x80100066: "CARD_MUTE",
    0x80100067: "CARD_MUTE",
    0x8010000B: "READER_BUSY",
    0x8010000F: "CARD_UNSUPPORTED",
}
"""Fault code by PC/SC code; every other one is ``READER_ERROR``."""
FEATURE_REQUEST = 0x42000000 + 3400
"""Asks a driver what it can (PC/SC part 10, 2.2; the base is pcsc-lite's)."""
TLV_PROPERTIES, MAX_APDU_SIZE = 0x12, 0x0A
"""The feature that tells properties, and the property dwMaxAPDUDataSize (part 10, 2.6.14)."""
_DURING = {"READER_GONE": "CARD_REMOVED", "NO_CARD": "CARD_REMOVED"}
"""What a code means once the card was open: drivers differ in how they say that it was lifted."""

State = tuple[str, int, bytes]
"""Reader, state bits with the event counter in the upper half, ATR."""


def establish() -> int:
    """A context. Raises `Fault` ``PCSC_DOWN`` without the daemon."""
    return int(_check("establish", _call("SCardEstablishContext", _scard.SCARD_SCOPE_SYSTEM))[0])


def release(context: int) -> None:
    _call("SCardReleaseContext", context)


def cancel(context: int) -> None:
    """Wakes `wait_for_change` in another thread."""
    _call("SCardCancel", context)


def list_readers(context: int) -> list[str]:
    """Names of the readers, none being an empty list. Raises `Fault`."""
    code, *rest = _call("SCardListReaders", context, [])
    if code == NO_READERS:
        return []
    return [str(name) for name in _check("list readers", (code, *rest))[0]]


def wait_for_change(context: int, timeout_ms: int, states: list[tuple[str, int]]) -> list[State]:
    """Waits until a state differs from the one given; empty after the time. Raises `Fault`."""
    code, *rest = _call("SCardGetStatusChange", context, timeout_ms, states)
    if code in (TIMEOUT, CANCELLED):
        return []
    found = _check("status change", (code, *rest))[0]
    return [(str(name), int(state), bytes(atr)) for name, state, atr in found]


def connect(context: int, reader: str) -> tuple[int, int]:
    """Handle and protocol, shared mode, T=0 or T=1. Raises `Fault`."""
    protocols = _scard.SCARD_PROTOCOL_T0 | _scard.SCARD_PROTOCOL_T1
    result = _call("SCardConnect", context, reader, _scard.SCARD_SHARE_SHARED, protocols)
    handle, protocol = _check("connect", result)
    return int(handle), int(protocol)


def begin(card: int) -> None:
    """From here on no other program gets between our APDUs. Raises `Fault`."""
    _check("begin", _call("SCardBeginTransaction", card), _DURING)


def end(card: int) -> None:
    _call("SCardEndTransaction", card, _scard.SCARD_LEAVE_CARD)


def disconnect(card: int) -> None:
    """Powers the card down: keys and the selected file are gone for whoever comes next."""
    _call("SCardDisconnect", card, _scard.SCARD_UNPOWER_CARD)


def atr(card: int) -> bytes:
    """Raises `Fault`."""
    return bytes(_check("status", _call("SCardStatus", card), _DURING)[3])


def transmit(card: int, protocol: int, apdu: bytes) -> bytes:
    """One APDU there and back; blocks without limit. Raises `Fault`."""
    header = _scard.SCARD_PCI_T0 if protocol == _scard.SCARD_PROTOCOL_T0 else _scard.SCARD_PCI_T1
    result = _call("SCardTransmit", card, header, list(apdu))
    return bytes(byte & 0xFF for byte in _check("transmit", result, _DURING)[0])


def max_apdu(card: int, protocol: int) -> int | None:
    """Bytes of data the reader passes in one APDU, ``None`` when it doesn't say or runs T=0."""
    if protocol == _scard.SCARD_PROTOCOL_T0:
        return None  # has no extended APDUs of its own
    control = _entries(_control(card, FEATURE_REQUEST)).get(TLV_PROPERTIES, b"")
    if len(control) != 4:
        return None
    found = _entries(_control(card, int.from_bytes(control, "big"))).get(MAX_APDU_SIZE, b"")
    return int.from_bytes(found, "little") if found else None


def fault(code: int, call: str) -> Fault:
    """The fault for a PC/SC code; the detail holds the code and the call, never data."""
    return Fault(FAULTS.get(code, "READER_ERROR"), f"{call} 0x{code:08X}")


def _control(card: int, code: int) -> bytes:
    """A driver's answer, empty when it has none: many don't know the request."""
    result, *rest = _call("SCardControl", card, code, [])
    return bytes(byte & 0xFF for byte in rest[0]) if result == SUCCESS and rest else b""


def _entries(data: bytes) -> dict[int, bytes]:
    """One byte of tag, one of length, so many of value; what is cut off is left out."""
    entries: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
        entries[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return entries


def _check(call: str, result: tuple[Any, ...], during: dict[str, str] | None = None) -> list[Any]:
    code, *rest = result
    if code == SUCCESS:
        return rest
    found = fault(code, call)
    raise Fault((during or {}).get(found.code, found.code), found.detail)


def _call(name: str, *args: object) -> tuple[Any, ...]:
    """The return code, unsigned, and what else the call gave."""
    try:
        result = getattr(_scard, name)(*args)
    except (BaseSCardException, SmartcardException) as error:
        # Two unrelated families; their texts could quote an APDU, so only the code is kept.
        return (int(getattr(error, "hresult", 0x8010001F)) & 0xFFFFFFFF,)
    code, *rest = result if isinstance(result, list | tuple) else (result,)
    return (int(code) & 0xFFFFFFFF, *rest)
