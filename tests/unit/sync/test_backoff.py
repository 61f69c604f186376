"""Waiting: never beyond the cap, never in step, and only what a server really asked for."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import (
    BRISK,
    CALM,
    LONGEST_RETRY_AFTER_S,
    first_wait,
    full_jitter,
    retry_after,
    spread_window,
)

SERVER_NOW = "Mon, 23 Nov 2026 08:00:00 GMT"


@given(st.integers(-5, 10_000), st.integers())
def test_jitter_stays_between_zero_and_the_growing_limit(failures: int, seed: int) -> None:
    wait = full_jitter(failures, Random(seed))
    assert 0 <= wait <= min(CALM.cap_s, 2 * 2 ** max(0, min(failures, 30)))


def test_jitter_spreads_over_the_whole_range() -> None:
    random = Random(1)
    waits = [full_jitter(20, random) for _ in range(2000)]
    assert min(waits) < 0.02 * CALM.cap_s
    assert max(waits) > 0.98 * CALM.cap_s
    assert abs(sum(waits) / len(waits) - CALM.cap_s / 2) < 0.05 * CALM.cap_s


def test_the_cap_is_reached_at_the_ninth_failure() -> None:
    class Highest(Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    waits = [full_jitter(n, Highest()) for n in range(12)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[8] == 512
    assert waits[9:] == [900, 900, 900]
    assert full_jitter(9, Highest(), BRISK) == 3


@pytest.mark.parametrize(
    ("value", "date", "expected"),
    [
        (None, None, None),
        ("0", None, 0),
        (" 120 ", None, 120),
        ("999999", None, LONGEST_RETRY_AFTER_S),
        ("1234567890123", None, None),
        ("-1", None, None),
        ("1.5", None, None),
        ("soon", None, None),
        ("", None, None),
        ("١٢", None, None),
        ("Mon, 23 Nov 2026 08:01:00 GMT", SERVER_NOW, 60),
        ("Mon, 23 Nov 2026 07:00:00 GMT", SERVER_NOW, 0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", SERVER_NOW, LONGEST_RETRY_AFTER_S),
        ("Mon, 23 Nov 2026 08:01:00 GMT", None, None),
        ("Mon, 23 Nov 2026 08:01:00 GMT", "yesterday", None),
        ("Mon, 23 Nov 2026 08:01:00 -0000", SERVER_NOW, None),
        ("Mon, 99 Nov 2026 08:01:00 GMT", SERVER_NOW, None),
    ],
)
def test_retry_after(value: str | None, date: str | None, expected: float | None) -> None:
    assert retry_after(value, date) == expected


@given(st.text(), st.none() | st.text())
def test_garbage_never_raises_and_never_waits_longer_than_allowed(
    value: str, date: str | None
) -> None:
    found = retry_after(value, date)
    assert found is None or 0 <= found <= LONGEST_RETRY_AFTER_S


def test_the_spread_grows_with_what_waits_and_ends_where_the_back_off_does() -> None:
    rows = (0, 1, 2, 3, 5, 6, 7, 5000)
    assert [round(spread_window(n)) for n in rows] == [300, 300, 300, 450, 750, 900, 900, 900]
    assert spread_window(5000) == CALM.cap_s
    assert spread_window(5000, 0) == 0


def test_only_an_outage_makes_a_start_wait() -> None:
    random = Random(1)
    assert {first_wait(0, 1e6, random), first_wait(9, 120, random), first_wait(9, -5, random)} == {
        0
    }
    waits = [first_wait(5, 121, random) for _ in range(2000)]
    assert 0 <= min(waits) < 10
    assert 740 < max(waits) <= 750
