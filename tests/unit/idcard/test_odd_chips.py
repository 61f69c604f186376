"""Chips that break the rules in ways the virtual card's switches don't: scripted talk through real keys."""

from __future__ import annotations

import pytest

from devices.fault import Fault
from devices.idcard import bac, lds, tlv
from devices.idcard.apdu import Command, Response, parse_command
from devices.idcard.ladder import BLOCKS
from devices.idcard.securemessaging import CardChannel, TerminalChannel, TripleDesSuite
from devices.idcard.session import Session
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.cards import read, reader

FILE = tlv.build(0x61, bytes(400 - 4))


class Chip:
    """The chip's end of a session whose READ BINARY is a function of offset and Le."""

    def __init__(self, answer) -> None:
        self.answer = answer
        self.asked: list[tuple[int, int]] = []
        suite = TripleDesSuite.from_seed(bytes(16))
        self._channel = CardChannel(suite, bytes(8))
        self.session = Session(self.transmit, TerminalChannel(suite, bytes(8)))

    def transmit(self, apdu: bytes) -> bytes:
        outer = parse_command(apdu)
        assert outer is not None
        try:
            inner = self._channel.unwrap(outer)
        except Fault:
            return b"\x69\x88"
        offset = inner.p2 if inner.p1 & 0x80 else inner.p1 << 8 | inner.p2
        self.asked.append((offset, inner.le or 0))
        return self._channel.wrap(self.answer(offset, inner.le or 0)).encode()


def serve(refuse=lambda offset, le: None, data: bytes = FILE):
    def answer(offset: int, le: int) -> Response:
        sw = refuse(offset, le)
        return Response(data[offset : offset + le], 0x9000) if sw is None else Response(b"", sw)

    return answer


LONG = lds.File("TEST", 0x0101, 0x01, 0x61, 1000)


def test_reads_on_at_the_offset_and_asks_for_no_more_than_there_is():
    chip = Chip(serve())
    assert chip.session.read(LONG) == FILE
    assert chip.asked == [(0, 223), (223, 177)]


@pytest.mark.parametrize("sw", [0x6700, 0x6B00, 0x6282, 0x6CFF, 0x6C00])
def test_steps_down_when_a_size_is_refused(sw):
    chip = Chip(serve(lambda _, le: sw if le > 160 else None))
    assert chip.session.read(LONG) == FILE
    assert chip.session.blocks == (160,)


def test_a_length_the_chip_likes_is_kept_for_the_file():
    long = tlv.build(0x61, bytes(900))
    chip = Chip(serve(lambda _, le: 0x6C64 if le > 100 else None, long))
    assert chip.session.read(LONG) == long
    assert chip.asked[:4] == [(0, 223), (0, 100), (100, 223), (100, 100)]
    assert {le for _, le in chip.asked[4:-1]} == {100}
    assert chip.session.blocks == (100,)


def test_the_end_of_a_short_file_says_nothing_of_sizes():
    short = tlv.build(0x61, bytes(20))
    chip = Chip(serve(lambda at, le: 0x6C00 | len(short) if le > len(short) else None, short))
    assert chip.session.read(LONG) == short
    assert chip.session.blocks == (223, 160)


@pytest.mark.parametrize("sw", [0x6282, 0x6A82, 0x6982, 0x6700, 0x6F00])
def test_an_error_with_data_is_an_answer(sw):
    """Protected, the status word inside counts; the data are given with it."""
    chip = Chip(lambda at, le: Response(FILE[at : at + le], sw))
    answer = chip.session.send(Command(0, 0xB0, 0x81, 0, le=20))
    assert (answer.data, answer.sw) == (FILE[:20], sw)
    assert chip.session.send(Command(0, 0xB0, 0x81, 0, le=20)).sw == sw


@pytest.mark.parametrize("sw", [0x6700, 0x6982, 0x6A82, 0x6CFF, 0x6985, 0x9000, 0x6F00])
def test_a_bare_error_is_the_end_of_the_talk(sw):
    chip = Chip(serve())
    chip.session = Session(lambda _: sw.to_bytes(2, "big"), chip.session._channel)
    with pytest.raises(Fault, match="SM_BROKEN"):
        chip.session.read(LONG)


def test_new_keys_in_the_middle_of_a_talk():
    """After `rekey` the old keys open nothing, and the file goes on where it was."""
    chip = Chip(serve())
    assert chip.session.peek(LONG).data == FILE[:8]
    new = TripleDesSuite.from_seed(b"new keys".ljust(16))
    chip.session.rekey(TerminalChannel(new, bytes(8)))
    with pytest.raises(Fault, match="SM_BROKEN"):
        chip.session.peek(LONG)  # the chip's end has the old ones
    chip._channel = CardChannel(new, bytes(8))
    chip.session.rekey(TerminalChannel(new, bytes(8)))
    assert chip.session.read(LONG) == FILE


def test_asks_for_a_head_when_more_than_the_file_is_refused():
    short = tlv.build(0x61, bytes(20))
    chip = Chip(serve(lambda at, le: 0x6700 if at + le > len(short) else None, short))
    assert chip.session.read(LONG) == short
    assert chip.asked[-2:] == [(0, 8), (8, 14)]


def test_one_byte_at_a_time_is_legal():
    chip = Chip(lambda at, _: Response(FILE[at : at + 1], 0x9000))
    assert chip.session.read(LONG) == FILE


@pytest.mark.parametrize(
    ("sw", "code"),
    [
        (0x6982, "ACCESS_DENIED"),
        (0x6987, "SM_BROKEN"),
        (0x6988, "SM_BROKEN"),
        (0x6F00, "CARD_ERROR"),
        (0x6D00, "CARD_ERROR"),
        (0x6700, "CARD_ERROR"),
        (0x6B00, "TLV_BROKEN"),
        (0x6282, "TLV_BROKEN"),
        (0x9000, "TLV_BROKEN"),
    ],
)
@pytest.mark.parametrize("since", [0, 223])
def test_what_a_refusal_means(sw, code, since):
    chip = Chip(serve(lambda at, _: sw if at >= since else None))
    with pytest.raises(Fault) as caught:
        chip.session.read(LONG)
    assert caught.value.code == code


def test_absent_and_wrong_and_large_files():
    assert Chip(lambda *_: Response(b"", 0x6A82)).session.read(LONG) is None
    with pytest.raises(Fault, match="TLV_BROKEN"):
        Chip(serve(data=b"\x62" + FILE[1:])).session.read(LONG)
    chip = Chip(serve(data=tlv.build(0x61, bytes(2000))))
    with pytest.raises(Fault, match="FILE_TOO_LARGE"):
        chip.session.read(LONG)
    assert len(chip.asked) == 1


@pytest.mark.parametrize("file", [lds.COM, lds.SOD, lds.DG1, lds.DG2, lds.DG13])
def test_the_limit_of_every_file(file):
    large = tlv.build(file.tag, bytes(file.limit))
    with pytest.raises(Fault, match="FILE_TOO_LARGE"):
        Chip(serve(data=large)).session.read(file)
    start = tlv.header(large)[2]
    whole = tlv.build(file.tag, bytes(file.limit - start))
    assert Chip(serve(data=whole)).session.read(file) == whole


def test_what_follows_the_file_is_ignored():
    assert Chip(serve(data=FILE + b"more")).session.read(LONG) == FILE
    assert BLOCKS == (223, 160, 96)


class Answering(VirtualCard):
    """Answers one instruction with something else."""

    def __init__(self, ins: int, answer) -> None:
        super().__init__(switches=Switches(no_pace=True))
        self._ins, self._answer = ins, answer

    def _plain(self, command: Command) -> Response:
        right = super()._plain(command)
        return self._answer(right) if command.ins == self._ins else right


@pytest.mark.parametrize(
    ("ins", "answer", "code"),
    [
        (0xA4, lambda _: Response(b"", 0x6D00), "CARD_UNSUPPORTED"),
        (0xA4, lambda _: Response(b"", 0x6F00), "CARD_ERROR"),
        (0x84, lambda _: Response(b"", 0x6D00), "CARD_UNSUPPORTED"),
        (0x84, lambda r: Response(r.data[:4], 0x9000), "CARD_UNSUPPORTED"),
        (0x82, lambda _: Response(b"", 0x63C2), "WRONG_KEY"),
        (0x82, lambda _: Response(b"", 0x6982), "WRONG_KEY"),
        (0x82, lambda _: Response(b"", 0x6983), "CARD_BLOCKED"),
        (0x82, lambda _: Response(b"", 0x6F00), "WRONG_KEY"),
        (0x82, lambda r: Response(r.data[:39], 0x9000), "CHIP_MAC_ERROR"),
        (0x82, lambda r: Response(bytes(40), 0x9000), "CHIP_MAC_ERROR"),
        (0xB0, lambda _: Response(b"", 0x6A82), "CARD_UNSUPPORTED"),
        (0xB0, lambda _: Response(b"", 0x6982), "ACCESS_DENIED"),
    ],
)
def test_chips_that_answer_oddly(ins, answer, code):
    with pytest.raises(Fault) as caught:
        read(reader(Answering(ins, answer)))
    assert caught.value.code == code


def test_an_answer_to_another_challenge():
    key = VirtualPerson().key

    def chip(apdu: bytes) -> bytes:
        if apdu[1] == 0x84:
            return bytes(8) + b"\x90\x00"
        token = bac.AccessKeys(key).seal(b"\x01" * 32)
        return token + b"\x90\x00"

    with pytest.raises(Fault, match="CHIP_NONCE_MISMATCH"):
        bac.open_chip(chip, key, bytes)
