"""One message that the portal always fails at and one whose file is gone: fifty others arrive, over real sockets."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.sandbox.process import SandboxProcess
from tests.fakes.scanned_office import ScannedOffice, portal_settings, scan
from tests.faults.portal.gate import Gate

pytestmark = pytest.mark.real

OTHERS = 50


def test_fifty_others_arrive(tmp_path: Path) -> None:
    office = ScannedOffice(tmp_path)
    codes = [f"H29.18-261124-{n:04d}" for n in range(1, OTHERS + 3)]
    hashes = [office.hand_in(code, [scan(2_000, n)])[0] for n, code in enumerate(codes)]
    failing, lost = codes[0], codes[20]
    office.attachments.path_of(hashes[20]).unlink()
    failed: list[str] = []

    def asked(path: str, body: bytes) -> int | None:
        if failing.encode() in body:
            failed.append(path)
            return 500
        return None

    with SandboxProcess(tmp_path / "portal") as portal, Gate(portal.url, asked) as gate:
        driver = office.driver(portal_settings(gate.url))
        courier = Courier(office.outbox, driver, now, Random(41))
        for _ in range(3):
            courier.round(Cancel())
        driver.close()
        arrived = {str(row["code"]): row for row in portal.dossiers()}
    assert failed, "it was really tried"
    assert sorted(arrived) == sorted(set(codes) - {failing, lost})
    assert {row["stored"] for row in arrived.values()} == {1}
    left = {row.dossier_code: row for row in office.outbox.rows() if row.kind == "submit"}
    assert set(left) == {failing, lost}
    assert (left[lost].state, left[lost].last_error) == (State.QUARANTINED, "ATTACHMENT_LOST")
    assert left[failing].state is State.READY
    assert left[failing].attempts >= 1
    office.close()
