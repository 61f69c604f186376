"""``kiosk sync accept-portal``: a person says that the portal was restored from an older backup."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time

from devices.cancel import Cancel
from kiosk import feeds
from kiosk.clock import OFFICE_ZONE, now, to_ms
from kiosk.commands.sync import store
from kiosk.commands.sync_status import DEST
from kiosk.commands.trust import who
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.decisions import Decision
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings, SettingsError
from kiosk.store.database import Database
from sync.portal.driver import fault_code
from sync.portal.session import PortalSession
from sync.portal.transport import Failed
from sync.restored import Compared, compare


def accept(settings: Settings, since: date, reason: str, by: str) -> dict[str, object]:
    """What the portal acknowledged since that day and has lost is sent again; its feeds are read from 0.

    Works beside a running station and may be repeated. Feeds go on only when every dossier was looked up.
    Raises `SettingsError` without a reason, and `Fault` with the code of what the portal was looked up in vain.
    """
    try:
        decision = Decision(reason, who(by))
    except ValueError:
        raise SettingsError("--reason: say why, in a few words") from None
    begin = datetime.combine(since, time(), OFFICE_ZONE)
    with store(settings) as database:
        found = _compared(settings, database, to_ms(begin), decision)
        accepted = _read_anew(database, to_ms(begin), found, decision)
        Outbox(database, settings.office.station, now).keep_rest(DEST, 0, 0, "")
    return {
        "event": "portal_accepted",
        "looked_up": found.looked_up,
        "lacking": found.lacking,
        "again": found.again,
        "feeds": accepted,
    }


def _compared(
    settings: Settings, database: Database, since_ms: int, decision: Decision
) -> Compared:
    session = PortalSession(settings.portal, settings.office.agency)
    knows_keys = settings.portal.confirmation == "echo"
    try:
        return compare(database, session, DEST, since_ms, decision, Cancel(), knows_keys=knows_keys)
    except Failed as failed:
        raise Fault(fault_code(failed.outcome)) from None
    finally:
        session.close()


def _read_anew(database: Database, since_ms: int, found: Compared, decision: Decision) -> list[str]:
    """Feeds that ran backwards begin a new life; the journal has the decision."""
    said = hashlib.sha256(decision.reason.encode()).digest()
    with database.transaction() as tx:
        stuck = [one.source for one in feeds.standings(tx) if one.fault == feeds.BACKWARDS]
        for source in stuck:
            feeds.accept(tx, source)
        journal.append(
            *(tx, journal.Kind.PORTAL_ACCEPTED, DEST, decision.by),
            *(since_ms, found.looked_up, found.again, len(stuck), said),
        )
    return stuck
