"""The simulated printer's reading of a stream."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.ticket_printer.virtual.stream import (
    Cut,
    Feed,
    Init,
    LineFeed,
    LineSpacing,
    NotEscpos,
    Picture,
    PrintStored,
    QueuedStatus,
    Reader,
    RealTimeStatus,
    Store,
    Strip,
)

TRAP = b"\x10\x04\x01\x1d\x72\x01"
"""Bytes inside a picture that look like questions."""
STREAM = b"".join(
    [
        b"\x1b@",
        b"\x1dv0\x00\x02\x00\x03\x00" + TRAP,
        b"\x1d(L\x0c\x000p0\x01\x011\x08\x00\x02\x00\x10\x04",
        b"\x1d(L\x02\x0002",
        b"\x1b3\x10\x1b*!\x02\x00" + TRAP + b"\n\x1b2",
        b"\x1bd\x06\x1dV\x01\x1dV\x00\x10\x04\x02\x1dr\x01\n",
    ]
)
COMMANDS = [
    Init(),
    Picture(16, 3, TRAP),
    Store(Picture(8, 2, b"\x10\x04")),
    PrintStored(),
    LineSpacing(16),
    Strip(2, TRAP),
    LineFeed(),
    LineSpacing(None),
    Feed(6),
    Cut(part=True),
    Cut(part=False),
    RealTimeStatus(2),
    QueuedStatus(1),
    LineFeed(),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_packets_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    reader = Reader()
    found = [
        one for left, right in itertools.pairwise(edges) for one in reader.feed(STREAM[left:right])
    ]
    assert [command for command, _raw in found] == COMMANDS
    assert b"".join(raw for _command, raw in found) == STREAM
    assert not reader.inside


@settings(max_examples=300)
@given(st.binary(max_size=40))
def test_anything_else_is_refused_or_waited_for(data: bytes) -> None:
    try:
        found = Reader().feed(data)
    except NotEscpos:
        return
    assert data.startswith(b"".join(raw for _command, raw in found))


@pytest.mark.parametrize(
    "data",
    [
        b"A",
        b"\x1b!\x00",
        b"\x1dV\x42",
        b"\x10\x04\x05",
        b"\x1dr\x02",
        b"\x1dv0\x01\x01\x00\x01\x00\xff",
        b"\x1b*\x00\x01\x00\xff",
        b"\x1d(k\x02\x0002",
        b"\x1d(L\x0c\x000p0\x01\x011\x08\x00\x03\x00\x10\x04",
        b"\x1d(L\x0c\x000p0\x02\x011\x08\x00\x02\x00\x10\x04",
        b"\x1d(L\x00\x00",
    ],
)
def test_commands_that_no_ticket_needs_are_refused(data: bytes) -> None:
    with pytest.raises(NotEscpos):
        Reader().feed(data)
