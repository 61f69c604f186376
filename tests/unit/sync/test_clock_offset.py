"""How far the clock is off, by the answers' dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock_offset import ClockOffset

NOW = datetime(2026, 11, 24, 3, 0, 0, 500_000, tzinfo=UTC)


def date(off_s: float) -> str:
    """What a server whose clock is right says while ours is off."""
    return format_datetime((NOW + timedelta(seconds=off_s)).replace(microsecond=0), usegmt=True)


def test_nothing_is_known_before_the_first_answer():
    offset = ClockOffset()
    assert (offset.seconds, offset.is_wrong) == (None, False)


@pytest.mark.parametrize("off_s", [0, 3, -3, 3600, -10 * 365 * 86_400])
def test_the_offset_is_what_must_be_added(off_s):
    offset = ClockOffset()
    offset.note(date(off_s), 0, NOW)
    assert offset.seconds == pytest.approx(off_s, abs=0.5)
    assert offset.is_wrong == (abs(off_s) > 300)


def test_half_of_the_way_is_taken_off():
    offset = ClockOffset()
    offset.note(date(0), 8, NOW + timedelta(seconds=4))
    assert offset.seconds == pytest.approx(0, abs=0.5)


def test_the_median_of_the_last_nine():
    offset = ClockOffset()
    for _ in range(5):
        offset.note(date(0), 0, NOW)
    for _ in range(4):
        offset.note(date(86_400), 0, NOW)
    assert abs(offset.seconds) < 1
    for _ in range(5):
        offset.note(date(100), 0, NOW)
    assert offset.seconds == pytest.approx(100, abs=1)


@given(
    text=st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [A-Z+-]\d*"),
    rtt=st.floats(),
)
def test_whatever_a_server_says(text, rtt):
    offset = ClockOffset()
    offset.note(text, rtt, NOW)
    assert offset.seconds is None or isinstance(offset.seconds, float)
