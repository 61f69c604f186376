"""How much room is left where the station keeps its state, and what is still done with so much.

A disk fills slowly and is full all at once. So new dossiers stop while there is room to finish those that
have begun and to write down what the portal answers: what is stored goes on being sent.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from devices.status import Kind, Level, Status
from kiosk.faults import Fault
from kiosk.settings import Store

log = logging.getLogger(__name__)

_MIB = 1 << 20
_BACK = 8
"""New dossiers begin again when an eighth more than the mark is free, so that the page doesn't flicker."""
_FOR_RECEIPTS = 4
"""This part of the lower mark is never filled by scans: receipts, attempts and the log need it."""


@dataclass(frozen=True)
class Room:
    """Free bytes, and what they mean: ok, warning (soon too little), fault (nothing new is begun)."""

    free: int
    level: Level

    @property
    def free_mib(self) -> int:
        return self.free // _MIB


def room(folder: Path, marks: Store) -> Room:
    """What is free for this user on the folder's disk. Raises `OSError` where the system doesn't tell."""
    free = shutil.disk_usage(folder).free
    if free < marks.refuse_below_mib * _MIB:
        return Room(free, Level.FAULT)
    return Room(free, Level.WARNING if free < marks.low_water_mib * _MIB else Level.OK)


class RoomWatch:
    """The room of one station. It is looked at again whenever it is asked for: nothing has to be reset."""

    def __init__(self, folder: Path, marks: Store) -> None:
        self._folder = folder
        self._marks = marks
        self._last = Level.OK

    def look(self) -> Room:
        """The room now. Raises `OSError`."""
        found = room(self._folder, self._marks)
        again = self._marks.refuse_below_mib * _MIB * (_BACK + 1) // _BACK
        if self._last is Level.FAULT and found.free < again:
            found = Room(found.free, Level.FAULT)
        if found.level is not self._last:
            log.warning("disk: %s, %d MiB free", found.level.value, found.free_mib)
            self._last = found.level
        return found

    def status(self) -> Status:
        """The disk as one of the things that are watched (`kiosk.health`)."""
        try:
            found = self.look()
        except OSError as error:
            return Status.fault(Kind.ACCESS, f"state folder: {error.strerror}")
        return Status(found.level, None, f"{found.free_mib} MiB free")

    def begin(self) -> None:
        """Before anything new is begun. Raises `Fault` DISK_LOW, DISK_FULL where the folder is gone."""
        status = self.status()
        if status.level is Level.FAULT:
            raise Fault("DISK_FULL" if status.kind else "DISK_LOW", status.text)

    def need(self, size: int) -> None:
        """Before ``size`` bytes of something that has begun are written. Raises `Fault` DISK_FULL.

        Below the mark too: who had begun may finish, but not with what receipts need.
        """
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise Fault("DISK_FULL", f"state folder: {error.strerror}") from error
        if free - size < self._marks.refuse_below_mib * _MIB // _FOR_RECEIPTS:
            raise Fault("DISK_FULL", f"{free // _MIB} MiB free, {size // _MIB} MiB more asked for")
