"""schemathesis finds nothing: every operation of the sandbox's contract, every check, over real HTTP.

``EXAMPLES=2000 ./run test tests/contract/portal/test_schemathesis.py`` looks longer. The examples are the same
in every run. What it has to know beforehand is in ``schemathesis.toml`` and ``schemathesis_hooks.py``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sync.sandbox.contract import FILE
from sync.sandbox.process import SandboxProcess
from tests.contract.portal.conftest import portal

pytestmark = [pytest.mark.real, pytest.mark.timeout(3600)]
EXAMPLES = os.environ.get("EXAMPLES", "10")
SWITCHES = ("/sandbox/faults", "/sandbox/feeds/faults", "/sandbox/file-faults")
"""What they switch on would hit the other operations: they have a sandbox of their own."""
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path, more=["--seed", "300"]) as made:
        yield made


def look(process: SandboxProcess, folder: Path, *choice: str) -> str:
    """Runs schemathesis in a folder of its own; gives what it says, and fails when it found something."""
    account = portal(process.url)
    reply = requests.post(
        f"{process.url}/mapi/login",
        json={"username": account.username, "password": account.secret()},
        headers={"dstcode": account.dstcode},
        timeout=10,
    )
    command = (sys.executable, "-W", "error", "-m", "schemathesis.cli")
    done = subprocess.run(
        [
            *(*command, "--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{process.url}/openapi.json", "--no-color", "--max-examples", EXAMPLES),
            *choice,
        ],
        env={
            **os.environ,
            "SANDBOX_SESSION": reply.json()["session"],
            "PYTHONPATH": str(ROOT),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    return done.stdout


def operations(*, switches: bool) -> int:
    """How many of the contract's operations are switches, or are none."""
    paths = json.loads(FILE.read_text("utf-8"))["paths"]
    return sum(len(each) for path, each in paths.items() if (path in SWITCHES) is switches)


def test_it_finds_nothing(process: SandboxProcess, tmp_path: Path) -> None:
    said = look(process, tmp_path, *(f"--exclude-path={path}" for path in SWITCHES))
    assert f"Tested: {operations(switches=False)}\n" in said


def test_nor_in_the_switches(process: SandboxProcess, tmp_path: Path) -> None:
    said = look(process, tmp_path, *(f"--include-path={path}" for path in SWITCHES))
    assert f"Tested: {operations(switches=True)}\n" in said
