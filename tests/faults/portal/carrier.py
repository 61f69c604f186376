"""A second process on one store: ``python -m tests.faults.portal.carrier FOLDER URL`` drains without the lock."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.settings import Portal
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from tests.fakes.stocked_office import StockedOffice


def settings(url: str) -> Portal:
    return Portal(
        url=url, username="sandbox", password="sandbox", dstcode="VN:GOV:SANDBOX:dvcqg",
        confirmation="echo", connect_timeout_s=2, read_timeout_s=5,
    )  # fmt: skip


def main(folder: Path, url: str) -> None:
    office = StockedOffice(folder)
    driver = AdapterDriver(settings(url), "H29.18")
    sys.stdout.write("started\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sent = Courier(office.outbox, driver, now, Random()).drain(Cancel(), 60)
    sys.stdout.write(f"{sent}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
