"""Say something to assistive technology and to the voice of the machine."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


@runtime_checkable
class Speaks(Protocol):
    """A window that also speaks; it gives the text to its speech device."""

    def speak(self, text: str, urgent: bool) -> None: ...


def announce(widget: QWidget, text: str, urgent: bool = False) -> None:
    """Urgent interrupts: time running out, faults. Everything else waits its turn."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
    window = widget.window()
    if isinstance(window, Speaks):
        window.speak(text, urgent)
