"""Asks a printer how it is with DLE EOT 1–4 and reads the answers.

The library's own questions take silence for "paper is fine" and can't tell an open cover from a
stuck cutter; so the bits are read here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from devices.fault import Fault
from devices.status import Kind, Level, Status
from devices.ticket_printer.connection import Connection

_PRINTER, _CAUSE, _ERROR, _PAPER = 1, 2, 3, 4
_FAULTS = (
    (_CAUSE, 0x04, Kind.COVER_OPEN, "cover open"),
    (_PAPER, 0x60, Kind.PAPER_OUT, "paper out"),
    (_CAUSE, 0x20, Kind.PAPER_OUT, "stopped by paper end"),
    (_ERROR, 0x08, Kind.CUTTER, "cutter"),
    (_ERROR, 0x20, None, "unrecoverable error"),
    (_ERROR, 0x40, None, "head hot or the like, recovers by itself"),
    (_CAUSE, 0x40, None, "error without a cause"),
    (_CAUSE, 0x08, Kind.OFFLINE, "feed button held"),
    (_PRINTER, 0x08, Kind.OFFLINE, "offline without a cause"),
)


def is_answer(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT: bits 0 and 7 clear, 1 and 4 set."""
    return byte & 0x93 == 0x12


def is_confirmation(byte: int) -> bool:
    """Whether a byte can be an answer to GS r 1: bits 4 and 7 clear."""
    return byte & 0x90 == 0


def ask(connection: Connection, reply_s: float) -> Status:
    """Asks the four questions. Silence and nonsense give ``unknown``; only a dead line is a `Fault`."""
    answers: dict[int, int] = {}
    for question in (_PRINTER, _CAUSE, _ERROR, _PAPER):
        answer = _answer(connection, question, reply_s)
        if answer is None:
            return Status.unknown(Kind.TIMEOUT, f"no answer to DLE EOT {question}")
        if answer < 0:
            return Status.unknown(Kind.PROTOCOL, f"nonsense as answer to DLE EOT {question}")
        answers[question] = answer
    return decode(answers)


def decode(answers: Mapping[int, int]) -> Status:
    """What four valid answers mean, the cause nearest to the person's hand first."""
    text = " ".join(f"{number}:{answer:02X}" for number, answer in sorted(answers.items()))
    for question, mask, kind, words in _FAULTS:
        if answers[question] & mask:
            return Status(Level.FAULT, kind, f"{words} ({text})")
    if answers[_PAPER] & 0x0C:
        return Status.warning(Kind.PAPER_LOW, text)
    return Status(Level.OK, None, text)


def fault_of(status: Status) -> Fault:
    """The fault to raise for a status that is one."""
    if status.kind is Kind.PAPER_OUT:
        return Fault("TICKET_PAPER_OUT", status.text)
    if status.kind is Kind.COVER_OPEN:
        return Fault("TICKET_COVER_OPEN", status.text)
    if status.kind is Kind.CUTTER:
        return Fault("TICKET_CUTTER", status.text)
    if status.kind is Kind.OFFLINE:
        return Fault("TICKET_OFFLINE", status.text)
    return Fault("TICKET_ERROR", status.text)


def _answer(connection: Connection, question: int, reply_s: float) -> int | None:
    """The valid answer, ``None`` for silence, -1 for nonsense twice.

    Only the last byte counts: earlier ones may answer something asked before.
    """
    for _attempt in range(2):
        connection.drain()
        connection.send(b"\x10\x04" + bytes([question]))
        until = time.monotonic() + reply_s
        data = connection.receive(reply_s)
        if not data:
            return None
        while not is_answer(data[-1]) and time.monotonic() < until:
            more = connection.receive(min(0.05, reply_s))
            if not more:
                break
            data = more
        if is_answer(data[-1]):
            return data[-1]
    return -1
