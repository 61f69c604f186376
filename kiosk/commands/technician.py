"""The technician's window. It holds no lock: it reads the store beside a running station and decides about
single rows as ``kiosk sync hold`` and ``retry`` do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.clock import at_office, now
from kiosk.commands import sync, technician_sent
from kiosk.commands.take_out import take_out
from kiosk.dossiers import card_checks
from kiosk.dossiers.card_checks import Confirmation
from kiosk.faults import Fault
from kiosk.outbox.message import State
from kiosk.settings import Settings, SettingsError
from kiosk.standing import Standing, standing
from kiosk.store.lock import is_held
from kiosk.store.peek import peek, schema
from kiosk.workers import Worker
from ui.application import application, calm_collector
from ui.background import Poster
from ui.technician.services import (
    Cards,
    Exported,
    Message,
    Overview,
    RowChangedError,
    Sending,
    Signer,
    TechnicianServices,
)
from ui.technician.window import TechnicianWindow

_MOST_SIGNERS = 500
_MOST_MESSAGES = 200
"""More than a person reads; a table of 500 takes the window 50 ms each time that it changes."""

_CARD_CHECKS_SINCE = 2  # schema


def open_technician(settings: Settings) -> int:
    """Opens the technician's face and gives the program's exit code."""
    app = application()
    with serving(settings) as window:
        window.open()
        return app.exec()


@contextmanager
def serving(settings: Settings) -> Iterator[TechnicianWindow]:
    """The window with its worker; ends them in order."""
    poster, worker = Poster(), Worker("technician")
    window = TechnicianWindow(services(settings), settings, worker.submit, poster.post)
    try:
        with calm_collector():
            yield window
    finally:
        window.close()
        poster.close()
        worker.stop()


def services(settings: Settings) -> TechnicianServices:
    """What the window may ask for; every call reads the store anew."""
    return TechnicianServices(
        look=lambda: look(settings),
        send_again=lambda row, reason: _act(lambda: sync.retry(settings, str(row), reason, "")),
        hold=lambda row, reason: _act(lambda: sync.hold(settings, str(row), reason, "")),
        export=lambda file, reason: export(settings, file, reason),
        propose_file=lambda: str(_proposed(settings)),
        find_sent=lambda part: technician_sent.find(settings, part),
        open_sent=lambda row: technician_sent.whole(settings, row),
    )


def look(settings: Settings) -> Overview:
    """What waits now, by `kiosk.commands.sync.status`; what can't be read is a fault in the overview."""
    try:
        found = sync.status(settings) if settings.folder.is_dir() else None
        if found is None:
            return Overview()
        return Overview(_sending(settings, found), _cards(settings), _standing(settings))
    except Fault as fault:
        return Overview(fault=fault.code)


def export(settings: Settings, file: str, reason: str) -> Exported:
    """Writes the bundle and tells the journal (`kiosk.commands.take_out`).

    Works on a disk that takes no more writes, too: then only the journal's entry is missing.
    """
    target = Path(file.strip()).expanduser()
    if not target.parent.is_dir() or not target.name:
        raise Fault("SYSTEM_REFUSED", "no such folder")
    try:
        taken = take_out(settings, target, reason, "")
    except SettingsError:
        raise Fault("SYSTEM_REFUSED", "no store") from None
    return Exported(taken.summary.dossiers, str(target), taken.summary.lost, taken.noted)


def _act(decide: Callable[[], object]) -> None:
    try:
        decide()
    except SettingsError:
        raise RowChangedError from None


def _proposed(settings: Settings) -> Path:
    name = f"mot-cua-{settings.office.station}-{at_office(now()):%Y%m%d-%H%M%S}.bundle"
    return Path.home() / name


def _sending(settings: Settings, found: dict[str, Any]) -> Sending:
    counts, rest = found["counts"], found["rest"]
    rows = found["rows"]
    planned = [at for row in rows if (at := _moment(row["next_at"])) is not None]
    until = _moment(rest["until"]) if rest else None
    resting = until is not None and until > now()
    return Sending(
        online=False if resting else found["online"],
        last_contact=_moment(found["last_contact"]),
        running=is_held(settings.folder),
        waiting=sum(counts.get(state, 0) for state in _WAIT),
        need_person=counts.get(State.NEEDS_ATTENTION.value, 0),
        quarantined=counts.get(State.QUARANTINED.value, 0),
        next_at=_later(min(planned, default=None), until),
        rest_until=until if resting else None,
        rest_reason=str(rest["fault"]) if resting else "",
        messages=tuple(_message(row) for row in rows[:_MOST_MESSAGES]),
        more=found["more"] + max(len(rows) - _MOST_MESSAGES, 0),
    )


_WAIT = (State.READY.value, State.SENDING.value, State.SENT.value)


def _message(row: dict[str, Any]) -> Message:
    return Message(
        row=row["row"],
        dossier=row["dossier"],
        kind=row["kind"],
        state=State(row["state"]),
        reason=row["last_error"] or "",
        said=row["said"] or "",
        since=datetime.fromisoformat(row["since"]),
        tries=row["attempts"],
        next_at=_moment(row["next_at"]),
        behind=row["behind"],
    )


def _later(planned: datetime | None, until: datetime | None) -> datetime | None:
    """When something is tried next: not before the rest is over."""
    return planned if planned is None or until is None else max(planned, until)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _standing(settings: Settings) -> Standing:
    file = settings.folder / "station.db"
    if not file.exists():
        return standing(settings, None, now())
    with peek(file) as reader:
        return standing(settings, reader if schema(reader) else None, now())


def _cards(settings: Settings) -> Cards:
    file = settings.folder / "station.db"
    if not file.exists():
        return Cards()
    with peek(file) as reader:
        if schema(reader) < _CARD_CHECKS_SINCE:
            return Cards()
        counts = card_checks.counts(reader)
        alarms = card_checks.alarms(reader, _MOST_SIGNERS)
        undecided = card_checks.open_checks(reader, _MOST_SIGNERS)
    forged = [
        Signer(one.dossier_code, Confirmation.REFUSED, card_checks.REFUSED, at, one.attempts, None)
        for one in alarms
        if (at := one.answered_at) is not None
    ]
    waiting = [
        Signer(
            one.dossier_code, one.confirmation, one.last_error, one.since, one.attempts, one.next_at
        )
        for one in undecided
    ]
    return Cards(
        counts["waiting"],
        counts["gave_up"],
        counts["confirmed"],
        counts["refused"],
        (*forged, *waiting),
    )
