"""Whatever the portal refuses with: no row is deleted, none counts as arrived, others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from tests.fakes.stocked_office import StockedOffice
from tests.fakes.stub_portal import Said, StubPortal, said
from tests.faults.portal.carrier import settings

pytestmark = pytest.mark.real

NOTHING = said({"error_code": 0, "result": []})
PROBLEM = "application/problem+json"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[StockedOffice]:
    opened = StockedOffice(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("content_type", ["application/json", PROBLEM, "text/html"])
@pytest.mark.parametrize("status", [*range(400, 419), *range(421, 432), 451, 460, 499])
def test_every_4xx_in_turn(office: StockedOffice, status: int, content_type: str) -> None:
    office.stock(3)
    body = b"<html>" if content_type == "text/html" else b'{"error_code": 7, "type": "about:blank"}'

    def answer(request: dict[str, Any], _: bytes) -> Said:
        if request["service"] == "TraCuuHoSo":
            return NOTHING
        return Said(body, status, content_type)

    with StubPortal(answer) as stub:
        driver = AdapterDriver(settings(stub.url), "H29.18")
        courier = Courier(office.outbox, driver, now, Random(5))
        courier.round(Cancel())
        office.outbox.make_due("portal")
        courier.round(Cancel())
        driver.close()
    counts = office.outbox.counts()
    assert sum(counts.values()) == 6
    assert counts["acknowledged"] == counts["sending"] == counts["sent"] == 0
    assert stub.services.count("DongBoHoSoMC") >= 1
    logged = office.database.read().number(
        "SELECT count(*) FROM attempt_log WHERE http_status = ?", (status,)
    )
    assert logged >= 1
