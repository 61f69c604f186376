"""The virtual card keeps a chip's rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.idcard import bac, lds
from devices.idcard.apdu import Command, Response
from devices.idcard.session import PLAIN_BLOCKS, Session
from devices.idcard.virtual.card import VirtualCard

SELECT = "00A4040C07A0000002471001"
READ_DG1 = "00B0810004"


def ask(card: VirtualCard, *wires: str) -> list[str]:
    return [card.execute(bytes.fromhex(wire)).hex().upper() for wire in wires]


def opened(card: VirtualCard, *blocks: int) -> Session:
    ask(card, SELECT)
    channel = bac.open_chip(card.execute, card.key, bytes)
    return Session(card.execute, channel, blocks or PLAIN_BLOCKS)


def read_dg1(session: Session) -> int:
    return session.send(Command(0, 0xB0, 0x81, 0, le=4)).sw


@pytest.mark.parametrize(
    ("wires", "last"),
    [
        (["00A4000C023F00"], "6D00"),
        ([SELECT, "00A4000C023F00"], "6D00"),
        (["00A4040C05A000000001"], "6A82"),
        ([READ_DG1], "6D00"),
        ([SELECT, READ_DG1], "6982"),
        ([SELECT, "00A4020C020101"], "6982"),
        ([SELECT, "00B0000004"], "6982"),
        ([SELECT, "0082000028" + "00" * 40 + "28"], "6985"),
        ([SELECT, "0084000008", "00820000020000"], "6700"),
        ([SELECT, "0084000008", "0082000028" + "00" * 40 + "28"], "6300"),
        ([SELECT, "0CB081000D9701048E08000000000000000000"], "6988"),
        ([SELECT, "0099000000"], "6D00"),
        (["00"], "6700"),
    ],
)
def test_plain_commands(wires, last):
    assert ask(VirtualCard(), *wires)[-1] == last


def test_after_access_control():
    session = opened(VirtualCard())
    sw = [session.send(Command(0, 0xB0, 0x80 | sfi, 0, le=4)).sw for sfi in (1, 2, 13, 3, 11, 12)]
    assert sw == [0x9000, 0x9000, 0x9000, 0x6982, 0x6A82, 0x6A82]
    select = session.send(Command(0, 0xA4, 2, 0x0C, lds.DG13.fid.to_bytes(2, "big")))
    assert select.sw == 0x9000
    assert session.send(Command(0, 0xB0, 0, 0, le=1)).data == b"\x6d"
    assert session.send(Command(0, 0xB0, 0x7F, 0, le=1)).sw == 0x6B00
    assert session.send(Command(0, 0xA4, 2, 0x0C, b"\x01\x0b")).sw == 0x6A82
    assert session.send(Command(0, 0xB0, 0, 0, le=1)).sw == 0x6986


@pytest.mark.parametrize("plain", [SELECT, "0084000008", READ_DG1])
def test_a_plain_command_ends_the_access(plain):
    card = VirtualCard()
    session = opened(card)
    ask(card, plain)
    wrapped = session._channel.wrap(Command(0, 0xB0, 0x81, 0, le=4))
    assert card.execute(wrapped.encode()) == b"\x69\x88"


def test_a_wrong_mac_ends_the_access():
    card = VirtualCard()
    session = opened(card)
    wire = bytearray(session._channel.wrap(Command(0, 0xB0, 0x81, 0, le=4)).encode())
    wire[-2] ^= 1
    assert card.execute(bytes(wire)) == b"\x69\x88"
    assert card.execute(bytes(wire)) == b"\x69\x88"


def test_reset_drops_everything_and_access_comes_back():
    card = VirtualCard()
    session = opened(card)
    assert read_dg1(session) == 0x9000
    card.reset()
    assert ask(card, READ_DG1) == ["6D00"]
    assert read_dg1(opened(card)) == 0x9000


def test_a_challenge_serves_once():
    card = VirtualCard()
    ask(card, SELECT)
    seen = []

    def spy(apdu: bytes) -> bytes:
        seen.append(apdu)
        return card.execute(apdu)

    bac.open_chip(spy, card.key, bytes)
    assert card.execute(seen[-1]) == b"\x69\x85"


def test_no_extended_and_extended():
    session = opened(VirtualCard(), 2048)
    assert len(session.send(Command(0, 0xB0, 0x82, 0, le=2048)).data) == 2048
    card = VirtualCard()
    card.switches.no_extended = True
    session = opened(card)
    wrapped = session._channel.wrap(Command(0, 0xB0, 0x82, 0, le=2048))
    assert card.execute(wrapped.encode()) == Response(b"", 0x6700).encode()


def protected(card: VirtualCard, command: Command) -> tuple[Session, bytes]:
    """A command wrapped for a short answer that is longer than 256 bytes."""
    session = opened(card)
    wrapped = session._channel.wrap(command)
    return session, replace(wrapped, le=256, extended=False).encode()


def test_a_long_answer_is_fetched_in_parts():
    card = VirtualCard()
    session, wire = protected(card, Command(0, 0xB0, 0x82, 0, le=700))
    parts = [card.execute(wire)]
    while parts[-1][-2] == 0x61:
        parts.append(card.execute(b"\x00\xc0\x00\x00" + parts[-1][-1:]))
    assert [len(part) for part in parts[:-1]] == [258, 258]
    assert [part[-2:] for part in parts] == [b"\x61\x00", b"\x61\xd3", b"\x90\x00"]
    answer = Response(b"".join(part[:-2] for part in parts), 0x9000)
    assert len(session._channel.unwrap(answer).data) == 700


def test_the_rest_of_an_answer_is_gone_after_another_command():
    card = VirtualCard()
    session, wire = protected(card, Command(0, 0xB0, 0x82, 0, le=700))
    card.execute(wire)
    assert (
        card.execute(session._channel.wrap(Command(0, 0xB0, 0x81, 0, le=4)).encode())[-2:]
        != b"\x61"
    )
    assert card.execute(b"\x00\xc0\x00\x00\x00") == b"\x6d\x00"


def test_the_rest_of_an_answer_is_gone_after_a_reset():
    card = VirtualCard()
    _, wire = protected(card, Command(0, 0xB0, 0x82, 0, le=700))
    card.execute(wire)
    card.reset()
    assert card.execute(b"\x00\xc0\x00\x00\x00") == b"\x6d\x00"


def test_without_extended_length_a_command_asks_for_all_and_gets_it_in_parts():
    card = VirtualCard()
    card.switches.no_extended = True
    answer = opened(card).send(Command(0, 0xB0, 0x82, 0, le=2048))
    assert (len(answer.data), answer.sw) == (256, 0x9000)
