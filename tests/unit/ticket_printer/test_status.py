"""The bits of a printer's answers."""

from __future__ import annotations

import itertools

import pytest

from devices.status import Kind, Level
from devices.ticket_printer.status import decode, fault_of, is_answer, is_confirmation

FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
VALID = [byte for byte in range(256) if is_answer(byte)]


@pytest.mark.parametrize(
    ("answers", "level", "kind", "code"),
    [
        ({}, Level.OK, None, ""),
        ({4: 0x1E}, Level.WARNING, Kind.PAPER_LOW, ""),
        ({1: 0x1A, 2: 0x32, 4: 0x7E}, Level.FAULT, Kind.PAPER_OUT, "TICKET_PAPER_OUT"),
        ({4: 0x72}, Level.FAULT, Kind.PAPER_OUT, "TICKET_PAPER_OUT"),
        ({1: 0x1A, 2: 0x16}, Level.FAULT, Kind.COVER_OPEN, "TICKET_COVER_OPEN"),
        ({1: 0x1A, 2: 0x36, 4: 0x7E}, Level.FAULT, Kind.COVER_OPEN, "TICKET_COVER_OPEN"),
        ({1: 0x1A, 2: 0x52, 3: 0x1A}, Level.FAULT, Kind.CUTTER, "TICKET_CUTTER"),
        ({1: 0x1A, 2: 0x52, 3: 0x32}, Level.FAULT, None, "TICKET_ERROR"),
        ({1: 0x1A, 2: 0x52, 3: 0x52}, Level.FAULT, None, "TICKET_ERROR"),
        ({1: 0x1A, 2: 0x52}, Level.FAULT, None, "TICKET_ERROR"),
        ({1: 0x1A}, Level.FAULT, Kind.OFFLINE, "TICKET_OFFLINE"),
        ({1: 0x1A, 2: 0x1A}, Level.FAULT, Kind.OFFLINE, "TICKET_OFFLINE"),
    ],
)
def test_meaning(answers: dict[int, int], level: Level, kind: Kind | None, code: str) -> None:
    status = decode({**FINE, **answers})
    assert (status.level, status.kind) == (level, kind)
    if level is Level.FAULT:
        assert fault_of(status).code == code


def test_any_valid_answers_have_a_meaning() -> None:
    for bytes_ in itertools.product(VALID[::3], repeat=4):
        assert decode(dict(enumerate(bytes_, 1))).level is not Level.UNKNOWN


def test_answers_and_confirmations_are_told_apart() -> None:
    assert len(VALID) == 16
    assert not any(is_answer(byte) and is_confirmation(byte) for byte in range(256))
    assert all(is_confirmation(byte) for byte in (0x00, 0x03, 0x0C, 0x0F))
