"""A QApplication with the shipped fonts, and the looks that parts and pages are tried in."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from ui.style import stylesheet
from ui.style.fonts import load_fonts
from ui.style.look import Look
from ui.style.tokens import HIGH_CONTRAST, LIGHT, Scale

PX_PER_MM = 4.03  # 21.5 inches, 1080 × 1920


@pytest.fixture(autouse=True, scope="session")
def fonts(qapp: QApplication) -> None:
    """Every test of ui draws with the fonts that are shipped."""
    qapp.setStyle("Fusion")
    load_fonts()


def dress(qapp: QApplication, look: Look) -> None:
    """Setting a sheet polishes everything again, so it is set only when it is another."""
    sheet = stylesheet.build(look)
    if qapp.styleSheet() != sheet:
        qapp.setStyleSheet(sheet)


@pytest.fixture
def look(qapp: QApplication) -> Look:
    """The ordinary look of a kiosk in portrait."""
    made = Look(LIGHT, Scale(PX_PER_MM))
    dress(qapp, made)
    return made


@pytest.fixture(params=["light-100", "light-200", "contrast-100", "contrast-200"])
def each_look(request: pytest.FixtureRequest, qapp: QApplication) -> Look:
    """Both themes at both sizes of text."""
    theme, size = request.param.split("-")
    made = Look(LIGHT if theme == "light" else HIGH_CONTRAST, Scale(PX_PER_MM, size == "200"))
    dress(qapp, made)
    return made
