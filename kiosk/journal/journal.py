"""The append-only journal: what happened, who did it and when; never a word about a person.

The tamper-evident ledger will hash exactly these bytes, so an entry has one byte form for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from kiosk.clock import from_ms
from kiosk.journal import cbor
from kiosk.store.link import Reader, Transaction
from kiosk.vietnamese import nfc

_VERSION = 1
_APPEND = """INSERT INTO journal(idx, subject, entry)
  VALUES ((SELECT coalesce(max(idx) + 1, 0) FROM journal), ?, ?)"""


class Kind(IntEnum):
    """What an entry tells. Numbers are for ever; a new kind gets a new number."""

    TICKET_TAKEN = 1
    SUBMISSION_RECEIVED = 3
    FEE_ASKED = 7
    SYNC_ACKNOWLEDGED = 12
    CORRECTION = 21
    TICKET_PRINTED = 31
    IDENTIFIED = 32
    """Source, way into the chip, and the four lamps: read, intact, trusted, genuine."""
    SIGNER_CONFIRMED = 33
    """Who said so, and the hash of the card's signer."""
    SIGNER_REFUSED = 34
    """The same, for a forged signer."""
    STATE_FOLLOWED = 51
    """State before and after, number and time of the portal's event that the register follows."""
    CONFLICT_DECIDED = 52
    """What portal and station differ on, number of the event, ours, theirs, and who wins."""
    CONFLICT_SEEN = 53
    """Number of a conflict that a person has seen."""
    PORTAL_ACCEPTED = 54
    """The portal was restored: since when, dossiers looked up, messages that go again, feeds that are read anew,
    and the hash of the reason that a person wrote."""
    OUTBOX_HELD = 61
    """Kind of the message, its revision, and the hash of the reason that a person wrote."""
    OUTBOX_RELEASED = 62
    """The same, when a person has it sent again."""
    OUTBOX_REOPENED = 65
    """The same, when the portal has lost what it acknowledged."""
    DOSSIER_CORRECTED = 66
    """Its new revision, and the hash of the reason that a person wrote."""
    CARRIED_OVER = 63
    """How many messages came with the dossier out of another store."""
    OUTBOX_EXPORTED = 64
    """How many dossiers and messages left in a file, and the hash of the reason that a person wrote."""
    FEE_PAID = 8
    """Claim, way it was paid, amount, and the number of the transaction or receipt."""
    FEE_CLAIMED = 71
    """Claim, amount, and the hash of why nothing is to be paid, if so."""
    FEE_VOIDED = 72
    """Claim, and the hash of the reason that a person wrote."""
    PAYMENT_STARTED = 73
    """Claim, reference at the platform, amount."""
    PAYMENT_ENDED = 74
    """Claim, reference, why it ended without money, and the hash of the reason that a person wrote, if one did."""
    PAYMENT_EXTRA = 75
    """As FEE_PAID, for money that came although nothing was owed."""
    PAYMENT_HELD = 76
    """As FEE_PAID, for another sum than was asked."""
    PAYMENT_DECIDED = 77
    """Claim, number of held money, and the hash of the reason why a person counts it as paid."""
    REFUND_PROPOSED = 78
    """Claim, amount, number, and the hash of the reason."""
    REFUND_DONE = 79
    """Claim, amount, number of what was given back, number under which it went back."""
    PAYMENT_DAY_CLOSED = 80
    """Day, and the hash of its report."""
    FEES_TOLD = 81
    """The dossier's revision that tells the portal how its fees stand."""


@dataclass(frozen=True)
class Entry:
    index: int
    kind: int
    at: datetime
    actor: str
    subject: str
    detail: tuple[cbor.Value, ...]


def append(
    tx: Transaction, kind: Kind, subject: str, actor: str, *detail: str | int | bytes | None
) -> int:
    """Adds an entry in the caller's transaction and gives its index (0, 1, 2 … without gaps).

    `subject` is a dossier's or ticket's id, `actor` a station or staff pseudonym; `detail` is what
    the kind needs: codes, amounts in đồng, hashes. Personal data has no place in any of them.
    """
    values = [nfc(one) if isinstance(one, str) else one for one in detail]
    subject = nfc(subject)
    entry = cbor.encode([_VERSION, int(kind), tx.at_ms, nfc(actor), subject, values])
    return tx.insert(_APPEND, (subject, entry))


def entries(reader: Reader, *, subject: str | None = None, first: int = 0) -> list[Entry]:
    """Entries in order from index `first` on, all or those of one subject."""
    sql = "SELECT idx, entry FROM journal WHERE idx >= ?"
    values: tuple[str | int, ...] = (first,)
    if subject is not None:
        sql, values = sql + " AND subject = ?", (first, nfc(subject))
    rows = reader.rows(sql + " ORDER BY idx", values)
    return [_entry(int(row["idx"]), bytes(row["entry"])) for row in rows]


def _entry(index: int, data: bytes) -> Entry:
    value = cbor.decode(data)
    match value:
        case [int(version), int(kind), int(at), str(actor), str(subject), list(detail)] if (
            version == _VERSION
        ):
            return Entry(index, kind, from_ms(at), actor, subject, tuple(detail))
    raise ValueError(f"journal entry {index} has an unknown form")
