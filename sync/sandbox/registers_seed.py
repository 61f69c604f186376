"""Made-up entries of the registers, the same in every sandbox. No real person, decision or account."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sync.sandbox.people import full_name, personal_number
from sync.sandbox.rows import Rows

PARAMETERS = (
    ("reference_level", "2024-07-01", 2_340_000),
    ("reference_level", "2026-07-01", 2_530_000),
    ("poverty_line", "2022-01-01", 1_500_000),
    ("social_rate", "2018-01-01", 220),
    ("health_rate", "2018-01-01", 45),
    ("local_top_up", "2018-01-01", 0),
    ("support_NGHEO", "2025-07-01", 500),
    ("support_CAN_NGHEO", "2025-07-01", 400),
    ("support_DTTS", "2025-07-01", 300),
    ("support_KHAC", "2025-07-01", 200),
    ("member_1", "2018-01-01", 1000),
    ("member_2", "2018-01-01", 700),
    ("member_3", "2018-01-01", 600),
    ("member_4", "2018-01-01", 500),
    ("member_5", "2018-01-01", 400),
)
"""Name, first day, value: đồng, or parts of a thousand."""

_ACTS = (
    ("Không chấp hành hiệu lệnh của đèn tín hiệu giao thông", 5_000_000),
    ("Điều khiển xe chạy quá tốc độ quy định từ 05 km/h đến dưới 10 km/h", 350_000),
    ("Dừng xe, đỗ xe không đúng nơi quy định", 700_000),
    ("Không đội mũ bảo hiểm khi điều khiển xe mô tô", 500_000),
    ("Chở hàng vượt quá trọng tải cho phép tham gia giao thông", 3_000_000),
    ("Không mang theo giấy đăng ký xe", 250_000),
)
_UNITS = {
    "CSGT": ("Đội CSGT số 1", "Phòng Cảnh sát giao thông (thử nghiệm)"),
    "TTGT": ("Đội Thanh tra giao thông số 2", "Thanh tra giao thông (thử nghiệm)"),
}
_PLACES = (("79", "Đường Mẫu, Phường Mẫu"), ("01", "Phố Thử, Phường Thử"), ("48", "Cầu Ví Dụ"))
FINES_EACH = 24
HOUSEHOLDS = 20


def fill(rows: Rows) -> None:
    """Fills empty registers; leaves filled ones alone."""
    if rows.execute("SELECT 1 FROM parameter").fetchone():
        return
    dice = random.Random(20260701)  # noqa: S311  the same data every time
    for each in PARAMETERS:
        rows.execute("INSERT INTO parameter VALUES(?,?,?)", each)
    for service in ("CSGT", "TTGT"):
        for serial in range(1, FINES_EACH + 1):
            _fine(rows, dice, service, serial)
    for serial in range(1, HOUSEHOLDS + 1):
        _household(rows, dice, serial)


def _fine(rows: Rows, dice: random.Random, service: str, serial: int) -> None:
    """By turns unpaid, paid, and a record without a decision."""
    day = date(2026, 8, 1) + timedelta(days=dice.randrange(90))
    decided = day + timedelta(days=7)
    paid = decided + timedelta(days=5)
    kind = ("unpaid", "paid", "none")[(serial - 1) % 3]
    unit, agency = _UNITS[service]
    province, place = dice.choice(_PLACES)
    act, amount = dice.choice(_ACTS)
    rows.execute(
        f"INSERT INTO fine VALUES({','.join('?' * 16)})",
        (
            f"BB-{service}-{serial:05d}",
            None if kind == "none" else f"QD-{service}-{serial:05d}/2026",
            "" if kind == "none" else decided.isoformat(),
            paid.isoformat() if kind == "paid" else "",
            service,
            full_name(dice, man=dice.random() < 0.7),
            province,
            unit,
            day.isoformat(),
            place,
            act,
            amount,
            f"TEST.{service}.{province}",
            agency,
            "Kho bạc Nhà nước (thử nghiệm)",
            f"0000{dice.randrange(10**6):06d}",
        ),
    )


def _household(rows: Rows, dice: random.Random, serial: int) -> None:
    family = 1 + (serial - 1) % 6
    end = date(2026, 9, 30) + timedelta(days=dice.randrange(240))
    for position in range(1, family + 1):
        man = position % 2 == 1
        name = full_name(dice, man=man)
        number = f"99{serial:05d}{position:03d}"
        until = end if position == 1 else end + timedelta(days=30 * dice.randrange(4))
        start = until - timedelta(days=364)
        rows.execute(
            "INSERT INTO health_card VALUES(?,?,?,?,?,?,?,?)",
            (
                f"GD479{number}",
                number,
                name,
                f"HO{serial:05d}",
                position,
                start.isoformat(),
                until.isoformat(),
                (start + timedelta(days=5 * 365)).isoformat(),
            ),
        )
        if position == 1:
            group = ("KHAC", "DTTS", "CAN_NGHEO", "NGHEO")[serial % 4]
            income = 1_500_000 + 50_000 * dice.randrange(60)
            months = dice.randrange(2, 150)
            rows.execute(
                "INSERT INTO insured VALUES(?,?,?,?,?,?,?,?)",
                (
                    *(number, personal_number(dice, serial, man=man), name, income, months),
                    *(min(months, 120), group, f"2026-{1 + dice.randrange(10):02d}"),
                ),
            )
