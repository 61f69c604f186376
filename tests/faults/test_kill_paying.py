"""A station that is killed at each step of paying: the claim is there, one page was opened, no money is lost."""

from __future__ import annotations

import json
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
from kiosk.payments import rows
from kiosk.payments.claim import ClaimState
from kiosk.payments.standing import FeeWord
from sync.sandbox.process import SandboxProcess
from tests.journeys.station import a_station

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
ROOT = Path(resources.path()).parent


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield process


def killed_at(event: str, state: str, folder: Path, platform: SandboxProcess) -> dict[str, Any]:
    """Plays a paying journey until it tells this; gives the dossier's code and the page, if there was one."""
    plain = resources.path("journeys", "certified-copy.toml").read_text("utf-8")
    script = folder / "pays.toml"
    script.write_text(f'pay = "platform"\n{plain}', "utf-8")
    words = ("run", script, "--state", folder / "state", "--portal", platform.url)
    child = subprocess.Popen(
        [sys.executable, "-m", "kiosk", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    found: dict[str, Any] = {"dossier": "", "page": ""}
    assert child.stdout is not None
    for line in child.stdout:
        said = json.loads(line)
        found |= {name: said[name] for name in found if said.get(name)}
        if said["event"] == event and said.get("state", "") == state:
            break
        if found["page"] and state == "paid":
            assert requests.post(found["page"], data={"act": "pay"}, timeout=10).ok
    child.kill()
    child.communicate()
    return found


def opened(platform_folder: Path) -> int:
    with closing(sqlite3.connect(platform_folder / "portal.db")) as there:
        return int(there.execute("SELECT count(*) FROM pay_order").fetchone()[0])


@pytest.mark.parametrize(
    ("event", "state"),
    [("handed_in", ""), ("pay_way_chosen", ""), ("fee_seen", "waiting"), ("fee_seen", "paid")],
)
def test_killed_at_each_step(
    tmp_path: Path, platform: SandboxProcess, event: str, state: str
) -> None:
    found = killed_at(event, state, tmp_path, platform)
    assert found["dossier"], "it never came to the hand-in"
    with a_station(tmp_path / "state", platform.url) as station:
        reader = station.database.read()
        (claim,) = rows.claims_of(reader, found["dossier"])
        assert opened(tmp_path / "portal") <= 1
        assert station.bench is not None
        fees = station.bench.fees
        assert fees is not None
        if found["page"] and state != "paid":
            assert fees.open(claim.dossier_id).page == found["page"]
            assert requests.post(found["page"], data={"act": "pay"}, timeout=10).ok
        running = rows.open_attempt(reader, claim.id)
        if running is not None:
            fees.ask(claim.dossier_id)
        assert opened(tmp_path / "portal") <= 1
        paid = fees.look(claim.dossier_id)
        if found["page"]:
            assert (paid.word, len(paid.numbers)) == (FeeWord.PAID, 1)
            assert rows.refunds_to_do(reader) == []
        else:
            left = rows.claims_of(reader, found["dossier"])[0].state
            assert left in (ClaimState.UNPAID, ClaimState.PENDING)
