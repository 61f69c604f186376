"""What a person decides about a row, with the reason: in the attempt log, its hash in the journal."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from kiosk.journal import journal
from kiosk.outbox.message import State
from kiosk.outbox.transitions import move
from kiosk.store.link import Transaction
from kiosk.vietnamese import nfc

HELD = "HELD"
RELEASED = "RELEASED"
RESTORED = "PORTAL_RESTORED"

LONGEST_REASON = 300
_LONG_NUMBER = re.compile(r"\d{9,}")
_KINDS = {
    HELD: journal.Kind.OUTBOX_HELD,
    RELEASED: journal.Kind.OUTBOX_RELEASED,
    RESTORED: journal.Kind.OUTBOX_REOPENED,
}


@dataclass(frozen=True)
class Decision:
    """Why, and who says so (a pseudonym). Raises `ValueError` without a reason.

    The reason becomes one line of at most 300 characters; long numbers (ids, phones) are left out of it.
    """

    reason: str
    by: str

    def __post_init__(self) -> None:
        line = " ".join(nfc(self.reason.encode("utf-8", "replace").decode("utf-8")).split())
        line = "".join(one for one in line if one.isprintable())
        line = _LONG_NUMBER.sub("•••", line)[:LONGEST_REASON].strip()
        if not line:
            raise ValueError("a reason is needed")
        object.__setattr__(self, "reason", line)


def decide(tx: Transaction, seq: int, to: State, what: str, decision: Decision) -> None:
    """Moves the row and writes down who decided and why."""
    move(tx, seq, to, error=what, detail=decision.reason)
    row = tx.row("SELECT dossier_id, kind, rev FROM outbox WHERE seq = ?", (seq,))
    if row is None:
        raise KeyError(seq)
    said = hashlib.sha256(decision.reason.encode()).digest()
    journal.append(
        tx, _KINDS[what], row["dossier_id"], decision.by, row["kind"], int(row["rev"]), said
    )
