"""Commands and answers on the wire, and what the transport level does by itself."""

from __future__ import annotations

import pytest

from devices.fault import Fault
from devices.idcard.apdu import Command, exchange, parse_command, parse_response


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (Command(0, 0xA4, 4, 0), "00A40400"),
        (Command(0, 0xB0, 0, 0, le=4), "00B0000004"),
        (Command(0, 0xB0, 0, 0, le=256), "00B0000000"),
        (Command(0, 0xA4, 2, 12, b"\x01\x1e"), "00A4020C02011E"),
        (Command(0, 0x88, 0, 0, b"\x01\x02", 256), "0088000002010200"),
        (Command(0, 0xB0, 0, 0, le=2048, extended=True), "00B00000000800"),
        (Command(0, 0xB0, 0, 0, le=65536, extended=True), "00B00000000000"),
        (Command(0, 0x88, 0, 0, b"\x01", extended=True), "0088000000000101"),
        (Command(0, 0x88, 0, 0, b"\x01", 300, extended=True), "0088000000000101012C"),
        (Command(0, 0xA4, 4, 0, extended=True), "00A40400"),
    ],
)
def test_there_and_back(command, wire):
    assert command.encode().hex().upper() == wire
    back = parse_command(bytes.fromhex(wire))
    assert back is not None
    assert (back.header, back.data, back.le) == (command.header, command.data, command.le)


def test_long_data_goes_extended():
    wire = Command(0, 0x88, 0, 0, bytes(256)).encode()
    assert wire[4:7].hex() == "000100"


@pytest.mark.parametrize("wire", ["", "00B000", "00B0000005AABB", "00880000000005AABB"])
def test_lengths_that_do_not_fit(wire):
    assert parse_command(bytes.fromhex(wire)) is None


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_answer_without_status_word(raw):
    with pytest.raises(Fault, match="READER_ERROR"):
        parse_response(raw)


class Script:
    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[str] = []

    def __call__(self, apdu: bytes) -> bytes:
        self.sent.append(apdu.hex().upper())
        return self.answers.pop(0)


def test_more_data_is_fetched():
    script = Script("AA6102", "BB6101", "CC9000")
    response = exchange(script, Command(0, 0xB0, 0, 0, le=256))
    assert (response.data.hex(), response.sw) == ("aabbcc", 0x9000)
    assert script.sent == ["00B0000000", "00C0000002", "00C0000001"]


def test_wrong_length_is_repeated_once():
    script = Script("6C05", "01020304059000")
    assert exchange(script, Command(0, 0xB0, 0, 0, le=256)).sw == 0x9000
    assert script.sent[1] == "00B0000005"
    assert exchange(Script("6C05", "6C05"), Command(0, 0xB0, 0, 0, le=256)).sw == 0x6C05


def test_a_protected_command_is_never_repeated():
    script = Script("6C05")
    assert exchange(script, Command(0x0C, 0xB0, 0, 0, le=256)).sw == 0x6C05


def test_an_endless_answer_ends():
    with pytest.raises(Fault, match="CARD_ERROR"):
        exchange(lambda _: b"\x00\x61\x01", Command(0, 0xB0, 0, 0, le=256))
