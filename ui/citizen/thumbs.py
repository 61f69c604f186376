"""The scanned pages, small, to be looked at only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.parts.scaled_image import ScaledImage
from ui.style import tokens
from ui.style.look import Look

_COLUMNS = 4
_A4 = 210 / 297


class Thumbs(QWidget):
    """A grid of page pictures."""

    def __init__(self, look: Look, pages: Sequence[bytes]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(look.ring, 0, look.ring, 0)
        grid.setSpacing(look.mm(tokens.SPACE_3))
        grid.setColumnStretch(_COLUMNS, 1)
        height = look.mm(2 * tokens.TARGET)
        for index, jpeg in enumerate(pages):
            picture = ScaledImage(look, self.tr("Trang {number}").format(number=index + 1))
            picture.set_bytes(jpeg, QSize(round(height * _A4), height))
            picture.setFixedSize(round(height * _A4), height)
            grid.addWidget(picture, index // _COLUMNS, index % _COLUMNS)
