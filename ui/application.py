"""The program's one QApplication."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication

from ui.style.fonts import load_fonts

_TURN_S = 0.00005
"""How long another thread may work on while the window waits for its turn, which it does after each call into Qt.
Python's own 5 ms add up to a stall that is seen as soon as several work: courier, both printers, scanner."""


def application() -> QApplication:
    """The QApplication, made at the first call, with the shipped style and fonts."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("mot-cua")
    sys.setswitchinterval(_TURN_S)
    app.setStyle("Fusion")
    load_fonts()
    return app


@contextmanager
def calm_collector() -> Iterator[None]:
    """What is there at the start stays out of Python's garbage collection until the end.

    Around a window that stands: a full round looks at everything that was ever imported, 40 to 60 ms
    in which no thread runs, and there is nothing to be found.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def beep() -> None:
    """A short sound of the machine itself."""
    QApplication.beep()
