"""The flow of one reading: open the chip, read the groups, make sense of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import bac, crosscheck, dg2, dg13, lds, mrz
from devices.idcard.apdu import NOT_FOUND, OK, Command, Transport, exchange
from devices.idcard.api import CardData, CardKey, Citizen, Face, ReadProgress, ReadStep
from devices.idcard.lds import COM, DG1, DG2, DG13, SOD, File
from devices.idcard.link import Connect, Connection, Guard, Limits, Patient
from devices.idcard.securemessaging import TerminalChannel
from devices.idcard.session import BLOCKS, Session

RESTART = ("CARD_RESET", "SM_BROKEN", "READER_ERROR", "CARD_ERROR")
"""Faults after which the reading begins again once, with a smaller block."""
DEGRADED = ("TLV_BROKEN", "FILE_TOO_LARGE", "ACCESS_DENIED")
"""Faults of a file that the reading can do without: noted, not raised."""
TEXT = (COM, DG1, DG13, SOD)
"""Read before the portrait, so that the words are there first."""

OnProgress = Callable[[ReadProgress], None]


@dataclass(frozen=True)
class Means:
    """What a reading takes from outside; tests replace it to be exact."""

    random: bac.Random = os.urandom
    clock: Callable[[], float] = time.monotonic
    limits: Limits = field(default_factory=Limits)
    blocks: tuple[int, ...] = BLOCKS


def read(
    connect: Connect,
    key: CardKey,
    on_progress: OnProgress,
    cancel: Cancel,
    means: Means | None = None,
) -> CardData:
    """One whole reading, begun again at most once. ``connect`` opens the card anew each time.

    Raises `Fault` and `Cancelled`; nothing read is kept then.
    """
    means = means or Means()
    mrz.information(key)  # a key of a wrong form costs the chip no try
    guard = Guard(cancel, means.limits, means.clock)
    guard.check()
    try:
        return _Reading(key, on_progress, guard, means).run(connect, means.blocks)
    except Fault as fault:
        if fault.code not in RESTART:
            raise
    try:
        smaller = means.blocks[1:] or means.blocks
        return _Reading(key, on_progress, guard, means).run(connect, smaller)
    except Fault as fault:
        # Some drivers call a lifted card a transmission error; only the second try sees it gone.
        raise Fault("CARD_REMOVED", fault.detail) if fault.code == "NO_CARD" else fault from None


class _Reading:
    """One go at the card; holds the files read so far and dies with them."""

    def __init__(self, key: CardKey, on_progress: OnProgress, guard: Guard, means: Means) -> None:
        self._key = key
        self._say = on_progress
        self._guard = guard
        self._means = means
        self._files: dict[str, bytes] = {}
        self._warnings: list[str] = []

    def run(self, connect: Connect, blocks: tuple[int, ...]) -> CardData:
        patient = Patient(connect, self._guard)
        with patient as connection:
            self._say(ReadProgress(ReadStep.FOUND))
            session = Session(patient.transmit, self._open(patient.transmit), blocks)
            self._read_files(session)
        self._guard.check()
        self._say(ReadProgress(ReadStep.CHECKING))
        return self._result(connection)

    def _open(self, transport: Transport) -> TerminalChannel:
        self._say(ReadProgress(ReadStep.OPENING))
        select(transport)
        return bac.open_chip(transport, self._key, self._means.random)

    def _read_files(self, session: Session) -> None:
        for done, file in enumerate(TEXT):
            self._say(ReadProgress(ReadStep.READING, done, len(TEXT)))
            self._read(session, file)
        self._say(ReadProgress(ReadStep.READING, len(TEXT), len(TEXT)))
        self._read(session, DG2)

    def _read(self, session: Session, file: File) -> None:
        def on_bytes(done: int, total: int) -> None:
            self._say(ReadProgress(ReadStep.READING, done, total))

        try:
            data = session.read(file, on_bytes if file is DG2 else None)
        except Fault as fault:
            if file is DG1 or fault.code not in DEGRADED:
                raise
            self._warnings.append(f"{file.name}: {fault.code}")
            return
        if data is not None:
            self._files[file.name] = data
        elif file is DG1:
            raise Fault("CARD_UNSUPPORTED", "no DG1")

    def _result(self, connection: Connection) -> CardData:
        groups = {
            file.group: self._files[file.name] for file in (DG1, DG13, DG2) if self._has(file)
        }
        zone = lds.parse_dg1(groups[DG1.group])
        citizen = self._citizen()
        face = self._face()
        return CardData(
            access="BAC",
            reader=connection.reader,
            atr=connection.atr,
            mrz=zone,
            citizen=citizen,
            face=face,
            groups=groups,
            sod=self._files.get(SOD.name),
            apdus=self._guard.apdus,
            seconds=self._guard.seconds,
            com=self._files.get(COM.name),
            warnings=(*self._warnings, *crosscheck.compare(self._key, zone, citizen)),
        )

    def _has(self, file: File) -> bool:
        return file.name in self._files

    def _citizen(self) -> Citizen | None:
        if not self._has(DG13):
            return None
        try:
            return dg13.parse(self._files[DG13.name])
        except Fault as fault:
            self._warnings.append(f"{DG13.name}: {fault.code}")
            return None

    def _face(self) -> Face | None:
        if not self._has(DG2):
            return None
        try:
            face = dg2.parse(self._files[DG2.name])
            dg2.decode(face)
        except Fault as fault:
            self._warnings.append(f"{DG2.name}: {fault.code}")
            return None
        return face


def select(transport: Transport) -> None:
    """SELECT the eMRTD application; never the master file, which Vietnamese cards refuse (6D00).

    Raises `Fault` ``CARD_UNSUPPORTED`` when the card has none.
    """
    # No Le: some chips refuse one here.
    answer = exchange(transport, Command(0x00, 0xA4, 0x04, 0x0C, lds.APPLICATION))
    if answer.sw in (NOT_FOUND, 0x6D00, 0x6E00, 0x6A86, 0x6999):
        raise Fault("CARD_UNSUPPORTED", f"SELECT application {answer.sw:04X}")
    if answer.sw != OK:
        raise Fault("CARD_ERROR", f"SELECT application {answer.sw:04X}")
