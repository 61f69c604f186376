"""Serial numbers of dossiers: per agency and day, out of the station's own range."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from kiosk.clock import at_office
from kiosk.store.link import Transaction

_SHARE = 0.9
"""How much of the range the hours of a store's first day are spread over; the rest stays for its evening."""


def opening(first: int, last: int, born: datetime, day: date) -> int:
    """The serial a day begins with: ``first``, but on the store's first day later, in step with the clock.

    A store that is made in the middle of a day may take the place of one that was lost that day, with
    numbers that nobody knows any more. It begins behind them instead of giving them a second time.
    """
    local = at_office(born)
    if local.date() != day:
        return first
    passed = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
    return first + int((last - first) * _SHARE * (passed / timedelta(days=1)))


class Range(NamedTuple):
    """The serials a station may give on a day, and which it begins with."""

    first: int
    last: int
    begin: int


NEXT = """ifnull(1 + nullif(max(
  ifnull((SELECT max(number) FROM serial
    WHERE agency = :agency AND day = :day AND number BETWEEN :first AND :last), 0),
  ifnull((SELECT max(serial) FROM intake
    WHERE agency = :agency AND day = :day AND serial BETWEEN :first AND :last), 0)), 0), :begin)"""
"""The next serial of the range ``:first`` to ``:last``, in SQL; one above ``:last`` when it is used up.

A number that was given is never given again, not even when the range is changed during the day.
"""


def enter(tx: Transaction, agency: str, day: date, serial: int) -> None:
    """Notes a serial as given, in the caller's transaction."""
    sql = "INSERT INTO serial(agency, day, number) VALUES (?, ?, ?)"
    tx.execute(sql, (agency, day.isoformat(), serial))
