"""Gives queue numbers."""

from __future__ import annotations

from datetime import date

from kiosk.queueing.ticket import Ticket
from kiosk.store.link import Transaction

NEXT = """1 + max(
  (SELECT coalesce(max(last), 0) FROM counter_day
   WHERE office = :agency AND day = :day AND series = :series),
  (SELECT coalesce(max(number), 0) FROM intake
   WHERE agency = :agency AND day = :day AND series = :series))"""
"""The next number of a series on a day of the office, in SQL; tickets count that aren't in the queue yet."""


def take(tx: Transaction, office: str, day: date, series: str) -> Ticket:
    """The next number of a series on a day of the office, in the caller's transaction.

    If that transaction is undone, so is the number: nothing was printed yet. `day` is the office's
    day, not UTC's. The ticket's arrival is the transaction's moment.
    """
    values = {"agency": office, "day": day.isoformat(), "series": series}
    ticket = Ticket(office, day, series, tx.number(f"SELECT {NEXT}", values))
    enter(tx, ticket)
    return ticket


def enter(tx: Transaction, ticket: Ticket) -> None:
    """Puts a ticket into the queue; its arrival is the transaction's moment."""
    named = (ticket.office, ticket.day.isoformat(), ticket.series, ticket.number)
    tx.execute(
        """INSERT INTO counter_day(office, day, series, last) VALUES (?, ?, ?, ?)
           ON CONFLICT(office, day, series) DO UPDATE SET last = max(last, excluded.last)""",
        named,
    )
    tx.execute(
        """INSERT INTO ticket(office, day, series, number, arrived_at, vt)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (*named, tx.at_ms, tx.at_ms),
    )


def mark_printed(tx: Transaction, ticket: Ticket, how: str) -> None:
    """Notes how far a ticket's paper came: ``sent``, ``confirmed``, ``unconfirmed`` or ``failed``."""
    tx.execute("UPDATE ticket SET printed = ? WHERE id = ?", (how, row_id(tx, ticket)))


def row_id(tx: Transaction, ticket: Ticket) -> int:
    """The key of a ticket's row, for rows that refer to it."""
    return tx.number(
        "SELECT id FROM ticket WHERE office = ? AND day = ? AND series = ? AND number = ?",
        (ticket.office, ticket.day.isoformat(), ticket.series, ticket.number),
    )
