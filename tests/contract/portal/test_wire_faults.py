"""Every fault over real sockets, asked for by header and by switch."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from kiosk.clock import now
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Accepted, NotThePortal
from sync.sandbox.faults import NAMES
from tests.fakes.portal_items import item

pytestmark = pytest.mark.real
DSTCODE = {"dstcode": "VN:GOV:SANDBOX:dvcqg"}


@pytest.fixture
def code() -> str:
    return f"H29.18-261123-{uuid4().int % 10**7:07d}"


@pytest.fixture
def session(sandbox: Any) -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.headers.update(DSTCODE)
        yield made


def push(session: requests.Session, url: str, code: str, fault: str = "") -> requests.Response:
    login = session.post(
        f"{url}/mapi/login", json={"username": "sandbox", "password": "sandbox"}, timeout=10
    )
    head = json.dumps({"session": login.json()["session"], "service": "DongBoHoSoMC"}).encode()
    body = head[:-1] + b',"data":[' + item(code).body + b"]}"
    headers = {"Idempotency-Key": f'"{code}"'} | ({"X-Fault": fault} if fault else {})
    return session.post(f"{url}/mapi/g", body, headers=headers, timeout=10)


def test_the_contract_names_every_fault(sandbox: Any) -> None:
    contract = requests.get(f"{sandbox.url}/openapi.json", timeout=10).json()
    described = contract["components"]["parameters"]["XFault"]["description"]
    assert all(name in described for name in NAMES)


def test_drop_commits_first_and_lets_the_same_request_through_then(
    session: requests.Session, sandbox: Any, code: str
) -> None:
    with pytest.raises(requests.ConnectionError):
        push(session, sandbox.url, code, "drop")
    assert sandbox.dossiers()[code]["times_received"] == 1
    again = push(session, sandbox.url, code, "drop")
    assert again.json()["error_code"] == 0
    row = sandbox.dossiers()[code]
    assert (row["stored"], row["times_received"]) == (1, 2)


def test_503_stores_nothing(session: requests.Session, sandbox: Any, code: str) -> None:
    busy = push(session, sandbox.url, code, "503")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert busy.headers["Content-Type"] == "application/problem+json"
    assert code not in sandbox.dossiers()


def test_html_stores_nothing(session: requests.Session, sandbox: Any, code: str) -> None:
    page = push(session, sandbox.url, code, "html")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert code not in sandbox.dossiers()


def test_truncate_cuts_the_body(session: requests.Session, sandbox: Any, code: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        push(session, sandbox.url, code, "truncate")
    assert sandbox.dossiers()[code]["stored"] == 1


def test_slowloris_gives_the_whole_body_in_the_end(
    session: requests.Session, sandbox: Any, code: str
) -> None:
    assert push(session, sandbox.url, code, "slowloris;ms=0").json()["error_code"] == 0


def test_latency_delays_and_changes_nothing(
    session: requests.Session, sandbox: Any, code: str
) -> None:
    slow = push(session, sandbox.url, code, "latency;ms=300")
    assert slow.json()["error_code"] == 0
    assert slow.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize("seconds", [86_400, -3_600])
def test_skew_tells_another_time(session: requests.Session, sandbox: Any, seconds: int) -> None:
    reply = session.post(
        f"{sandbox.url}/mapi/login", json={}, headers={"X-Fault": f"skew;s={seconds}"}, timeout=10
    )
    told = parsedate_to_datetime(reply.headers["Date"])
    assert abs((told - now()).total_seconds() - seconds) < 60
    assert reply.headers["Date"].count("GMT") == 1


def test_duplicate_answers_twice_on_the_wire(sandbox: Any) -> None:
    body = b"{}"
    request = (
        b"POST /mapi/login HTTP/1.1\r\nHost: x\r\ndstcode: VN:GOV:SANDBOX:dvcqg\r\n"
        b"X-Fault: duplicate\r\nConnection: close\r\nContent-Length: 2\r\n\r\n" + body
    )
    port = int(sandbox.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(request)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200") == 2
    first, second = answer.split(b"HTTP/1.1 200")[1:]
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2] != b""


def test_the_driver_is_not_misled_by_second_answers(
    driver: AdapterDriver, sandbox: Any, code: str
) -> None:
    sandbox.faults(duplicate=1)
    for serial in range(5):
        outcome = driver.send(item(f"{code}{serial}"))
        if isinstance(outcome, NotThePortal):  # the second answer came when this was asked already
            outcome = driver.send(item(f"{code}{serial}", attempts=2))
        assert isinstance(outcome, Accepted)
        assert json.loads(outcome.receipt)["result"][0]["MaHoSo"] == f"{code}{serial}"


@pytest.mark.parametrize("fault", ["nothing", "latency;ms=x", "drop,none", "\xff"])
def test_an_unknown_fault_is_told(sandbox: Any, fault: str) -> None:
    wrong = requests.post(
        f"{sandbox.url}/mapi/login", headers={"X-Fault": fault.encode("latin-1")}, timeout=10
    )
    assert wrong.status_code == 400
    assert wrong.json()["type"] == "urn:mot-cua:problem:unknown-fault"


def test_pages_and_switches_have_no_faults(sandbox: Any) -> None:
    sandbox.faults(unavailable=1, html_200=1, latency_ms=1)
    for path in ("/", "/health", "/theo-doi", "/can-bo", "/openapi.json", "/sandbox/faults"):
        assert requests.get(f"{sandbox.url}{path}", timeout=10).status_code == 200


def test_a_body_without_a_length_is_limited_too(session: requests.Session, sandbox: Any) -> None:
    pieces = (b"x" * (1 << 20) for _ in range(9))
    for path in ("/mapi/g", "/v1/fines/by-decision"):
        reply = session.post(f"{sandbox.url}{path}", pieces, timeout=20)
        assert reply.status_code == 413
        assert reply.json()["type"] == "urn:mot-cua:problem:too-large"
        pieces = (b"x" * (1 << 20) for _ in range(9))


def test_one_key_from_many_sides_is_one_dossier(sandbox: Any, code: str) -> None:
    def send(_: int) -> dict[str, Any]:
        with requests.Session() as session:
            session.headers.update(DSTCODE)
            found: dict[str, Any] = push(session, sandbox.url, code).json()
            return found

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(send, range(24)))
    assert all(reply == replies[0] for reply in replies)
    assert replies[0]["error_code"] == 0
    row = sandbox.dossiers()[code]
    assert (row["stored"], row["times_received"]) == (1, 24)


def test_dossiers_come_by_pages(session: requests.Session, sandbox: Any, code: str) -> None:
    for serial in range(3):
        push(session, sandbox.url, f"{code}{serial}")
    whole = [row["code"] for row in sandbox.dossiers().values()]
    paged: list[str] = []
    after: int | None = 0
    while after is not None:
        page = requests.get(
            f"{sandbox.url}/sandbox/dossiers", params={"after": after, "limit": 2}, timeout=10
        ).json()
        assert len(page["dossiers"]) <= 2
        paged += [row["code"] for row in page["dossiers"]]
        after = page["next"]
    assert paged == whole
