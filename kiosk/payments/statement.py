"""The platform's list of a day's transactions, as a CSV file that a person fetched from its partner pages.

Columns by the platform's own names: ``MaThamChieu``, ``MaGiaoDich``, ``SoTien``, ``ThoiGianGD``. Others are
passed over. The file's form is the operator's; this one is ours until theirs is known.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.clock import OFFICE_ZONE
from kiosk.faults import Fault
from kiosk.payments.claim import Confirmed, amount_of

LARGEST = 16 * 1024 * 1024
_COLUMNS = ("MaThamChieu", "MaGiaoDich", "SoTien", "ThoiGianGD")
_MOST_ROWS = 200_000
_SUM = re.compile(r"[0-9]{1,12}")
_STAMP = re.compile(r"[0-9]{14}")
_NAME = re.compile(r"[\x21-\x7e]{1,80}")


@dataclass(frozen=True)
class Statement:
    """``unfit``: numbers of lines that could not be understood, from 1 for the first below the heading."""

    money: tuple[Confirmed, ...]
    unfit: tuple[int, ...]


def read(data: bytes) -> Statement:
    """Reads the file. Raises `Fault` PAYMENT_STATEMENT when it is none; bad lines are told, not fatal."""
    if len(data) > LARGEST:
        raise Fault("PAYMENT_STATEMENT", f"{len(data)} bytes")
    try:
        lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        if not set(_COLUMNS) <= set(lines.fieldnames or ()):
            raise Fault("PAYMENT_STATEMENT", "columns")
        return _read(lines)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Fault("PAYMENT_STATEMENT", type(error).__name__) from None


def _read(lines: csv.DictReader[str]) -> Statement:
    money: list[Confirmed] = []
    unfit: list[int] = []
    for number, line in enumerate(lines, 1):
        if number > _MOST_ROWS:
            raise Fault("PAYMENT_STATEMENT", f"more than {_MOST_ROWS} lines")
        found = _money(line)
        if found is None:
            unfit.append(number)
        else:
            money.append(found)
    return Statement(tuple(money), tuple(unfit))


def _money(line: dict[str, str]) -> Confirmed | None:
    reference, number, amount, at = (str(line.get(name) or "").strip() for name in _COLUMNS)
    if not (_NAME.fullmatch(reference) and _NAME.fullmatch(number) and _SUM.fullmatch(amount)):
        return None
    moment = moment_of(at)
    if moment is None or int(amount) == 0:
        return None
    return Confirmed(reference, number, amount_of(int(amount)), moment)


def moment_of(text: str) -> datetime | None:
    """A time of the platform, ``yyyyMMddHHmmss`` by Vietnam's clock, in UTC; None when it is none."""
    if not _STAMP.fullmatch(text):
        return None
    try:
        local = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=OFFICE_ZONE)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
