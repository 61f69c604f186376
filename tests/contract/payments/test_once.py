"""The platform's own count: one payment a claim, whatever number of programs start it and however they end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

import resources
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.payments import rows
from kiosk.store.database import Database
from sync.payments.cashier import Cashier
from sync.payments.client import PlatformClient
from tests.contract.payments.conftest import OFFICE, Counter, chosen, opened
from tests.samples import a_vault

pytestmark = pytest.mark.real
Switch = Callable[..., None]


def start(counter: Counter, folder: Path) -> str:
    """As a program of its own would: its own connection to the file and to the platform."""
    client = PlatformClient(chosen(counter.url), OFFICE, counter.clock)
    with Database(counter.file, counter.clock, a_vault()) as database:
        bills = Attachments(folder, a_vault())
        cashier = Cashier(database, "kiosk-01", client, bills, counter.clock, Random(1))
        try:
            return cashier.start(counter.made.id, "kiosk-01").url
        except Fault as fault:
            return fault.code
        finally:
            client.close()


def test_many_programs_at_once_open_one_payment(
    counter: Counter, platform_folder: Path, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = set(pool.map(lambda _: start(counter, tmp_path), range(16)))
    (attempt,) = rows.attempts_of(counter.reader, counter.made.id)
    assert said <= {attempt.url, "PAYMENT_UNCLEAR"}
    assert attempt.url in said
    assert opened(platform_folder, counter.code) == 1


def test_a_program_killed_while_it_starts_opens_no_second_payment(
    counter: Counter, faults: Switch, platform_folder: Path, tmp_path: Path
) -> None:
    """It dies after the attempt was written, before the platform's answer came."""
    demo = resources.path("settings", "demo.toml").read_text("utf-8")
    settings = tmp_path / "station.toml"
    settings.write_text(demo.replace("http://127.0.0.1:8899", counter.url), "utf-8")
    faults(latency_ms=600_000)
    words = ("payments", "start", counter.made.id, "--settings", str(settings))
    child = subprocess.Popen(
        [sys.executable, "-m", "kiosk", *words, "--state", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    while not (found := rows.attempts_of(counter.reader, counter.made.id)):
        assert child.poll() is None, "it ended before it wrote the attempt"
    child.kill()
    said, _ = child.communicate()
    assert said == b""
    faults(latency_ms=0)
    with pytest.raises(Fault, match="PAYMENT_UNCLEAR"):
        counter.cashier.start(counter.made.id, "kiosk-01")
    assert rows.attempts_of(counter.reader, counter.made.id)[0].reference == found[0].reference
    assert opened(platform_folder, counter.code) == 0
