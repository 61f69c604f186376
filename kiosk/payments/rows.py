"""Claims, attempts, payments and refunds as they stand in the store."""

from __future__ import annotations

from datetime import date

from kiosk.clock import from_ms
from kiosk.payments.claim import (
    Attempt,
    AttemptState,
    Channel,
    Claim,
    ClaimState,
    Collect,
    Payment,
    Refund,
    Standing,
)
from kiosk.store.link import Reader, Row, Value

_FURTHEST_MS = 3_600_000
_CLAIM = """SELECT fee_claim.*, dossier.code AS dossier_code
  FROM fee_claim JOIN dossier ON dossier.id = fee_claim.dossier_id"""
_REFUND = """SELECT refund.*, payment.claim_id, payment.amount
  FROM refund JOIN payment ON payment.id = refund.payment_id"""


def claim(reader: Reader, claim_id: str) -> Claim | None:
    """By its id."""
    row = reader.row(f"{_CLAIM} WHERE fee_claim.id = ?", (claim_id,))
    return _claim(row) if row else None


def claims_of(reader: Reader, dossier_code: str) -> list[Claim]:
    """Those of a dossier in the order they were made, void ones too."""
    rows = reader.rows(f"{_CLAIM} WHERE dossier.code = ? ORDER BY fee_claim.id", (dossier_code,))
    return [_claim(row) for row in rows]


def claims_by_dossier(reader: Reader, dossier_id: str) -> list[Claim]:
    """The same by the dossier's id."""
    rows = reader.rows(f"{_CLAIM} WHERE dossier.id = ? ORDER BY fee_claim.id", (dossier_id,))
    return [_claim(row) for row in rows]


def attempt(reader: Reader, reference: str) -> Attempt | None:
    """By its reference."""
    row = reader.row("SELECT * FROM payment_attempt WHERE reference = ?", (reference,))
    return _attempt(row) if row else None


def attempts_of(reader: Reader, claim_id: str) -> list[Attempt]:
    """Those of a claim, oldest first."""
    sql = "SELECT * FROM payment_attempt WHERE claim_id = ? ORDER BY started_at, reference"
    return [_attempt(row) for row in reader.rows(sql, (claim_id,))]


def open_attempt(reader: Reader, claim_id: str) -> Attempt | None:
    """The one that runs, if any."""
    return next((one for one in attempts_of(reader, claim_id) if one.is_open), None)


def open_attempts(reader: Reader, due_ms: int | None = None, most: int = 100) -> list[Attempt]:
    """Those that run, or only those to be asked after by this time; the longest due first.

    One that was put off further than any back-off reaches was written by a clock that went wrong: it is due.
    """
    sql = """SELECT * FROM payment_attempt WHERE state IN ('started','waiting')
             AND (next_at <= ?1 OR next_at > ?1 + ?2) ORDER BY next_at, reference LIMIT ?3"""
    rows = reader.rows(sql, (2**62 if due_ms is None else due_ms, _FURTHEST_MS, most))
    return [_attempt(row) for row in rows]


def next_question_ms(reader: Reader) -> int | None:
    """When the next open attempt is to be asked after, in ms; None when none is open."""
    sql = "SELECT min(next_at) AS at FROM payment_attempt WHERE state IN ('started','waiting')"
    row = reader.row(sql)
    return None if row is None or row["at"] is None else int(row["at"])


def unbilled(reader: Reader, most: int = 100) -> list[Payment]:
    """What the platform was paid for a claim and has given no electronic receipt of; newest first."""
    sql = """SELECT * FROM payment WHERE channel = 'platform' AND standing = 'counted'
             AND bill_sha256 = '' ORDER BY id DESC LIMIT ?"""
    return [_payment(row) for row in reader.rows(sql, (most,))]


def attempts_between(reader: Reader, first_ms: int, end_ms: int) -> list[Attempt]:
    """Those that were started from ``first_ms`` to before ``end_ms``."""
    sql = (
        "SELECT * FROM payment_attempt WHERE started_at >= ? AND started_at < ? ORDER BY reference"
    )
    return [_attempt(row) for row in reader.rows(sql, (first_ms, end_ms))]


def payment(reader: Reader, payment_id: int) -> Payment | None:
    """By its number in the store."""
    return next(iter(_payments(reader, "id = ?", payment_id)), None)


def payment_by(reader: Reader, channel: Channel, number: str) -> Payment | None:
    """By its transaction or receipt."""
    return next(iter(_payments(reader, "channel = ? AND number = ?", channel.value, number)), None)


def payments_of(reader: Reader, claim_id: str) -> list[Payment]:
    """Those of a claim in the order they were noted."""
    return _payments(reader, "claim_id = ?", claim_id)


def payments_on(reader: Reader, day: date) -> list[Payment]:
    """Those that are counted into a day."""
    return _payments(reader, "day = ?", day.isoformat())


def counted(reader: Reader, claim_id: str) -> Payment | None:
    """The one that paid the claim."""
    return next(iter(_payments(reader, "claim_id = ? AND standing = 'counted'", claim_id)), None)


def held(reader: Reader) -> list[Payment]:
    """Those that wait for a person's decision."""
    return _payments(reader, "standing = 'held' AND id NOT IN (SELECT payment_id FROM refund)")


def refund(reader: Reader, payment_id: int) -> Refund | None:
    """What was proposed or done for a payment."""
    row = reader.row(f"{_REFUND} WHERE payment_id = ?", (payment_id,))
    return _refund(row) if row else None


def refunds_to_do(reader: Reader) -> list[Refund]:
    """Proposed, not yet given back."""
    rows = reader.rows(f"{_REFUND} WHERE done_at IS NULL ORDER BY payment_id")
    return [_refund(row) for row in rows]


def refunds_between(reader: Reader, first_ms: int, end_ms: int) -> list[Refund]:
    """Those that were given back from ``first_ms`` to before ``end_ms``."""
    rows = reader.rows(f"{_REFUND} WHERE done_at >= ? AND done_at < ?", (first_ms, end_ms))
    return [_refund(row) for row in rows]


def _payments(reader: Reader, where: str, *values: Value) -> list[Payment]:
    rows = reader.rows(f"SELECT * FROM payment WHERE {where} ORDER BY id", values)  # noqa: S608  fixed texts
    return [_payment(row) for row in rows]


def _claim(row: Row) -> Claim:
    return Claim(
        id=row["id"],
        dossier_id=row["dossier_id"],
        dossier_code=row["dossier_code"],
        fee_code=row["fee_code"],
        fee_name=row["fee_name"],
        kind=row["kind"],
        amount=row["amount"],
        collect=Collect(row["collect"]),
        state=ClaimState(row["state"]),
        reason=row["reason"],
        made_at=from_ms(row["made_at"]),
    )


def _attempt(row: Row) -> Attempt:
    return Attempt(
        reference=row["reference"],
        claim_id=row["claim_id"],
        amount=row["amount"],
        state=AttemptState(row["state"]),
        url=row["url"],
        why=row["why"],
        started_at=from_ms(row["started_at"]),
        asked=row["asked"],
        next_at=from_ms(row["next_at"]),
    )


def _payment(row: Row) -> Payment:
    return Payment(
        id=row["id"],
        claim_id=row["claim_id"],
        reference=row["reference"],
        channel=Channel(row["channel"]),
        number=row["number"],
        amount=row["amount"],
        taken_at=from_ms(row["taken_at"]),
        day=date.fromisoformat(row["day"]),
        noted_by=row["noted_by"],
        standing=Standing(row["standing"]),
        bill_sha256=row["bill_sha256"],
    )


def _refund(row: Row) -> Refund:
    return Refund(
        payment_id=row["payment_id"],
        claim_id=row["claim_id"],
        amount=row["amount"],
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        done_at=None if row["done_at"] is None else from_ms(row["done_at"]),
        done_by=row["done_by"],
        evidence=row["evidence"],
    )
