"""The account is locked from some message on, over real sockets: one trial to log in, then rest; nothing is lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.faults import Fault
from sync.courier import Condition, Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings
from tests.faults.portal.gate import Gate

pytestmark = pytest.mark.real

COUNT = 12


class Lock:
    """Lets so many calls pass, then refuses all until it is opened."""

    def __init__(self, calls: int) -> None:
        self.left = calls
        self.locked = True
        self.refused: list[str] = []

    def __call__(self, path: str, _body: bytes) -> int | None:
        self.left -= 1
        if not self.locked or self.left >= 0:
            return None
        self.refused.append(path)
        return 401


def test_401_from_some_message_on_is_asked_once_and_all_arrive_afterwards(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(COUNT)
    seen: list[Condition] = []
    lock = Lock(8)
    with SandboxProcess(tmp_path / "portal") as portal, Gate(portal.url, lock) as gate:
        driver = AdapterDriver(settings(gate.url), "H29.18")
        courier = Courier(office.outbox, driver, now, Random(21), on_change=seen.append)
        with pytest.raises(Fault, match="PORTAL_LOGIN_FAILED"):
            courier.drain(Cancel(), 30)
        asked = len(lock.refused)
        assert 1 <= asked <= 3, "the message, and one trial to log in anew"
        for _ in range(5):
            courier.round(Cancel())  # it rests: the portal isn't even asked
        assert len(lock.refused) == asked
        assert [one.fault for one in seen].count("PORTAL_LOGIN_FAILED") == 1
        states = office.outbox.counts()
        assert states["acknowledged"] > 0
        assert states["needs_attention"] == states["quarantined"] == states["sending"] == 0
        assert {row.attempts for row in office.outbox.rows()} == {0}, "no attempt is counted"

        lock.locked = False  # somebody has unlocked the account; the program is started again
        again = Courier(office.outbox, driver, now, Random(22))
        again.drain(Cancel(), 30)
        rows = portal.dossiers()
        driver.close()
    assert office.outbox.unsent("portal") == 0
    assert sorted(str(row["code"]) for row in rows) == office.codes
    assert {row["stored"] for row in rows} == {1}
    office.close()
