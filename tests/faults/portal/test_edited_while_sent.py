"""A dossier is corrected while the portal still answers for its first form: two revisions, two keys, right states."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.outbox.message import Message, State
from sync.courier import Courier
from sync.portal.adapter import AdapterDriver
from sync.portal.messages import encode
from sync.sandbox.process import SandboxProcess
from tests.fakes.portal_items import dossier
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings
from tests.faults.portal.gate import Gate

pytestmark = pytest.mark.real


def test_the_answer_to_the_first_form_never_marks_the_second(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(1)
    (code,) = office.codes
    stored, edited = threading.Event(), threading.Event()
    bodies: list[bytes] = []

    def told(_path: str, body: bytes) -> None:
        if code.encode() in body and b"DongBoHoSoMC" in body:
            bodies.append(body)
            stored.set()
            assert edited.wait(30)  # the portal has it; its answer is slow

    with SandboxProcess(tmp_path / "portal") as portal, Gate(portal.url, told=told) as gate:
        slow = settings(gate.url).model_copy(update={"read_timeout_s": 40})
        driver = AdapterDriver(slow, "H29.18")
        courier = Courier(office.outbox, driver, now, Random(51))
        thread = threading.Thread(target=courier.drain, args=(Cancel(), 60))
        thread.start()
        try:
            assert stored.wait(30)
            first = office.outbox.rows()[0]
            assert first.state is State.SENDING
            second = corrected(office, code)
            assert {row.seq: row.state for row in office.outbox.rows()}[second] is State.READY
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
    assert [row["key"] for row in rows] == [f"{code}/submit", f"{code}/submit/2"]
    assert rows[0]["receipt"] != rows[1]["receipt"]
    assert len(bodies) == 2
    assert bodies[0] != bodies[1]
    assert kept["code"] == code
    assert read.number("SELECT count(*) FROM outbox WHERE state <> 'acknowledged'") == 0
    office.close()


def corrected(office: StockedOffice, code: str) -> int:
    made = dossier(code)
    person = replace(made.person, residence="Số 2 Đường Khác, Phường Mẫu")
    body = next(one.body for one in encode(replace(made, person=person)) if one.kind == "submit")
    with office.database.transaction() as tx:
        return office.outbox.add(
            tx,
            key=f"{code}/submit/2",
            dossier_id=made.id,
            rev=2,
            dest="portal",
            message=Message("submit", body),
        )
