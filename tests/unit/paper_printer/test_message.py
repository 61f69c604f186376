"""IPP messages: what is built is read back, and garbage only ever gives our own error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.paper_printer.message import (
    MAX_ATTRIBUTES,
    Attribute,
    Group,
    MessageError,
    Operation,
    Tag,
    encode,
    parse,
)

NAMES = st.text("abcdefghij-", min_size=1, max_size=20)
NUMBERS = st.integers(-(2**31), 2**31 - 1)
ATTRIBUTES = st.one_of(
    st.builds(Attribute, st.just(Tag.INTEGER), NAMES, st.tuples(NUMBERS, NUMBERS)),
    st.builds(Attribute, st.just(Tag.ENUM), NAMES, st.tuples(NUMBERS)),
    st.builds(Attribute, st.just(Tag.BOOLEAN), NAMES, st.tuples(st.booleans())),
    st.builds(
        Attribute,
        st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI]),
        NAMES,
        st.lists(st.text(max_size=30), min_size=1, max_size=4).map(tuple),
    ),
)
GROUPS = st.lists(
    st.tuples(
        st.sampled_from([Group.OPERATION, Group.JOB, Group.PRINTER]),
        st.lists(ATTRIBUTES, max_size=6, unique_by=lambda attribute: attribute.name),
    ),
    max_size=4,
)

SAMPLE = encode(
    Operation.PRINT_JOB,
    7,
    [
        (Group.OPERATION, [Attribute.of(Tag.CHARSET, "attributes-charset", "utf-8")]),
        (Group.JOB, [Attribute.of(Tag.INTEGER, "copies", 1)]),
    ],
    b"%PDF",
)


def test_the_bytes_are_those_of_the_standard() -> None:
    assert SAMPLE == (
        b"\x02\x00\x00\x02\x00\x00\x00\x07"
        b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x01"
        b"\x03%PDF"
    )


@given(
    code=st.integers(0, 0xFFFF), number=st.integers(0, 2**32 - 1), groups=GROUPS, rest=st.binary()
)
def test_built_and_read_back(code: int, number: int, groups: list, rest: bytes) -> None:
    message = parse(encode(code, number, groups, rest))
    assert (message.code, message.request_id, message.document) == (code, number, rest)
    assert [tag for tag, _attributes in message.groups] == [tag for tag, _attributes in groups]
    for (_tag, read), (_group, built) in zip(message.groups, groups, strict=True):
        assert read == {attribute.name: list(attribute.values) for attribute in built}


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_garbage_gives_only_our_own_error(data: bytes) -> None:
    with contextlib.suppress(MessageError):
        parse(b"\x02\x00\x00\x00\x00\x00\x00\x01" + data)
    with contextlib.suppress(MessageError):
        parse(data)


@settings(max_examples=300)
@given(at=st.integers(0, len(SAMPLE) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_gives_only_our_own_error(at: int, byte: int) -> None:
    with contextlib.suppress(MessageError):
        parse(SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :])


def test_every_shortening_is_noticed() -> None:
    for size in range(len(SAMPLE) - len(b"\x03%PDF") + 1):
        with pytest.raises(MessageError):
            parse(SAMPLE[:size])


@pytest.mark.parametrize(
    "body",
    [
        b"\x21\x00\x01a\x00\x04\x00\x00\x00\x01\x03",
        b"\x01\x21\x00\x00\x00\x04\x00\x00\x00\x01\x03",
        b"\x01\x21\x00\x01a\x00\x02\x00\x01\x03",
        b"\x01\x22\x00\x01a\x00\x02\x00\x01\x03",
        b"\x01\x44\x00\x01a\x00\x01\xff\x03",
        b"\x01\x44\xff\xffa",
        b"\x01" * (MAX_ATTRIBUTES + 1),
    ],
)
def test_broken_messages(body: bytes) -> None:
    with pytest.raises(MessageError):
        parse(b"\x02\x00\x00\x00\x00\x00\x00\x01" + body)


def test_other_versions_are_refused() -> None:
    with pytest.raises(MessageError, match="version 3"):
        parse(b"\x03" + SAMPLE[1:])
