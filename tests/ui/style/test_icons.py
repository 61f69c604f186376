"""Icons: every name has a file, every file is used, the colour is the one asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from resources import path
from ui.style.icons import icon

ROOT = Path(__file__).resolve().parents[3]
WORD = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"')
NAMED = re.compile(
    r"(?:icon=|IconLabel\(\s*[\w.]+,\s*|IconButton\(\s*[\w.]+,\s*|Chip\(\s*[\w.]+,\s*"
    r'|\.icon\(\s*)"([a-z0-9-]+)"'
)


def shipped() -> set[str]:
    return {file.stem for file in path("icons").glob("*.svg")}


def sources() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "ui").rglob("*.py"))


def of_procedures() -> set[str]:
    files = path("procedures").glob("*.toml")
    return {tomllib.loads(file.read_text(encoding="utf-8"))["icon"] for file in files}


def test_every_icon_named_is_shipped() -> None:
    named = set(NAMED.findall(sources())) | of_procedures()
    assert named - shipped() == set()


def test_every_icon_shipped_is_named() -> None:
    assert shipped() - set(WORD.findall(sources())) - of_procedures() == set()


def test_the_licence_is_beside_them() -> None:
    assert "MIT" in path("icons", "LICENSE.tabler.txt").read_text(encoding="utf-8")


def test_an_icon_takes_the_colour() -> None:
    image = icon("check", "#8E1018", 48).toImage()
    inked = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert inked
    assert set(map(QColor.name, inked)) == {"#8e1018"}


def test_a_finer_screen_gets_more_pixels() -> None:
    pixmap = icon("check", "#000000", 24, 2.0)
    assert pixmap.width() == 48
    assert pixmap.devicePixelRatio() == 2.0


def test_an_unknown_icon_is_a_bug() -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon", "#000000", 24)
