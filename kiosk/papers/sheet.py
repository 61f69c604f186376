"""A strip of thermal paper: lines, bars and pictures below each other, in black and white."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from kiosk.papers.clean import clean
from kiosk.papers.lettering import balanced, black_and_white, block, wrap

MARGIN = 8  # px

DESIGN_PX = 576
"""The width that sizes of the design are for; they scale with it."""
_LIMIT = 300


@dataclass(frozen=True)
class Sheet:
    """The width to draw on."""

    width: int

    @property
    def room(self) -> int:
        return self.width - 2 * MARGIN

    def px(self, size: int) -> int:
        """A size of the design at this width; never so small that marks run together."""
        return max(18, round(size * self.width / DESIGN_PX))

    def text(self, words: str, size: int, bold: bool = False) -> list[Image.Image]:
        """Centred lines; nothing for empty words."""
        line = clean(words, _LIMIT)
        if not line:
            return []
        lines = balanced(line, self.px(size), bold, self.room)
        return [block(lines, self.px(size), bold, self.room)]

    def bar(self, words: str, size: int) -> list[Image.Image]:
        """White words on a black bar."""
        line = clean(words, _LIMIT)
        if not line:
            return []
        px = self.px(size)
        letters = block(
            wrap(line, px, True, self.room - 2 * MARGIN), px, True, self.room, white=True
        )
        bar = Image.new("L", (self.room, letters.height + MARGIN), 0)
        bar.paste(letters, (0, MARGIN // 2))
        return [bar]

    def rule(self) -> Image.Image:
        return Image.new("L", (self.room, 2), 0)

    def gap(self, size: int) -> Image.Image:
        return Image.new("L", (self.room, max(1, round(size * self.width / DESIGN_PX))), 255)


def stack(sheet: Sheet, parts: list[Image.Image]) -> Image.Image:
    """The parts as one picture, mode ``1``."""
    height = sum(part.height for part in parts) + 2 * MARGIN
    paper = Image.new("L", (sheet.width, height), 255)
    y = MARGIN
    for part in parts:
        paper.paste(part, (MARGIN, y))
        y += part.height
    return black_and_white(paper)
