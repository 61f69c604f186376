"""What the program does for its window beyond widgets."""

from __future__ import annotations

import gc

import pytest

from ui.application import calm_collector


def test_what_was_there_at_the_start_is_not_looked_at_again() -> None:
    before = gc.get_freeze_count()
    kept = [[number] for number in range(1000)]
    with calm_collector():
        assert gc.get_freeze_count() >= before + len(kept)
    assert gc.get_freeze_count() == 0


def test_a_bug_ends_the_calm() -> None:
    with pytest.raises(ZeroDivisionError), calm_collector():
        raise ZeroDivisionError
    assert gc.get_freeze_count() == 0
