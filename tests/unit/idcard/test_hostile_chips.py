"""Chips that try to look better than they are, and odd ones that are as good as they look."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import chipauth, dg14, lds, tlv
from devices.idcard.apdu import Response
from devices.idcard.api import OK, LampState
from devices.idcard.pcsc import PcscReader
from devices.idcard.proof import Prover
from devices.idcard.reader import Means
from devices.idcard.session import PlainChannel, Session
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from tests.unit.idcard.cards import WatchedCard, read, reader

GROUP_14, GROUP_15 = lds.DG14, lds.DG15


class Protected(VirtualCard):
    """Answers commands inside secure messaging with something else where ``_changed`` says so."""

    def __init__(self, changed, **switches) -> None:
        super().__init__(switches=Switches(**switches))
        self._changed = changed
        self.asked: list[bytes] = []

    def _plain(self, command):
        if self._access.channel is not None:
            self.asked.append(command.header)
            found = self._changed(command, len(self.asked))
            if found is not None:
                return found
        return super()._plain(command)


def by_sfi(command, file) -> bool:
    return command.ins == 0xB0 and command.p1 == 0x80 | file.sfi


@pytest.mark.parametrize("sw", [0x6982, 0x6985, 0x6A86, 0x6F00])
def test_a_copy_that_refuses_its_keys_is_not_taken_for_a_card_without_any(sw):
    card = Protected(
        lambda c, _: Response(b"", sw) if by_sfi(c, GROUP_14) or by_sfi(c, GROUP_15) else None
    )
    lamps = read(reader(card), card.can).lamps
    assert (lamps.genuine.state, lamps.genuine.why) == (LampState.UNKNOWN, "KEY_WITHHELD")
    assert (lamps.intact.state, lamps.intact.why) == (LampState.UNKNOWN, "GROUP_UNREADABLE")


def test_a_copy_that_denies_its_keys_is_red():
    card = Protected(
        lambda c, _: Response(b"", 0x6A82) if by_sfi(c, GROUP_14) or by_sfi(c, GROUP_15) else None
    )
    genuine = read(reader(card), card.can).lamps.genuine
    assert (genuine.state, genuine.why) == (LampState.FAILED, "KEY_WITHHELD")


def test_a_spoilt_key_file_is_no_missing_one():
    card = VirtualCard()
    card._files[GROUP_14.fid] = tlv.build(0x61, bytes(20))
    card._files[GROUP_15.fid] = b"\x6f\x82\x7f\xff" + bytes(20)
    assert read(reader(card), card.can).lamps.genuine.why == "KEY_WITHHELD"


@pytest.mark.parametrize("sw", [0x6985, 0x6986, 0x6A86, 0x6F00, 0x6300])
@pytest.mark.parametrize("file", [lds.DG13, lds.DG14, lds.SOD, lds.DG2])
def test_a_refused_file_leaves_the_rest_standing(file, sw):
    card = Protected(lambda c, _: Response(b"", sw) if by_sfi(c, file) else None)
    data = read(reader(card), card.can)
    assert data.mrz.surname == "NGUYEN"
    assert f"{file.name}: CARD_ERROR" in data.warnings
    assert data.apdus < 130


def test_one_disturbed_answer_is_no_proof_against_the_chip():
    """The first exchange under new keys fails once; the second go proves the chip."""

    class Disturbed(WatchedCard):
        spoilt = False

        def execute(self, raw: bytes) -> bytes:
            answer = super().execute(raw)
            if raw[1:3] == b"\xb0\x82" and not self.spoilt:
                self.spoilt = True
                return answer[:-4] + bytes([answer[-4] ^ 1]) + answer[-3:]
            return answer

    card = Disturbed(no_pace=False)
    data = read(reader(card), card.can)
    assert data.chip.finding == OK
    assert data.face is not None


def test_a_second_offer_is_taken_when_the_first_is_refused(monkeypatch):
    key = p256_key()
    file = dg14.build(
        dg14.chip_auth_info(dg14.ECDH, 4), dg14.chip_auth_info(dg14.ECDH, 2),
        dg14.chip_auth_key(dg14.ECDH, key),
    )  # fmt: skip
    tried = []

    def run(send, offer, random):
        tried.append(offer.kind)
        if len(tried) == 1:
            raise Fault("CHIP_AUTH_REFUSED", "MSE:Set AT 6A80")
        return "the new talk"

    monkeypatch.setattr(chipauth, "run", run)
    session = Session(lambda apdu: apdu, PlainChannel())
    prover = Prover(session, os.urandom, lambda group: True)
    result = prover.run({14: file}, withheld=False, denied=False)
    assert (result.method, len(set(tried))) == ("CA", 2)
    assert prover.keys is not None


def p256_key() -> bytes:
    private = ec.derive_private_key(7, ec.SECP256R1())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.DER, form)


def test_a_tiny_length_named_once_is_not_kept():
    """Else the next card of this kind would be read byte by byte."""
    state = {"named": False}

    def name_one(command, _):
        if command.ins == 0xB0 and command.p1 < 0x80 and not state["named"] and command.le != 1:
            state["named"] = True
            return Response(b"", 0x6C01)
        return None

    card = Protected(name_one)
    where = SimulatedReader(card, 0, present=True)
    assert read(where, card.can).face is not None
    assert all(min(sizes) >= 64 for sizes in where._memory.values())
    where.put_card(VirtualCard())
    assert read(where, card.can).apdus < 110


def test_a_chip_without_short_identifiers_is_read_by_names():
    card = Protected(lambda c, _: Response(b"", 0x6A86) if c.ins == 0xB0 and c.p1 & 0x80 else None)
    data = read(reader(card), card.can)
    assert data.citizen is not None
    assert data.chip.finding == OK
    assert data.face is not None


def test_a_wrong_length_at_the_end_of_a_small_file_does_not_shrink_the_blocks():
    def strict(command, _):
        if by_sfi(command, lds.DG1) and (command.le or 0) > 95:
            return Response(b"", 0x6700)
        return None

    card = Protected(strict)
    where = SimulatedReader(card, 0, present=True, means=Means())
    data = read(where, card.can)
    assert data.apdus < 104
    assert where._memory[data.reader, data.atr][0] == 223


def test_a_reader_is_called_silent_only_when_the_card_did_not_answer():
    silent = PcscReader()
    for detail, expected in (("over 400 APDUs", False), ("over 30 s", True), ("wrong", False)):
        code = "WRONG_KEY" if detail == "wrong" else "CARD_TOO_SLOW"

        def fail(code=code, detail=detail):
            raise Fault(code, detail)

        silent._connect = fail
        with pytest.raises(Fault):
            silent.read(VirtualCard().can, lambda _: None, Cancel())
        assert silent._silent.is_set() is expected
