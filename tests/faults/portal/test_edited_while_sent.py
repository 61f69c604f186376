"""A dossier is corrected while the portal still answers for its first form: two revisions, two keys, right states."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.dossiers.corrections import Corrections
from kiosk.ids import uuid7
from kiosk.outbox.decisions import Decision
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import encode
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings
from tests.faults.portal.gate import Gate

pytestmark = pytest.mark.real

WHY = Decision("nhập nhầm", "clerk-1")


@pytest.mark.parametrize("confirmation", ["echo", "lookup"])
def test_the_answer_to_the_first_form_never_marks_the_second(
    tmp_path: Path, confirmation: str
) -> None:
    office = StockedOffice(tmp_path)
    office.stock(1)
    (code,) = office.codes
    corrections = Corrections(
        office.database, office.outbox, load_catalogue(), new_id=lambda: str(uuid7()), encode=encode
    )
    stored, edited = threading.Event(), threading.Event()
    bodies: list[bytes] = []

    def told(_path: str, body: bytes) -> None:
        if code.encode() in body and b"DongBoHoSoMC" in body:
            bodies.append(body)
            stored.set()
            assert edited.wait(30)  # the portal has it; its answer is slow

    with SandboxProcess(tmp_path / "portal") as portal, Gate(portal.url, told=told) as gate:
        changes = {"read_timeout_s": 40, "confirmation": confirmation}
        driver = AdapterDriver(settings(gate.url).model_copy(update=changes), "H29.18")
        courier = Courier(office.outbox, driver, now, Random(51))
        thread = threading.Thread(target=courier.drain, args=(Cancel(), 60))
        thread.start()
        try:
            assert stored.wait(30)
            assert office.outbox.rows()[0].state is State.SENDING
            assert corrections.correct(code, {"paper": "Bằng lái xe"}, WHY).rev == 2
            assert [row.state for row in office.outbox.rows()] == [
                State.SENDING,
                State.READY,
                State.READY,
            ]
        finally:
            edited.set()
        thread.join(60)
        (kept,) = portal.dossiers()
        driver.close()
    read = office.database.read()
    rows = read.rows("SELECT * FROM outbox WHERE kind = 'submit' ORDER BY rev")
    assert [(row["rev"], row["state"]) for row in rows] == [
        (1, "acknowledged"),
        (2, "acknowledged"),
    ]
    assert rows[0]["receipt"] != rows[1]["receipt"]
    assert len(bodies) == 2
    assert bodies[0] != bodies[1]
    assert (kept["code"], kept["key"]) == (code, rows[1]["key"]), "the portal holds the correction"
    assert read.number("SELECT count(*) FROM outbox WHERE state <> 'acknowledged'") == 0
    office.close()
