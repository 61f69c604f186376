"""What a test kills: ``python -m tests.faults.eid.child FOLDER URL`` confirms what waits, one after the other."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

from devices.cancel import Cancel
from kiosk import clock
from kiosk.dossiers.card_checks import CardChecks
from kiosk.store.lock import state_lock
from sync.eid.client import GatewayClient
from sync.eid.confirm import Confirmer
from tests.fakes.eid_gateway import eid
from tests.unit.dossiers.office import PLACE, open_office


def main(folder: Path, url: str) -> None:
    with state_lock(folder):
        office = open_office(folder, clock=clock.now, place=replace(PLACE, gateway=True))
        client = GatewayClient(eid(url, folder), clock.now)
        checks = CardChecks(office.database, PLACE.station, clock.now)
        sys.stdout.write("started\n")
        sys.stdout.flush()
        Confirmer(checks, client, Random()).drain(Cancel(), 60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
