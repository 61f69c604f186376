"""Data that ships with the product: procedures, calendars, texts, fonts, icons, settings."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Path of a shipped file, e.g. ``path("fonts", "NotoSans-Regular.ttf")``."""
    return _HERE.joinpath(*parts)
