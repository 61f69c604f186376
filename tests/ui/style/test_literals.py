"""Colours and sizes stand in the tokens only; layout words that trap stand nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[3] / "ui"
FILES = sorted(path for path in UI.rglob("*.py") if path.name != "tokens.py")

HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
PIXELS = re.compile(r"\b\d+px\b")
BARE_ALIGNMENT = re.compile(r"setAlignment\(\s*Qt\.AlignmentFlag\.Align(?:Left|Right|HCenter)\s*\)")
FOREIGN_SIGNS = re.compile("[⇧⌫✓→]")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_colour_and_no_size_outside_the_tokens(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not HEX.findall(text)
    assert not PIXELS.findall(text)
    assert not BARE_ALIGNMENT.findall(text)
    assert not FOREIGN_SIGNS.findall(text)


def test_the_patterns_find_what_they_look_for() -> None:
    assert HEX.search('"#0B4A82"')
    assert PIXELS.search("border: 2px")
    assert BARE_ALIGNMENT.search("x.setAlignment(Qt.AlignmentFlag.AlignRight)")
