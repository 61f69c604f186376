"""Whether the rows of a bundle are such as a store may hold: a file from outside is never believed.

What is taken unseen here would break lists and messages long after the import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from kiosk.dossiers.code import is_code
from kiosk.faults import Fault
from kiosk.outbox.message import State
from kiosk.people.person import Person

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SERIES = re.compile(r"[A-Z][A-Z0-9]{0,7}\*{0,8}")
_KINDS = frozenset({"submit", "progress", "status", "payment", "cancel"})
_DESTINATIONS = frozenset({"portal"})
"""A row for anybody else would never be sent, and nobody told."""
_PERSON = {field.name for field in fields(Person)}
_NEEDED = {"number", "full_name", "birth", "sex"}

_LATEST_MS = 4_102_444_800_000
"""2100: no clock of a station tells a later time."""
_LONGEST = 4_000
_MOST = 1_000_000
_LARGEST_PERSONAL = 1_000_000

_Check = Callable[[Any], bool]


def _text(value: Any) -> bool:  # noqa: ANN401  whatever JSON holds
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST
        and not any(ord(c) < 0x20 or 0xD800 <= ord(c) < 0xE000 for c in value.replace("\n", ""))
    )


def _form(pattern: re.Pattern[str]) -> _Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _whole(least: int, most: int) -> _Check:
    return lambda value: type(value) is int and least <= value <= most


def _one_of(values: frozenset[str]) -> _Check:
    return lambda value: isinstance(value, str) and value in values


def _or_none(check: _Check) -> _Check:
    return lambda value: value is None or check(value)


def _day(value: Any) -> bool:  # noqa: ANN401
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _code(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and is_code(value) and _serial_day(value) is not None


def serial_of(code: str) -> tuple[str, str, int]:
    """Agency, day and number in a dossier's code. Raises `ValueError` for a day that there isn't."""
    agency, _, number = code.rsplit("-", 2)
    day = _serial_day(code)
    if day is None or not int(number):
        raise ValueError("no such serial")
    return agency, day.isoformat(), int(number)


def _serial_day(code: str) -> date | None:
    day = code.rsplit("-", 2)[1]
    try:
        return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:6]))
    except ValueError:
        return None


def _json(check: _Check) -> _Check:
    def of(value: Any) -> bool:  # noqa: ANN401
        if not isinstance(value, str) or len(value) > _LARGEST_PERSONAL:
            return False
        try:
            return check(json.loads(value))
        except (ValueError, RecursionError):
            return False

    return of


def _person(said: Any) -> bool:  # noqa: ANN401
    if not isinstance(said, dict) or not _NEEDED <= set(said) <= _PERSON:
        return False
    expired = said.get("card_expired", False)
    texts = [value for name, value in said.items() if name != "card_expired"]
    return isinstance(expired, bool) and all(_text(one) for one in texts)


def _answers(said: Any) -> bool:  # noqa: ANN401
    return isinstance(said, dict) and all(
        _text(name) and (isinstance(value, bool | int) or _text(value))
        for name, value in said.items()
    )


_moment, _count, _key, _word = _whole(0, _LATEST_MS), _whole(0, _MOST), _form(_KEY), _form(_WORD)

_DOSSIER: dict[str, _Check] = {
    "id": _key, "code": _code, "key": _key, "agency": _text, "station": _text, "procedure": _text,
    "version": _text, "procedure_name": _text, "sector": _text, "sector_name": _text,
    "fee": _whole(0, 10**12), "state": _whole(1, 10), "received_at": _moment, "due_at": _moment,
    "term": _text, "shown_at": _or_none(_moment), "person": _json(_person),
    "answers": _json(_answers), "summary": _text,
}  # fmt: skip
_TICKET: dict[str, _Check] = {
    "office": _text, "day": _day, "series": _form(_SERIES), "number": _whole(1, _MOST),
    "class": _text, "arrived_at": _moment, "vt": _moment, "state": _word, "printed": _word,
}  # fmt: skip
_COMPONENT: dict[str, _Check] = {
    "position": _count, "code": _text, "name": _text, "originals": _count, "certified": _count,
    "photocopies": _count, "pages": _count, "copies": _count, "sha256": _or_none(_form(_HASH)),
}  # fmt: skip
_MESSAGE: dict[str, _Check] = {
    "key": _key, "station": _text, "rev": _whole(1, _MOST), "dest": _one_of(_DESTINATIONS), "kind": _one_of(_KINDS),
    "state": _one_of(frozenset(State)), "attempts": _count, "created_wall": _moment,
    "created_mono": _whole(0, 2**62), "boot_id": _text,
    "clock_offset_ms": _or_none(_whole(-_LATEST_MS, _LATEST_MS)),
    "made_by": _or_none(_text), "last_status": _or_none(_whole(0, 999)), "last_error": _or_none(_text),
    "sha256": _form(_HASH), "receipt": _or_none(lambda value: isinstance(value, str)),
}  # fmt: skip


def need_fit(dossiers: list[Any]) -> None:
    """Raises `Fault` BUNDLE_REFUSED with the code of the dossier that is no such thing, and of what in it."""
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(dossiers, 1):
        named = _name(entry, number)
        if not isinstance(entry, dict):
            raise Fault("BUNDLE_REFUSED", named)
        _need(entry.get("dossier"), _DOSSIER, f"{named}: dossier")
        _need(entry.get("ticket"), _TICKET, f"{named}: ticket")
        _need_each(entry.get("components"), _COMPONENT, f"{named}: component")
        _need_each(entry.get("messages"), _MESSAGE, f"{named}: message")
        dossier = entry["dossier"]
        if dossier["due_at"] < dossier["received_at"]:
            raise Fault("BUNDLE_REFUSED", f"{named}: dossier due_at")
        for one in entry["messages"]:
            if one["state"] == State.ACKNOWLEDGED and not one["receipt"]:
                raise Fault("BUNDLE_REFUSED", f"{named}: message receipt")
        _need_new(entry, seen, named)


def _need_new(entry: Mapping[str, Any], seen: set[tuple[str, str]], named: str) -> None:
    mine = [(name, entry["dossier"][name]) for name in ("id", "code", "key")]
    mine += [("message", one["key"]) for one in entry["messages"]]
    if len(set(mine)) < len(mine) or seen.intersection(mine):
        raise Fault("BUNDLE_REFUSED", f"{named}: twice")
    seen.update(mine)


def _name(entry: Any, number: int) -> str:  # noqa: ANN401
    dossier = entry.get("dossier") if isinstance(entry, dict) else None
    code = dossier.get("code") if isinstance(dossier, dict) else None
    return str(code) if _code(code) else f"dossier {number}"


def _need_each(rows: Any, checks: Mapping[str, _Check], what: str) -> None:  # noqa: ANN401
    if not isinstance(rows, list):
        raise Fault("BUNDLE_REFUSED", what)
    for row in rows:
        _need(row, checks, what)


def _need(row: Any, checks: Mapping[str, _Check], what: str) -> None:  # noqa: ANN401
    if not isinstance(row, dict):
        raise Fault("BUNDLE_REFUSED", what)
    for name, check in checks.items():
        if not check(row.get(name)):
            raise Fault("BUNDLE_REFUSED", f"{what} {name}")


def is_plain(row: Any) -> bool:  # noqa: ANN401
    """Whether these are a row's values of the common kinds: texts, whole numbers, nothing."""
    return isinstance(row, dict) and all(
        value is None or _text(value) or _whole(-(2**62), 2**62)(value) for value in row.values()
    )
