"""kill -9 while signers are confirmed: each is answered once, and the journal tells each answer once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest

import resources
from kiosk import clock
from kiosk.dossiers.card_checks import CardChecks
from kiosk.journal import journal
from tests.fakes.eid_gateway import FORGED, GENUINE, EidSandbox, eid
from tests.unit.dossiers.office import PLACE, a_submission, open_office
from tests.unit.dossiers.test_card_checks import a_chip

CHECKS = 90


@pytest.mark.real
def test_kill_between_question_and_answer(tmp_path):
    dice = random.Random(612)
    folder = tmp_path / "station"
    folder.mkdir()
    office = open_office(folder, clock=clock.now, place=replace(PLACE, gateway=True))
    forged = set()
    for number in range(CHECKS):
        signer = FORGED if number % 3 == 0 else GENUINE
        check = a_chip(signer=signer)
        dossier = office.register.hand_in(a_submission(f"key-{number}", check=check)).dossier
        if signer is FORGED:
            forged.add(dossier.code)
    checks = CardChecks(office.database, PLACE.station, clock.now)
    killed = 0
    gateway = EidSandbox(tmp_path / "gateway")
    with gateway.process:
        eid(gateway.url, folder)  # leaves the station's key for the child
        for _ in range(60):
            if not checks.counts()["waiting"]:
                break
            killed += confirm_and_kill(folder, gateway, dice)
        else:
            pytest.fail("kills leave no progress")
        asked = len(gateway.requests())
    assert killed > 3
    assert asked >= CHECKS
    assert checks.counts() == {
        "waiting": 0,
        "confirmed": CHECKS - len(forged),
        "refused": len(forged),
        "gave_up": 0,
    }
    assert {one.dossier_code for one in office.register.alarms(CHECKS)} == forged
    kinds = (journal.Kind.SIGNER_CONFIRMED, journal.Kind.SIGNER_REFUSED)
    told = Counter(
        one.subject for one in journal.entries(office.database.read()) if one.kind in kinds
    )
    assert len(told) == CHECKS
    assert set(told.values()) == {1}
    office.close()


def confirm_and_kill(folder, gateway: EidSandbox, dice: random.Random) -> bool:
    """Kills it somewhere around its first dozen questions; whether it still worked then."""
    until = len(gateway.requests()) + dice.randrange(1, 12)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.eid.child", str(folder), gateway.url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=resources.path().parent,
    )
    assert child.stdout.readline() == "started\n"
    while child.poll() is None and len(gateway.requests()) < until:
        pass
    time.sleep(dice.uniform(0, 0.01))
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    assert child.returncode in (0, -signal.SIGKILL)
    return child.returncode != 0
