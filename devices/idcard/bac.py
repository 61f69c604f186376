"""Basic access control (ICAO 9303-11 §4.3): the printed key opens the chip, fresh keys protect the talk."""

from __future__ import annotations

import hashlib
import hmac

from devices.fault import Fault
from devices.idcard import agreement, mrz, symmetric
from devices.idcard.apdu import OK, Command, Transport, exchange
from devices.idcard.api import CardKey
from devices.idcard.securemessaging import CardChannel, TerminalChannel, TripleDesSuite

Random = agreement.Random
NONCE = 8
KEY_PART = 16
_TOKEN = 32
_WRONG_KEY = (0x6300, 0x6982, 0x6985, 0x6988)


class AccessKeys:
    """The two keys of BAC, from the printed data (§9.7.2). Never printed, dropped after use."""

    def __init__(self, key: CardKey) -> None:
        text = mrz.information(key).encode("ascii")
        seed = hashlib.sha1(text, usedforsecurity=False).digest()[:16]
        self._enc = symmetric.kdf_3des(seed, symmetric.ENCRYPTION)
        self._mac = symmetric.kdf_3des(seed, symmetric.MAC)

    def seal(self, text: bytes) -> bytes:
        """``E || M`` over 32 bytes."""
        secret = symmetric.tdes_encrypt(self._enc, text)
        return secret + symmetric.retail_mac(self._mac, symmetric.pad(secret))

    def open(self, sealed: bytes) -> bytes | None:
        """The 32 bytes inside, ``None`` when length or MAC is wrong."""
        secret, mac = sealed[:_TOKEN], sealed[_TOKEN:]
        if len(sealed) != _TOKEN + NONCE:
            return None
        if not hmac.compare_digest(mac, symmetric.retail_mac(self._mac, symmetric.pad(secret))):
            return None
        return symmetric.tdes_decrypt(self._enc, secret)


def open_chip(transport: Transport, key: CardKey, random: Random) -> TerminalChannel:
    """Proves the key to the chip; the eMRTD application is selected already.

    Raises `Fault`: ``WRONG_KEY`` when the chip refuses, ``CARD_BLOCKED`` when it takes no more
    tries, ``CHIP_MAC_ERROR`` or ``CHIP_NONCE_MISMATCH`` when its answer doesn't fit.
    """
    keys = AccessKeys(key)
    challenge = exchange(transport, Command(0x00, 0x84, 0x00, 0x00, le=NONCE))
    if challenge.sw != OK or len(challenge.data) != NONCE:
        raise Fault("CARD_UNSUPPORTED", f"GET CHALLENGE {challenge.sw:04X}")
    ours, part = random(NONCE), random(KEY_PART)
    token = keys.seal(ours + challenge.data + part)
    answer = exchange(transport, Command(0x00, 0x82, 0x00, 0x00, token, _TOKEN + NONCE))
    if answer.sw in (0x6983, 0x6984):
        raise Fault("CARD_BLOCKED", f"EXTERNAL AUTHENTICATE {answer.sw:04X}")
    if answer.sw != OK:
        # However it is said: calling it an error of the card would begin again, with a second try.
        raise Fault("WRONG_KEY", f"EXTERNAL AUTHENTICATE {answer.sw:04X}")
    text = keys.open(answer.data)
    if text is None:
        raise Fault("CHIP_MAC_ERROR", "answer to EXTERNAL AUTHENTICATE")
    if text[:NONCE] != challenge.data or text[NONCE : 2 * NONCE] != ours:
        raise Fault("CHIP_NONCE_MISMATCH", "answer to EXTERNAL AUTHENTICATE")
    suite, ssc = _session(part, text[2 * NONCE :], challenge.data, ours)
    return TerminalChannel(suite, ssc)


def answer_terminal(
    key: CardKey, challenge: bytes, token: bytes, random: Random
) -> tuple[bytes, CardChannel] | None:
    """The chip's side: its 40 bytes and its end of the channel, or ``None`` for a wrong key."""
    keys = AccessKeys(key)
    text = keys.open(token)
    if text is None or text[NONCE : 2 * NONCE] != challenge:
        return None
    theirs, part = text[:NONCE], random(KEY_PART)
    suite, ssc = _session(text[2 * NONCE :], part, challenge, theirs)
    return keys.seal(challenge + theirs + part), CardChannel(suite, ssc)


def _session(
    terminal_part: bytes, chip_part: bytes, chip_nonce: bytes, terminal_nonce: bytes
) -> tuple[TripleDesSuite, bytes]:
    """Session keys (§4.3.3) and the first counter (§9.8.6.3)."""
    seed = bytes(a ^ b for a, b in zip(terminal_part, chip_part, strict=True))
    return TripleDesSuite.from_seed(seed), chip_nonce[4:] + terminal_nonce[4:]
