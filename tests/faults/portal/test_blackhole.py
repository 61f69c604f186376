"""The line swallows everything, then heals without any event of the system: what waits goes by itself."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from random import Random

import pytest

from devices.cancel import Cancel
from kiosk.clock import now
from sync.courier import Condition, Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings

pytestmark = pytest.mark.real


def test_a_line_that_was_silent_is_found_again_by_the_courier_alone(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(6)
    down, done = threading.Event(), threading.Event()

    def changed(seen: Condition) -> None:
        if seen.online is False:
            down.set()
        if seen.online and not seen.waiting:
            done.set()

    hole = socket.create_server(("127.0.0.1", 0))  # takes connections and says nothing
    port = hole.getsockname()[1]
    quick = settings(f"http://127.0.0.1:{port}").model_copy(update={"read_timeout_s": 0.3})
    driver = AdapterDriver(quick, "H29.18")
    courier = Courier(office.outbox, driver, now, Random(31), on_change=changed)
    cancel = Cancel()
    thread = threading.Thread(target=courier.run, args=(cancel,))
    thread.start()
    try:
        assert down.wait(30)
        tried = sum(row.attempts for row in office.outbox.rows())
        assert tried < 6, "not every row was tried in vain"
        hole.close()
        with SandboxProcess(tmp_path / "portal", port) as portal:
            assert done.wait(60), "nobody woke it"
            rows = portal.dossiers()
    finally:
        cancel.cancel()
        courier.close()
        thread.join(10)
    assert sorted(str(row["code"]) for row in rows) == office.codes
    assert {row["stored"] for row in rows} == {1}
    assert office.outbox.unsent("portal") == 0
    office.close()
