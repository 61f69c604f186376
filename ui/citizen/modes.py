"""How a person wants to see the screen; all of it is forgotten at the end of a session."""

from __future__ import annotations

from dataclasses import dataclass

from ui.style.look import Look
from ui.style.tokens import HIGH_CONTRAST, LIGHT, Scale

_UPRIGHT_MM = 262.0
"""Width that an upright layout needs; a narrower window is drawn smaller."""
_LYING_MM = (340.0, 190.0)
"""Width and height that a lying layout needs."""


@dataclass(frozen=True)
class Modes:
    """The choices of the tool row."""

    language: str = "vi"
    large: bool = False
    contrast: bool = False
    lowered: bool = False


@dataclass(frozen=True)
class Room:
    """The window's size in pixels and the screen's resolution."""

    width: int
    height: int
    px_per_mm: float

    @property
    def landscape(self) -> bool:
        return self.width > self.height

    def look(self, modes: Modes) -> Look:
        """Theme and scale for this room; a small window gets a smaller scale, never cut parts."""
        if self.landscape:
            fit = min(self.width / _LYING_MM[0], self.height / _LYING_MM[1])
        else:
            fit = self.width / _UPRIGHT_MM
        theme = HIGH_CONTRAST if modes.contrast else LIGHT
        return Look(theme, Scale(min(self.px_per_mm, fit), modes.large))
