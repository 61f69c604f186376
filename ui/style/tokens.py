"""Every colour and every size of the product; nothing else in ``ui`` names one.

Colours were chosen so that all texts of the citizen's face reach 7:1 and all borders, icons and
focus rings 3:1 against each neighbour. Sizes of text mean the height of a capital letter in
millimetres, the strict reading of the rules for public machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as hex text."""

    name: str
    page: str
    surface: str
    sunken: str
    ink: str
    ink_muted: str
    ink_disabled: str
    line: str
    divider: str
    primary: str
    on_primary: str
    primary_pressed: str
    primary_soft: str
    brand: str
    on_brand: str
    ok: str
    ok_soft: str
    on_ok: str
    warn: str
    warn_soft: str
    on_warn: str
    danger: str
    danger_soft: str
    danger_pressed: str
    on_danger: str
    info: str
    info_soft: str
    on_info: str
    selection: str
    focus: str
    focus_ring: str
    paper: str
    paper_ink: str
    strong_borders: bool


LIGHT: Final = Theme(
    name="light",
    page="#F3F5F8",
    surface="#FFFFFF",
    sunken="#E6EBF1",
    ink="#0F1E2E",
    ink_muted="#384757",
    ink_disabled="#56636F",
    line="#5F7183",
    divider="#CBD5DF",
    primary="#0B4A82",
    on_primary="#FFFFFF",
    primary_pressed="#06305A",
    primary_soft="#E2ECF7",
    brand="#8C1620",
    on_brand="#FFFFFF",
    ok="#0A5230",
    ok_soft="#DFF2E7",
    on_ok="#FFFFFF",
    warn="#693A00",
    warn_soft="#FFEFD2",
    on_warn="#FFFFFF",
    danger="#8E1018",
    danger_soft="#FDE6E6",
    danger_pressed="#5F0A10",
    on_danger="#FFFFFF",
    info="#0A4474",
    info_soft="#E2ECF7",
    on_info="#FFFFFF",
    selection="#CFE1F4",
    focus="#FFB000",
    focus_ring="#0F1E2E",
    paper="#FFFFFF",
    paper_ink="#000000",
    strong_borders=False,
)

HIGH_CONTRAST: Final = Theme(
    name="high_contrast",
    page="#000000",
    surface="#000000",
    sunken="#1A1A1A",
    ink="#FFFFFF",
    ink_muted="#E6E6E6",
    ink_disabled="#A6A6A6",
    line="#FFFFFF",
    divider="#8C8C8C",
    primary="#FFE100",
    on_primary="#000000",
    primary_pressed="#FFFFFF",
    primary_soft="#2B2600",
    brand="#000000",
    on_brand="#FFFFFF",
    ok="#7CF5A5",
    ok_soft="#00230F",
    on_ok="#000000",
    warn="#FFC766",
    warn_soft="#2B1A00",
    on_warn="#000000",
    danger="#FFA8A8",
    danger_soft="#330000",
    danger_pressed="#FFFFFF",
    on_danger="#000000",
    info="#8FD8FF",
    info_soft="#00213A",
    on_info="#000000",
    selection="#003A66",
    focus="#00E5FF",
    focus_ring="#000000",
    paper="#FFFFFF",
    paper_ink="#000000",
    strong_borders=True,
)

FAMILY: Final = "Noto Sans"
CAP_HEIGHT: Final = 0.714  # of an em, Noto Sans 2.004

# Height of a capital in millimetres: (ordinary, "Chữ to").
TEXT_MM: Final = {
    "caption": (4.8, 12.0),
    "body": (7.25, 14.5),
    "label": (7.25, 14.5),
    "button": (7.25, 14.5),
    "key": (7.25, 10.0),
    "title": (9.5, 16.0),
    "display": (14.0, 17.5),
    "ticket": (28.0, 34.0),
}
BOLD: Final = frozenset({"label", "button", "key", "title", "display", "ticket"})

# At a desk: pixels of the font at 96 dpi, (100 %, 200 %).
DESK_TEXT_PX: Final = {
    "caption": (13, 26),
    "body": (15, 30),
    "label": (15, 30),
    "button": (15, 30),
    "key": (15, 30),
    "title": (22, 44),
    "display": (32, 64),
    "ticket": (32, 64),
}
DESK_PX_PER_MM: Final = 1.8
"""Seen from half the distance and pressed by a mouse: a target of 20 mm becomes 36 px, a ring's stroke 2 px."""
SMALLEST_TARGET_DESK_PX: Final = 24
NAVIGATION: Final = 122  # 220 px at a desk

# Millimetres.
SPACE_1: Final = 1
SPACE_2: Final = 2
SPACE_3: Final = 3
SPACE_4: Final = 4
SPACE_6: Final = 6
SPACE_8: Final = 8
SPACE_12: Final = 12
SPACE_16: Final = 16
PAGE_MARGIN: Final = 12
BLOCK_GAP: Final = 8
CARD_PADDING: Final = 6
TILE_GAP: Final = 4
KEY_GAP: Final = 2
BAND_HEIGHT: Final = 12
TOOL_ROW_HEIGHT: Final = 20
STEP_LINE_HEIGHT: Final = 8
FOOTER_HEIGHT: Final = 28
TARGET: Final = 20
PRIMARY_WIDTH: Final = 60
KEY_SIZE: Final = (15, 17)
MARK_KEY_HEIGHT: Final = 20
PAD_KEY_WIDTH: Final = 30
PAD_KEY_SIZE: Final = (22, 20)
SMALLEST_TARGET: Final = 9
RADIUS_KEY: Final = 2
RADIUS: Final = 3
RADIUS_DIALOG: Final = 4
BORDER: Final = 0.5
FIELD_BORDER: Final = 0.75
STRONG_BORDER: Final = 0.75
RING_STROKE: Final = 1.0
RING_GAP: Final = 0.5
STEPPER_KEY: Final = 30
CHOICE_HEIGHT: Final = 30
COUNTDOWN: Final = (48, 64)
COUNTDOWN_ALONE: Final = 100
EMBLEM: Final = 48  # the picture that opens a page with few words
TILE_ICON: Final = (14, 20)
TILE_PLATE: Final = (20, 28)
TILE_ICON_PROMINENT: Final = 28
TILE_PLATE_PROMINENT: Final = 44
PROMINENT_BORDER: Final = 1.0
WIDE: Final = 280  # from this width on a pad stands beside its field
SMALLEST_TARGET_PX: Final = 44


@dataclass(frozen=True)
class Scale:
    """Millimetres and text sizes of one screen as pixels."""

    px_per_mm: float
    large: bool = False

    def mm(self, millimetres: float) -> int:
        return round(millimetres * self.px_per_mm)

    def line(self, millimetres: float) -> int:
        """A stroke: at least one pixel, however coarse the screen."""
        return max(1, self.mm(millimetres))

    def target(self, millimetres: float) -> int:
        """The side of something to touch; never under the floor in pixels."""
        return max(SMALLEST_TARGET_PX, self.mm(millimetres))

    def cap_mm(self, token: str) -> float:
        ordinary, large = TEXT_MM[token]
        return large if self.large else ordinary

    def font_px(self, token: str) -> int:
        return round(self.cap_mm(token) * self.px_per_mm / CAP_HEIGHT)


@dataclass(frozen=True)
class DeskScale(Scale):
    """The same parts at a desk, for mouse and keyboard: text in pixels, all else in proportion."""

    px_per_mm: float = DESK_PX_PER_MM

    def target(self, millimetres: float) -> int:
        return max(SMALLEST_TARGET_DESK_PX, self.mm(millimetres))

    def cap_mm(self, token: str) -> float:
        return self.font_px(token) * CAP_HEIGHT / self.px_per_mm

    def font_px(self, token: str) -> int:
        ordinary, large = DESK_TEXT_PX[token]
        return large if self.large else ordinary
