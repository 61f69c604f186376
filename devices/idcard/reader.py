"""The flow of one reading: open the chip, read the groups, make sense of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import access, bac, crosscheck, dg2, dg13, lds, mrz
from devices.idcard.api import CardData, Citizen, Face, Key, ReadProgress, ReadStep
from devices.idcard.ladder import BLOCKS, Extended, Ladder, Memory
from devices.idcard.lds import COM, DG1, DG2, DG13, SOD, File
from devices.idcard.link import Connect, Connection, Guard, Limits, Patient
from devices.idcard.session import Session

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
    extended: Extended = "auto"


def read(
    connect: Connect,
    key: Key,
    on_progress: OnProgress,
    cancel: Cancel,
    means: Means | None = None,
    memory: Memory | None = None,
) -> CardData:
    """One whole reading, begun again at most once, and once more where extended length fails.

    ``connect`` opens the card anew each time; ``memory`` keeps what was learned of readers and
    chips from one reading to the next. Raises `Fault` and `Cancelled`; nothing read is kept then.
    """
    means = means or Means()
    mrz.password(key)  # a key of a wrong form costs the chip no try
    guard = Guard(cancel, means.limits, means.clock)
    guard.check()
    ladder = Ladder(means.blocks, means.extended, {} if memory is None else memory)
    return _attempts(lambda: _Reading(key, on_progress, guard, means), connect, ladder)


def _attempts(new: Callable[[], _Reading], connect: Connect, ladder: Ladder) -> CardData:
    begun = restarted = False
    while True:
        reading = new()
        try:
            return reading.run(connect, ladder)
        except Fault as fault:
            if begun and fault.code == "NO_CARD":
                # Some drivers call a lifted card a transmission error; only the next try sees it gone.
                raise Fault("CARD_REMOVED", fault.detail) from None
            session, reset = reading.session, fault.code == "CARD_RESET"
            probing = ladder.extended and session is not None and not reset
            if fault.code not in RESTART or (restarted and not probing):
                raise
            if session is not None and not reset:  # a reset has nothing to do with sizes
                ladder.step_down(session)
        begun = True
        restarted = restarted or not probing


class _Reading:
    """One go at the card; holds the files read so far and dies with them."""

    def __init__(self, key: Key, on_progress: OnProgress, guard: Guard, means: Means) -> None:
        self.session: Session | None = None
        """There once the chip is open."""
        self._key = key
        self._say = on_progress
        self._guard = guard
        self._means = means
        self._how = ""
        self._files: dict[str, bytes] = {}
        self._warnings: list[str] = []

    def run(self, connect: Connect, ladder: Ladder) -> CardData:
        patient = Patient(connect, self._guard)
        with patient as connection:
            self._say(ReadProgress(ReadStep.FOUND))
            self._say(ReadProgress(ReadStep.OPENING))
            opened = access.open_card(patient.transmit, self._key, self._means.random)
            self._how = opened.how
            self._warnings += opened.notes
            blocks = ladder.begin(connection)
            self.session = Session(patient.transmit, opened.channel, blocks)
            self._read_files(self.session)
        self._guard.check()
        ladder.keep(self.session)
        self._say(ReadProgress(ReadStep.CHECKING))
        return self._result(connection)

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
            access=self._how,
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
            warnings=tuple(self._warnings),
            mismatches=crosscheck.compare(self._key, zone, citizen),
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
