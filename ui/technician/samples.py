"""What the pages show in pictures and tests: every state once, no person."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.status import Level
from kiosk.dossiers.card_checks import Confirmation
from kiosk.kept import Kept
from kiosk.outbox.clock_note import ClockNote
from kiosk.outbox.message import State
from kiosk.outbox.reasons import why
from kiosk.standing import Standing
from sync.portal.lint import Finding, Severity
from ui.technician.sent import Fact, SentList, SentRow, SentWhole
from ui.technician.services import Cards, Message, Overview, Sending, Signer

_CODE = "000.00.10.H29-261124-{:04}"


def overview(now: datetime) -> Overview:
    """A station whose line is down, with something of everything."""
    return Overview(_sending(now), _cards(now), _station(now))


def _station(now: datetime) -> Standing:
    """A disk that is filling up, a clock far off, a second disk that was pulled, a dossier not in the register."""
    return Standing(
        free_mib=412,
        disk=Level.WARNING,
        clock=ClockNote(-412_000, now - timedelta(minutes=401)),
        wanted=True,
        copy=Kept(now - timedelta(hours=31), "x.bundle", 12, 24, 24, now, "SAFEKEEPING_AWAY"),
        not_entered=(_CODE.format(41),),
    )


def sent(now: datetime) -> SentList:
    """What was sent, the youngest first, in every state."""
    states = [*State, *(State.ACKNOWLEDGED for _ in range(14))]
    rows = [
        SentRow(
            row=40 - number,
            dossier=_CODE.format(40 - number),
            kind="progress" if number % 2 else "submit",
            revision=1,
            state=state,
            since=now - timedelta(minutes=7 * number),
            tries=number % 3 + 1,
            status=200 if state is State.ACKNOWLEDGED else None,
        )
        for number, state in enumerate(states)
    ]
    return SentList(tuple(rows), more=True)


def sent_whole(row: int) -> SentWhole:
    """Everything about a row that was sent at the second try."""
    busy = why("PORTAL_BUSY") or {"vi": "", "en": ""}
    fields = {
        "MaHoSo": _CODE.format(row),
        "TenTTHC": "Chứng thực bản sao từ bản chính",
        "ChuHoSo": "NGUYỄN V** M**",
        "DinhDanhCHS.0.SoDinhDanh": "0790•••••001",
        "TrangThaiHoSo": "2",
        "TaiLieuNop.0.TepDinhKemId": "ab" * 32,
    }
    offline = Finding("L07", "offline", Severity.LOST, ("DuocThanhToanTrucTuyen",))
    answer = '{"error_code": 0, "message": "OK", "result": []}'
    return SentWhole(
        row,
        _CODE.format(row),
        (
            Fact("warning", "L07", offline.words("vi"), offline.words("en")),
            Fact(
                "try",
                "08:31:02 24/11",
                f"chờ gửi · HTTP 503 · {busy['vi']}",
                f"waits · HTTP 503 · {busy['en']}",
            ),
            Fact("try", "08:31:09 24/11", "Cổng đã nhận · HTTP 200", "acknowledged · HTTP 200"),
            Fact("state", "08:59:00 24/11", "Đang xử lý", "Being processed"),
            *(Fact("field", name, value, value) for name, value in fields.items()),
            Fact("answer", "HTTP 200", answer, answer),
        ),
    )


def _sending(now: datetime) -> Sending:
    rest = now + timedelta(minutes=12)
    rows = [
        (1, "submit", State.READY, "PORTAL_DOWN", 7, rest, None),
        (2, "progress", State.READY, "", 0, None, 1),
        (3, "submit", State.SENDING, "", 1, None, None),
        (4, "submit", State.SENT, "PORTAL_SLOW", 2, rest + timedelta(minutes=3), None),
        (5, "submit", State.NEEDS_ATTENTION, "PORTAL_REFUSED", 1, None, None),
        (6, "submit", State.NEEDS_ATTENTION, "HELD", 3, None, None),
        (7, "submit", State.QUARANTINED, "BODY_DAMAGED", 0, None, None),
        *((n, "submit", State.READY, "PORTAL_DOWN", 2, rest, None) for n in range(8, 20)),
    ]
    messages = tuple(
        Message(
            row=row,
            dossier=_CODE.format(row),
            kind=kind,
            state=state,
            reason=reason,
            said="NgaySinh, SoDienThoai" if reason == "PORTAL_REFUSED" else "",
            since=now - timedelta(minutes=400 - 9 * row),
            tries=tries,
            next_at=at,
            behind=behind,
        )
        for row, kind, state, reason, tries, at, behind in rows
    )
    return Sending(
        online=False,
        last_contact=now - timedelta(minutes=401),
        running=True,
        waiting=16,
        need_person=2,
        quarantined=1,
        next_at=rest,
        rest_until=rest,
        rest_reason="PORTAL_DOWN",
        messages=messages,
        more=1240,
    )


def _cards(now: datetime) -> Cards:
    later = now + timedelta(minutes=41)
    rows = [
        (31, Confirmation.REFUSED, "GATEWAY_REFUSED", 1, None),
        (32, Confirmation.WAITING, "GATEWAY_OFFLINE", 4, later),
        (33, Confirmation.WAITING, "", 0, now),
        (34, Confirmation.GAVE_UP, "GATEWAY_INVALID", 5, None),
    ]
    signers = tuple(
        Signer(_CODE.format(n), state, reason, now - timedelta(minutes=90 + n), tries, at)
        for n, state, reason, tries, at in rows
    )
    return Cards(waiting=2, gave_up=1, confirmed=118, refused=1, signers=signers)
