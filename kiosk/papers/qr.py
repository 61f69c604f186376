"""The QR of the dossier code: how dark modules lie, and drawings of it for paper and for pixels."""

from __future__ import annotations

from functools import lru_cache

import segno
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

QUIET = 4
"""Modules of white around the code; readers need them."""

Rows = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=8)
def modules(content: str) -> Rows:
    """Rows of modules, true is dark, quiet zone included; error level M."""
    code = segno.make_qr(content, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix_iter(border=QUIET))


def qr_picture(content: str, module_px: int) -> Image.Image:
    """The code as a black-and-white picture, ``module_px`` pixels a module."""
    rows = modules(content)
    small = Image.new("1", (len(rows), len(rows)), 1)
    small.putdata([0 if dark else 1 for row in rows for dark in row])
    side = len(rows) * module_px
    return small.resize((side, side), Image.Resampling.NEAREST)


class QrDrawing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The code as vector squares, ``side`` points wide with its quiet zone."""

    def __init__(self, content: str, side: float) -> None:
        super().__init__()
        self.width = self.height = side
        self._rows = modules(content)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        """Runs of dark modules become one path, so that no hairlines stand between squares."""
        canvas: Canvas = self.canv
        step = self.width / len(self._rows)
        canvas.setFillGray(0)
        path = canvas.beginPath()
        for index, row in enumerate(self._rows):
            y = self.height - (index + 1) * step
            for start, length in _runs(row):
                path.rect(start * step, y, length * step, step)
        canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = -1
    for index, dark in enumerate((*row, False)):
        if dark and start < 0:
            start = index
        elif not dark and start >= 0:
            runs.append((start, index - start))
            start = -1
    return runs
