"""The list of unsent dossiers: any number of rows, every page numbered, the same bytes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.outbox.closing import Unsent
from kiosk.outbox.message import State
from kiosk.papers.closing_list import closing_list
from tests.unit.papers.samples import OFFICE, pdf_text

AT = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)


def rows(count: int) -> list[Unsent]:
    states = list(State)[:3]
    return [
        Unsent(
            f"000.00.10.H29-261124-{n:04}",
            AT - timedelta(minutes=n),
            2,
            states[n % 3],
            ("PORTAL_DOWN", "HELD", "")[n % 3],
            n,
            AT if n % 2 else None,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (200, 6)])
def test_every_row_is_on_it(count: int, pages: int) -> None:
    paper = closing_list(rows(count), OFFICE, AT, demo=True)
    words = pdf_text(paper, "-layout")
    assert [one.dossier for one in rows(count) if one.dossier not in words] == []
    assert f"Trang {pages}/{pages}" in words
    assert "Lúc 17:05 ngày 24/11/2026 tại máy kiosk-01" in words
    assert words.count("BẢN THỬ") == pages
    assert words.count("Mã hồ sơ") >= (max(pages - 1, 1) if count else 0)  # each page of the table
    assert closing_list(rows(count), OFFICE, AT, demo=True) == paper


def test_a_reason_is_said_once_with_its_rows() -> None:
    words = pdf_text(closing_list(rows(5), OFFICE, AT))
    assert words.count("Dòng 1, 4:") == 1
    assert "Cán bộ giữ lại" in words
    assert "BẢN THỬ" not in words
