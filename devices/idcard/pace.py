"""PACE with generic mapping over curves and groups (ICAO 9303-11 §4.4): six digits open the chip,
and whoever listens can't even try them out."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Generic

from devices.fault import Fault
from devices.idcard import mrz, symmetric, tlv
from devices.idcard.agreement import Domain, Element
from devices.idcard.apdu import (
    OK,
    SECURITY_NOT_SATISFIED,
    WRONG_LENGTH,
    Command,
    Transport,
    exchange,
)
from devices.idcard.api import CardKey, Key
from devices.idcard.bac import Random
from devices.idcard.cardaccess import PaceInfo
from devices.idcard.securemessaging import CipherKind, Suite, TerminalChannel, suite

MRZ, CAN = 1, 2
"""Which password is meant (§4.4.4.1, object 83)."""
CHAINED = 0x10
"""Class of every GENERAL AUTHENTICATE but the last (ISO/IEC 7816-4 §5.1.1)."""
NONCE = 0x80
MAP, MAP_ANSWER = 0x81, 0x82
AGREE, AGREE_ANSWER = 0x83, 0x84
TOKEN, TOKEN_ANSWER = 0x85, 0x86
_AUTHORITIES = (0x87, 0x88)
DYNAMIC, PUBLIC_KEY = 0x7C, 0x7F49
MAX_NONCE = 64
SHORT_DATA, SHORT_ANSWER, ANY_ANSWER = 255, 256, 65536
_WRONG_KEY = (0x6300, 0x6982)
_BLOCKED = (0x6983, 0x6984, 0x6985)
_NOT_KNOWN = (WRONG_LENGTH, 0x6A80, 0x6A81, 0x6A86, 0x6A88, 0x6D00, 0x6E00)


@dataclass(frozen=True, repr=False)
class Swapped(Generic[Element]):
    """What one side has after public keys were exchanged: its private key, the other's public one,
    and both public ones as they were sent."""

    private: int
    public: Element
    ours: bytes
    theirs: bytes


def open_chip(
    transport: Transport, info: PaceInfo, key: Key, random: Random, name_parameter: bool = False
) -> TerminalChannel:
    """Proves the password to the chip and gives the protected talk; nothing is selected after it.

    ``name_parameter``: the chip offers several, so the one meant is named.
    Raises `Fault`: ``WRONG_KEY`` when the chip refuses the password, ``CARD_BLOCKED``,
    ``PACE_UNSUPPORTED`` when it doesn't take the parameters after all, ``TLV_BROKEN`` for public
    keys and answers no chip may give, ``CHIP_NONCE_MISMATCH`` for our own key coming back,
    ``CHIP_MAC_ERROR`` when the chip can't prove that it knows the password itself.
    """
    secret = mrz.password(key)
    _set_at(transport, info, MRZ if isinstance(key, CardKey) else CAN, name_parameter)
    domain, chip = info.domain, _Chip(transport)
    nonce = decrypt_nonce(info.kind, secret, chip.ask(b"", NONCE))
    swapped = _swap(chip, domain, domain.g, random, MAP)
    base = domain.mapped(nonce, domain.agree(swapped.private, swapped.public))
    swapped = _swap(chip, domain, base, random, AGREE)
    keys = suite(info.kind, domain.secret(swapped.private, swapped.public))
    proof = chip.ask(tlv.build(TOKEN, token(keys, info, swapped.theirs)), TOKEN_ANSWER)
    if not hmac.compare_digest(proof, token(keys, info, swapped.ours)):
        raise Fault("CHIP_MAC_ERROR", "authentication token of PACE")
    return TerminalChannel(keys, bytes(keys.block))


def decrypt_nonce(kind: CipherKind, secret: bytes, sealed: bytes) -> int:
    """The chip's nonce, sealed with the key made of the password (§4.4.3.3).

    Raises `Fault` ``TLV_BROKEN`` when it isn't whole blocks.
    """
    key = kind.derive(secret, symmetric.PASSWORD)
    tdes = kind is CipherKind.TDES
    block = symmetric.DES_BLOCK if tdes else symmetric.AES_BLOCK
    if not sealed or len(sealed) > MAX_NONCE or len(sealed) % block:
        raise Fault("TLV_BROKEN", f"PACE nonce of {len(sealed)} bytes")
    decrypt = symmetric.tdes_decrypt if tdes else symmetric.aes_decrypt
    return int.from_bytes(decrypt(key, sealed), "big")


def encrypt_nonce(kind: CipherKind, secret: bytes, nonce: bytes) -> bytes:
    """The other way round of `decrypt_nonce`, for the chip's side."""
    key = kind.derive(secret, symmetric.PASSWORD)
    encrypt = symmetric.tdes_encrypt if kind is CipherKind.TDES else symmetric.aes_encrypt
    return encrypt(key, nonce)


def token(keys: Suite, info: PaceInfo, public: bytes) -> bytes:
    """What proves the keys: a MAC over the other side's public key as it was sent (§4.4.3.4)."""
    key = tlv.build(0x06, info.oid) + tlv.build(info.domain.public_key_tag, public)
    return keys.token(tlv.build(PUBLIC_KEY, key))


def element(data: bytes, tag: int | None) -> bytes:
    """The one object of a GENERAL AUTHENTICATE (§4.4.5); ``None`` for the empty first command.

    Names of certification authorities after the last token are for terminals that have
    certificates themselves. Raises `Fault` ``TLV_BROKEN``.
    """
    inner = tlv.parse(data, DYNAMIC, 1).children()
    if tag == TOKEN_ANSWER:
        inner = [node for node in inner if node.tag not in _AUTHORITIES]
    if [node.tag for node in inner] != ([] if tag is None else [tag]):
        raise Fault("TLV_BROKEN", f"{len(inner)} unexpected objects in GENERAL AUTHENTICATE")
    return inner[0].value if inner else b""


class _Chip:
    """The chip's part in the four commands."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._step = 0

    def ask(self, data: bytes, wanted: int) -> bytes:
        """One GENERAL AUTHENTICATE; the object with the tag wanted of its answer.

        The large groups need extended length. Chaining links the four steps and must not be used
        for anything else, such as the parts of one step (§4.4.4.3), and a chip whose keys need
        extended length has to take it (9303-10 §3.6.4).
        """
        self._step += 1
        cla, body = 0x00 if wanted == TOKEN_ANSWER else CHAINED, tlv.build(DYNAMIC, data)
        extended = len(body) > SHORT_DATA
        le = ANY_ANSWER if extended else SHORT_ANSWER
        answer = exchange(self._transport, Command(cla, 0x86, 0x00, 0x00, body, le))
        if answer.sw != OK:
            unknown = self._step == 1 or (extended and answer.sw == WRONG_LENGTH)
            where = f"GENERAL AUTHENTICATE {self._step}"
            if wanted == TOKEN_ANSWER and answer.sw not in _BLOCKED:
                # However it is said: calling it an error of the card would begin again, with a second try.
                raise Fault("WRONG_KEY", f"{where} {answer.sw:04X}")
            raise _refusal(where, answer.sw, unknown)
        return element(answer.data, wanted)


def _set_at(transport: Transport, info: PaceInfo, password: int, name_parameter: bool) -> None:
    """MSE:Set AT (§4.4.4.1); no Le, as some chips dislike one."""
    data = tlv.build(0x80, info.oid) + tlv.build(0x83, bytes([password]))
    if name_parameter:
        data += tlv.build(0x84, bytes([info.parameter]))
    sw = exchange(transport, Command(0x00, 0x22, 0xC1, 0xA4, data)).sw
    if sw == 0x63C0:
        raise Fault("CARD_BLOCKED", "MSE:Set AT 63C0")
    if sw == SECURITY_NOT_SATISFIED:
        # No password was used yet: some chips deny PACE like this and take BAC.
        raise Fault("PACE_UNSUPPORTED", "MSE:Set AT 6982")
    if sw != OK and sw >> 4 != 0x63C:  # 63Cx only says how many tries are left
        raise _refusal("MSE:Set AT", sw, True)


def _swap(
    chip: _Chip, domain: Domain[Element], base: Element, random: Random, tag: int
) -> Swapped[Element]:
    private, public = domain.key_pair(random, base)
    ours = domain.encode(public)
    theirs = chip.ask(tlv.build(tag, ours), tag + 1)
    swapped = Swapped(private, domain.decode(theirs), ours, theirs)
    if swapped.public == public:
        raise Fault("CHIP_NONCE_MISMATCH", "the chip sent our own key back")
    return swapped


def _refusal(step: str, sw: int, parameters: bool) -> Fault:
    """``parameters``: at this step the chip may say that it doesn't know them."""
    detail = f"{step} {sw:04X}"
    if sw in _WRONG_KEY or sw >> 4 == 0x63C:
        return Fault("WRONG_KEY", detail)
    if sw in _BLOCKED:
        return Fault("CARD_BLOCKED", detail)
    if parameters and sw in _NOT_KNOWN:
        return Fault("PACE_UNSUPPORTED", detail)
    return Fault("CARD_ERROR", detail)
