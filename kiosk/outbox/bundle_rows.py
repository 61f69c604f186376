"""What a bundle carries beside a dossier's messages: its fees with all money, and how its person was identified.

Without them a fee that was paid at the old store would be asked for again at the new one.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from kiosk.faults import Fault
from kiosk.outbox.bundle_check import is_plain
from kiosk.store.link import Reader, Row, Transaction, Value

_CLAIM = (
    "id", "fee_code", "fee_name", "kind", "amount", "collect", "exempt_why", "exempt_proof", "state",
    "reason", "made_at", "changed_at", "told",
)  # fmt: skip
_ATTEMPT = (
    "reference", "claim_id", "amount", "state", "url", "why", "started_at", "started_by", "asked",
    "next_at",
)  # fmt: skip
_PAYMENT = (
    "claim_id", "reference", "channel", "number", "amount", "taken_at", "day", "noted_at", "noted_by",
    "standing", "bill_sha256",
)  # fmt: skip
_REFUND = (
    "reason", "proposed_at", "proposed_by", "done_at", "done_by", "evidence",
)  # fmt: skip
_CHECK = (
    "source", "access", "lamp_read", "why_read", "lamp_intact", "why_intact", "lamp_trusted",
    "why_trusted", "lamp_genuine", "why_genuine", "mismatches", "signer_sha256", "confirmation",
    "attempts", "next_at", "last_error", "answered_at", "answered_by",
)  # fmt: skip
_WAY = {
    ("unpaid", "refunded"): ("paid", "refunded"),
    ("pending", "refunded"): ("paid", "refunded"),
    **{
        (before, after): (after,)
        for before, after in (
            ("unpaid", "pending"), ("unpaid", "paid"), ("unpaid", "void"), ("pending", "paid"),
            ("pending", "void"), ("paid", "refunded"),
        )
    },
}  # fmt: skip
"""The lawful moves of a claim from what the store has to what the bundle says."""
_OVER = ("paid", "failed")


class Clash(Exception):
    """What a bundle calls one thing is another here: that dossier can't be taken."""


def carried(reader: Reader, dossier_id: str, schema: int) -> dict[str, Any]:
    """The rows as the index of a bundle has them; an older store has none."""
    return {
        "fees": _fees(reader, dossier_id) if schema >= 5 else {},
        "card_check": _check(reader, dossier_id) if schema >= 2 else None,
    }


def _fees(reader: Reader, dossier_id: str) -> dict[str, Any]:
    of = "claim_id IN (SELECT id FROM fee_claim WHERE dossier_id = ?)"
    rows = {
        "claims": ("SELECT * FROM fee_claim WHERE dossier_id = ? ORDER BY id", _CLAIM),
        "attempts": (
            f"SELECT * FROM payment_attempt WHERE {of} ORDER BY started_at, reference",  # noqa: S608
            _ATTEMPT,
        ),
        "payments": (f"SELECT * FROM payment WHERE {of} ORDER BY id", _PAYMENT),  # noqa: S608
        "refunds": (
            f"""SELECT refund.*, channel, number FROM refund JOIN payment ON payment.id = payment_id
                WHERE {of} ORDER BY payment_id""",  # noqa: S608
            (*_REFUND, "channel", "number"),
        ),
    }
    return {
        name: [_picked(row, columns) for row in reader.rows(sql, (dossier_id,))]
        for name, (sql, columns) in rows.items()
    }


def _check(reader: Reader, dossier_id: str) -> dict[str, Any] | None:
    row = reader.row("SELECT * FROM card_check WHERE dossier_id = ?", (dossier_id,))
    if row is None:
        return None
    signer = row["signer"]
    return _picked(row, _CHECK) | {"signer": b64encode(signer).decode() if signer else None}


def _picked(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    there = set(row.keys())
    return {name: row[name] for name in names if name in there}


def take(tx: Transaction, dossier_id: str, entry: Mapping[str, Any]) -> None:
    """Adds what the store lacks of it, and lets what it has go on to where the bundle saw it; never back.

    Money is the same by channel and number. Raises `Fault` BUNDLE_REFUSED for what is no such row,
    `Clash` or what SQLite raises where a number is another's.
    """
    fees = entry.get("fees") or {}
    for name, take_one in (
        ("claims", _take_claim),
        ("attempts", _take_attempt),
        ("payments", _take_payment),
        ("refunds", _take_refund),
    ):
        for row in fees.get(name, []):
            if not is_plain(row):
                raise Fault("BUNDLE_REFUSED", name)
            take_one(tx, dossier_id, row)
    check = entry.get("card_check")
    if check is not None:
        _take_check(tx, dossier_id, check)


def _take_claim(tx: Transaction, dossier_id: str, row: Mapping[str, Any]) -> None:
    found = tx.row("SELECT * FROM fee_claim WHERE id = ?", (row["id"],))
    if found is None:
        _insert(tx, "fee_claim", {"dossier_id": dossier_id} | _of(row, _CLAIM))
        return
    _need_same(found, {"dossier_id": dossier_id, **_of(row, ("fee_code", "amount", "collect"))})
    way = _WAY.get((found["state"], row["state"]), ())
    for state in way:
        tx.execute(
            "UPDATE fee_claim SET state = ?, reason = ?, changed_at = ?, told = ? WHERE id = ?",
            (state, row["reason"], row["changed_at"], row.get("told", found["told"]), row["id"]),
        )


def _take_attempt(tx: Transaction, dossier_id: str, row: Mapping[str, Any]) -> None:
    _need_claim(tx, dossier_id, row)
    found = tx.row("SELECT * FROM payment_attempt WHERE reference = ?", (row["reference"],))
    if found is None:
        _insert(tx, "payment_attempt", _of(row, _ATTEMPT))
        return
    _need_same(found, _of(row, ("claim_id", "amount")))
    if found["state"] not in _OVER and row["state"] in _OVER:
        sql = "UPDATE payment_attempt SET state = ?, why = ? WHERE reference = ?"
        tx.execute(sql, (row["state"], row["why"], row["reference"]))


def _take_payment(tx: Transaction, dossier_id: str, row: Mapping[str, Any]) -> None:
    _need_claim(tx, dossier_id, row)
    found = _payment(tx, row)
    if found is None:
        _insert(tx, "payment", _of(row, _PAYMENT))
    else:
        _need_same(found, _of(row, ("claim_id", "amount")))


def _take_refund(tx: Transaction, dossier_id: str, row: Mapping[str, Any]) -> None:
    payment = _payment(tx, row)
    if payment is None:
        raise Fault("BUNDLE_REFUSED", "a refund of no payment")
    _need_claim(tx, dossier_id, payment)
    found = tx.row("SELECT * FROM refund WHERE payment_id = ?", (payment["id"],))
    if found is None:
        _insert(tx, "refund", {"payment_id": payment["id"]} | _of(row, _REFUND))
    elif found["done_at"] is None and row["done_at"] is not None:
        sql = "UPDATE refund SET done_at = ?, done_by = ?, evidence = ? WHERE payment_id = ?"
        tx.execute(sql, (row["done_at"], row["done_by"], row["evidence"], payment["id"]))


def _take_check(tx: Transaction, dossier_id: str, row: Mapping[str, Any]) -> None:
    signer = row.get("signer")
    if not is_plain({**row, "signer": None}):
        raise Fault("BUNDLE_REFUSED", "card_check")
    if not tx.number("SELECT count(*) FROM card_check WHERE dossier_id = ?", (dossier_id,)):
        value = b64decode(signer, validate=True) if signer else None
        _insert(tx, "card_check", {"dossier_id": dossier_id, "signer": value} | _of(row, _CHECK))


def _payment(tx: Transaction, row: Mapping[str, Any]) -> Row | None:
    sql = "SELECT * FROM payment WHERE channel = ? AND number = ?"
    return tx.row(sql, (row["channel"], row["number"]))


def _need_claim(tx: Transaction, dossier_id: str, row: Mapping[str, Any] | Row) -> None:
    sql = "SELECT count(*) FROM fee_claim WHERE id = ? AND dossier_id = ?"
    if not tx.number(sql, (row["claim_id"], dossier_id)):
        raise Clash("money of another dossier's claim")


def _need_same(found: Row, wanted: Mapping[str, Value]) -> None:
    if any(found[name] != value for name, value in wanted.items()):
        raise Clash("the same number, another thing")


def _of(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Value]:
    return {name: row[name] for name in names if name in row}


def _insert(tx: Transaction, table: str, values: Mapping[str, Value]) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    tx.execute(f"INSERT INTO {table}({columns}) VALUES ({places})", values)  # noqa: S608  names of this file
