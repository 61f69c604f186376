"""A dossier that is corrected while its first revision is under way, over a slow portal (F07)."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from devices.cancel import Cancel
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.dossiers.corrections import Corrections
from kiosk.ids import uuid7
from kiosk.outbox.decisions import Decision
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Outcome, Outgoing
from sync.portal.messages import encode
from sync.sandbox.process import SandboxProcess
from tests.contract.portal.conftest import portal
from tests.fakes.stocked_office import StockedOffice

pytestmark = pytest.mark.real

WHY = Decision("nhập nhầm", "clerk-1")


class Held:
    """The real driver, which tells when it sends and goes on when it may."""

    def __init__(self, driver: AdapterDriver) -> None:
        self.driver = driver
        self.sending = threading.Event()
        self.may_go = threading.Event()

    def send(self, item: Outgoing) -> Outcome:
        outcome = self.driver.send(item)  # the portal has it; its answer is under way
        self.sending.set()
        assert self.may_go.wait(20)
        return outcome

    def check(self, cancel: Cancel) -> None:
        self.driver.check(cancel)


@pytest.mark.parametrize("confirmation", ["echo", "lookup"])
def test_corrected_while_it_is_sent(tmp_path: Path, confirmation: str) -> None:
    office = StockedOffice(tmp_path)
    office.stock(1)
    [code] = office.codes
    corrections = Corrections(
        office.database,
        office.outbox,
        load_catalogue(),
        new_id=lambda: str(uuid7()),
        encode=encode,
    )
    with SandboxProcess(tmp_path / "portal") as sandbox:
        held = Held(AdapterDriver(portal(sandbox.url, confirmation=confirmation), "H29.18"))
        courier = Courier(office.outbox, held, now, Random(1))
        thread = threading.Thread(target=courier.drain, args=(Cancel(), 60))
        thread.start()
        assert held.sending.wait(20)
        done = corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
        assert done.rev == 2
        held.may_go.set()
        thread.join(60)
        held.driver.close()
        row = _kept(sandbox, code)
    rows = office.database.read().rows("SELECT * FROM outbox ORDER BY seq")
    office.close()
    assert [(one["kind"], one["rev"]) for one in rows] == [
        ("submit", 1),
        ("progress", 1),
        ("submit", 2),
    ]
    assert {one["state"] for one in rows} == {State.ACKNOWLEDGED}
    assert len({one["key"] for one in rows}) == 3
    assert row["key"] == rows[2]["key"], "the portal holds the correction"
    assert rows[0]["body_sha256"] != rows[2]["body_sha256"]


def _kept(sandbox: SandboxProcess, code: str) -> dict[str, Any]:
    found = requests.get(f"{sandbox.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
    [row] = [one for one in found if one["code"] == code]
    return dict(row)
