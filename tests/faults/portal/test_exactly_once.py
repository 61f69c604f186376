"""The whole way, outbox to portal, while everything goes wrong: N keys are exactly N rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.clock import now
from kiosk.settings import Portal
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice

pytestmark = pytest.mark.real

COUNT = 40


@pytest.fixture
def office(tmp_path: Path) -> Iterator[StockedOffice]:
    opened = StockedOffice(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield process


@pytest.fixture
def driver(sandbox: SandboxProcess) -> Iterator[AdapterDriver]:
    settings = Portal(
        url=sandbox.url,
        username="sandbox",
        password="sandbox",
        dstcode="VN:GOV:SANDBOX:dvcqg",
        confirmation="echo",
        connect_timeout_s=2,
        read_timeout_s=5,
    )
    made = AdapterDriver(settings, "H29.18")
    yield made
    made.close()


def switch(sandbox: SandboxProcess, **faults: float) -> None:
    requests.post(f"{sandbox.url}/sandbox/faults", json=faults, timeout=5).raise_for_status()


def kept(sandbox: SandboxProcess) -> dict[str, dict[str, Any]]:
    found = requests.get(f"{sandbox.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
    return {row["code"]: row for row in found}


def assert_exactly_once(office: StockedOffice, sandbox: SandboxProcess) -> None:
    found = kept(sandbox)
    assert sorted(found) == sorted(office.codes)
    for code, row in found.items():
        assert row["stored"] == 1, row
        assert row["key"] == f"{code}/submit"
        assert [step["key"] for step in row["progress"]] == [f"{code}/progress"]
    assert office.outbox.unsent("portal") == 0
    assert office.outbox.counts()["acknowledged"] == 2 * len(office.codes)


def test_random_faults(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver
) -> None:
    office.stock(COUNT)
    switch(sandbox, unavailable=0.05, drop_after_commit=0.4, html_200=0.03)
    courier = Courier(office.outbox, driver, now, Random(11))
    with suppress(Fault):  # its time may be up before luck has sent the last one
        courier.drain(Cancel(), 10)
    switch(sandbox, unavailable=0, drop_after_commit=0, html_200=0)
    courier.drain(Cancel(), 30)
    assert_exactly_once(office, sandbox)
    assert max(row["times_received"] for row in kept(sandbox).values()) > 1


def test_the_portal_is_killed_again_and_again(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver
) -> None:
    office.stock(COUNT)
    courier = Courier(office.outbox, driver, now, Random(12))
    dice = Random(13)
    ended: list[int] = []
    thread = threading.Thread(target=lambda: ended.append(courier.drain(Cancel(), 60)))
    thread.start()
    for _ in range(4):
        time.sleep(dice.uniform(0.02, 0.2))
        sandbox.kill()
        sandbox.start()
    thread.join(70)
    assert not thread.is_alive()
    assert ended == [2 * COUNT]
    assert_exactly_once(office, sandbox)


def test_an_outage_costs_one_attempt_and_heals_by_itself(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver
) -> None:
    office.stock(10)
    sandbox.kill()
    courier = Courier(office.outbox, driver, now, Random(14))
    courier.round(Cancel())
    assert [row.attempts for row in office.outbox.rows(dest="portal") if row.attempts] == [1]
    assert courier.online is False
    sandbox.start()
    assert courier.drain(Cancel(), 30) == 20
    assert courier.online is True
    assert_exactly_once(office, sandbox)


def test_the_answer_of_the_portal_is_lost_and_the_office_dies(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver, tmp_path: Path
) -> None:
    """Committed at the portal, the row still says sending, the program is gone: the next run sends it again."""
    office.stock(1)
    [item] = office.outbox.claim("portal")
    driver.send(item)  # and nobody writes down the answer
    office.close()
    again = StockedOffice(tmp_path)
    again.codes = office.codes
    try:
        assert Courier(again.outbox, driver, now, Random(15)).drain(Cancel(), 30) == 2
        assert_exactly_once(again, sandbox)
        assert kept(sandbox)[office.codes[0]]["times_received"] == 2
    finally:
        again.close()


def test_one_unfit_dossier_doesn_t_block_twenty(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver
) -> None:
    class Spoilt:
        """Spoils the first dossier on its way."""

        def send(self, item: Any) -> Any:
            if item.dossier_code == office.codes[0]:
                return driver.send(replace(item, body=b'{"MaHoSo":""}'))
            return driver.send(item)

        def check(self, cancel: Cancel) -> None:
            driver.check(cancel)

    office.stock(21)
    courier = Courier(office.outbox, Spoilt(), now, Random(16))
    assert courier.drain(Cancel(), 30) == 40
    assert courier.condition.attention == 1
    assert sorted(kept(sandbox)) == office.codes[1:]
    [refused] = [row for row in office.outbox.rows(dest="portal") if row.last_error]
    assert (refused.last_error, refused.state.value) == ("PORTAL_REFUSED", "needs_attention")


def test_two_stations_with_one_code(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver, tmp_path: Path
) -> None:
    """The first stays as it is, the second waits for a person."""
    office.stock(1)
    assert Courier(office.outbox, driver, now, Random(17)).drain(Cancel(), 30) == 2
    before = kept(sandbox)
    (tmp_path / "second").mkdir()
    other = StockedOffice(tmp_path / "second", prefix="other/")
    try:
        other.stock(1)
        courier = Courier(other.outbox, driver, now, Random(18))
        assert courier.drain(Cancel(), 30) == 0
        assert courier.condition.attention == 1
        [row] = [row for row in other.outbox.rows(dest="portal") if row.kind == "submit"]
        assert (row.state.value, row.last_error) == ("needs_attention", "CODE_TAKEN")
    finally:
        other.close()
    assert kept(sandbox) == before


def test_a_replay_after_a_drop_is_no_collision(
    office: StockedOffice, sandbox: SandboxProcess, driver: AdapterDriver
) -> None:
    office.stock(1)
    courier = Courier(office.outbox, driver, now, Random(19))
    switch(sandbox, drop_after_commit=1)
    courier.round(Cancel())
    switch(sandbox, drop_after_commit=0)
    assert courier.drain(Cancel(), 30) == 2
    assert_exactly_once(office, sandbox)
    assert kept(sandbox)[office.codes[0]]["times_received"] == 2
