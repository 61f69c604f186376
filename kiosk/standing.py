"""How the station itself stands: room, clock, daily copy. For the status, the doctor and the technician."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

from devices.status import Level
from kiosk import kept
from kiosk.dossiers import intake
from kiosk.kept import Kept
from kiosk.outbox import clock_note
from kiosk.outbox.clock_note import WARN_S, ClockNote
from kiosk.settings import Settings
from kiosk.store.link import Reader
from kiosk.store.peek import schema
from kiosk.store.room import room


@dataclass(frozen=True)
class Standing:
    """``free_mib``: None where the system doesn't tell. ``wanted``: whether a second disk is set.

    ``not_entered``: codes of dossiers that were received and can't be entered into the register.
    """

    free_mib: int | None = None
    disk: Level = Level.UNKNOWN
    clock: ClockNote | None = None
    wanted: bool = False
    demo: bool = False
    copy: Kept = field(default_factory=Kept)
    late: bool = False
    not_entered: tuple[str, ...] = ()

    @property
    def clock_level(self) -> Level:
        """By how far the clock is off."""
        if self.clock is None:
            return Level.UNKNOWN
        if clock_note.is_wrong(self.clock.seconds):
            return Level.FAULT
        return Level.WARNING if math.fabs(self.clock.seconds) > WARN_S else Level.OK

    @property
    def copy_code(self) -> str:
        """What is wrong with the daily copy, or empty."""
        if not self.wanted:
            return "" if self.demo else "SAFEKEEPING_OFF"
        return self.copy.fault or ("SAFEKEEPING_LATE" if self.late else "")

    @property
    def copy_level(self) -> Level:
        """It never stops the station."""
        if self.copy_code:
            return Level.WARNING
        return Level.OK if self.wanted else Level.UNKNOWN

    def troubles(self) -> list[tuple[Level, str]]:
        """Level and code of everything that people should know, the worst first."""
        disk = {Level.FAULT: "DISK_LOW", Level.WARNING: "DISK_SOON"}.get(self.disk, "")
        clock = {Level.FAULT: "CLOCK_WRONG", Level.WARNING: "CLOCK_OFF"}.get(self.clock_level, "")
        found = [
            (self.disk, disk),
            (self.clock_level, clock),
            (self.copy_level, self.copy_code),
            (Level.FAULT, "DOSSIER_NOT_ENTERED" if self.not_entered else ""),
        ]
        return sorted((one for one in found if one[1]), key=lambda one: one[0] is not Level.FAULT)


def standing(settings: Settings, reader: Reader | None, at: datetime) -> Standing:
    """How it stands now; without a store (``reader``) only the disk is known."""
    rules = settings.safekeeping
    try:
        found = room(settings.folder, settings.store)
    except OSError:
        found = None
    copy = Kept() if reader is None else kept.load(reader)
    return Standing(
        None if found is None else found.free_mib,
        Level.UNKNOWN if found is None else found.level,
        None if reader is None else clock_note.load(reader),
        bool(rules.folder),
        settings.demo,
        copy,
        copy.is_late(at, rules.every_h),
        () if reader is None else _not_entered(reader),
    )


def _not_entered(reader: Reader) -> tuple[str, ...]:
    if schema(reader) < intake.SINCE:
        return ()
    return tuple(intake.codes(reader))


def told(found: Standing) -> dict[str, object]:
    """As values for programs."""
    clock, copy = found.clock, found.copy
    made = copy.at if copy.at != kept.NEVER else None
    return {
        "disk": {"free_mib": found.free_mib, "level": found.disk.value},
        "clock": None if clock is None else {"offset_s": clock.seconds, "at": clock.at.isoformat()},
        "copy": {
            "wanted": found.wanted,
            "at": None if made is None else made.isoformat(),
            "file": copy.file or None,
            "dossiers": copy.dossiers,
            "fault": found.copy_code or None,
        },
        "not_entered": list(found.not_entered),
        "troubles": [code for _, code in found.troubles()],
    }
