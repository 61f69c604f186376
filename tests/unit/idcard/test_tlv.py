"""BER-TLV and its limits."""

from __future__ import annotations

import pytest

from devices.fault import Fault
from devices.idcard import tlv


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
@pytest.mark.parametrize("tag", [0x30, 0x5F1F, 0x7F61])
def test_builds_and_parses(tag, size):
    data = tlv.build(tag, bytes(size))
    node = tlv.parse(data, tag)
    assert (node.tag, len(node.value), node.level) == (tag, size, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",  # nothing
        "30",  # no length
        "5F",  # half a tag
        "5F9F9F9F01",  # a tag of five bytes
        "3080",  # indefinite
        "3084000000",  # four length bytes
        "3082FF",  # half a length
        "3002FF",  # value cut
        "300000",  # something behind
    ],
)
def test_broken_objects(text):
    with pytest.raises(Fault, match="TLV_BROKEN"):
        tlv.parse(bytes.fromhex(text))


def test_wrong_tag_and_missing_child():
    data = tlv.build(0x30, tlv.build(0x02, b"\x01"))
    with pytest.raises(Fault, match="TLV_BROKEN"):
        tlv.parse(data, 0x31)
    assert tlv.parse(data).find(0x04) is None
    with pytest.raises(Fault, match="TLV_BROKEN"):
        tlv.parse(data).child(0x04)


def test_child_past_its_parent():
    with pytest.raises(Fault, match="TLV_BROKEN"):
        tlv.parse(bytes.fromhex("30030205FF")).children()


def test_depth_is_bounded():
    data = b""
    for _ in range(tlv.MAX_DEPTH + 2):
        data = tlv.build(0x30, data)
    node = tlv.parse(data)
    for _ in range(tlv.MAX_DEPTH):
        node = node.children()[0]
    with pytest.raises(Fault, match="TLV_BROKEN"):
        node.children()


def test_repr_holds_no_value():
    assert repr(tlv.parse(b"\x04\x03abc")) == "Node(4, 3 bytes)"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (b"", ""),
        ("Nguyễn".encode(), "Nguyễn"),
        ("Nguye\u0302\u0303n".encode(), "Nguyễn"),
        (b" two\r\nlines ", "two lines"),
        (b"a\x00b", None),
        (b"\xff", None),
        (b"x" * tlv.MAX_CHARACTERS, "x" * tlv.MAX_CHARACTERS),
        (b"x" * (tlv.MAX_CHARACTERS + 1), None),
    ],
)
def test_texts_are_read_or_left(value, read):
    assert tlv.text(value) == read
