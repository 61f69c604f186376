"""A daily copy of everything unsent on a second disk, so that a lost state folder loses no dossier.

The copy is a bundle (`kiosk.outbox.bundle`) that only the office's private key opens. It is written under
another name, read back from the medium and compared before older copies go. Whatever is wrong with the medium
is kept in the store for the technician and stops nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from devices.cancel import Cancel, Cancelled
from kiosk import kept
from kiosk.clock import Clock
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.kept import Kept
from kiosk.logbook import tell_bug
from kiosk.outbox import views
from kiosk.outbox.bundle import Summary
from kiosk.settings import Safekeeping as Rules
from kiosk.store.database import Database
from kiosk.store.link import Reader

log = logging.getLogger(__name__)

AWAY = "SAFEKEEPING_AWAY"
FAILED = "SAFEKEEPING_FAILED"
DAMAGED = "SAFEKEEPING_DAMAGED"
PARTIAL = "SAFEKEEPING_PARTIAL"
"""A dossier or a scan can't be read: the copy was written without it, and the older ones stay."""

_LOOK_S = 30.0
_AGAIN = timedelta(minutes=5)
"""Between two copies that new rows asked for, and until an absent medium is looked for again."""
_AGAIN_FAILED = timedelta(hours=1)
"""After any other trouble: a large backlog isn't written to a full stick every few minutes."""
_SHARE = 4
"""A backlog is copied again when it has grown by a quarter: what is written in all stays in proportion."""
_BLOCK = 1 << 20


class Export(Protocol):
    """Writes a whole bundle, as `kiosk.outbox.bundle_export.export` does; ``check`` may raise to end it."""

    def __call__(self, file: Path, check: Callable[[], None]) -> Summary: ...


class Safekeeping:
    """Makes the copies of one station, on a thread of its own."""

    def __init__(
        self,
        rules: Rules,
        database: Database,
        station: str,
        export: Export,
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._folder = Path(rules.folder)
        self._database = database
        self._station = station
        self._export = export
        self._clock = clock

    def run(self, cancel: Cancel) -> None:
        """Until cancelled. Trouble is kept and tried again; a bug is logged and ends no thread."""
        while not cancel.asked:
            try:
                self.look(cancel)
            except Cancelled:
                return
            except Fault as fault:
                log.warning("safekeeping: %s", fault.code)
            except Exception as bug:  # noqa: BLE001  the last guard of the thread
                tell_bug(bug)
            cancel.wait(_LOOK_S)

    def look(self, cancel: Cancel) -> bool:
        """Makes a copy if one is due; gives whether it did. Raises `Fault` of the store, `Cancelled`."""
        reader, before = self._database.read(), kept.load(self._database.read())
        if not self._is_due(reader, before):
            return False
        now = self._clock()
        last = reader.number("SELECT max(seq) FROM outbox")
        try:
            made = self._copy(now, before, cancel)
        except Fault as fault:
            self._keep(before.failed(now, fault.code))
            log.warning("safekeeping: %s", fault)
            return False
        self._keep(made if made.fault else made.until(last))
        return not made.fault

    def _is_due(self, reader: Reader, before: Kept) -> bool:
        now, rules = self._clock(), self._rules
        if before.fault:
            pause = _AGAIN if before.fault == AWAY else _AGAIN_FAILED
            return not timedelta(0) <= now - before.tried_at < pause
        age = now - before.at
        if not timedelta(0) <= age < timedelta(hours=rules.every_h):  # also: the clock was set back
            return True
        grown = views.added_since(reader, before.last)
        return age >= _AGAIN and grown >= max(rules.after_rows, before.messages // _SHARE)

    def _copy(self, now: datetime, before: Kept, cancel: Cancel) -> Kept:
        """Raises `Fault` with a code of this module, or BUNDLE_KEY_MISSING; `Cancelled`."""
        if not views.open_rows(self._database.read()):
            return Kept(at=now, tried_at=now, files=before.files, partial=before.partial)
        self._need_medium()
        file = self._free(now)
        try:
            for part in self._folder.glob(f".{self._prefix}*"):  # of a run that was cut off
                part.unlink()
            said = self._export(file, cancel.check)
            if _sha256(file) != said.sha256:
                file.unlink()
                raise Fault(DAMAGED, file.name)
            if said.lost:
                return self._partial(now, before, file, said)
            files = self._remove_older(file, before)
        except OSError as error:
            raise self._trouble(error.strerror or "") from error
        except Fault as fault:
            if fault.code in ("DISK_FULL", "SYSTEM_REFUSED"):
                raise self._trouble(fault.detail) from fault
            raise
        log.info("safekeeping: %d dossiers", said.dossiers)
        return Kept(now, file.name, said.dossiers, said.messages, tried_at=now, files=files)

    def _partial(self, now: datetime, before: Kept, file: Path, said: Summary) -> Kept:
        """Beside the whole ones there is one copy that isn't: the newest, with what it has more."""
        log.warning("safekeeping: %s", ", ".join(said.lost[:20]))
        if before.partial in self._found():
            (self._folder / before.partial).unlink()
        return replace(before.failed(now, PARTIAL), partial=file.name)

    @property
    def _prefix(self) -> str:
        return f"mot-cua-{self._station}-unsent-"

    def _need_medium(self) -> None:
        """A stick that was pulled leaves an empty folder on the station's own disk: that is no second place."""
        try:
            there = self._folder.is_dir()
            same = there and self._folder.stat().st_dev == self._database.path.stat().st_dev
        except OSError as error:
            raise Fault(AWAY, error.strerror or "") from error
        if not there:
            raise Fault(AWAY, "no such folder")
        if same and not self._rules.same_disk:
            raise Fault(AWAY, "the folder is on the disk of the state folder")

    def _trouble(self, detail: str) -> Fault:
        """What a failed copy means: the medium has gone, or it doesn't take what is written."""
        try:
            self._need_medium()
        except Fault as away:
            return away
        return Fault(FAILED, detail)

    def _found(self) -> set[str]:
        ours = re.compile(re.escape(self._prefix) + r"\d{8}T\d{6}Z(-\d{1,3})?\.bundle")
        return {one.name for one in self._folder.iterdir() if ours.fullmatch(one.name)}

    def _free(self, now: datetime) -> Path:
        """A name for a new copy: a clock that was set back comes to the same second again."""
        stem = f"{self._prefix}{now:%Y%m%dT%H%M%SZ}"
        names = (f"{stem}.bundle", *(f"{stem}-{number}.bundle" for number in range(1, 1000)))
        for name in names:
            if not (self._folder / name).exists():
                return self._folder / name
        raise Fault(FAILED, "no free name")

    def _remove_older(self, newest: Path, before: Kept) -> tuple[str, ...]:
        """Keeps the newest copies of this station, and gives them; nothing else in the folder is touched.

        They are ordered as they were made. One that isn't known to have been made (of before, or by a store
        that was lost) is the oldest, and one dated later than the newest the first to go: no clock is right
        that was ahead.
        """
        found = self._found()
        if before.partial in found:
            (self._folder / before.partial).unlink()
            found.remove(before.partial)
        known = [name for name in before.files if name in found and name != newest.name]
        unknown = sorted(found - {*known, newest.name})
        unknown.sort(key=lambda name: name <= newest.name)
        ordered = [*unknown, *known, newest.name]
        kept_now = ordered[-self._rules.keep :]
        for name in ordered[: -self._rules.keep]:
            (self._folder / name).unlink()
        return tuple(name for name in kept_now if name not in unknown)

    def _keep(self, made: Kept) -> None:
        with self._database.transaction() as tx:
            kept.save(tx, made)
            if made.file and not made.fault:
                why = hashlib.sha256(b"safekeeping").digest()
                told = (made.dossiers, made.messages, why)
                kind = journal.Kind.OUTBOX_EXPORTED
                journal.append(tx, kind, self._station, self._station, *told)


def _sha256(file: Path) -> str:
    """Of what the medium holds: what the system only remembers of it is dropped first, where it can be."""
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as stream:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
