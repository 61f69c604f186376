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
    """The process and its own API, for looking and for switching faults.

    ``settings``: what a driver has to be told besides the address.
    """

    def __init__(self, process: SandboxProcess, **settings: str) -> None:
        self.process = process
        self.settings = settings
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = settings.get("ca_file", True)
        self._http.cert = settings.get("client_certificate_file")

    @property
    def url(self) -> str:
        scheme = "https" if "ca_file" in self.settings else "http"
        return f"{scheme}://127.0.0.1:{self.process.port}"

    def close(self) -> None:
        self._http.close()

    def faults(self, **wanted: float) -> None:
        reply = self._http.post(f"{self.url}/sandbox/faults", json=wanted, timeout=5)
        assert reply.status_code == 200, reply.text

    def dossiers(self) -> dict[str, dict[str, Any]]:
        found = self._http.get(f"{self.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
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
        made = Sandbox(process)
        yield made
        made.close()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.faults(**FaultSettings().model_dump())
    return running


@pytest.fixture
def drivers(sandbox: Sandbox) -> Iterator[Any]:
    """Makes drivers for the sandbox; settings by name. They are closed at the end."""
    made: list[AdapterDriver] = []

    def make(**changes: object) -> AdapterDriver:
        url = str(changes.pop("url", sandbox.url))
        made.append(AdapterDriver(portal(url, **{**sandbox.settings, **changes}), "H29.18"))
        return made[-1]

    yield make
    for driver in made:
        driver.close()


@pytest.fixture
def driver(drivers: Any) -> AdapterDriver:
    made: AdapterDriver = drivers()
    return made
