"""Fonts load or stop the start; the style sheet is accepted by Qt in every look."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel

from resources import path
from ui.style import stylesheet
from ui.style.fonts import FILES, FontMissing, load_fonts
from ui.style.look import Look
from ui.style.tokens import TEXT_MM


def test_the_shipped_family_is_used(look: Look) -> None:
    assert "Noto Sans" in QFontDatabase.families()
    for token in TEXT_MM:
        assert QFontInfo(look.font(token)).family() == "Noto Sans"


def test_a_missing_font_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match=FILES[0]):
        load_fonts(tmp_path)


def test_a_broken_font_stops_the_start(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"no font")
    with pytest.raises(FontMissing):
        load_fonts(tmp_path)


def test_the_font_licence_is_shipped() -> None:
    assert "SIL OPEN FONT LICENSE" in path("fonts", "OFL.txt").read_text(encoding="utf-8").upper()


def test_the_sheet_has_no_unknown_words(each_look: Look, qapp: QApplication) -> None:
    label = QLabel("Một cửa")
    label.setStyleSheet(stylesheet.build(each_look))  # a fault is a Qt warning, which fails a test
    label.grab()


def test_a_changed_property_is_drawn_after_restyle(look: Look) -> None:
    label = QLabel("Một cửa")
    label.ensurePolished()
    label.setProperty("tone", "danger")
    stylesheet.restyle(label)
    assert label.palette().windowText().color() == look.colour("danger")


def test_gaps_count_the_ring_margins(look: Look) -> None:
    assert look.gap(12) == look.mm(12) - 2 * look.ring
    assert look.gap(1) == 0


def test_none_outlives_many_calls_into_qt(look: Look) -> None:

    label = QLabel()
    for _ in range(60_000):
        label.update()
