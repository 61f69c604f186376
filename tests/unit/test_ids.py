"""Ids: of version 7, never twice, in the order of their milliseconds."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest

from kiosk.ids import uuid7


def test_an_id_has_the_form_of_version_7() -> None:
    for _ in range(200):
        one = uuid7()
        assert (one.version, one.variant) == (7, RFC_4122)
        assert UUID(str(one)) == one


def test_an_id_carries_its_moment() -> None:
    before = time.time_ns() // 1_000_000
    ms = uuid7().int >> 80
    assert before <= ms <= time.time_ns() // 1_000_000


def test_ids_sort_by_their_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for ms in (1, 2, 1_700_000_000_000, (1 << 48) - 1):
        monkeypatch.setattr("kiosk.ids.time.time_ns", lambda at=ms: at * 1_000_000 + 999_999)
        made.append(str(uuid7()))
    assert made == sorted(made)


def test_no_id_comes_twice_in_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.ids.time.time_ns", lambda: 1_700_000_000_000_000_000)
    made = {uuid7() for _ in range(20_000)}
    assert len(made) == 20_000
    assert len({one.int & (1 << 62) - 1 for one in made}) == 20_000  # the low bits alone are random
    assert len({one.int >> 64 & 0xFFF for one in made}) > 4000
