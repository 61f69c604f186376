"""``kiosk sync …``: send what waits, and decide about single messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.commands.sync_status import readable, status
from kiosk.commands.trust import who
from kiosk.commands.vault import station_vault
from kiosk.compose import Station, courier_running
from kiosk.dossiers import card_checks
from kiosk.dossiers.code import normalise
from kiosk.dossiers.history import History
from kiosk.faults import Fault
from kiosk.outbox import views
from kiosk.outbox.message import IllegalTransition, Row
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings, SettingsError
from kiosk.store import migrate
from kiosk.store.database import Database
from kiosk.store.link import Reader
from kiosk.store.lock import state_lock
from kiosk.store.peek import peek, schema
from sync.courier import Condition

__all__ = ["drain", "hold", "need_a_person", "once", "readable", "retry", "run", "see", "status"]

_LEAST_S = 5.0
_ONE_LOOK_S = 60.0
_LOOK_S = 0.5
_MOST_DIGITS = 15


def drain(station: Station, timeout_s: float) -> dict[str, object]:
    """Sends until nothing is due any more, asks the card gateway about every signer that waits, and looks
    at every feed once (``came``: how much; what hinders one is in the status).

    Raises `Fault` with the last trouble's code when time is up and rows still wait.
    """
    limit = monotonic() + timeout_s
    try:
        station.courier.drain(Cancel(), timeout_s)
    finally:  # the gateway has a line of its own
        if station.confirmer is not None:
            station.confirmer.drain(Cancel(), max(limit - monotonic(), _LEAST_S))
    came = _look(station, max(limit - monotonic(), _LEAST_S))
    checks = card_checks.counts(station.database.read())
    return {"event": "drained", **station.outbox.counts(), "card_checks": checks, "came": came}


def _look(station: Station, timeout_s: float) -> int:
    """How much came back from the portal by feeds."""
    return 0 if station.feeds is None else station.feeds.drain(Cancel(), timeout_s)


def once(station: Station) -> dict[str, object]:
    """One round over what is due now, without the random first wait; ``fault``: the last trouble, or empty.

    Then one look at every feed; ``came``: how much came back.
    """
    sent = station.courier.round(Cancel())
    fault = station.courier.condition.fault
    came = _look(station, _ONE_LOOK_S)
    return {"event": "round", "sent": sent, "came": came, "fault": fault, **station.outbox.counts()}


def run(station: Station, tell: Callable[[object], None], stop: threading.Event) -> None:
    """Carries the outbox without a face until ``stop``; tells each change of the courier's condition."""
    told: Condition | None = None
    with courier_running(station):
        while not stop.wait(_LOOK_S):
            seen = station.courier.condition
            if seen != told:
                told = seen
                tell(_condition(seen))


def _condition(seen: Condition) -> dict[str, object]:
    return {
        "event": "condition",
        "online": seen.online,
        "last_contact": seen.last_contact.isoformat() if seen.last_contact else None,
        "waiting": seen.waiting,
        "attention": seen.attention,
        "fault": seen.fault,
    }


def need_a_person(result: dict[str, object]) -> None:
    """Raises `Fault` ``PORTAL_REFUSED`` when rows are left that only a person can put right."""
    left = sum(int(str(result[state])) for state in ("needs_attention", "quarantined"))
    if left:
        raise Fault("PORTAL_REFUSED", f"{left} messages need a person")


def hold(settings: Settings, which: str, reason: str, by: str) -> dict[str, object]:
    """Keeps a message back until `retry`. Works beside a running station.

    ``which``: a row's number or a dossier's code (then its first open message). Raises `SettingsError`
    for another one, for one that can't be held now, and without a reason.
    """
    with store(settings) as database:
        outbox = Outbox(database, settings.office.station, now)
        row = _row(database.read(), which)
        _decide(outbox.hold, row, reason, by)
        return _decided(database.read(), row)


def retry(settings: Settings, which: str, reason: str, by: str) -> dict[str, object]:
    """Has a message sent again, unchanged and at once; a running station does so within a minute.

    The rest that the destination as a whole may be having ends, too.

    ``which`` and what it raises: as `hold`.
    """
    with store(settings) as database:
        outbox = Outbox(database, settings.office.station, now)
        row = _row(database.read(), which)
        _decide(outbox.release, row, reason, by)
        outbox.keep_rest(row.dest, 0, 0, "")  # somebody has looked: the portal is asked at once
        return _decided(database.read(), row)


def see(settings: Settings, number: int, by: str) -> dict[str, object]:
    """A person has seen a conflict with the portal. Raises `SettingsError` when none unseen has this number."""
    with store(settings) as database:
        if not History(database, settings.office.station).see(number, who(by)):
            raise SettingsError(f"{number}: no unseen conflict has this number")
    return {"event": "seen", "conflict": number}


@contextmanager
def store(settings: Settings) -> Iterator[Database]:
    """The store for one act, also beside a running station; nothing is upgraded under its feet."""
    file = settings.folder / "station.db"
    if not file.exists():
        raise SettingsError(f"{settings.folder}: there is no store")
    with peek(file) as reader:
        present = schema(reader) == len(migrate.migrations(migrate.FOLDER))
    vault = station_vault(settings)
    lock = nullcontext() if present else state_lock(settings.folder)
    with lock, Database(file, now, vault) as database:
        yield database


def _row(reader: Reader, which: str) -> Row:
    wanted = which.strip()
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_DIGITS:
        row = views.row(reader, int(wanted))
    else:
        row = views.first_open(reader, normalise(wanted) or "")
    if row is None:
        raise SettingsError(f"{wanted[:60]!r}: no open message has this number or dossier code")
    return row


def _decide(act: Callable[[int, str, str], None], row: Row, reason: str, by: str) -> None:
    try:
        act(row.seq, reason, who(by))
    except ValueError:
        raise SettingsError("--reason: say why, in a few words") from None
    except IllegalTransition:
        raise SettingsError(f"row {row.seq}: not possible while it is {row.state}") from None


def _decided(reader: Reader, before: Row) -> dict[str, object]:
    row = views.row(reader, before.seq) or before
    return {
        "event": "decided",
        "row": row.seq,
        "dossier": row.dossier_code,
        "kind": row.kind,
        "before": before.state.value,
        "state": row.state.value,
    }
