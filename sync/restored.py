"""After the portal was restored from an older backup: what it acknowledged and no longer has is sent again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from devices.cancel import Cancel
from kiosk.outbox import reopen
from kiosk.outbox.decisions import Decision
from kiosk.outbox.reopen import Acknowledged, Carried
from kiosk.store.database import Database
from sync.portal.answer import Answer
from sync.portal.session import LOOKUP


class LooksUp(Protocol):
    """A login at the portal (`sync.portal.session.PortalSession`)."""

    def call(self, service: str, arguments: dict[str, str], /) -> tuple[Answer, int]: ...


@dataclass(frozen=True)
class Compared:
    """How many dossiers were looked up, how many of them the portal lacks, and rows that go again."""

    looked_up: int = 0
    lacking: int = 0
    again: int = 0


def compare(
    database: Database,
    portal: LooksUp,
    dest: str,
    since_ms: int,
    decision: Decision,
    cancel: Cancel,
    *,
    knows_keys: bool,
) -> Compared:
    """Looks up every dossier of which something was acknowledged since then; what is lost is ready again.

    ``knows_keys``: the portal tells repeated messages by their keys. Then steps of progress since that
    moment go again even where their dossier is there, since they can't be looked up; elsewhere that could
    tell them twice. May be repeated at any time. Raises `sync.portal.transport.Failed`, `Cancelled`, and
    what the store raises; dossiers that were done before stay done.
    """
    done = Compared()
    for dossier_id in reopen.since(database.read(), dest, since_ms):
        cancel.check()
        carried = reopen.carried(database.read(), dossier_id, dest, since_ms)
        answer, _ = portal.call(LOOKUP, {"mahoso": carried.code})
        lost = list(_lost(carried, answer, knows_keys=knows_keys))
        with database.transaction() as tx:
            again = [row for row in lost if reopen.reopen(tx, row.seq, decision)]
        lacking = any(row.kind == "submit" for row in again)
        done = Compared(done.looked_up + 1, done.lacking + lacking, done.again + len(again))
    return done


def _lost(carried: Carried, answer: Answer, *, knows_keys: bool) -> Iterable[Acknowledged]:
    if answer.code != 0 or not answer.names(carried.code):
        return carried.rows
    return _behind(carried.rows, answer.holder(carried.code), knows_keys=knows_keys)


def _behind(
    rows: Sequence[Acknowledged], holder: str, *, knows_keys: bool
) -> Iterable[Acknowledged]:
    """Of a dossier that is there: a revision after the one it has, and steps that can't be looked up."""
    held = next((row.rev for row in rows if row.key == holder), 0)
    for row in rows:
        if row.kind == "submit":
            if holder and row.rev > held:
                yield row
        elif row.recent and knows_keys:
            yield row
