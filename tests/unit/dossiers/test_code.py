from __future__ import annotations

from datetime import date

import pytest

from kiosk.dossiers.code import format_code, is_code, normalise


@pytest.mark.parametrize(
    "code",
    ["H15.50.05.13-261008-0975", "000.00.06.H56-231027-0361", "H29.18-261125-0001",
     "H29-261125-12345", "G15.03-261125-1500001"],
)  # fmt: skip
def test_codes_of_all_systems_are_known(code):
    if code.startswith("000"):
        assert is_code(code)
    assert normalise(f" {code.lower()[:8]} {code.lower()[8:]}\n") == code


@pytest.mark.parametrize(
    "text", ["", "H29.18-261125-001", "TAM-261125-0001", "H29.18-26112-0001", "H29.18-\uff1261125-0001",
             "H29.18-261125-00000001"],
)  # fmt: skip
def test_other_texts_are_none(text):
    assert normalise(text) is None


def test_a_serial_has_four_digits_or_more():
    day = date(2026, 11, 25)
    assert format_code("H29.18", day, 7) == "H29.18-261125-0007"
    assert format_code("H29.18", day, 10_000) == "H29.18-261125-10000"
    assert is_code(format_code("H29.18", day, 99_999))
