"""A theme at a scale: the first argument of every part."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QPixmap

from ui.style import icons, tokens
from ui.style.tokens import Scale, Theme


@dataclass(frozen=True)
class Look:
    """What a widget needs to draw itself.

    A page never changes its look. When the theme, the text size or the language changes, the
    window throws the page away and builds it anew with another ``Look``.
    """

    theme: Theme
    scale: Scale

    def mm(self, millimetres: float) -> int:
        return self.scale.mm(millimetres)

    def colour(self, name: str) -> QColor:
        return QColor(str(getattr(self.theme, name)))

    def font(self, token: str) -> QFont:
        font = QFont(tokens.FAMILY)
        font.setPixelSize(self.scale.font_px(token))
        font.setBold(token in tokens.BOLD)
        return font

    def icon(self, name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
        return icons.icon(name, str(getattr(self.theme, colour)), size_px, ratio)

    def icon_px(self, token: str) -> int:
        """Side of an icon beside text of this token."""
        return round(self.scale.mm(self.scale.cap_mm(token)) * 1.4)

    def gap(self, millimetres: float) -> int:
        """Layout spacing between two parts that both keep a ring margin.

        The eye should see ``millimetres`` between the borders, and each part already keeps its
        own margin free; never negative.
        """
        return max(0, self.mm(millimetres) - 2 * self.ring)

    @property
    def page_margin(self) -> int:
        """Margin of a page whose parts all keep a ring margin of their own."""
        return self.mm(tokens.PAGE_MARGIN) - self.ring

    @property
    def large(self) -> bool:
        return self.scale.large

    @property
    def ring(self) -> int:
        """Margin that every focusable part keeps free for its focus ring."""
        return self.scale.line(tokens.RING_GAP) + 2 * self.scale.line(tokens.RING_STROKE)

    @property
    def border(self) -> int:
        strong = self.theme.strong_borders
        return self.scale.line(tokens.STRONG_BORDER if strong else tokens.BORDER)

    @property
    def field_border(self) -> int:
        return self.scale.line(tokens.FIELD_BORDER)
