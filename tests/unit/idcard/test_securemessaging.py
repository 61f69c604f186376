"""Secure messaging between our two ends, and what a bad chip may try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import tlv
from devices.idcard.apdu import Command, Response, parse_command, parse_response
from devices.idcard.securemessaging import (
    CardChannel,
    CipherKind,
    TerminalChannel,
    TripleDesSuite,
    suite,
)

SSC = bytes(7) + b"\xff"


KINDS = pytest.mark.parametrize("kind", CipherKind, ids=lambda kind: kind.name)


def ends(kind: CipherKind = CipherKind.TDES) -> tuple[TerminalChannel, CardChannel]:
    keys = suite(kind, bytes(range(16)))
    ssc = SSC.rjust(keys.block, b"\0")
    return TerminalChannel(keys, ssc), CardChannel(keys, ssc)


@KINDS
@given(
    ins=st.sampled_from([0xB0, 0xB1, 0xA4]),
    data=st.binary(max_size=600),
    le=st.none() | st.integers(1, 65536),
    answer=st.binary(max_size=600),
    sw=st.sampled_from([0x9000, 0x6282, 0x6A82]),
)
def test_what_is_wrapped_is_opened(kind, ins, data, le, answer, sw):
    terminal, card = ends(kind)
    command = Command(0, ins, 1, 2, data, le)
    outer = parse_command(terminal.wrap(command).encode())
    assert outer is not None
    inner = card.unwrap(outer)
    assert (inner.header, inner.data, inner.le) == (command.header, data, le)
    back = terminal.unwrap(parse_response(card.wrap(Response(answer, sw), bool(ins & 1)).encode()))
    assert (back.data, back.sw) == (answer, sw)


TDES, AES = CipherKind.TDES, CipherKind.AES_256


@pytest.mark.parametrize(
    ("kind", "le", "extended"),
    [
        (TDES, 223, False),
        (TDES, 231, False),
        (TDES, 232, True),
        (TDES, 2048, True),
        (AES, 223, False),
        (AES, 224, True),
        (AES, 2048, True),
    ],
)
def test_extended_when_the_answer_needs_it(kind, le, extended):
    terminal, card = ends(kind)
    outer = terminal.wrap(Command(0, 0xB0, 0, 0, le=le))
    assert outer.extended is extended
    inner = card.unwrap(outer)
    size = len(card.wrap(Response(bytes(inner.le or 0), 0x9000)).data)
    assert (size > 256) is extended


def answered(change, kind: CipherKind) -> Fault:
    """The fault after the chip's good answer went through ``change``."""
    terminal, card = ends(kind)
    outer = terminal.wrap(Command(0, 0xB0, 0, 0, le=8))
    card.unwrap(outer)
    good = card.wrap(Response(b"12345678", 0x9000))
    with pytest.raises(Fault) as caught:
        terminal.unwrap(change(good))
    return caught.value


MAC_WRONG, BROKEN = "CHIP_MAC_ERROR", "SM_BROKEN"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: Response(b"", 0x6988), BROKEN),
        (lambda r: Response(b"", 0x9000), BROKEN),
        (lambda r: Response(r.data[:-1] + bytes([r.data[-1] ^ 1]), r.sw), MAC_WRONG),
        (lambda r: Response(r.data[:5] + bytes([r.data[5] ^ 1]) + r.data[6:], r.sw), MAC_WRONG),
        (lambda r: Response(r.data[:-10], r.sw), BROKEN),
        (lambda r: Response(r.data[-10:], r.sw), BROKEN),
        (lambda r: Response(r.data + r.data[-10:], r.sw), BROKEN),
        (lambda r: Response(r.data[-10:] + r.data[:-10], r.sw), BROKEN),
        (lambda r: Response(r.data + tlv.build(0x80, b""), r.sw), BROKEN),
        (lambda r: Response(b"12345678", r.sw), BROKEN),
    ],
)
@KINDS
def test_bad_answers(kind, change, code):
    assert answered(change, kind).code == code


@KINDS
@pytest.mark.parametrize("sw", [0x6982, 0x6A82, 0x6CFF, 0x6700])
def test_protected_errors_keep_the_talk_alive(kind, sw):
    terminal, card = ends(kind)
    for answer in (Response(b"", sw), Response(b"data", 0x9000)):
        card.unwrap(terminal.wrap(Command(0, 0xB0, 0, 0, le=8)))
        back = terminal.unwrap(card.wrap(answer))
        assert (back.data, back.sw) == (answer.data, answer.sw)


def sealed(body_of) -> None:
    """An answer with a right MAC over a body made by ``body_of(keys, ssc)``."""
    keys = TripleDesSuite.from_seed(bytes(range(16)))
    terminal = TerminalChannel(keys, SSC)
    ssc = (int.from_bytes(SSC, "big") + 1).to_bytes(8, "big")
    body = body_of(keys, ssc) + b"\x99\x02\x90\x00"
    terminal.unwrap(Response(body + tlv.build(0x8E, keys.mac(ssc + body)), 0x9000))


@pytest.mark.parametrize(
    "body_of",
    [
        lambda keys, ssc: tlv.build(0x87, b"\x02", keys.encrypt(ssc, b"1234567\x80")),
        lambda keys, ssc: tlv.build(0x87, b"\x01", b"123"),
        lambda keys, ssc: tlv.build(0x87, b"\x01", keys.encrypt(ssc, b"12345678")),
        lambda keys, ssc: tlv.build(0x87, b"\x01", keys.encrypt(ssc, bytes(8))),
        lambda keys, ssc: tlv.build(0x87, b""),
    ],
)
def test_badly_made_secrets_with_a_right_mac(body_of):
    with pytest.raises(Fault, match="SM_BROKEN"):
        sealed(body_of)


def test_replayed_answer_is_refused():
    terminal, card = ends()
    answers = []
    for _ in range(2):
        card.unwrap(terminal.wrap(Command(0, 0xB0, 0, 0, le=8)))
        answers.append(card.wrap(Response(b"12345678", 0x9000)))
        terminal_answer = answers[0]
        if len(answers) == 1:
            terminal.unwrap(terminal_answer)
    with pytest.raises(Fault, match="CHIP_MAC_ERROR"):
        terminal.unwrap(terminal_answer)


def test_counter_wraps_around():
    keys = TripleDesSuite.from_seed(bytes(16))
    terminal, card = TerminalChannel(keys, b"\xff" * 8), CardChannel(keys, b"\xff" * 8)
    card.unwrap(terminal.wrap(Command(0, 0xB0, 0, 0, le=8)))
