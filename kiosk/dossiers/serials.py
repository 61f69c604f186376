"""Serial numbers of dossiers: per agency and day, out of the station's own range."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kiosk.clock import at_office
from kiosk.faults import Fault
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


def take(
    tx: Transaction, agency: str, day: date, first: int, last: int, begin: int | None = None
) -> int:
    """The next serial of the range ``first..last``, in the caller's transaction; the day's first is ``begin`` (else ``first``).

    A number that was given is never given again, not even when the range is changed during the day.
    Raises `Fault` SERIALS_USED_UP.
    """
    key = (agency, day.isoformat())
    serial = tx.number(
        """SELECT coalesce(max(number) + 1, ?) FROM serial
           WHERE agency = ? AND day = ? AND number BETWEEN ? AND ?""",
        (first if begin is None else begin, *key, first, last),
    )
    if serial > last:
        raise Fault("SERIALS_USED_UP", f"{first} to {last}")
    tx.execute("INSERT INTO serial(agency, day, number) VALUES (?, ?, ?)", (*key, serial))
    return serial
