"""Where the demo's windows stand on a developer's screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

_UPRIGHT = 9, 16
_TALLEST = 1400
_FRAME = 60


def stand_upright(window: QWidget) -> None:
    """Gives the window a kiosk's upright shape, as large as this screen allows."""
    room = window.screen().availableGeometry()
    height = min(room.height() - _FRAME, _TALLEST)
    window.resize(min(height * _UPRIGHT[0] // _UPRIGHT[1], room.width()), height)


def stand_beside(desk: QWidget, window: QWidget) -> None:
    """Puts the desk to the right of the window; at the screen's edge where there is no more room."""
    room = window.screen().availableGeometry()
    left = min(window.frameGeometry().right() + _FRAME // 2, room.right() - desk.width())
    desk.move(left, room.top())
