"""What a test kills: ``python -m tests.faults.portal.uploader FOLDER URL`` sends what waits and says so."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.store.lock import state_lock
from sync.courier import Courier
from tests.fakes.scanned_office import ScannedOffice, portal_settings


def main(folder: Path, url: str) -> None:
    with state_lock(folder):
        office = ScannedOffice(folder)
        driver = office.driver(portal_settings(url, read_timeout_s=5))
        sys.stdout.write("started\n")
        sys.stdout.flush()
        Courier(office.outbox, driver, now, Random()).drain(Cancel(), 120)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
