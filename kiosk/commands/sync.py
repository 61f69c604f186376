"""``kiosk sync …``: send what waits, say what waits."""

from __future__ import annotations

from time import monotonic

from devices.cancel import Cancel
from kiosk.clock import at_office, now
from kiosk.compose import Station
from kiosk.dossiers import card_checks
from kiosk.dossiers.rows import recent
from kiosk.faults import Fault, texts
from kiosk.outbox.message import Row
from kiosk.outbox.outbox import Outbox
from kiosk.settings import Settings, SettingsError
from kiosk.store.database import Database

_MOST_UNSEEN = 100
_MOST_ALARMS = 100
_LEAST_S = 5.0
_RED = {
    "intact": "data altered / dữ liệu bị thay đổi",
    "trusted": "signer refused / chứng thư ký bị từ chối",
    "genuine": "chip may be a copy / chip có thể là bản sao",
}


def drain(station: Station, timeout_s: float) -> dict[str, object]:
    """Sends until nothing is due any more, and asks the card gateway about every signer that waits.

    Raises `Fault` with the last trouble's code when time is up and rows still wait.
    """
    limit = monotonic() + timeout_s
    try:
        station.courier.drain(Cancel(), timeout_s)
    finally:  # the gateway has a line of its own
        if station.confirmer is not None:
            station.confirmer.drain(Cancel(), max(limit - monotonic(), _LEAST_S))
    checks = card_checks.counts(station.database.read())
    return {"event": "drained", **station.outbox.counts(), "card_checks": checks}


def need_a_person(result: dict[str, object]) -> None:
    """Raises `Fault` ``PORTAL_REFUSED`` when rows are left that only a person can put right."""
    left = sum(int(str(result[state])) for state in ("needs_attention", "quarantined"))
    if left:
        raise Fault("PORTAL_REFUSED", f"{left} messages need a person")


def status(settings: Settings) -> dict[str, object]:
    """What waits; works beside a running station.

    ``not_shown``: dossiers that were received but whose code nobody saw (the power went in between), so
    that nobody files them twice. ``card_checks``: how many signers of cards wait for the gateway's word, or
    have it; ``alarms``: dossiers whose card has a red lamp, with the lamps and why they are red.
    """
    file = settings.folder / "station.db"
    if not settings.folder.is_dir():
        raise SettingsError(f"{settings.folder}: there is no such state folder")
    if not file.exists():
        return {"counts": {}, "rows": [], "not_shown": [], "card_checks": {}, "alarms": []}
    with Database(file, now) as database:
        outbox = Outbox(database, settings.office.station, now)
        unseen = recent(database.read(), _MOST_UNSEEN, not_shown=True)
        return {
            "counts": outbox.counts(),
            "rows": [_row(row) for row in outbox.rows()],
            "not_shown": [one.dossier.code for one in unseen],
            "card_checks": card_checks.counts(database.read()),
            "alarms": [
                {"dossier": one.dossier_code, "why": card_checks.red(one.check)}
                for one in card_checks.alarms(database.read(), _MOST_ALARMS)
            ],
        }


def _row(row: Row) -> dict[str, object]:
    return {
        "dossier": row.dossier_code,
        "kind": row.kind,
        "state": row.state.value,
        "since": row.created_at.isoformat(),
        "age_s": int((now() - row.created_at).total_seconds()),
        "attempts": row.attempts,
        "next_at": row.next_at.isoformat() if row.next_at else None,
        "last_status": row.last_status,
        "last_error": row.last_error,
    }


def readable(result: dict[str, object]) -> str:
    """The status as a table."""
    rows = result["rows"]
    if not isinstance(rows, list) or not rows:
        return "\n".join(["Nothing waits. / Không có gì đang chờ gửi.", *_cards(result)])
    head = f"{'dossier':24} {'what':9} {'state':16} {'tries':>5}  {'age':>8}  last answer"
    lines = [head]
    for row in rows:
        answer = texts().get(row["last_error"] or "")
        said = answer.clerk["vi"] if answer else (row["last_error"] or "")
        lines.append(
            f"{row['dossier']:24} {row['kind']:9} {row['state']:16} {row['attempts']:>5}  "
            f"{row['age_s']:>7}s  {said}"
        )
    unseen = result["not_shown"]
    if isinstance(unseen, list) and unseen:
        lines.append("Received but never shown / Đã nhận nhưng chưa hiện mã: " + ", ".join(unseen))
    lines += _cards(result)
    lines.append(f"({at_office(now()):%H:%M %d/%m/%Y})")
    return "\n".join(lines)


def _cards(result: dict[str, object]) -> list[str]:
    """Lines about signers of cards, only where there is something to say."""
    checks, alarms = result["card_checks"], result["alarms"]
    lines = []
    if isinstance(checks, dict) and (checks.get("waiting") or checks.get("gave_up")):
        lines.append(
            "Card signers / Chứng thư thẻ: "
            f"{checks['waiting']} not yet confirmed / chưa xác nhận, {checks['gave_up']} given up / đã thôi hỏi"
        )
    if isinstance(alarms, list) and alarms:
        lines.append("CARD ALARMS / CẢNH BÁO THẺ:")
    if isinstance(alarms, list):
        lines += [f"  {one['dossier']}: {_reds(one['why'])}" for one in alarms]
    return lines


def _reds(why: dict[str, str]) -> str:
    return ", ".join(f"{_RED[name]} ({code})" for name, code in why.items())
