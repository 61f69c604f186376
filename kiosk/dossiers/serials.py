"""Serial numbers of dossiers: per agency and day, out of the station's own range."""

from __future__ import annotations

from datetime import date

from kiosk.faults import Fault
from kiosk.store.link import Transaction


def take(tx: Transaction, agency: str, day: date, first: int, last: int) -> int:
    """The next serial of the range ``first..last``, in the caller's transaction.

    A number that was given is never given again, not even when the range is changed during the day.
    Raises `Fault` SERIALS_USED_UP.
    """
    key = (agency, day.isoformat())
    serial = tx.number(
        """SELECT coalesce(max(number) + 1, ?) FROM serial
           WHERE agency = ? AND day = ? AND number BETWEEN ? AND ?""",
        (first, *key, first, last),
    )
    if serial > last:
        raise Fault("SERIALS_USED_UP", f"{first} to {last}")
    tx.execute("INSERT INTO serial(agency, day, number) VALUES (?, ?, ?)", (*key, serial))
    return serial
