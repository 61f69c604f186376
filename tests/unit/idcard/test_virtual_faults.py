"""The words that name what is wrong with a virtual card: one that can do nothing is refused."""

from __future__ import annotations

import pytest

from devices.idcard.virtual import faults


@pytest.mark.parametrize(
    "name", ["truncated_dg", "long_dg", "absurd_length", "sod_wrong_hash", "sod_missing_group"]
)
def test_a_data_group_is_one_that_the_card_may_have(name):
    for group in faults.GROUPS:
        assert getattr(faults.parse([f"{name}={group}"]), name) == group
    for group in (3, 10, 16, 99):
        with pytest.raises(ValueError, match=f"{name} is a data group"):
            faults.parse([f"{name}={group}"])


def test_how_a_size_is_refused_means_nothing_without_the_size():
    with pytest.raises(ValueError, match="without max_le"):
        faults.parse(["max_le_mode=6c"])
    for words in (["max_le_mode=6c", "max_le=160"], ["max_le=160", "max_le_mode=6c"]):
        assert faults.parse(words).max_le_mode == "6c"
