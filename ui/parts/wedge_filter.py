"""Keeps a scanner that types like a keyboard out of every field, and gives its codes as a code reader does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from devices.code_reader.listeners import Listeners, OnCode
from devices.code_reader.reading import code_of_keys
from devices.code_reader.wedge import GAP_S, Fate, Stroke, WedgeDecoder
from devices.status import Status
from devices.watch import Watch

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SHIFTS = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_AltGr)
_WRITES = (
    Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.KeypadModifier
    | Qt.KeyboardModifier.GroupSwitchModifier
)
_LINUX_ROW = dict(zip(range(10, 20), "1234567890", strict=True))
"""Scan codes of the digit row under X11 and Wayland (evdev's code plus 8)."""


class WedgeFilter(QObject):
    """A `CodeReader` over the keyboard; filters the whole application from the start until `remove`.

    Only keys of real keyboards are judged: the keyboard on the screen and what the program itself
    sends pass. Lives on the thread of the window, where it also calls its listeners.
    """

    def __init__(
        self,
        application: QCoreApplication,
        gap_s: float = GAP_S,
        decoder: WedgeDecoder | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._decoder = decoder or WedgeDecoder(gap_s)
        self._clock = clock
        self._listeners = Listeners(_Nothing)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._swallowed: set[int] = set()
        self._timer = QTimer(self, singleShot=True, interval=round(gap_s * 1000) + 1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        # Keys that queued up while the window was busy go first: no interval comes last of all.
        self._last_call = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._last_call.start)
        self._last_call.timeout.connect(self._lull)
        application.installEventFilter(self)

    def status(self) -> Status:
        """Unknown: a keyboard can't be asked whether it is a scanner."""
        return Status.unknown(text="types as a keyboard")

    def watch(self, on_code: OnCode) -> Watch:
        """See `CodeReader.watch`; ``on_code`` is called on the window's thread."""
        return self._listeners.add(on_code)

    def remove(self) -> None:
        """Judges keys no more; those held back are given on."""
        self._application.removeEventFilter(self)
        self._settle(self._decoder.other_key())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not event.spontaneous():
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._pressed(watched, event)
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(watched, event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in _SHIFTS:
            return False
        self._swallowed.discard(event.key())  # its release got lost
        stroke = self._stroke(event)
        if stroke is None:
            self._settle(self._decoder.other_key())
            return False
        before, own = self._decoder.stroke(stroke)
        self._settle(before)
        if own is Fate.HOLD:
            self._held.append((watched, event.clone()))
            self._last_call.stop()
            self._timer.start()
        elif own is Fate.SWALLOW:
            self._swallowed.add(event.key())
        return own is not Fate.PASS

    def _released(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in self._swallowed:
            self._swallowed.discard(event.key())
            return True
        pressed = any(one.key() == event.key() for _, one in self._held)
        if pressed:  # it may not come before its press
            self._held.append((watched, event.clone()))
        return pressed

    def _stroke(self, event: QKeyEvent) -> Stroke | None:
        """The key for the decoder; None for one that no scanner sends."""
        if event.isAutoRepeat() or event.modifiers() & ~_WRITES:
            return None
        at = event.timestamp() / 1000 if event.timestamp() else self._clock()
        if event.key() in _ENDS:
            return Stroke("", at, ends=True)
        text = event.text() if event.text().isprintable() else ""
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        row = _LINUX_ROW if sys.platform == "linux" and not shifted else {}
        digit = row.get(event.nativeScanCode(), "")
        return Stroke(text, at, digit) if text or digit else None

    def _lull(self) -> None:
        self._settle(self._decoder.lull())

    def _settle(self, fate: Fate) -> None:
        """Gives on or throws away what is held back."""
        if fate is Fate.HOLD:
            return
        self._timer.stop()
        self._last_call.stop()
        held, self._held = self._held, []
        if fate is Fate.PASS:
            for receiver, event in held:
                if shiboken6.isValid(receiver):  # the page may have gone meanwhile
                    QCoreApplication.sendEvent(receiver, event)
            return
        down = {event.key() for _, event in held if event.type() == QEvent.Type.KeyPress}
        up = {event.key() for _, event in held if event.type() == QEvent.Type.KeyRelease}
        self._swallowed |= down - up
        code = code_of_keys(self._decoder.take() or "")
        if code is not None:
            self._listeners.tell(code)


class _Nothing:
    """Nothing runs besides the window's own thread."""

    def stop(self) -> None:
        pass
