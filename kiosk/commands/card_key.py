"""What opens the chip, from the command line: six digits, the zone, or number and two dates."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.idcard import mrz
from devices.idcard.api import Can, CardKey, Key
from kiosk.faults import Fault
from kiosk.settings import SettingsError

STDIN = "-"
MAX_INPUT = 1_000


@dataclass(frozen=True, repr=False)
class KeyOptions:
    """The options as given. ``can`` and ``mrz`` may be ``-`` for standard input, which other users
    of the machine can't see in the list of processes."""

    can: str | None = None
    mrz: Sequence[str] = ()
    number: str | None = None
    birth: str | None = None
    expiry: str | None = None


def zone_lines(given: Sequence[str] | None, more: Sequence[str]) -> tuple[str, ...]:
    """The lines after ``--mrz`` and those that follow it without their own: ``--mrz L1 L2 L3``.

    Raises `SettingsError` for further arguments where there is no zone to belong to; unquoted.
    """
    if more and not given:
        raise SettingsError(
            "there are more arguments than this command takes; options begin with --"
        )
    return (*(given or ()), *more)


def _input() -> str:
    try:
        return "" if sys.stdin is None else sys.stdin.read(MAX_INPUT)
    except (OSError, ValueError):  # closed, a folder, or no text
        raise SettingsError("'-': standard input can't be read") from None


def key_of(options: KeyOptions, read: Callable[[], str] = _input) -> Key:
    """The key that the options name. Raises `SettingsError` saying which part is wrong."""
    ways = [options.can is not None, bool(options.mrz), _printed(options)]
    if sum(ways) != 1:
        raise SettingsError(
            "one of --can, --mrz, or --number with --birth and --expiry is needed to open the chip"
        )
    if options.can is not None:
        return _can(read().strip() if options.can == STDIN else options.can)
    if options.mrz:
        return _zone(read() if list(options.mrz) == [STDIN] else "\n".join(options.mrz))
    return _card_key(options)


def _printed(options: KeyOptions) -> bool:
    return any(part is not None for part in (options.number, options.birth, options.expiry))


def _can(digits: str) -> Can:
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise SettingsError("--can: six digits, the last ones of the card's number")
    return Can(digits)


def _zone(text: str) -> CardKey:
    try:
        return mrz.key_of(mrz.parse_printed(text.replace("\\n", "\n")))
    except Fault as fault:
        if fault.code == "WRONG_KEY":
            raise SettingsError(f"--mrz: {fault.detail}") from None
        raise SettingsError(
            "--mrz: three lines of 30 characters (card) or two of 44 (passport); letters, digits, <"
        ) from None


def _card_key(options: KeyOptions) -> CardKey:
    number, birth, expiry = options.number, options.birth, options.expiry
    if number is None or birth is None or expiry is None:
        raise SettingsError("--number, --birth and --expiry are needed together")
    for name, text in (("--birth", birth), ("--expiry", expiry)):
        if not _is_date(text):
            raise SettingsError(f"{name}: a date as YYMMDD")
    if not re.fullmatch(r"[0-9]{12}|[0-9A-Z]{1,9}", number):
        raise SettingsError(
            "--number: the 12-digit number, or the card number of up to 9 letters and digits"
        )
    return CardKey(number, birth, expiry)


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{6}", text):
        return False
    month, day = int(text[2:4]), int(text[4:])
    return 1 <= month <= 12 and 1 <= day <= 31
