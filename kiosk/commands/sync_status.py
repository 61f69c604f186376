"""``kiosk sync status``: what waits, why, since when, and when it is tried next."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk import feeds
from kiosk.clock import at_office, monotonic_ms, now
from kiosk.commands.sync_words import kind_words
from kiosk.dossiers import card_checks
from kiosk.dossiers.rows import codes_not_shown
from kiosk.dossiers.uploads import missing
from kiosk.feeds import Standing
from kiosk.outbox import line, reasons, rests, views
from kiosk.outbox.boot import boot_id
from kiosk.outbox.message import Row, State
from kiosk.payments import overview as payments
from kiosk.settings import Settings, SettingsError
from kiosk.standing import standing, told
from kiosk.store.link import Reader
from kiosk.store.peek import peek, schema

DEST = "portal"
MOST_ROWS = 500
_MOST_UNSEEN = 100
_RED = {
    "intact": "data altered / dữ liệu bị thay đổi",
    "trusted": "signer refused / chứng thư ký bị từ chối",
    "genuine": "chip may be a copy / chip có thể là bản sao",
}
_MOST_ALARMS = 100
_CARD_CHECKS_SINCE = 2  # schema
_FEEDS_SINCE = 3

STATES = {
    "ready": "chờ gửi / waits",
    "sending": "đang gửi / being sent",
    "sent": "chờ biên nhận / awaits receipt",
    "needs_attention": "CẦN NGƯỜI XỬ LÝ / NEEDS A PERSON",
    "quarantined": "TÁCH RIÊNG / SET APART",
}


def status(settings: Settings, made_by: str = "") -> dict[str, object]:
    """What waits, as values for programs. Opens the store read-only: upgrades and changes nothing.

    ``made_by``: lists only the rows of this account or station; everything else is told as ever.

    ``more``: rows beyond the oldest 500, which are all that ``rows`` has. ``rest``: until when the portal
    as a whole is left alone, and why. ``not_shown``: dossiers that were received but whose code nobody
    saw (the power went in between), so that nobody files them twice. ``card_checks``: how many signers of
    cards wait for the gateway's word, or have it; ``alarms``: dossiers whose card has a red
    lamp, with the lamps and why they are red.
    ``online``, ``last_contact``: the line by the tries in the store (`kiosk.outbox.line`).
    ``feeds``: how far each feed was read and how old its last answer is (`kiosk.feeds`); ``conflicts``: how
    often portal and station differ and nobody has looked yet. ``uploads``: scanned files that the portal has
    not got yet, their bytes, and the dossiers (``lost``) whose file is gone or damaged here; None where the
    portal takes no files. ``station``: free room, clock and daily copy (`kiosk.standing`); ``need_person``: rows
    that a person must decide about; ``next_at``: when something is tried next.

    ``payments``: tries at the payment platform whose outcome isn't known, what hindered the last question
    (``fault``), when the next one is due, and what only a person can settle (`kiosk.payments.overview`); None
    without a platform.

    Raises `SettingsError` where there is no state folder, and what `peek` raises.
    """
    file = settings.folder / "station.db"
    if not settings.folder.is_dir():
        raise SettingsError(f"{settings.folder}: there is no such state folder")
    if not file.exists():
        return _nothing(settings)
    with peek(file) as reader:
        return _seen(reader, settings, made_by) if schema(reader) else _nothing(settings)


def _nothing(settings: Settings) -> dict[str, object]:
    return {
        "station": told(standing(settings, None, now())),
        "need_person": 0,
        "next_at": None,
        "counts": {},
        "rows": [],
        "more": 0,
        "rest": None,
        "online": None,
        "last_contact": None,
        "not_shown": [],
        "card_checks": {},
        "alarms": [],
        "feeds": [],
        "conflicts": 0,
        "uploads": None,
        "payments": None,
    }


def _seen(reader: Reader, settings: Settings, made_by: str) -> dict[str, object]:
    counts = views.counts(reader)
    rows = views.rows(reader, None, open_only=True, limit=MOST_ROWS, made_by=made_by)
    waiting = views.open_rows(reader, made_by)
    has_checks = schema(reader) >= _CARD_CHECKS_SINCE
    listed, rest = _rows(rows), _rest(reader)
    return {
        "station": told(standing(settings, reader, now())),
        "need_person": counts["needs_attention"] + counts["quarantined"],
        "next_at": _next_try(listed, rest),
        "counts": counts,
        "rows": listed,
        "more": max(waiting - len(rows), 0),
        "rest": rest,
        **_line_of(reader),
        "not_shown": codes_not_shown(reader, _MOST_UNSEEN),
        "card_checks": card_checks.counts(reader) if has_checks else {},
        "alarms": [
            {"dossier": one.dossier_code, "why": card_checks.red(one.check)}
            for one in card_checks.alarms(reader, _MOST_ALARMS)
        ]
        if has_checks
        else [],
        "uploads": _uploads(reader) if settings.portal.files_path else None,
        "payments": _payments(reader) if settings.payments.url else None,
        **_back(reader),
    }


def _uploads(reader: Reader) -> dict[str, object]:
    found = missing(reader)
    return {"files": found.files, "bytes": found.left, "lost": list(found.lost)}


def _payments(reader: Reader) -> dict[str, object] | None:
    if schema(reader) < payments.SINCE:
        return None
    seen = payments.overview(reader)
    return {
        "open": seen.open,
        "since": seen.since.isoformat() if seen.since else None,
        "next_at": seen.next_at.isoformat() if seen.next_at else None,
        "fault": seen.trouble,
        "held": seen.held,
        "refunds": seen.refunds,
        "unbilled": seen.unbilled,
    }


def _back(reader: Reader) -> dict[str, object]:
    """What came back from the portal."""
    if schema(reader) < _FEEDS_SINCE:
        return {"feeds": [], "conflicts": 0}
    return {
        "feeds": [_feed(reader, one) for one in feeds.standings(reader)],
        "conflicts": reader.number("SELECT count(*) FROM dossier_conflict WHERE seen_at IS NULL"),
    }


def _feed(reader: Reader, one: Standing) -> dict[str, object]:
    answered, changed = one.answered_at, one.changed_at
    return {
        "source": one.source,
        "cursor": one.cursor,
        "answered_at": answered.isoformat() if answered else None,
        "age_s": int((now() - answered).total_seconds()) if answered else None,
        "changed_at": changed.isoformat() if changed else None,
        "unfit": feeds.unfit(reader, one.source),
        "fault": one.fault,
    }


def _line_of(reader: Reader) -> dict[str, object]:
    seen = line.line(reader)
    contact = seen.last_contact
    return {"online": seen.online, "last_contact": contact.isoformat() if contact else None}


def _rest(reader: Reader) -> dict[str, object] | None:
    rest = rests.load(reader, DEST)
    if rest is None:
        return None
    left_s = rest.left_s(now(), boot_id(), monotonic_ms())
    until = now() + timedelta(seconds=left_s)
    return {"fault": rest.fault, "until": until.isoformat(), "stops": rest.stops}


def _next_try(rows: list[dict[str, object]], rest: dict[str, object] | None) -> str | None:
    """When something is sent next: not before the rest of the whole line is over."""
    planned = [str(row["next_at"]) for row in rows if row["next_at"]]
    ends = [] if rest is None else [str(rest["until"])]
    return max([min(planned), *ends], key=datetime.fromisoformat) if planned else None


def _rows(rows: list[Row]) -> list[dict[str, object]]:
    first: dict[tuple[str, str], int] = {}  # of each dossier at each destination
    found = []
    for row in rows:
        earlier = first.setdefault((row.dossier_code, row.dest), row.seq)
        found.append(_row(row, earlier if earlier != row.seq else None))
    return found


def _row(row: Row, behind: int | None) -> dict[str, object]:
    planned = row.next_at if behind is None else None
    return {
        "row": row.seq,
        "dossier": row.dossier_code,
        "dest": row.dest,
        "kind": row.kind,
        "state": row.state.value,
        "since": row.created_at.isoformat(),
        "age_s": int((now() - row.created_at).total_seconds()),
        "attempts": row.attempts,
        "next_at": planned.isoformat() if planned else None,
        "behind": behind,
        "last_status": row.last_status,
        "last_error": row.last_error,
        "said": row.last_detail,
        "made_by": row.made_by,
    }


def readable(result: dict[str, object]) -> str:
    """The status as a table for people, in Vietnamese and English."""
    rows = result["rows"]
    lines = _waiting(result, rows) if isinstance(rows, list) and rows else [_NOTHING]
    unseen = result["not_shown"]
    if isinstance(unseen, list) and unseen:
        lines.append("Đã nhận nhưng chưa hiện mã / Received but never shown: " + ", ".join(unseen))
    lines += _files(result)
    lines += _money(result)
    lines += _cards(result)
    lines += _came(result)
    lines += _station(result)
    if result.get("warnings"):
        lines.append(f"Cảnh báo / warnings: {result['warnings']} (kiosk sync lint)")
    lines.append(f"({at_office(now()):%H:%M %d/%m/%Y})")
    return "\n".join(lines)


_NOTHING = "Nothing waits. / Không có gì đang chờ gửi."


def _waiting(result: dict[str, object], rows: list[dict[str, object]]) -> list[str]:
    rest = _until(result["rest"])
    lines = [*_resting(result["rest"]), _HEAD, *(_line(row, rest) for row in rows)]
    if result["more"]:
        lines.append(f"… còn {result['more']} dòng nữa / and {result['more']} rows more")
    return [*lines, *_reasons(rows)]


_HEAD = (
    f"{'row':>5} {'hồ sơ / dossier':26} {'loại / kind':19} {'trạng thái / state':34} {'từ / since':11} "
    f"{'lần / tries':>11} {'gửi lúc / next':16} lý do / why"
)


def _line(row: dict[str, object], rest: datetime | None) -> str:
    state = str(row["state"])
    return (
        f"{row['row']:>5} {row['dossier']:26} {kind_words(str(row['kind'])):19} {STATES.get(state, state):34} "
        f"{_time(row['since']):11} {row['attempts']:>11} {_next(row, rest):16} {_why_of(row)}"
    )


def _why_of(row: dict[str, object]) -> str:
    behind = "chờ dòng trước / behind" if row["behind"] is not None else "-"
    return str(row["last_error"] or behind)


def _until(rest: object) -> datetime | None:
    return datetime.fromisoformat(rest["until"]) if isinstance(rest, dict) else None


def _next(row: dict[str, object], rest: datetime | None) -> str:
    """Not before the rest of the whole line is over."""
    if row["behind"] is not None:
        return f"sau / after {row['behind']}"
    if row["next_at"] is None:
        return "-"
    planned = datetime.fromisoformat(str(row["next_at"]))
    at = planned if rest is None else max(planned, rest)
    return "ngay / now" if at <= now() else _time(at.isoformat())


def _time(moment: object) -> str:
    return f"{at_office(datetime.fromisoformat(str(moment))):%H:%M %d/%m}"


def _resting(rest: object) -> list[str]:
    if not isinstance(rest, dict) or datetime.fromisoformat(rest["until"]) <= now():
        return []
    return [
        f"Tạm ngừng gửi đến {_time(rest['until'])} / Nothing is sent until then: {rest['fault']}",
        *_why(rest["fault"]),
    ]


def _reasons(rows: list[dict[str, object]]) -> list[str]:
    """Each reason once, with its sentences; then what the portal said of rows that need a person."""
    codes = dict.fromkeys(str(row["last_error"]) for row in rows if row["last_error"])
    lines = [line for code in codes for line in (f"{code}:", *_why(code))]
    stopped = (State.NEEDS_ATTENTION.value, State.QUARANTINED.value)
    for row in rows:
        if row["said"] and row["state"] in stopped:
            lines.append(f"{row['row']:>5}: {row['said']}")
    return lines


def _why(code: object) -> list[str]:
    words = reasons.why(str(code))
    return [] if words is None else [f"  {words['vi']}", f"  {words['en']}"]


def _files(result: dict[str, object]) -> list[str]:
    """Lines about scans that the portal has not got, only where there are any."""
    uploads = result["uploads"]
    if not isinstance(uploads, dict) or not uploads["files"]:
        return []
    kib = -(-uploads["bytes"] // 1024)
    lines = [f"Tệp quét chưa lên Cổng / Scans not uploaded: {uploads['files']}, {kib} KiB"]
    if uploads["lost"]:
        lines.append("MẤT HOẶC HỎNG TỆP / FILES LOST OR DAMAGED: " + ", ".join(uploads["lost"]))
    return lines


def _money(result: dict[str, object]) -> list[str]:
    """Lines about online payments, only where there is something to say."""
    seen = result["payments"]
    if not isinstance(seen, dict):
        return []
    lines = []
    if seen["open"]:
        fault = f": {seen['fault']}" if seen["fault"] else ""
        lines.append(
            f"Thanh toán chưa rõ / payments open: {seen['open']}, từ / since {_time(seen['since'])}, "
            f"hỏi lại / asked again {_time(seen['next_at'])}{fault}"
        )
    if seen["held"] or seen["refunds"]:
        lines.append(
            f"TIỀN CẦN NGƯỜI XỬ LÝ / MONEY NEEDS A PERSON: {seen['held']} giữ lại / held, "
            f"{seen['refunds']} cần hoàn / to give back (kiosk payments reconcile)"
        )
    if seen["unbilled"]:
        lines.append(f"Chưa có biên lai điện tử / e-receipts missing: {seen['unbilled']}")
    return lines


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
        lines += [f"  {one['dossier']}: {_reds(one['why'])}" for one in alarms]
    return lines


def _reds(why: dict[str, str]) -> str:
    return ", ".join(f"{_RED[name]} ({code})" for name, code in why.items())


def _off(seconds: float) -> str:
    """In words: a sign would not tell which of the two clocks is ahead."""
    way = "đồng hồ chậm / clock behind" if seconds > 0 else "đồng hồ nhanh / clock ahead"
    return f"{way}: {abs(seconds):.0f} s"


def _station(result: dict[str, object]) -> list[str]:
    """What needs a person, when it goes on, and how the station itself stands."""
    found = result["station"]
    if not isinstance(found, dict):
        return []
    lines = []
    if result["need_person"]:
        lines.append(f"Cần người xử lý / Need a person: {result['need_person']}")
    if result["next_at"]:
        lines.append(f"Thử lại lúc / Tried next: {_time(result['next_at'])}")
    clock, copy, free = found["clock"], found["copy"], found["disk"]["free_mib"]
    parts = [f"Chỗ trống / free: {'-' if free is None else free} MiB"]
    if clock:
        parts.append(f"{_off(clock['offset_s'])} ({_time(clock['at'])})")
    if copy["wanted"]:
        made = _time(copy["at"]) if copy["at"] else "-"
        parts.append(f"bản sao / copy: {made}, {copy['dossiers']} hồ sơ / dossiers")
    lines.append("; ".join(parts))
    if found["not_entered"]:
        waits = ", ".join(found["not_entered"][:_MOST_UNSEEN])
        lines.append(f"Đã nhận, chưa vào sổ / Received, not in the register: {waits}")
    for code in found["troubles"]:
        lines += [f"{code}:", *_why(code)]
    return lines


_FEEDS = {
    "states": "Trạng thái hồ sơ / states",
    "catalogue": "Danh mục thủ tục / catalogue",
    "petitions": "Hỏi đáp, kiến nghị / petitions",
}


def _came(result: dict[str, object]) -> list[str]:
    """A line for each feed, and one about conflicts where there are any."""
    found, lines = result["feeds"], []
    for one in found if isinstance(found, list) else ():
        name = _FEEDS.get(one["source"], one["source"])
        age = "-" if one["age_s"] is None else f"{_time(one['answered_at'])}, {one['age_s']} s"
        lines.append(f"{name}: số / number {one['cursor']}; trả lời / answered {age}")
        if one["unfit"]:
            lines.append(f"  {one['unfit']} dòng không đọc được / rows not understood")
        if one["fault"]:
            lines += [f"  {one['fault']}", *_why(one["fault"])]
    if result["conflicts"]:
        lines.append(f"KHÁC VỚI CỔNG / DIFFERS FROM THE PORTAL: {result['conflicts']}")
    return lines
