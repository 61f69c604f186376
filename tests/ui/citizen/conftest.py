"""A window of the citizen's face before a scripted office, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.settings import load
from tests.ui.citizen.scripted_journey import Office
from ui import shots
from ui.citizen.window import CitizenWindow


class Seconds:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def window(qapp: QApplication, office: Office, seconds: Seconds) -> Iterator[CitizenWindow]:
    settings = load()
    citizen = settings.citizen.model_copy(update={"px_per_mm": 4.03})
    made = CitizenWindow(
        office.services(), settings.model_copy(update={"citizen": citizen}), steady=seconds
    )
    made.resize(1080, 1920)
    made.show()
    qapp.processEvents()
    yield made
    shots.close(made)
