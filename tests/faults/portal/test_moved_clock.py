"""The machine's clock is moved while rows wait and one is leased: every row arrives once, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import requests

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.kept import Kept
from kiosk.outbox import clock_note
from kiosk.outbox.outbox import Outbox
from kiosk.standing import Standing
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings
from tests.unit.dossiers.office import MovableClock

pytestmark = pytest.mark.real

DAY_S = 86_400


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("portal")) as process:
        yield process


@pytest.mark.parametrize("jump_s", [-3652 * DAY_S, -3600, DAY_S, 3652 * DAY_S])
def test_a_clock_that_jumps_during_a_lease(
    tmp_path: Path, sandbox: SandboxProcess, jump_s: int
) -> None:
    clock = MovableClock(now())
    office = StockedOffice(tmp_path, prefix=f"{jump_s}/")
    office.codes = [f"H29.18-{abs(jump_s) % 1_000_000:06d}-{jump_s < 0:d}000"]  # its own codes
    first = office.codes.pop()
    office.database._clock = clock
    office.outbox = Outbox(office.database, "kiosk-01", clock)
    for number in range(5):
        office.codes.append(f"{first[:-1]}{number + 1}")
        office._hand_in(office.codes[-1])
    (leased,) = office.outbox.claim("portal")  # and the program dies
    rested = office.outbox.claim("portal")[0]
    office.outbox.retry(rested.seq, 900, error="PORTAL_DOWN")
    clock.pass_(jump_s)

    office.outbox = Outbox(office.database, "kiosk-01", clock)
    driver = AdapterDriver(settings(sandbox.url), "H29.18")
    courier = Courier(office.outbox, driver, clock, Random(5))
    assert courier.drain(Cancel(), 60) == 10
    driver.close()
    kept = [row for row in sandbox.dossiers() if row["code"] in office.codes]
    assert sorted(str(row["code"]) for row in kept) == sorted(office.codes)
    assert {row["stored"] for row in kept} == {1}
    assert leased.key in {row["key"] for row in kept}
    office.close()


@pytest.mark.parametrize(("skew_s", "code"), [(90, "CLOCK_OFF"), (-7200, "CLOCK_WRONG")])
def test_a_portal_whose_clock_says_something_else_is_told_and_refuses_nothing(
    tmp_path: Path, sandbox: SandboxProcess, skew_s: int, code: str
) -> None:
    requests.post(f"{sandbox.url}/sandbox/faults", json={"skew_s": skew_s}, timeout=5)
    try:
        office = StockedOffice(tmp_path, prefix=f"skew{skew_s}/")
        office.codes = [f"H29.18-2611{abs(skew_s) % 100:02d}-9{n}99" for n in range(3)]
        for one in office.codes:
            office._hand_in(one)
        driver = AdapterDriver(settings(sandbox.url), "H29.18")
        assert Courier(office.outbox, driver, now, Random(6)).drain(Cancel(), 60) == 6
        driver.close()
    finally:
        requests.post(f"{sandbox.url}/sandbox/faults", json={"skew_s": 0}, timeout=5)
    note = clock_note.load(office.database.read())
    assert note is not None
    assert abs(note.seconds - skew_s) < 2
    told = Standing(clock=note, demo=True, copy=Kept()).troubles()
    assert [one for _, one in told] == [code]
    office.close()
