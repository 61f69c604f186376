"""A sandbox portal in a child process, without faults at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk.settings import Portal
from sync.portal.adapter import AdapterDriver
from sync.sandbox.faults import FaultSettings
from sync.sandbox.process import SandboxProcess


class Sandbox:
    """The process and its own API, for looking and for switching faults."""

    def __init__(self, process: SandboxProcess) -> None:
        self.process = process

    @property
    def url(self) -> str:
        return self.process.url

    def faults(self, **wanted: float) -> None:
        reply = requests.post(f"{self.url}/sandbox/faults", json=wanted, timeout=5)
        assert reply.status_code == 200, reply.text

    def dossiers(self) -> dict[str, dict[str, Any]]:
        found = requests.get(f"{self.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
        return {row["code"]: row for row in found}


def portal(url: str, **changes: object) -> Portal:
    values: dict[str, object] = {
        "url": url,
        "username": "sandbox",
        "password": "sandbox",
        "dstcode": "VN:GOV:SANDBOX:dvcqg",
        "confirmation": "echo",
        "connect_timeout_s": 2,
        "read_timeout_s": 10,
    }
    return Portal.model_validate(values | changes)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("portal")
    with SandboxProcess(folder) as process:
        yield Sandbox(process)


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.faults(**FaultSettings().model_dump())
    return running


@pytest.fixture
def drivers(sandbox: Sandbox) -> Iterator[Any]:
    """Makes drivers for the sandbox; settings by name. They are closed at the end."""
    made: list[AdapterDriver] = []

    def make(**changes: object) -> AdapterDriver:
        made.append(
            AdapterDriver(portal(str(changes.pop("url", sandbox.url)), **changes), "H29.18")
        )
        return made[-1]

    yield make
    for driver in made:
        driver.close()


@pytest.fixture
def driver(drivers: Any) -> AdapterDriver:
    made: AdapterDriver = drivers()
    return made
