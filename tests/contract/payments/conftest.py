"""A sandbox platform in a child process, and an office that pays there."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
import requests

from kiosk.dossiers.attachments import Attachments
from kiosk.payments import rows
from kiosk.payments.claim import Claim
from kiosk.settings import Office, Payments
from sync.payments.cashier import Cashier
from sync.payments.client import PlatformClient
from sync.sandbox.faults import FaultSettings
from sync.sandbox.payments import PARTNER, SECRET, TOKEN
from sync.sandbox.process import SandboxProcess
from tests.fakes.fee_office import FeeOffice
from tests.samples import a_vault


def chosen(url: str, **changes: object) -> Payments:
    values: dict[str, object] = {
        "url": url,
        "partner": PARTNER,
        "secret": SECRET,
        "token": TOKEN,
        "account": "0123456789",
        "bank": "970436",
        "account_name": "KHO BAC MAU",
        "timeout_s": 5,
    }
    return Payments.model_validate(values | changes)


OFFICE = Office(
    agency="H29.18", name="Một cửa Mẫu", address="12 Đường Mẫu", place="Mẫu", station="kiosk-01"
)


_SERIALS = itertools.count(1000)


class Counter(FeeOffice):
    """A fee office with a cashier; ``press`` plays the citizen at the bank."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        # each test has dossiers of its own at the shared platform
        self.code = f"H29.18-261123-{next(_SERIALS)}"
        self.hand_in(self.code)
        self.url = url
        self.bills = Attachments(folder / "receipts", a_vault())
        self.client = PlatformClient(chosen(url), OFFICE, self.clock)
        self.cashier = self.cashier_with(self.client)
        self.made = self.claim(self.code)

    def cashier_with(self, client: PlatformClient) -> Cashier:
        return Cashier(self.database, "kiosk-01", client, self.bills, self.clock, Random(1))

    def press(self, url: str, act: str) -> None:
        assert requests.get(url, timeout=5).status_code == 200
        reply = requests.post(url, data={"act": act}, timeout=5)
        assert reply.status_code == 200, reply.text

    def now(self) -> Claim:
        found = rows.claim(self.reader, self.made.id)
        assert found is not None
        return found

    def close(self) -> None:
        self.client.close()
        super().close()


@pytest.fixture(scope="module")
def platform_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("platform")


@pytest.fixture(scope="module")
def platform(platform_folder: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(platform_folder) as process:
        yield process


def opened(platform_folder: Path, dossier_code: str) -> int:
    """How many payments the platform ever opened for a dossier: it counts by itself."""
    with closing(sqlite3.connect(platform_folder / "portal.db")) as there:
        (count,) = there.execute(
            "SELECT count(*) FROM pay_order WHERE content LIKE ?", (f"%{dossier_code}",)
        ).fetchone()
    return int(count)


@pytest.fixture
def faults(platform: SandboxProcess) -> Iterator[object]:
    def switch(**wanted: float) -> None:
        reply = requests.post(f"{platform.url}/sandbox/faults", json=wanted, timeout=5)
        assert reply.status_code == 200, reply.text

    yield switch
    switch(**FaultSettings().model_dump())


@pytest.fixture
def counter(tmp_path: Path, platform: SandboxProcess) -> Iterator[Counter]:
    made = Counter(tmp_path, platform.url)
    yield made
    made.close()
