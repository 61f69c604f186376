"""The adapter driver and the sandbox portal over real HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import requests

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Misconfigured,
    NotThePortal,
    Poison,
    Refused,
    TooEarly,
    UnknownOutcome,
    Unreachable,
)
from sync.sandbox.process import SandboxProcess
from tests.fakes.portal_items import item

pytestmark = pytest.mark.real


@pytest.fixture
def code() -> str:
    return f"H29.18-261123-{uuid4().int % 10**8:08d}"


def test_first_time(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    outcome = driver.send(item(code))
    assert isinstance(outcome, Accepted)
    receipt = json.loads(outcome.receipt)
    assert receipt["error_code"] == 0
    assert receipt["result"][0]["MaHoSo"] == code
    row = sandbox.dossiers()[code]
    [file] = row.pop("files")
    assert (file["component"], file["complete"]) == ("TP01", False)
    assert row == {
        "code": code,
        "key": f"key-{code}-submit",
        "times_received": 1,
        "stored": 1,
        "components": ["TP01"],
        "state": "2",
        "progress": [],
        "complete": False,
    }


def test_a_replay_gives_the_stored_receipt(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    first, second = driver.send(item(code)), driver.send(item(code))
    assert isinstance(first, Accepted)
    assert first == second
    assert sandbox.dossiers()[code]["times_received"] == 2
    assert sandbox.dossiers()[code]["stored"] == 1


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_code_of_another_key_is_never_overwritten(
    driver: AdapterDriver, sandbox: Any, code: str, attempts: int
) -> None:
    driver.send(item(code))
    before = sandbox.dossiers()[code]
    outcome = driver.send(item(code, key="second", attempts=attempts))
    assert outcome == Refused("CODE_TAKEN", "", 200)
    assert sandbox.dossiers()[code] == before


def test_a_step_after_its_dossier(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    step = item(code, "progress")
    assert isinstance(driver.send(step), TooEarly)
    driver.send(item(code))
    assert isinstance(driver.send(step), Accepted)
    assert isinstance(driver.send(step), Accepted)
    [kept] = sandbox.dossiers()[code]["progress"]
    assert (kept["state"], kept["words"], kept["times_received"]) == ("2", "Tiếp nhận hồ sơ", 2)
    assert kept["at"] == "20261123083200"


def test_the_lookup_confirms_where_there_is_no_echo(drivers: Any, sandbox: Any, code: str) -> None:
    driver = drivers(confirmation="lookup")
    assert isinstance(driver.send(item(code)), Accepted)
    assert isinstance(driver.send(item(code, "progress")), Accepted)
    assert sandbox.dossiers()[code]["stored"] == 1


def test_the_same_key_with_other_bytes_is_poison(driver: AdapterDriver, code: str) -> None:
    driver.send(item(code))
    other = replace(item(code), body=item(code).body.replace(b"10000", b"20000"))
    outcome = driver.send(other)
    assert isinstance(outcome, Poison)
    assert outcome.code == "KEY_REUSED"


def test_an_unfit_message_is_refused_with_field_paths(
    driver: AdapterDriver, sandbox: Any, code: str
) -> None:
    bad = item(code).body.replace(b'"KenhThucHien":"1"', b'"KenhThucHien":"9"')
    outcome = driver.send(replace(item(code), body=bad))
    assert outcome == Refused("5", "not valid: KenhThucHien", 200)
    assert code not in sandbox.dossiers()


def test_an_unknown_kind_is_never_sent(driver: AdapterDriver) -> None:
    assert driver.send(item(kind="gossip")) == Poison("UNKNOWN_KIND", "gossip")


def test_a_lost_session_costs_one_new_login(code: str, tmp_path: Any, drivers: Any) -> None:
    with SandboxProcess(tmp_path) as process:
        driver = drivers(url=process.url)
        assert isinstance(driver.send(item(code)), Accepted)
        process.stop()
        process.start()  # sessions live in memory: the old one is refused by error_code 401
        assert isinstance(driver.send(item(code)), Accepted)


def test_a_session_of_no_length_fails_and_ends(code: str, tmp_path: Any, drivers: Any) -> None:
    with SandboxProcess(tmp_path, more=["--session-s", "0"]) as process:
        outcome = drivers(url=process.url).send(item(code))
    assert outcome == AuthenticationFailed("error_code 401", 200, logged_in=True)


def test_a_wrong_password(drivers: Any, code: str) -> None:
    driver = drivers(password="wrong")
    assert driver.send(item(code)) == AuthenticationFailed("error_code 1", 200)
    with pytest.raises(Fault, match="PORTAL_LOGIN_FAILED"):
        driver.check(Cancel())


def test_a_password_file_that_is_not_there(drivers: Any, code: str, tmp_path: Any) -> None:
    driver = drivers(password="", password_file=str(tmp_path / "none"))
    assert isinstance(driver.send(item(code)), AuthenticationFailed)


def test_a_wrong_dstcode(drivers: Any, code: str) -> None:
    assert drivers(dstcode="VN:NOBODY").send(item(code)) == NotThePortal("wrong address", 404)


def test_a_wrong_path(drivers: Any, code: str) -> None:
    assert isinstance(drivers(login_path="/elsewhere").send(item(code)), NotThePortal)


def test_unavailable(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    sandbox.faults(unavailable=1)
    assert driver.send(item(code)) == Busy(503, 1.0)
    sandbox.faults(unavailable=0)
    assert isinstance(driver.send(item(code)), Accepted)


def test_dropped_after_the_commit(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    sandbox.faults(drop_after_commit=1)
    assert isinstance(driver.send(item(code)), UnknownOutcome)
    assert isinstance(driver.send(item(code)), UnknownOutcome)
    sandbox.faults(drop_after_commit=0)
    assert isinstance(driver.send(item(code)), Accepted)
    row = sandbox.dossiers()[code]
    assert (row["stored"], row["times_received"]) == (1, 3)


def test_a_login_page_is_not_the_portal(driver: AdapterDriver, sandbox: Any, code: str) -> None:
    sandbox.faults(html_200=1)
    assert driver.send(item(code)) == NotThePortal("content type text/html", 200)
    with pytest.raises(Fault, match="PORTAL_NOT_THE_PORTAL"):
        driver.check(Cancel())
    assert code not in sandbox.dossiers()


def test_slower_than_the_read_time_out(drivers: Any, sandbox: Any, code: str) -> None:
    sandbox.faults(latency_ms=1500)
    driver = drivers(read_timeout_s=0.3)
    assert driver.send(item(code)) == UnknownOutcome("ReadTimeout")
    with pytest.raises(Fault, match="PORTAL_SLOW"):
        driver.check(Cancel())


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is ours but where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_nobody_listens(drivers: Any, code: str, closed_port: int) -> None:
    driver = drivers(url=f"http://127.0.0.1:{closed_port}")
    assert driver.send(item(code)) == Unreachable("NewConnectionError")
    with pytest.raises(Fault, match="PORTAL_DOWN"):
        driver.check(Cancel())


@pytest.mark.parametrize("host", ["127.0.0.1:99999", "[::1", "a" * 64 + ".vn", "ü" * 70 + ".vn"])
def test_an_address_that_can_t_be_one(drivers: Any, code: str, host: str, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("x")
    secret = str(tmp_path / "secret")
    driver = drivers(url=f"http://{host}", password="", password_file=secret)
    assert isinstance(driver.send(item(code)), Misconfigured)
    with pytest.raises(Fault, match="PORTAL_SETTINGS"):
        driver.check(Cancel())


def test_tls_with_something_that_speaks_none(drivers: Any, sandbox: Any, code: str) -> None:
    driver = drivers(url=sandbox.url.replace("http:", "https:"))
    assert driver.send(item(code)) == NotThePortal("no TLS")
    with pytest.raises(Fault, match="PORTAL_NOT_THE_PORTAL"):
        driver.check(Cancel())


def test_check_logs_in_and_can_be_cancelled(driver: AdapterDriver) -> None:
    driver.check(Cancel())
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        driver.check(cancel)


def test_faults_are_validated_and_told(sandbox: Any) -> None:
    for wrong in ({"unavailable": 2}, {"latency_ms": -1}, {"unknown": 1}, [], "x"):
        reply = requests.post(f"{sandbox.url}/sandbox/faults", json=wrong, timeout=5)
        assert reply.status_code == 422
    sandbox.faults(latency_ms=5)
    sandbox.faults(html_200=0.5)
    present = requests.get(f"{sandbox.url}/sandbox/faults", timeout=5).json()
    assert {name: value for name, value in present.items() if value} == {
        "latency_ms": 5,
        "html_200": 0.5,
        "trickle_ms": 200,
    }


def test_the_pages_for_people(sandbox: Any) -> None:
    home = requests.get(sandbox.url, timeout=5)
    assert home.headers["Content-Type"].startswith("text/html")
    assert "Cổng thử nghiệm" in home.text
    assert requests.get(f"{sandbox.url}/health", timeout=5).json() == {"ok": True}


def test_a_request_above_8_mib_is_refused(sandbox: Any) -> None:
    headers = {"dstcode": "VN:GOV:SANDBOX:dvcqg"}
    reply = requests.post(f"{sandbox.url}/mapi/g", b"x" * (9 << 20), headers=headers, timeout=20)
    assert reply.status_code == 413


def test_committed_rows_survive_a_kill(tmp_path: Any, drivers: Any) -> None:
    process = SandboxProcess(tmp_path)
    with process:
        driver = drivers(url=process.url)
        for number in range(5):
            assert isinstance(driver.send(item(f"H29.18-{number}")), Accepted)
        process.kill()
        assert isinstance(driver.send(item("H29.18-5")), Unreachable | UnknownOutcome)
        process.start()
        assert isinstance(driver.send(item("H29.18-5")), Accepted)
        found = requests.get(f"{process.url}/sandbox/dossiers", timeout=5).json()["dossiers"]
        assert [row["stored"] for row in found] == [1] * 6
        assert process.stop() == 0


def test_a_taken_port_is_told(
    sandbox: Any, tmp_path: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="doesn't listen"):
        SandboxProcess(tmp_path, sandbox.process.port).start()
    assert "Address already in use" in capfd.readouterr().err
