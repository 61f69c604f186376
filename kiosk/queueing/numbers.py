"""Gives queue numbers."""

from __future__ import annotations

from datetime import date

from kiosk.queueing.ticket import Ticket
from kiosk.store.link import Transaction


def take(tx: Transaction, office: str, day: date, series: str) -> Ticket:
    """The next number of a series on a day of the office, in the caller's transaction.

    If that transaction is undone, so is the number: nothing was printed yet. `day` is the office's
    day, not UTC's. The ticket's arrival is the transaction's moment.
    """
    number = tx.number(
        """INSERT INTO counter_day(office, day, series, last) VALUES (?, ?, ?, 1)
           ON CONFLICT(office, day, series) DO UPDATE SET last = last + 1 RETURNING last""",
        (office, day.isoformat(), series),
    )
    tx.execute(
        """INSERT INTO ticket(office, day, series, number, arrived_at, vt)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (office, day.isoformat(), series, number, tx.at_ms, tx.at_ms),
    )
    return Ticket(office, day, series, number)


def mark_printed(tx: Transaction, ticket: Ticket, how: str) -> None:
    """Notes how far a ticket's paper came: ``sent``, ``confirmed``, ``unconfirmed`` or ``failed``."""
    tx.execute("UPDATE ticket SET printed = ? WHERE id = ?", (how, row_id(tx, ticket)))


def row_id(tx: Transaction, ticket: Ticket) -> int:
    """The key of a ticket's row, for rows that refer to it."""
    return tx.number(
        "SELECT id FROM ticket WHERE office = ? AND day = ? AND series = ? AND number = ?",
        (ticket.office, ticket.day.isoformat(), ticket.series, ticket.number),
    )
