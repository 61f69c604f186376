"""Contrast of every pair of colours that meet, and sizes of text."""

from __future__ import annotations

import pytest

from ui.style import tokens
from ui.style.tokens import HIGH_CONTRAST, LIGHT, Scale, Theme

THEMES = pytest.mark.parametrize("theme", [LIGHT, HIGH_CONTRAST], ids=lambda t: t.name)

# Text colour, grounds, least ratio.
TEXT = [
    ("ink", ("page", "surface", "sunken", "selection", "primary_soft"), 7.0),
    ("ink", ("ok_soft", "warn_soft", "danger_soft", "info_soft"), 7.0),
    ("ink_muted", ("page", "surface", "sunken", "primary_soft"), 7.0),
    ("primary", ("page", "surface", "sunken", "primary_soft"), 7.0),
    ("on_primary", ("primary", "primary_pressed"), 7.0),
    ("on_brand", ("brand",), 7.0),
    ("on_danger", ("danger", "danger_pressed"), 7.0),
    ("on_ok", ("ok",), 7.0),
    ("on_warn", ("warn",), 7.0),
    ("on_info", ("info",), 7.0),
    ("paper_ink", ("paper",), 7.0),
    ("ink_disabled", ("page", "surface", "sunken"), 4.5),
    *(
        (kind, (f"{kind}_soft", "surface", "page"), 7.0)
        for kind in ("ok", "warn", "danger", "info")
    ),
]
EDGES = [
    ("line", ("page", "surface", "sunken", "primary_soft"), 3.0),
    *(
        (kind, (f"{kind}_soft", "page", "surface"), 3.0)
        for kind in ("ok", "warn", "danger", "info")
    ),
]
NEIGHBOURS = ("page", "surface", "sunken", "primary", "danger", "ok", "brand", "primary_soft")


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[start : start + 2]) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(theme: Theme, one: str, other: str) -> float:
    first, second = (luminance(getattr(theme, name)) for name in (one, other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@THEMES
@pytest.mark.parametrize(("colour", "grounds", "least"), TEXT + EDGES)
def test_pairs_that_meet_have_contrast(
    theme: Theme, colour: str, grounds: tuple[str, ...], least: float
) -> None:
    for ground in grounds:
        assert ratio(theme, colour, ground) >= least, ground


@THEMES
@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_one_stroke_of_the_focus_ring_shows_everywhere(theme: Theme, neighbour: str) -> None:
    strokes = (ratio(theme, "focus", neighbour), ratio(theme, "focus_ring", neighbour))
    assert max(strokes) >= 3
    assert ratio(theme, "focus", "focus_ring") >= 3


def test_the_formula_knows_black_on_white() -> None:
    assert ratio(LIGHT, "paper", "paper_ink") == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("token", "ordinary", "large"),
    [
        ("caption", 27, 68),
        ("body", 41, 82),
        ("key", 41, 56),
        ("title", 54, 90),
        ("ticket", 158, 192),
    ],
)
def test_text_is_as_high_as_the_rules_ask(token: str, ordinary: int, large: int) -> None:
    assert Scale(4.03).font_px(token) == ordinary
    assert Scale(4.03, large=True).font_px(token) == large


def test_everything_grows_with_large_text() -> None:
    for token, (ordinary, large) in tokens.TEXT_MM.items():
        assert ordinary >= 4.8
        assert large >= (10 if token == "key" else 12)


def test_a_stroke_never_disappears_and_a_target_keeps_its_floor() -> None:
    coarse = Scale(1.58)
    assert coarse.line(0.25) == 1
    assert coarse.target(tokens.KEY_SIZE[0]) == tokens.SMALLEST_TARGET_PX
