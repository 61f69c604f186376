"""`kiosk card …` against the real pcscd with the virtual card in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

import resources
from devices.idcard.virtual import daemon

pytestmark = pytest.mark.pcsc
ROOT = resources.path().parent
KEY = ["--number", "001300012345", "--birth", "000302", "--expiry", "250302"]


def kiosk(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "card", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def card():
    """The virtual card on the pcscd of this machine, by the command a technician would use."""
    reason = daemon.missing()
    if reason:
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "card", "simulate"], stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stderr is not None
        assert b"pcscd" in child.stderr.readline()
        deadline = monotonic() + 20
        while (done := kiosk("read", *KEY, "--json")).returncode == 3 and monotonic() < deadline:
            sleep(0.2)  # pcscd needs a moment to notice the card
        assert done.returncode == 0, done.stdout + done.stderr
        yield
        child.send_signal(signal.SIGTERM)
        child.stderr.read()
        assert child.wait(20) == 0


def test_a_reading_is_one_json_object(card):
    done = kiosk("read", *KEY, "--json")
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["access"] == "BAC"
    assert read["person"]["full_name"] == "Nguyễn Thị Mẫu"
    assert read["mrz"]["personal_number"] == "001300012345"
    assert read["photo"]["bytes"] > 10_000
    assert set(read["groups"]) == {"1", "2", "13"}
    assert read["apdus"] <= 98


def test_a_wrong_key_is_a_fault_of_the_world(card):
    done = kiosk("read", "--number", "001300012345", "--birth", "000303", "--expiry", "250302")
    assert done.returncode == 3
    assert json.loads(done.stdout)["fault"] == "WRONG_KEY"


def test_readers_are_listed(card):
    readers = json.loads(kiosk("readers").stdout)["readers"]
    assert any("Virtual PCD" in name for name in readers)
