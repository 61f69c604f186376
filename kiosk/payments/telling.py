"""Tells the portal how a dossier's fees stand, once they are settled: a new revision of its message.

What was told is a column of the claim, written in the transaction that plans the revision. So who is killed before it
has it planned by the next one who looks, and nobody plans it twice.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence

from kiosk.dossiers import rows as dossier_rows
from kiosk.dossiers.dossier import Dossier
from kiosk.dossiers.entry import PORTAL
from kiosk.dossiers.states import ENDED
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.message import Message
from kiosk.outbox.outbox import Outbox
from kiosk.payments import rows
from kiosk.payments.claim import Claim, ClaimState
from kiosk.payments.claims import Fee, mark_told
from kiosk.store.database import Database
from kiosk.store.link import Reader, Transaction, Value
from kiosk.store.vault import UNREADABLE

MOST = 100
"""Dossiers that one look plans for: an upgrade may find many."""

_LAST = """SELECT max(rev) FROM outbox WHERE dossier_id = dossier.id AND dest = :dest AND kind = 'submit'"""
_NEWS = f"""SELECT DISTINCT news.dossier_id AS id FROM fee_claim AS news
  JOIN dossier ON dossier.id = news.dossier_id
  JOIN outbox AS last ON last.dossier_id = dossier.id AND last.dest = :dest AND last.kind = 'submit'
  WHERE news.told <> news.state AND news.state <> 'pending' AND :one IN ('', dossier.id)
  AND dossier.state NOT IN ({", ".join(str(int(state)) for state in ENDED)})
  AND last.rev = ({_LAST}) AND last.state NOT IN ('needs_attention', 'quarantined')
  AND NOT EXISTS (SELECT 1 FROM fee_claim AS owed WHERE owed.dossier_id = dossier.id
    AND owed.state IN ('unpaid', 'pending') AND owed.amount > 0)
  ORDER BY news.dossier_id LIMIT :most"""  # noqa: S608  words of this file
"""Dossiers with news of their fees. Not while something is owed, nor after the dossier has ended; a stopped
message is a person's: a revision would send it against that person's will."""

_log = logging.getLogger(__name__)


class FeeNews:
    """Plans the revisions. Several programs may do so on one store."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        *,
        new_id: Callable[[], str],
        encode: Callable[[Dossier, Sequence[Fee]], Sequence[Message]],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._new_id = new_id
        self._encode = encode
        self._failed: set[str] = set()  # not tried again by this run

    def plan(self) -> int:
        """Plans what is to be told, each dossier in a transaction of its own, and gives the number of revisions.

        A dossier that can't be read or written as a message is logged and left out. Raises `Fault` as a
        durable write does.
        """
        planned = 0
        for dossier_id in _news(self._database.read(), MOST + len(self._failed)):
            if dossier_id in self._failed:
                continue
            try:
                with self._database.transaction() as tx:
                    planned += self._plan(tx, dossier_id)
            except Fault as fault:
                if fault.code not in UNREADABLE:
                    raise
                self._leave(dossier_id, fault.code)
            except ValueError:  # a length or a rule of the portal
                self._leave(dossier_id, "its message is not valid")
        return planned

    def _plan(self, tx: Transaction, dossier_id: str) -> bool:
        found = dossier_rows.load(tx, "id", dossier_id)
        if found is None or dossier_id not in _news(tx, 1, dossier_id):
            return False  # another program was faster
        message = self._encode(found.dossier, fees_claimed(tx, dossier_id))[0]
        mark_told(tx, dossier_id)
        if hashlib.sha256(message.body).digest() == _last_sha256(tx, dossier_id):
            return False  # such as cash, where the portal has no code for it
        rev = self._outbox.revise(
            tx, key=self._new_id(), dossier_id=dossier_id, dest=PORTAL, message=message
        )
        journal.append(tx, journal.Kind.FEES_TOLD, dossier_id, found.dossier.station, rev)
        return True

    def _leave(self, dossier_id: str, why: str) -> None:
        self._failed.add(dossier_id)
        _log.error("fees of dossier %s are not told: %s", dossier_id, why)


def fees_claimed(reader: Reader, dossier_id: str) -> tuple[Fee, ...]:
    """Each fee of the dossier by its claims, with the way it was paid; nothing is asked for a void or exempt one.

    Empty for a dossier without claims.
    """
    claims: dict[str, Claim] = {}
    for claim in rows.claims_by_dossier(reader, dossier_id):
        if claim.fee_code not in claims or claim.state is not ClaimState.VOID:
            claims[claim.fee_code] = claim
    return tuple(_fee(reader, claim) for claim in claims.values())


def _fee(reader: Reader, claim: Claim) -> Fee:
    paid = rows.counted(reader, claim.id) if claim.state is ClaimState.PAID else None
    amount = 0 if claim.state is ClaimState.VOID else claim.amount
    way = paid.channel if paid else None
    return Fee(claim.fee_code, claim.fee_name, claim.kind, amount, way)


def _news(reader: Reader, most: int, one: str = "") -> list[str]:
    values: dict[str, Value] = {"dest": PORTAL, "one": one, "most": most}
    return [str(row["id"]) for row in reader.rows(_NEWS, values)]


def _last_sha256(tx: Transaction, dossier_id: str) -> bytes:
    sql = """SELECT body_sha256 FROM outbox WHERE dossier_id = ? AND dest = ? AND kind = 'submit'
      ORDER BY rev DESC LIMIT 1"""
    row = tx.row(sql, (dossier_id, PORTAL))
    return b"" if row is None else bytes(row["body_sha256"])
