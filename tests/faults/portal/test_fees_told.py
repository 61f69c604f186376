"""The portal learns of a payment: paid at the sandbox's bank, told by a revision, once, through kills too."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

import resources
from devices.cancel import Cancel
from kiosk.commands import payments
from kiosk.compose import Station, open_station
from kiosk.outbox.message import State
from kiosk.payments import rows
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import quick
from tests.unit.dossiers.office import a_submission

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

MONEY = "DuocThanhToanTrucTuyen"
_DIE = """
import os, signal, sys
from kiosk import cli
from kiosk.payments.telling import FeeNews

whole = FeeNews._plan

def die(*arguments):
    if sys.argv[1] == "inside":
        whole(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

FeeNews._plan = die
cli.run(sys.argv[2:])
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield process


class Paying:
    """A dossier at a station and its page at the platform, where `pay` presses the button."""

    def __init__(self, folder: Path, sandbox: SandboxProcess) -> None:
        self.settings = quick(folder / "state", sandbox.url)
        self._portal = folder / "portal" / "portal.db"
        with open_station(self.settings, devices=False) as station:
            self.dossier = station.register.hand_in(a_submission()).dossier
            [claim] = rows.claims_of(station.database.read(), self.dossier.code)
        self.claim = claim.id
        begun = payments.start(self.settings, claim.id, "clerk-1")
        self.reference, self._page = str(begun["reference"]), str(begun["url"])

    def pay(self) -> None:
        assert requests.post(self._page, data={"act": "pay"}, timeout=10).ok

    def at_portal(self) -> tuple[str, dict[str, Any]]:
        """Key and message that the portal has of the dossier."""
        sql = "SELECT key, body FROM dossier WHERE code = ?"
        with closing(sqlite3.connect(self._portal)) as there:
            key, body = there.execute(sql, (self.dossier.code,)).fetchone()
        return str(key), json.loads(body)


def revisions(station: Station) -> list[tuple[int, str, str]]:
    sql = "SELECT rev, key, state FROM outbox WHERE kind = 'submit' ORDER BY rev"
    return [(row["rev"], row["key"], row["state"]) for row in station.database.read().rows(sql)]


def drain(station: Station) -> None:
    station.courier.drain(Cancel(), 60)


@pytest.mark.parametrize("first_is_there", [True, False])
def test_paid_at_the_bank_reaches_the_portal(
    tmp_path: Path, sandbox: SandboxProcess, first_is_there: bool
) -> None:
    paying = Paying(tmp_path, sandbox)
    with open_station(paying.settings, devices=False) as station:
        if first_is_there:
            drain(station)
            assert paying.at_portal()[1][MONEY] == "0"
        paying.pay()
        assert station.cashier is not None
        payments.ask(paying.settings, paying.reference)
        drain(station)
        first, second = revisions(station)
        key, message = paying.at_portal()
        assert (first[0], second[0]) == (1, 2)
        assert first[2] == second[2] == State.ACKNOWLEDGED
        assert (key, message[MONEY]) == (second[1], "1")
        assert message["DanhSachLePhi"][0]["Gia"] == str(paying.dossier.fee)
        drain(station)
        assert len(revisions(station)) == 2, "told twice never"


def test_the_thread_that_asks_is_enough_and_a_refund_is_told(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    paying = Paying(tmp_path, sandbox)
    with open_station(paying.settings, devices=False) as station:
        paying.pay()
        with station.database.transaction() as tx:
            tx.execute("UPDATE payment_attempt SET next_at = 0")
        assert station.cashier is not None
        station.cashier.round()
        drain(station)
        assert paying.at_portal()[1][MONEY] == "1"
        [paid] = rows.payments_of(station.database.read(), paying.claim)
        payments.propose_refund(paying.settings, paid.id, "nộp nhầm", "clerk-1")
        payments.refunded(paying.settings, paid.id, "UNC-1", "clerk-1")
        assert [rev for rev, _, _ in revisions(station)] == [1, 2, 3], "by the command itself"
        drain(station)
        assert paying.at_portal()[1][MONEY] == "0"


@pytest.mark.parametrize("where", ["before", "inside"])
def test_killed_between_the_money_and_the_news(
    tmp_path: Path, sandbox: SandboxProcess, where: str
) -> None:
    paying = Paying(tmp_path, sandbox)
    paying.pay()
    folder, url = paying.settings.folder, sandbox.url
    demo = resources.path("settings", "demo.toml").read_text("utf-8")
    file = tmp_path / "station.toml"
    file.write_text(demo.replace("http://127.0.0.1:8899", url), "utf-8")
    words = ("payments", "ask", paying.reference, "--settings", file, "--state", folder)
    command = [sys.executable, "-c", _DIE, where, *map(str, words)]
    died = subprocess.run(command, cwd=resources.path().parent, capture_output=True, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stderr
    for _ in range(2):
        with open_station(paying.settings, devices=False) as station:
            drain(station)
            found = revisions(station)
            assert [rev for rev, _, _ in found] == [1, 2]
            key, message = paying.at_portal()
            assert (key, message[MONEY]) == (found[1][1], "1")
