"""Two programs on one store although the lock forbids it: the leases and the keys hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests

import resources
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
COUNT = 60


def carrier(folder: Path, url: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.portal.carrier", str(folder), url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=resources.path().parent,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    return child


def test_two_couriers_of_one_station_send_each_row_once(tmp_path: Path) -> None:
    """The second takes the first one's leases back as those of an earlier run: the worst that can happen."""
    office = StockedOffice(tmp_path)
    office.stock(COUNT)
    with SandboxProcess(tmp_path / "portal") as portal:
        requests.post(
            f"{portal.url}/sandbox/faults",
            json={"latency_ms": 5, "drop_after_commit": 0.1},
            timeout=5,
        ).raise_for_status()
        couriers = [carrier(tmp_path, portal.url) for _ in range(2)]
        for one in couriers:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.communicate(timeout=100) for one in couriers]
        rows = requests.get(f"{portal.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
    assert [one.returncode for one in couriers] == [0, 0], said
    assert sorted(row["code"] for row in rows) == office.codes
    assert {row["stored"] for row in rows} == {1}
    assert all(len(row["progress"]) == 1 for row in rows)
    assert office.outbox.counts()["acknowledged"] == 2 * COUNT
    assert sum(int(out) for out, _ in said) >= 2 * COUNT
    read = office.database.read()
    assert read.number("SELECT count(*) FROM outbox") == 2 * COUNT
    assert read.number("SELECT count(DISTINCT outbox_seq) FROM attempt_log WHERE state = 'acknowledged' "
                       "AND error_class IS NULL") == 2 * COUNT  # fmt: skip
    assert read.rows("PRAGMA integrity_check")[0][0] == "ok"
    office.close()
