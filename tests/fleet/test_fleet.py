"""What a fleet may do to a portal after an outage, with 2,000 kiosks and fixed seeds."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.fleet.plot import svg
from tests.fleet.scenarios import UNSPREAD, broken
from tests.fleet.simulation import Fleet, Scenario

SEEDS = (1, 2, 3)
LINE_BACK = Scenario("line back", 2_000, 10, 60, power_cut=False, outage_s=3600.0)
POWER_BACK = Scenario("power back", 2_000, 10, 60, power_cut=True)
FEW_ROWS = Scenario("power back, few rows", 2_000, 4, 25, power_cut=True)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", [LINE_BACK, POWER_BACK, FEW_ROWS], ids=lambda one: one.name)
def test_a_fleet_comes_back_gently(scenario: Scenario, seed: int) -> None:
    run = Fleet(scenario, seed).run()
    assert broken(run) == []
    assert run.requests >= scenario.kiosks * scenario.rows == sum(run.served)


@pytest.mark.parametrize("power_cut", [True, False])
def test_a_portal_with_an_hour_of_work_drains_it_with_few_rejections(power_cut: bool) -> None:
    scenario = Scenario("overload", 2_000, 20, 10, power_cut=power_cut)
    run = Fleet(scenario, 1).run()
    assert broken(run, peak=False) == []
    assert max(run.served) == scenario.capacity
    assert sum(run.asked) > sum(run.served)  # it did have to send some away


def test_without_the_spread_the_promises_are_broken() -> None:
    run = Fleet(replace(UNSPREAD, kiosks=2_000, capacity=25), 1).run()
    assert any("capacity" in one for one in broken(run))
    assert not run.left


def test_one_seed_is_one_run() -> None:
    small = replace(LINE_BACK, kiosks=50)
    assert Fleet(small, 7).run() == Fleet(small, 7).run()
    assert Fleet(small, 7).run() != Fleet(small, 8).run()


def test_the_picture_is_well_formed_and_shows_every_run() -> None:
    runs = [Fleet(replace(POWER_BACK, kiosks=20, name="a < b"), seed).run() for seed in SEEDS]
    root = ElementTree.fromstring(svg(runs))
    titles = [one.text for one in root.iter() if one.get("class") == "title"]
    assert titles == ["a < b"] * 3
