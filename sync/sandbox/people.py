"""Made-up people: common names put together by dice, numbers that nobody was given."""

from __future__ import annotations

import random

_FAMILY = (
    *("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "PHAN", "VŨ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ", "NGÔ"),
    *("DƯƠNG", "LÝ", "NÔNG", "GIÀNG", "SÙNG", "LÒ", "HÀ", "ĐINH"),
)
_MEN = ("VĂN", "HỮU", "ĐỨC", "QUANG", "MINH", "A", "THANH", "XUÂN")
_WOMEN = ("THỊ", "NGỌC", "THU", "PHƯƠNG", "MAI", "KIM", "THỊ THU", "THỊ NGỌC")
_HIS = ("MẪU", "THỬ", "AN", "BÌNH", "CƯỜNG", "DŨNG", "HẢI", "HÙNG", "LONG", "NAM", "SƠN", "TUẤN")
_HER = ("MẪU", "THỬ", "ANH", "CHI", "DUNG", "HÀ", "HOA", "HƯƠNG", "LAN", "LINH", "NGA", "YẾN")


def full_name(dice: random.Random, *, man: bool) -> str:
    """Upper case, as on the chip."""
    middle, given = (_MEN, _HIS) if man else (_WOMEN, _HER)
    return f"{dice.choice(_FAMILY)} {dice.choice(middle)} {dice.choice(given)}"


def personal_number(dice: random.Random, serial: int, *, man: bool) -> str:
    """Twelve digits of the right form under 000, a province that doesn't exist."""
    return f"000{0 if man else 1}{dice.randrange(40, 99)}{serial % 10**6:06d}"
