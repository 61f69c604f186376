"""A day's money: what the station noted against what the platform says, with every difference named."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from kiosk.clock import OFFICE_ZONE, at_office, to_ms
from kiosk.dossiers.dossier import DossierState
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.journal.journal import Kind
from kiosk.payments import rows
from kiosk.payments.claim import Attempt, Channel, Confirmed, Payment, Refund, Standing
from kiosk.payments.statement import Statement
from kiosk.store.database import Database
from kiosk.store.link import Reader

Report = dict[str, object]

_ENDED = (DossierState.REFUSED, DossierState.WITHDRAWN)


def report(
    reader: Reader, day: date, statement: Statement | None, unasked: Iterable[str] = ()
) -> Report:
    """The comparison of one day of the office. Without a ``statement`` the platform's side is left out.

    ``differences`` is empty when everything agrees; each has a ``kind``:

    - ``here_only``, ``there_only``: one side has no such transaction;
    - ``amount``, ``reference``: both have it, not the same;
    - ``unread_line``: a line of the statement that could not be understood;
    - ``held``: another sum than was asked; a person decides;
    - ``refund_due``: money that is to go back, also of dossiers that were refused or withdrawn;
    - ``open``: a payment was started that day and nobody knows yet what became of it;
    - ``unasked``: the platform gave no certain answer about this reference (``unasked``), so that money
      that came late or twice may be missing here.
    """
    here = rows.payments_on(reader, day)
    first, end = _bounds(day)
    back = rows.refunds_between(reader, first, end)
    differences = [
        *([] if statement is None else _compared(reader, here, statement, day)),
        *(_told("held", one) for one in rows.held(reader)),
        *_refunds_due(reader),
        *(
            {"kind": "open", "claim": one.claim_id, "reference": one.reference, "sum": one.amount}
            for one in rows.attempts_between(reader, first, end)
            if one.is_open
        ),
        *({"kind": "unasked", "reference": one} for one in unasked),
    ]
    return {
        "day": day.isoformat(),
        "closed": _closed(reader, day) is not None,
        "station": _sums(here),
        "by_clerk": _by_clerk(here),
        "refunded": {"count": len(back), "sum": sum(one.amount for one in back)},
        "platform": None if statement is None else _there(statement, day),
        "differences": differences,
    }


def attempts_on(reader: Reader, day: date) -> list[Attempt]:
    """Those that were started on a day, ended ones too."""
    return rows.attempts_between(reader, *_bounds(day))


def close(database: Database, day: date, statement: Statement, by: str) -> Report:
    """Freezes a day: its report is kept, and money that is noted later counts into a later day.

    Raises `Fault` PAYMENT_DAY for a day that has not ended, is closed, or has differences between
    station and platform.
    """
    with database.transaction() as tx:
        if day >= at_office(tx.at).date() or _closed(tx, day) is not None:
            raise Fault("PAYMENT_DAY", day.isoformat())
        made = report(tx, day, statement)
        if _unequal(made):
            raise Fault("PAYMENT_DAY", f"{day.isoformat()} has differences")
        text = json.dumps(made, ensure_ascii=False, sort_keys=True)
        tx.execute(
            "INSERT INTO payment_day_closed(day, report, closed_at, closed_by) VALUES (?, ?, ?, ?)",
            (day.isoformat(), text, tx.at_ms, by),
        )
        sha256 = hashlib.sha256(text.encode()).digest()
        journal.append(tx, Kind.PAYMENT_DAY_CLOSED, day.isoformat(), by, day.isoformat(), sha256)
    return made | {"closed": True}


def kept(reader: Reader, day: date) -> Report | None:
    """The report of a closed day, as it was; None while it is open."""
    text = _closed(reader, day)
    return None if text is None else json.loads(text) | {"closed": True}


_BETWEEN_SIDES = frozenset({"here_only", "there_only", "amount", "reference", "unread_line"})


def _unequal(made: Report) -> bool:
    found = made["differences"]
    assert isinstance(found, list)  # noqa: S101  made above
    return any(one["kind"] in _BETWEEN_SIDES for one in found)


def _compared(
    reader: Reader, here: Iterable[Payment], statement: Statement, day: date
) -> list[dict[str, object]]:
    """By transaction; what one side counts into another day is looked up there."""
    there: dict[str, Confirmed] = {}
    found: list[dict[str, object]] = [
        {"kind": "unread_line", "line": line} for line in statement.unfit
    ]
    for money in statement.money:
        known = there.setdefault(money.number, money)
        if known != money:
            found.append(_there_told("amount", money) | {"here": known.amount})
    for payment in here:
        if payment.channel is Channel.PLATFORM and payment.number not in there:
            found.append(_told("here_only", payment))
    for money in there.values():
        payment_here = rows.payment_by(reader, Channel.PLATFORM, money.number)
        if payment_here is None:
            if at_office(money.at).date() == day:
                found.append(_there_told("there_only", money))
        elif payment_here.amount != money.amount:
            found.append(_there_told("amount", money) | {"here": payment_here.amount})
        elif payment_here.reference != money.reference:
            found.append(_there_told("reference", money) | {"here": payment_here.reference})
    return found


def _refunds_due(reader: Reader) -> list[dict[str, object]]:
    due = [_refund_told(one) for one in rows.refunds_to_do(reader)]
    states = ",".join(str(int(state)) for state in _ENDED)
    ended = reader.rows(
        f"""SELECT payment.id FROM payment JOIN fee_claim ON fee_claim.id = payment.claim_id
            JOIN dossier ON dossier.id = fee_claim.dossier_id
            WHERE payment.standing = 'counted' AND dossier.state IN ({states})
            AND payment.id NOT IN (SELECT payment_id FROM refund) ORDER BY payment.id"""  # noqa: S608  numbers of ours
    )
    for row in ended:
        payment = rows.payment(reader, row["id"])
        if payment:
            due.append(_told("refund_due", payment) | {"reason": "dossier-ended"})
    return due


def _sums(payments: Iterable[Payment]) -> Report:
    found: Report = {}
    payments = list(payments)
    for channel in Channel:
        of_channel = [one for one in payments if one.channel is channel]
        found[channel.value] = {
            "count": len(of_channel),
            "sum": sum(one.amount for one in of_channel),
            "not_counted": sum(
                one.amount for one in of_channel if one.standing is not Standing.COUNTED
            ),
        }
    found["total"] = sum(one.amount for one in payments)
    return found


def _by_clerk(payments: Iterable[Payment]) -> list[Mapping[str, object]]:
    sums: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for one in payments:
        key = (one.noted_by, one.channel.value)
        sums[key] += one.amount
        counts[key] += 1
    return [
        {"by": by, "channel": channel, "count": counts[by, channel], "sum": sums[by, channel]}
        for by, channel in sorted(sums)
    ]


def _there(statement: Statement, day: date) -> Report:
    of_day = {one.number: one for one in statement.money if at_office(one.at).date() == day}
    return {"count": len(of_day), "sum": sum(one.amount for one in of_day.values())}


def _told(kind: str, payment: Payment) -> dict[str, object]:
    return {
        "kind": kind,
        "payment": payment.id,
        "claim": payment.claim_id,
        "channel": payment.channel.value,
        "number": payment.number,
        "sum": payment.amount,
    }


def _there_told(kind: str, money: Confirmed) -> dict[str, object]:
    return {
        "kind": kind,
        "reference": money.reference,
        "number": money.number,
        "sum": money.amount,
    }


def _refund_told(refund: Refund) -> dict[str, object]:
    return {
        "kind": "refund_due",
        "payment": refund.payment_id,
        "claim": refund.claim_id,
        "sum": refund.amount,
        "reason": refund.reason,
    }


def _closed(reader: Reader, day: date) -> str | None:
    row = reader.row("SELECT report FROM payment_day_closed WHERE day = ?", (day.isoformat(),))
    return None if row is None else str(row["report"])


def _bounds(day: date) -> tuple[int, int]:
    """The office's day in milliseconds; the end is the next day's beginning."""
    start = datetime.combine(day, time(), OFFICE_ZONE)
    return to_ms(start), to_ms(start + timedelta(days=1))
