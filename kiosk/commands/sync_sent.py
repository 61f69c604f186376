"""``kiosk sync sent``: what was sent, when, and what came of it. Looks only; works beside a running station."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from kiosk.clock import at_office
from kiosk.commands.sync_lint import findings_of, lint_row
from kiosk.commands.sync_words import kind_words
from kiosk.commands.vault import vault_to_read
from kiosk.dossiers.code import normalise
from kiosk.dossiers.history import past
from kiosk.dossiers.state_words import words as state_words
from kiosk.faults import Fault
from kiosk.outbox import reasons, sent, views
from kiosk.outbox.sent import Sent, Try
from kiosk.settings import Settings, SettingsError
from kiosk.store.link import Reader
from kiosk.store.peek import peek, schema
from sync.portal import shown

MOST_ROWS = 500
_FEEDS_SINCE = 3  # schema
_MOST_DIGITS = 15
_STATES = {
    "ready": "chờ gửi / waits",
    "sending": "đang gửi / being sent",
    "sent": "chờ biên nhận / awaits receipt",
    "acknowledged": "Cổng đã nhận / acknowledged",
    "needs_attention": "cần người xử lý / needs a person",
    "quarantined": "tách riêng / set apart",
}


def listed(settings: Settings, part: str = "", limit: int = MOST_ROWS) -> list[dict[str, Any]]:
    """The youngest rows first; ``part`` of a dossier's code chooses among the youngest 20,000.

    Raises what `peek` raises.
    """
    file = settings.folder / "station.db"
    if not file.exists():
        return []
    with peek(file) as reader:
        if not schema(reader):
            return []
        wanted = "".join(part.split()).upper()
        code = normalise(wanted)
        rows = sent.of_dossier(reader, code) if code else sent.newest(reader, wanted, limit)
        return [_row(one) for one in rows]


def detailed(settings: Settings, which: str) -> list[dict[str, Any]]:
    """Everything about one row (its number) or about all that a dossier (its code) sent.

    Names and numbers are masked. Raises `SettingsError` for an unknown one, and what `peek` raises.
    """
    wanted = which.strip()
    file = settings.folder / "station.db"
    if not file.exists():
        raise SettingsError(f"{settings.folder}: there is no store")
    with peek(file, vault_to_read(settings)) as reader:
        rows = _found(reader, wanted) if schema(reader) else []
        if not rows:
            raise SettingsError(f"{wanted[:60]!r}: no message has this number or dossier code")
        return [_whole(reader, settings, one) for one in rows]


def _found(reader: Reader, wanted: str) -> list[Sent]:
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_DIGITS:
        row = sent.one(reader, int(wanted))
        return [] if row is None else [row]
    return sent.of_dossier(reader, normalise(wanted) or "")


def _row(one: Sent) -> dict[str, Any]:
    return {
        "row": one.seq,
        "dossier": one.dossier_code,
        "dest": one.dest,
        "kind": one.kind,
        "rev": one.rev,
        "state": one.state.value,
        "made_at": one.made_at.isoformat(),
        "since": one.since.isoformat(),
        "attempts": one.attempts,
        "last_status": one.status,
        "last_error": one.error,
        "held": one.held,
        "replaced_by": one.replaced_by,
    }


def _whole(reader: Reader, settings: Settings, one: Sent) -> dict[str, Any]:
    body, damaged = _body(reader, one.seq)
    receipt = sent.receipt(reader, one.seq)
    return {
        **_row(one),
        "tries": [_try(a_try, body) for a_try in sent.tries(reader, one.seq)],
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest() if body else "",
        "damaged": damaged,
        "fields": {field.name: field.value for field in shown.fields(body)},
        "answer": "" if receipt is None else shown.answer(receipt, body),
        "came": _came(reader, one.dossier_code),
        "warnings": [] if damaged else findings_of(lint_row(reader, settings, one, body)),
    }


def _body(reader: Reader, seq: int) -> tuple[bytes, str]:
    """The bytes as they are sent, and why they can't be had."""
    try:
        return views.item(reader, seq).body, ""
    except Fault as fault:
        return b"", fault.code


def _try(one: Try, body: bytes) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "state": one.state.value,
        "status": one.status,
        "error": one.error,
        "why": reasons.why(one.error),
        "detail": shown.cleaned(one.detail, body),
        "duration_ms": one.duration_ms,
    }


def _came(reader: Reader, code: str) -> list[dict[str, Any]]:
    """Later states, as the portal told them."""
    if schema(reader) < _FEEDS_SINCE:
        return []
    return [
        {
            "state": int(one.event.state),
            "words": state_words(one.event.state),
            "at": one.event.at.isoformat(),
            "step": one.step.value,
        }
        for one in past(reader, code)
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """A line for each row, for people."""
    if not rows:
        return "Chưa gửi gì. / Nothing was sent yet."
    head = (
        f"{'row':>6} {'hồ sơ / dossier':26} {'loại / kind':19} {'bản':>3} {'trạng thái / state':34} "
        f"{'lúc / at':11} {'lần / tries':>11} HTTP  lý do / why"
    )
    return "\n".join([head, *(_line(row) for row in rows)])


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['row']:>6} {row['dossier']:26} {kind_words(row['kind']):19} {row['rev']:>3} "
        f"{_standing(row):34} {_time(row['since']):11} {row['attempts']:>11} "
        f"{row['last_status'] or '-':>4}  {row['last_error'] or '-'}"
    )


def _standing(row: dict[str, Any]) -> str:
    if row["replaced_by"]:
        return f"thay bằng bản {row['replaced_by']} / replaced by {row['replaced_by']}"
    if row["held"]:
        return "đang giữ / held back"
    return _STATES[row["state"]]


def readable(rows: list[dict[str, Any]]) -> str:
    """Everything about each row, for people."""
    return "\n\n".join("\n".join(_lines(row)) for row in rows)


def _lines(row: dict[str, Any]) -> list[str]:
    found = [_line(row), "", "Các lần gửi / tries:"]
    for one in row["tries"]:
        what = " ".join(str(part) for part in (one["status"], one["error"], one["detail"]) if part)
        found.append(f"  {_time(one['at'])} {_STATES[one['state']]}  {what}".rstrip())
        found += [f"    {text}" for text in (one["why"] or {}).values()]
    found += ["", f"Đã gửi / fields sent ({row['bytes']} byte, SHA-256 {row['sha256'][:16]}…):"]
    found += [f"  {name} = {value}" for name, value in row["fields"].items()]
    if row["damaged"]:
        found.append(f"  {row['damaged']}")
    found += ["", "Cổng trả lời / the portal's answer:", f"  {row['answer'] or '-'}"]
    if row["came"]:
        found += ["", "Trạng thái về sau / later states:"]
    for one in row["came"]:
        words = one["words"]
        found.append(f"  {_time(one['at'])} {one['state']} {words['vi']} / {words['en']}")
    if row["warnings"]:
        found += ["", "Cảnh báo / warnings:"]
    found += [f"  {one['rule']}: {one['vi']} / {one['en']}" for one in row["warnings"]]
    return found


def _time(moment: str) -> str:
    return f"{at_office(datetime.fromisoformat(moment)):%H:%M %d/%m}"
