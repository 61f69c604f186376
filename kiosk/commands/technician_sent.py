"""What was sent, for the technician's face: what `kiosk sync sent` tells, as the page needs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kiosk.clock import at_office
from kiosk.commands.sync_sent import detailed, listed
from kiosk.faults import Fault
from kiosk.outbox.message import State
from kiosk.outbox.reasons import why
from kiosk.settings import Settings, SettingsError
from ui.technician.sent import Fact, SentList, SentRow, SentWhole

MOST_ROWS = 100
"""More at once would make the window stall; a dossier's code finds the others."""


def find(settings: Settings, part: str) -> SentList:
    """The youngest rows whose dossier's code has this in it; what can't be read is a fault in the list."""
    try:
        rows = listed(settings, part, MOST_ROWS + 1)
    except Fault as fault:
        return SentList(fault=fault.code)
    return SentList(tuple(_row(one) for one in rows[:MOST_ROWS]), len(rows) > MOST_ROWS)


def whole(settings: Settings, row: int) -> SentWhole:
    """Everything about one row."""
    try:
        [found] = detailed(settings, str(row))
    except Fault as fault:
        return SentWhole(row, "", fault=fault.code)
    except SettingsError:
        return SentWhole(row, "", fault="STORE_DAMAGED")
    return SentWhole(row, found["dossier"], tuple(_facts(found)))


def _row(one: dict[str, Any]) -> SentRow:
    return SentRow(
        one["row"],
        one["dossier"],
        one["kind"],
        one["rev"],
        State(one["state"]),
        datetime.fromisoformat(one["since"]),
        one["attempts"],
        one["last_status"],
        one["held"],
        one["replaced_by"],
    )


def _facts(found: dict[str, Any]) -> Iterator[Fact]:
    for one in found["warnings"]:
        yield Fact("warning", one["rule"], one["vi"], one["en"])
    for one in found["tries"]:
        vi, en = _came_of(one, "vi"), _came_of(one, "en")
        yield Fact("try", _time(one["at"]), vi, en)
    for one in found["came"]:
        yield Fact("state", _time(one["at"]), one["words"]["vi"], one["words"]["en"])
    if found["damaged"]:
        text = why(found["damaged"]) or {}
        damaged = found["damaged"]
        yield Fact("field", damaged, text.get("vi", damaged), text.get("en", damaged))
    for name, value in found["fields"].items():
        yield Fact("field", name, value, value)
    if found["sha256"]:
        yield Fact("field", "SHA-256", found["sha256"], found["sha256"])
    if found["answer"]:
        status = f"HTTP {found['last_status']}" if found["last_status"] else ""
        yield Fact("answer", status, found["answer"], found["answer"])


_STATES = {
    "ready": ("chờ gửi", "waits"),
    "sending": ("gửi đi", "sent off"),
    "sent": ("chờ biên nhận", "awaits a receipt"),
    "acknowledged": ("Cổng đã nhận", "acknowledged"),
    "needs_attention": ("cần người xử lý", "needs a person"),
    "quarantined": ("tách riêng", "set apart"),
}


def _came_of(one: dict[str, Any], language: str) -> str:
    state = _STATES[one["state"]][language == "en"]
    status = f"HTTP {one['status']}" if one["status"] else ""
    words = (one["why"] or {}).get(language, one["error"])
    return " · ".join(part for part in (state, status, words, one["detail"]) if part)


def _time(moment: str) -> str:
    return f"{at_office(datetime.fromisoformat(moment)):%H:%M:%S %d/%m}"
