"""Every test that ``docs/faults.md`` names is there, and every failure has its row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = {
    cells[1].strip(): cells
    for line in (ROOT / "docs" / "faults.md").read_text("utf-8").splitlines()
    if len(cells := line.split("|")) == 6 and cells[1].strip().startswith("F")
}
ALL = [f"F{number:02d}" for number in range(1, 27)] + ["F02a", "F02b", "F10b", "F10c"]


def test_every_failure_has_a_row():
    assert sorted(ROWS) == sorted(ALL)


@pytest.mark.parametrize("number", ALL)
def test_the_tests_it_names_are_there(number):
    rule, tests = ROWS[number][3], ROWS[number][4]
    named = re.findall(r"`([^`]*?)(?:::(test_\w+))?`", tests)
    file = ""
    found = 0
    for path, name in named:
        if not path.endswith(".py") and not (name and not path):
            continue
        file = path or file
        text = (ROOT / "tests" / file).read_text("utf-8")
        assert not name or f"def {name}(" in text or f"{name} = " in text, (file, name)
        found += 1
    assert found or "not yet" in (rule + tests).lower() or "as F01" in tests


@pytest.mark.parametrize("number", ALL)
def test_the_places_its_rule_names_are_there(number):
    for path in re.findall(r"`((?:kiosk|sync)/[\w/]+\.py)", ROWS[number][3]):
        assert (ROOT / path).is_file(), path
