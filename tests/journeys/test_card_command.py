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
from devices.idcard.virtual import daemon, vpcd
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches

pytestmark = pytest.mark.pcsc
ROOT = resources.path().parent
KEY = ["--number", "001300012345", "--birth", "000302", "--expiry", "250302"]


def kiosk(*arguments, env=None):
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "card", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A pcscd of our own with the virtual card in it: what reaches it."""
    reason = daemon.missing()
    if reason:
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with (
        daemon.PcscDaemon(tmp_path_factory.mktemp("pcscd")) as service,
        vpcd.PluggedCard(VirtualCard(switches=Switches(no_pace=True)), service.connect()),
    ):
        reach, deadline = service.environment, monotonic() + 20
        while kiosk("read", *KEY, env=reach).returncode == 3 and monotonic() < deadline:
            sleep(0.2)  # pcscd needs a moment to notice the card
        yield reach


def test_a_reading_is_one_json_object(desk):
    done = kiosk("read", *KEY, "--json", env=desk)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["access"] == "BAC"
    assert read["person"]["full_name"] == "Nguyễn Thị Mẫu"
    assert read["mrz"]["personal_number"] == "001300012345"
    assert read["photo"]["bytes"] > 10_000
    assert {"1", "2", "13", "14", "15"} == set(read["groups"])
    assert all(group["hash_ok"] for group in read["groups"].values())
    assert read["lamps"]["intact"] == {"state": "ok", "why": ""}
    assert read["lamps"]["trusted"] == {"state": "unknown", "why": "CSCA_UNKNOWN"}
    assert read["mismatches"] == []


def test_a_wrong_key_is_a_fault_of_the_world(desk):
    done = kiosk(
        "read", "--number", "001300012345", "--birth", "000303", "--expiry", "250302", env=desk
    )
    assert done.returncode == 3
    assert json.loads(done.stdout)["fault"] == "WRONG_KEY"


def test_six_digits_open_a_card_that_offers_pace(tmp_path_factory, desk):
    with (
        daemon.PcscDaemon(tmp_path_factory.mktemp("pcscd")) as service,
        vpcd.PluggedCard(VirtualCard(switches=Switches()), service.connect()),
    ):
        reach, deadline = service.environment, monotonic() + 20
        can = ["--can", "012345"]
        while kiosk("read", *can, env=reach).returncode == 3 and monotonic() < deadline:
            sleep(0.2)
        done = kiosk("read", *can, "--json", env=reach)
        traced = kiosk("trace", *can, env=reach)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["access"] == "PACE-CAN"
    record = json.loads(traced.stdout)
    assert record["outcome"]["access"] == "PACE-CAN"
    assert len(record["exchanges"]) == record["apdus"]
    assert "Virtual PCD" in record["reader"]


def test_six_digits_do_not_open_a_card_without_pace(desk):
    done = kiosk("read", "--can", "012345", env=desk)
    assert done.returncode == 3
    assert json.loads(done.stdout)["fault"] == "PACE_UNSUPPORTED"


@pytest.mark.parametrize(
    "key",
    [
        ["--can", "12345"],
        ["--can", "١٢٣٤٥٦"],
        ["--number", "<b>", "--birth", "000302", "--expiry", "250302"],
        ["--number", "001300012345", "--birth", "991399", "--expiry", "250302"],
    ],
)
def test_a_key_of_a_wrong_form_never_reaches_the_card(key):
    assert kiosk("read", *key).returncode == 2


def test_readers_are_listed(desk):
    readers = json.loads(kiosk("readers", env=desk).stdout)["readers"]
    assert any("Virtual PCD" in name for name in readers)


def test_the_simulated_card_ends_when_asked():
    if daemon.listens():
        pytest.skip("a pcscd of this machine runs already; the command would use that one")
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "card", "simulate"], stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        try:
            assert child.stderr is not None
            assert child.stderr.readline()
            child.send_signal(signal.SIGTERM)
            assert child.wait(20) == 0
        finally:
            child.kill()
