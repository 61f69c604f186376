"""Which days can be the birth of somebody who stands before the kiosk."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ui.citizen import typed_date


def test_nobody_was_born_tomorrow_or_too_long_ago(monkeypatch):
    evening = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # already the 25th at the office
    monkeypatch.setattr(typed_date, "now", lambda: evening)
    assert typed_date.birth_date((25, 11, 2026)) == date(2026, 11, 25)
    assert typed_date.birth_date((26, 11, 2026)) is None
    assert typed_date.birth_date((31, 12, 1899)) is None
    assert typed_date.birth_date((30, 2, 2000)) is None
