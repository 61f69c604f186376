"""A quick simulated station for journey tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.compose import Station, open_station
from kiosk.settings import Settings, load

NOWHERE = "http://127.0.0.1:9"
"""A port of loopback on which nothing listens."""


def quick(folder: Path, portal: str = NOWHERE) -> Settings:
    """The demo station with devices that take no time."""
    settings = load(state=folder, portal=portal)
    devices = settings.devices
    card = devices.id_card.card.model_copy(update={"latency_ms": 0.0})
    quicker = devices.model_copy(
        update={
            "id_card": devices.id_card.model_copy(update={"card": card}),
            "scanner": devices.scanner.model_copy(update={"page_ms": 0, "dpi": 75}),
        }
    )
    return settings.model_copy(update={"devices": quicker})


@contextmanager
def a_station(folder: Path, portal: str = NOWHERE) -> Iterator[Station]:
    with open_station(quick(folder, portal)) as station:
        assert station.devices is not None
        station.devices.paper_printer.switches.page_ms = 0
        yield station
