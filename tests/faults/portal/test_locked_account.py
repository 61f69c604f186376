"""The account is locked from some message on, over real sockets: one trial to log in, then rest; nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest
import requests

from devices.cancel import Cancel
from kiosk.clock import now
from kiosk.faults import Fault
from sync.courier import Condition, Courier
from sync.portal.adapter import AdapterDriver
from sync.sandbox.process import SandboxProcess
from tests.fakes.stocked_office import StockedOffice
from tests.faults.portal.carrier import settings

pytestmark = pytest.mark.real

COUNT = 12


class Gate(ThreadingHTTPServer):
    """Passes calls on to the portal until so many came; then it answers 401 to all until it is opened."""

    daemon_threads = True

    def __init__(self, portal: str, calls: int) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.portal = portal
        self.left = calls
        self.locked = True
        self.refused: list[str] = []

    def shuts(self, path: str) -> bool:
        self.left -= 1
        shut = self.locked and self.left < 0
        if shut:
            self.refused.append(path)
        return shut


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.server.shuts(self.path):
            self._answer(401, {"Content-Type": "application/json"}, b"{}")
            return
        kept = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "connection")}
        url = f"{self.server.portal}{self.path}"
        said = requests.post(url, data=body, headers=kept, timeout=10)
        self._answer(said.status_code, {"Content-Type": said.headers["Content-Type"]}, said.content)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on stderr."""


@contextmanager
def a_gate(portal: str, calls: int) -> Iterator[Gate]:
    gate = Gate(portal, calls)
    thread = threading.Thread(target=gate.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.shutdown()
        thread.join()
        gate.server_close()


def test_401_from_some_message_on_is_asked_once_and_all_arrive_afterwards(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(COUNT)
    seen: list[Condition] = []
    with SandboxProcess(tmp_path / "portal") as portal, a_gate(portal.url, 8) as gate:
        driver = AdapterDriver(settings(f"http://127.0.0.1:{gate.server_port}"), "H29.18")
        courier = Courier(office.outbox, driver, now, Random(21), on_change=seen.append)
        with pytest.raises(Fault, match="PORTAL_LOGIN_FAILED"):
            courier.drain(Cancel(), 30)
        asked = len(gate.refused)
        assert 1 <= asked <= 3, "the message, and one trial to log in anew"
        for _ in range(5):
            courier.round(Cancel())  # it rests: the portal isn't even asked
        assert len(gate.refused) == asked
        assert [one.fault for one in seen].count("PORTAL_LOGIN_FAILED") == 1
        states = office.outbox.counts()
        assert states["acknowledged"] > 0
        assert states["needs_attention"] == states["quarantined"] == states["sending"] == 0
        assert {row.attempts for row in office.outbox.rows()} == {0}, "no attempt is counted"

        gate.locked = False  # somebody has unlocked the account; the program is started again
        again = Courier(office.outbox, driver, now, Random(22))
        again.drain(Cancel(), 30)
        rows = portal.dossiers()
        driver.close()
    assert office.outbox.unsent("portal") == 0
    assert sorted(str(row["code"]) for row in rows) == office.codes
    assert {row["stored"] for row in rows} == {1}
    office.close()
