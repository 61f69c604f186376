"""A few thousand structured cases: the same ones in every run, and some that no run had before."""

from __future__ import annotations

import secrets

import pytest

from devices.fault import Fault
from tests.fuzz.mutate import Mutator, grow
from tests.fuzz.run import fuzz
from tests.fuzz.targets import Target, targets

FIXED, FRESH = 300, 300
TARGETS = {target.name: target for target in targets()}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(("seed", "cases"), [(20_210_510, FIXED), (None, FRESH)])
def test_only_faults_come_out(name, seed, cases):
    target = TARGETS[name]
    result = fuzz(target, max(2, int(cases * target.share)), seed or secrets.randbits(32))
    assert result.failure is None, result.failure


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.sound])
def test_the_samples_themselves_are_sound(name):
    for sample in TARGETS[name].samples:
        TARGETS[name].parse(sample)


def test_a_seed_makes_the_same_cases_and_mostly_different_ones():
    sample = [TARGETS["dg13"].samples[0]]
    from random import Random

    one, again = (Mutator(sample, Random(7)) for _ in range(2))
    cases = [one.case() for _ in range(50)]
    assert cases == [again.case() for _ in range(50)]
    assert len(set(cases)) > 40


def test_what_is_grown_is_the_sample():
    for target in TARGETS.values():
        for sample in target.samples:
            row = grow(sample)
            assert row is None or b"".join(tree.raw for tree in row) == sample


def test_an_escape_is_found_and_told():
    def fragile(data: bytes) -> None:
        if len(data) % 2:
            raise KeyError("odd")
        raise Fault("TLV_BROKEN", "x" * (len(data) // 100))

    result = fuzz(Target("fragile", fragile, [bytes(50)]), 200, 1)
    assert result.failure is not None
    assert "KeyError" in str(result.failure)
    chatty = Target("chatty", lambda data: (_ for _ in ()).throw(Fault("X", "y" * 500)), [b"a"])
    assert "detail of 500" in str(fuzz(chatty, 5, 1).failure)
