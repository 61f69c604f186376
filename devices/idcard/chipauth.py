"""Chip authentication, our side (ICAO 9303-11 §6.2): a key agreement with the chip's own key.

Who lacks the private key can't talk on, so what proves the chip is the next protected answer.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.fault import Fault
from devices.idcard import tlv
from devices.idcard.agreement import Random
from devices.idcard.apdu import OK, WRONG_LENGTH, Command, Response, chain
from devices.idcard.dg14 import ChipAuth
from devices.idcard.dh import Group
from devices.idcard.securemessaging import CipherKind, TerminalChannel, suite
from devices.idcard.spki import DhKey, EcKey

Send = Callable[[Command], Response]
"""One protected command, as `Session.send`."""
MSE, GENERAL_AUTHENTICATE = 0x22, 0x86
SET_AT, SET_KAT = (0x41, 0xA4), (0x41, 0xA6)
PROTOCOL, KEY_REFERENCE, EPHEMERAL = 0x80, 0x84, 0x91
DYNAMIC, PUBLIC = 0x7C, 0x80
CHUNK = 223
"""Bytes of one command where the chip doesn't take them all at once."""
ANSWER = 223
"""Le of GENERAL AUTHENTICATE: more than the two bytes that come, and no reason for extended length."""


def run(send: Send, offer: ChipAuth, random: Random) -> TerminalChannel:
    """Agrees on new keys and gives the talk under them, its counter at zero.

    Nothing is proved yet: the first answer that this channel opens proves the chip, and the old
    keys are dead. Long keys go in one extended command, which secure messaging sees to; a chip
    that refuses its length gets them chained (ISO/IEC 7816-4 §5.1.1).

    Raises `Fault` ``CHIP_AUTH_REFUSED`` when the chip says no (the talk goes on under the old keys),
    ``KEY_UNSUPPORTED`` for a key that agrees on nothing, before the chip is asked, and whatever
    breaks the talk.
    """
    try:
        public, secret = agree(offer.key, random)
    except Fault as fault:
        raise Fault("KEY_UNSUPPORTED", fault.detail) from None
    if not offer.oid:
        _set_kat(send, offer, public)
    else:
        _authenticate(send, offer, public)
    keys = suite(offer.kind, secret)
    return TerminalChannel(keys, bytes(keys.block))


def agree(key: EcKey | DhKey, random: Random) -> tuple[bytes, bytes]:
    """An ephemeral public key, and the secret it has in common with ``key``.

    Raises `Fault` ``TLV_BROKEN`` when that would be nothing.
    """
    if isinstance(key, EcKey):
        private, point = key.curve.key_pair(random)
        return key.curve.encode(point), key.curve.secret(private, key.point)
    group = group_of(key)
    private = group.private_key(random)  # of any length: who knows what prime a card brings
    return group.encode(group.power(group.g, private)), group.secret(private, key.y)


def group_of(key: DhKey) -> Group:
    return Group("DG14", key.p, key.g, key.q)


def _authenticate(send: Send, offer: ChipAuth, public: bytes) -> None:
    """MSE:Set AT and GENERAL AUTHENTICATE (§6.2.4.2).

    Old chips with 3DES know MSE:Set KAT only, whatever they announce.
    """
    data = tlv.build(PROTOCOL, offer.oid) + _reference(offer)
    answer = send(Command(0x00, MSE, *SET_AT, data))
    if answer.sw != OK and offer.kind is CipherKind.TDES:
        _set_kat(send, offer, public)
        return
    _require("MSE:Set AT", answer)
    dynamic = tlv.build(DYNAMIC, tlv.build(PUBLIC, public))
    command = Command(0x00, GENERAL_AUTHENTICATE, 0x00, 0x00, dynamic, ANSWER)
    _require("GENERAL AUTHENTICATE", _whole(send, command))


def _set_kat(send: Send, offer: ChipAuth, public: bytes) -> None:
    """MSE:Set KAT, for 3DES (§6.2.4.1)."""
    data = tlv.build(EPHEMERAL, public) + _reference(offer)
    _require("MSE:Set KAT", _whole(send, Command(0x00, MSE, *SET_KAT, data)))


def _whole(send: Send, command: Command) -> Response:
    """In one command, or in a chain when the chip refuses the length."""
    answer = send(command)
    if answer.sw != WRONG_LENGTH or len(command.data) <= CHUNK:
        return answer
    for part in chain(command, CHUNK):
        answer = send(part)
        if answer.sw != OK:
            break
    return answer


def _reference(offer: ChipAuth) -> bytes:
    return b"" if offer.key_id is None else tlv.build(KEY_REFERENCE, offer.key_id)


def _require(step: str, answer: Response) -> None:
    if answer.sw != OK:
        raise Fault("CHIP_AUTH_REFUSED", f"{step} {answer.sw:04X}")
