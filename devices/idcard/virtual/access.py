"""How the virtual card is opened: BAC and PACE, the chip's side, with the faults of both."""

from __future__ import annotations

from dataclasses import replace

from devices.fault import Fault
from devices.idcard import bac, cardaccess, dh, mrz, pace, tlv
from devices.idcard.apdu import OK, SECURITY_NOT_SATISFIED, WRONG_LENGTH, Command, Response
from devices.idcard.api import Can, CardKey, Key
from devices.idcard.securemessaging import CardChannel, CipherKind
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.pace import WRONG_PASSWORD, PaceRun

NOT_SUPPORTED = 0x6D00
CONDITIONS = 0x6985
BLOCKED = 0x6983
WRONG_DATA = 0x6A80
NO_SUCH_PASSWORD = 0x6A88
_KINDS = {"3des": CipherKind.TDES} | {
    f"aes{kind.key_size * 8}": kind for kind in CipherKind if kind is not CipherKind.TDES
}
_UNKNOWN_CIPHER = 9
_CHALLENGE = 8
_TOKEN = 40


class Access:
    """Runs access control until ``channel`` is there. The counter of wrong tries outlives a reset."""

    def __init__(self, key: CardKey, switches: Switches, random: bac.Random) -> None:
        self.channel: CardChannel | None = None
        self._key = key
        self._switches = switches
        self._random = random
        self._wrong_tries = 0
        self.reset()

    def reset(self) -> None:
        self.channel = None
        self._challenge: bytes | None = None
        self._pace: PaceRun | None = None

    def answer(self, command: Command, application: bool) -> Response | None:
        """The answer to a command of access control, ``None`` when it is another command."""
        if command.ins == 0x22:
            return Response(b"", self._set_at(command))
        if command.ins == 0x86:
            return self._general_authenticate(command)
        self._pace = None  # its commands follow each other
        if application and command.ins == 0x84:
            return self._get_challenge()
        if application and command.ins == 0x82:
            return self._external_authenticate(command)
        return None

    def _get_challenge(self) -> Response:
        if self._switches.no_bac:
            return Response(b"", SECURITY_NOT_SATISFIED)
        self._challenge = self._random(_CHALLENGE)
        return Response(self._challenge, OK)

    def _external_authenticate(self, command: Command) -> Response:
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return Response(b"", CONDITIONS)
        if len(command.data) != _TOKEN:
            return Response(b"", WRONG_LENGTH)
        answer = bac.answer_terminal(self._key, challenge, command.data, self._random)
        if answer is None or self._switches.wrong_mrz:
            return Response(b"", WRONG_PASSWORD)
        token, self.channel = answer
        return Response(token, OK)

    def _set_at(self, command: Command) -> int:
        """MSE:Set AT (9303-11 §4.4.4.1); the status word."""
        self._pace = None
        switches = self._switches
        if switches.no_pace or (command.p1, command.p2) != (0xC1, 0xA4):
            return NOT_SUPPORTED
        if switches.pace_6982:
            return SECURITY_NOT_SATISFIED
        if switches.wrong_tries_left and self._tries_left == 0:
            return BLOCKED
        try:
            self._pace = self._run(command.data)
        except Fault:
            return WRONG_DATA
        if self._pace is None:
            return NO_SUCH_PASSWORD
        return 0x63C0 | self._tries_left if self._wrong_tries else OK

    def _run(self, data: bytes) -> PaceRun | None:
        """``None`` for a password this card doesn't have. Raises `Fault` for wrong parameters."""
        named = {node.tag: node.value for node in tlv.Node(0, data).children()}
        for info in cardaccess.parse(card_access(self._switches)).usable:
            if info.oid == named.get(0x80) and named.get(0x84, b"") in (
                b"",
                bytes([info.parameter]),
            ):
                key = self._password(named.get(0x83, b""))
                return None if key is None else PaceRun(info, mrz.password(key), self._random)
        raise Fault("CARD_UNSUPPORTED", "parameters of PACE")

    def _password(self, reference: bytes) -> Key | None:
        """The key meant; one that opens nothing where the switches say so."""
        switches = self._switches
        if reference == bytes([pace.CAN]):
            can = Can.of_number(self._key.number)
            return can if not switches.wrong_can else Can(_others(can.digits))
        if reference == bytes([pace.MRZ]):
            birth = _others(self._key.birth)
            return self._key if not switches.wrong_mrz else replace(self._key, birth=birth)
        return None

    def _general_authenticate(self, command: Command) -> Response:
        if self._pace is None:
            return Response(b"", CONDITIONS)
        answer = self._pace.answer(command)
        count = self._switches.wrong_tries_left
        if count and (answer.sw == WRONG_PASSWORD or self._pace.channel is not None):
            answer = Response(b"", 0x63C0 | min(15, self._tries_left))
            self._wrong_tries += 1
            self._pace = None
        elif self._pace.channel is not None:
            self.channel, self._pace = self._pace.channel, None
        return answer

    @property
    def _tries_left(self) -> int:
        return max(0, self._switches.wrong_tries_left - self._wrong_tries)


def _others(digits: str) -> str:
    """Other digits, every one."""
    return "".join(str(9 - int(digit)) for digit in digits)


def card_access(switches: Switches) -> bytes:
    """EF.CardAccess with the one PACEInfo the switches ask for."""
    kind = _KINDS.get(switches.pace_cipher)
    last = _UNKNOWN_CIPHER if kind is None else kind.value
    over_group = switches.pace_param in dh.BY_PARAMETER
    mapping = cardaccess.DH_GM if over_group else cardaccess.ECDH_GM
    return cardaccess.build((mapping + bytes([last]), switches.pace_param))
