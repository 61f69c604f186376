"""PACE between our two ends for every cipher and curve, and what a bad chip may try."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import curves, dh, mrz, pace, tlv
from devices.idcard.apdu import Command, Response, parse_command
from devices.idcard.api import Can, CardKey
from devices.idcard.cardaccess import DH_GM, ECDH_GM, PaceInfo
from devices.idcard.securemessaging import CipherKind
from devices.idcard.virtual.pace import PaceRun
from devices.idcard.virtual.person import VirtualPerson

MRZ_KEY = VirtualPerson().key
CAN = Can.of_number(MRZ_KEY.number)
INFO = PaceInfo(ECDH_GM + b"\x02", CipherKind.AES_128, 12)
CURVE = curves.BY_PARAMETER[12]
GROUP_INFO = PaceInfo(DH_GM + b"\x02", CipherKind.AES_128, 2)
GROUP = dh.BY_PARAMETER[2]
SMALL_GROUP_INFO = PaceInfo(DH_GM + b"\x02", CipherKind.AES_128, 0)
WIDE = {digit: digit + 0xFEE0 for digit in range(0x30, 0x3A)}
"""To the full-width digits, which Python's own tests for digits let pass."""


class Chip:
    """Answers PACE; ``change`` may put another answer in place of the one at a step (MSE is 0)."""

    def __init__(self, info: PaceInfo = INFO, key=CAN, change=lambda step, answer: answer) -> None:
        self.run = PaceRun(info, mrz.password(key), os.urandom)
        self.change = change
        self.commands: list[Command] = []

    def __call__(self, apdu: bytes) -> bytes:
        command = parse_command(apdu)
        assert command is not None
        self.commands.append(command)
        step = len(self.commands) - 1
        answer = self.run.answer(command) if step else Response(b"", 0x9000)
        return self.change(step, answer).encode()


def refused(chip: Chip, key=CAN, info: PaceInfo = INFO) -> Fault:
    with pytest.raises(Fault) as caught:
        pace.open_chip(chip, info, key, os.urandom)
    return caught.value


@pytest.mark.parametrize("kind", CipherKind, ids=lambda kind: kind.name)
@pytest.mark.parametrize("parameter", [0, 1, 2, *range(8, 19)])
@pytest.mark.parametrize("key", [CAN, MRZ_KEY], ids=["can", "mrz"])
def test_both_ends_agree(kind, parameter, key):
    mapping = DH_GM if parameter in dh.BY_PARAMETER else ECDH_GM
    info = PaceInfo(mapping + bytes([kind.value]), kind, parameter)
    chip = Chip(info, key)
    terminal = pace.open_chip(chip, info, key, os.urandom)
    assert [command.cla for command in chip.commands] == [0, 0x10, 0x10, 0x10, 0]
    assert chip.commands[0].data.endswith(b"\x83\x01" + (b"\x02" if key is CAN else b"\x01"))
    card = chip.run.channel
    assert card is not None
    inner = card.unwrap(terminal.wrap(Command(0, 0xB0, 0x81, 0, le=4)))
    assert (inner.header.hex(), inner.le) == ("00b08100", 4)
    assert terminal.unwrap(card.wrap(Response(b"data", 0x9000))).data == b"data"


@pytest.mark.parametrize(
    "key", [Can("012346"), MRZ_KEY, CardKey("001300012345", "000303", "250302")]
)
def test_a_wrong_password_is_told(key):
    assert refused(Chip(), key).code == "WRONG_KEY"


@pytest.mark.parametrize(
    "digits", ["", "12345", "1234567", "12345a", "012345".translate(WIDE), "12345\n"]
)
def test_a_can_of_a_wrong_form_costs_no_command(digits):
    chip = Chip()
    assert refused(chip, Can(digits)).code == "WRONG_KEY"
    assert chip.commands == []


def at(step: int, sw: int):
    return lambda now, answer: Response(b"", sw) if now == step else answer


@pytest.mark.parametrize(
    ("step", "sw", "code"),
    [
        (0, 0x6300, "WRONG_KEY"),
        (1, 0x6982, "WRONG_KEY"),
        (4, 0x6300, "WRONG_KEY"),
        (4, 0x6982, "WRONG_KEY"),
        (4, 0x63C2, "WRONG_KEY"),
        (0, 0x63C0, "CARD_BLOCKED"),
        (0, 0x6983, "CARD_BLOCKED"),
        (0, 0x6984, "CARD_BLOCKED"),
        (1, 0x6985, "CARD_BLOCKED"),
        (4, 0x6983, "CARD_BLOCKED"),
        (0, 0x6A80, "PACE_UNSUPPORTED"),
        (0, 0x6A88, "PACE_UNSUPPORTED"),
        (0, 0x6D00, "PACE_UNSUPPORTED"),
        (1, 0x6A80, "PACE_UNSUPPORTED"),
        (0, 0x6700, "PACE_UNSUPPORTED"),
        (2, 0x6A80, "CARD_ERROR"),
        (2, 0x6700, "CARD_ERROR"),
        (3, 0x6F00, "CARD_ERROR"),
        (0, 0x6F00, "CARD_ERROR"),
        (4, 0x6988, "WRONG_KEY"),
        (4, 0x6A80, "WRONG_KEY"),
        (0, 0x6982, "PACE_UNSUPPORTED"),
    ],
)
def test_what_a_refusal_means(step, sw, code):
    assert refused(Chip(change=at(step, sw))).code == code


@pytest.mark.parametrize("step", [2, 3])
def test_extended_length_refused_means_that_this_group_can_not_be_used(step):
    chip = Chip(GROUP_INFO, change=at(step, 0x6700))
    assert refused(chip, info=GROUP_INFO).code == "PACE_UNSUPPORTED"


@pytest.mark.parametrize("tries", [1, 2, 15])
def test_a_warning_of_few_tries_is_no_refusal(tries):
    chip = Chip(change=at(0, 0x63C0 | tries))
    assert pace.open_chip(chip, INFO, CAN, os.urandom) is not None


def test_wrong_token_of_the_chip():
    def change(step: int, answer: Response) -> Response:
        if step < 4:
            return answer
        return Response(answer.data[:-1] + bytes([answer.data[-1] ^ 1]), answer.sw)

    assert refused(Chip(change=change)).code == "CHIP_MAC_ERROR"


def test_names_of_authorities_after_the_token_are_passed_over():
    names = tlv.build(0x87, b"DETESTCVCA00001"), tlv.build(0x88, b"DETESTCVCA00002")

    def change(step: int, answer: Response) -> Response:
        if step < 4:
            return answer
        proof = tlv.build(0x86, pace.element(answer.data, 0x86))
        return Response(tlv.build(0x7C, proof, *names), answer.sw)

    assert pace.open_chip(Chip(change=change), INFO, CAN, os.urandom) is not None


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("more", ["8701", "8a01aa", "860100"])
def test_anything_else_beside_the_object_asked_for_is_refused(step, more):
    def change(now: int, answer: Response) -> Response:
        if now != step:
            return answer
        inner = tlv.parse(answer.data, 0x7C, 1).value
        return Response(tlv.build(0x7C, inner + bytes.fromhex(more)), answer.sw)

    assert refused(Chip(change=change)).code == "TLV_BROKEN"


@pytest.mark.parametrize("size", [0, 7, 9])
def test_token_of_a_wrong_length(size):
    bad = Response(tlv.build(0x7C, tlv.build(0x86, bytes(size))), 0x9000)
    chip = Chip(change=lambda step, answer: bad if step == 4 else answer)
    assert refused(chip).code == "CHIP_MAC_ERROR"


@pytest.mark.parametrize("step", [2, 3])
def test_our_own_key_sent_back(step):
    chip = Chip()

    def mirror(now: int, answer: Response) -> Response:
        if now != step:
            return answer
        sent = chip.commands[-1].data
        ours = pace.element(sent, 0x7F + 2 * (step - 1))
        return Response(tlv.build(0x7C, tlv.build(0x80 + 2 * (step - 1), ours)), 0x9000)

    chip.change = mirror
    assert refused(chip).code == "CHIP_NONCE_MISMATCH"


NO_POINTS = [
    b"",
    b"\x00",
    b"\x04" + bytes(64),
    CURVE.encode(CURVE.g)[:-1],
    CURVE.encode(CURVE.g)[:-1] + b"\x00",
    b"\x04" + b"\xff" * 64,
]


@pytest.mark.parametrize("step", [2, 3])
@pytest.mark.parametrize("bad", NO_POINTS, ids=range(len(NO_POINTS)))
def test_points_that_are_none(step, bad):
    answer = Response(tlv.build(0x7C, tlv.build(0x80 + 2 * (step - 1), bad)), 0x9000)
    chip = Chip(change=lambda now, right: answer if now == step else right)
    assert refused(chip).code == "TLV_BROKEN"
    assert len(chip.commands) == step + 1


NO_VALUES = [
    b"",
    b"\x01",
    GROUP.encode(1),
    GROUP.encode(GROUP.p - 1),
    GROUP.encode(GROUP.p),
    b"\x00" + GROUP.encode(GROUP.g),
    GROUP.encode(GROUP.p - GROUP.g),  # outside the subgroup
]


@pytest.mark.parametrize("step", [2, 3])
@pytest.mark.parametrize("bad", NO_VALUES, ids=range(len(NO_VALUES)))
def test_values_that_are_none(step, bad):
    answer = Response(tlv.build(0x7C, tlv.build(0x80 + 2 * (step - 1), bad)), 0x9000)
    chip = Chip(GROUP_INFO, change=lambda now, right: answer if now == step else right)
    assert refused(chip, info=GROUP_INFO).code == "TLV_BROKEN"
    assert len(chip.commands) == step + 1


def test_a_mapping_that_ends_at_the_neutral_element():
    """The chip answers with what takes the generator away again; it knows the password."""
    for info, domain in ((INFO, CURVE), (GROUP_INFO, GROUP)):
        nonce = (5).to_bytes(16, "big")
        order = getattr(domain, "n", 0) or domain.q
        # Our private key is 1, so what both agree on is the chip's public key as it stands.
        theirs = domain.agree(order - 5, domain.g)
        answers = [
            b"",
            tlv.build(0x7C, tlv.build(0x80, pace.encrypt_nonce(info.kind, b"012345", nonce))),
            tlv.build(0x7C, tlv.build(0x82, domain.encode(theirs))),
        ]
        drawn = iter([1])

        def one(size: int, drawn=drawn, order=order) -> bytes:
            return (next(drawn) << 8 * size - order.bit_length()).to_bytes(size, "big")

        with pytest.raises(Fault, match=r"TLV_BROKEN: a .* comes to"):
            pace.open_chip(lambda _, answers=answers: answers.pop(0) + b"\x90\x00", info, CAN, one)


def test_large_groups_use_extended_length_and_only_where_needed():
    chip = Chip(GROUP_INFO)
    pace.open_chip(chip, GROUP_INFO, CAN, os.urandom)
    heads = [(command.extended, command.cla, command.le) for command in chip.commands]
    assert heads == [
        (False, 0x00, None),
        (False, 0x10, 256),
        (True, 0x10, 65536),
        (True, 0x10, 65536),
        (False, 0x00, 256),
    ]
    assert [len(command.data) for command in chip.commands[2:4]] == [264, 264]


def test_a_value_without_its_leading_zeros_is_taken_as_it_was_sent():
    """As the standard has it (9303-11 §9.4.1). The token is over what was sent."""
    info = SMALL_GROUP_INFO
    group = dh.BY_PARAMETER[0]

    class Short(PaceRun):
        def _swap(self, data: bytes, tag: int) -> pace.Swapped:
            while True:
                swapped = super()._swap(data, tag)
                private = group.private_key(os.urandom)
                own = group.power(self._base, private)
                if own >> 8 * (group.size - 1) == 0:
                    size = (own.bit_length() + 7) // 8
                    return pace.Swapped(
                        private, swapped.public, own.to_bytes(size, "big"), swapped.theirs
                    )

    chip = Chip(info)
    chip.run = Short(info, mrz.password(CAN), os.urandom)
    terminal = pace.open_chip(chip, info, CAN, os.urandom)
    card = chip.run.channel
    assert card is not None
    assert card.unwrap(terminal.wrap(Command(0, 0xB0, 0x81, 0, le=4))).le == 4


@pytest.mark.parametrize("kind", CipherKind)
@pytest.mark.parametrize("size", [0, 1, 15, 17, 80])
def test_nonces_that_are_no_blocks(kind, size):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        pace.decrypt_nonce(kind, b"012345", bytes(size))


def test_private_keys_are_drawn_until_they_fit():
    for curve in (curves.BY_PARAMETER[p] for p in (12, 13, 18)):
        size = curve.size
        top = curve.n << 8 * size - curve.n.bit_length()
        drawn = [bytes(size), top.to_bytes(size, "big"), b"\x01" * size]
        private, public = curve.key_pair(lambda _, drawn=drawn: drawn.pop(0))
        assert 0 < private < curve.n
        assert public == curve.multiply(private, curve.g)
        assert drawn == []
    with pytest.raises(ValueError, match="gives no key"):
        CURVE.key_pair(bytes)


@settings(deadline=None)
@given(st.data())
def test_any_answer_to_general_authenticate(data):
    """Random bytes, and good answers with bits flipped or cut: only our faults come out."""

    def spoil(step: int, answer: Response) -> Response:
        if step != where:
            return answer
        if data.draw(st.booleans()):
            return Response(data.draw(st.binary(max_size=100)), 0x9000)
        flipped = bytearray(answer.data)
        for at in data.draw(st.lists(st.integers(0, len(flipped) - 1), min_size=1, max_size=3)):
            flipped[at] ^= data.draw(st.integers(1, 255))
        return Response(bytes(flipped[: data.draw(st.integers(0, len(flipped)))]), 0x9000)

    where = data.draw(st.integers(1, 4))
    info = data.draw(st.sampled_from([INFO, SMALL_GROUP_INFO]))
    try:
        pace.open_chip(Chip(info, change=spoil), info, CAN, os.urandom)
    except Fault as fault:
        caught = fault
    else:
        return  # flipped into itself, or in a place that no MAC covers
    assert caught.code in ("TLV_BROKEN", "WRONG_KEY", "CHIP_MAC_ERROR")
    assert len(caught.detail) < 120


@settings(deadline=None)
@given(st.data())
def test_any_command_to_the_chip(data):
    run = PaceRun(data.draw(st.sampled_from([INFO, SMALL_GROUP_INFO])), b"012345", os.urandom)
    for _ in range(4):
        cla = data.draw(st.sampled_from([0x10, 0x10, 0x00]))
        body = data.draw(st.sampled_from([b"\x7c\x00", b""]) | st.binary(max_size=80))
        assert run.answer(Command(cla, 0x86, 0, 0, body, 256)).sw in (
            0x9000,
            0x6A80,
            0x6985,
            0x6300,
        )
    assert run.channel is None
