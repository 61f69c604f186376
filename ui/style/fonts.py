"""The shipped fonts. The host's fonts are never relied on: many cut off Vietnamese tone marks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFontDatabase

from resources import path

FILES = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")


class FontMissing(RuntimeError):
    """A shipped font could not be loaded; the program must not start without it."""


def load_fonts(folder: Path | None = None) -> None:
    """Load the shipped fonts into the running application; a second call does nothing."""
    base = folder or path("fonts")
    for name in FILES:
        if _loaded(base / name) < 0:
            raise FontMissing(
                f"The font {name} cannot be loaded from {base}. "
                "Vietnamese names would lose tone marks, so the program stops here."
            )


@cache
def _loaded(file: Path) -> int:
    return QFontDatabase.addApplicationFont(str(file)) if file.is_file() else -1
