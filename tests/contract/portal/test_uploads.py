"""Files on their way to the sandbox over real sockets."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import requests

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.clock import now
from kiosk.dossiers.uploads import UploadState, missing
from kiosk.outbox.message import State
from sync.courier import Courier
from sync.sandbox.process import SandboxProcess
from sync.uploads import FilesFirst
from tests.fakes.scanned_office import ScannedOffice, hash_of, portal_settings, scan

pytestmark = pytest.mark.real


@pytest.fixture
def code() -> str:
    return f"H29.18-261123-{uuid4().int % 10**8:08d}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ScannedOffice]:
    opened = ScannedOffice(tmp_path / "office")
    yield opened
    opened.close()


@pytest.fixture
def files(sandbox: Any) -> Iterator[Any]:
    """Switches the faults of uploads; off again at the end."""

    def switch(**wanted: float) -> None:
        reply = requests.post(f"{sandbox.url}/sandbox/file-faults", json=wanted, timeout=5)
        assert reply.status_code == 200, reply.text

    yield switch
    switch(cut_at=0, wrong_offset=0)


@pytest.fixture
def driver(office: ScannedOffice, sandbox: Any) -> Iterator[FilesFirst]:
    made = office.driver(portal_settings(sandbox.url, chunk_kib=64))
    yield made
    made.close()


def courier(office: ScannedOffice, driver: FilesFirst) -> Courier:
    return Courier(office.outbox, driver, now, Random(5))


def url(sandbox: Any) -> str:
    return portal_settings(sandbox.url).file_address


def test_a_dossier_arrives_with_its_files(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, code: str
) -> None:
    data = [scan(300_000, 1), scan(17, 2)]
    hashes = office.hand_in(code, data, url(sandbox))
    assert courier(office, driver).drain(Cancel(), 20) == 2
    row = sandbox.dossiers()[code]
    assert row["complete"]
    assert [(one["sha256"], one["complete"]) for one in row["files"]] == [
        (one, True) for one in hashes
    ]
    for one, content in zip(row["files"], data, strict=True):
        assert requests.get(one["url"], timeout=5).content == content
    assert [office.ledger.load(one).state for one in hashes] == [UploadState.UPLOADED] * 2  # type: ignore[union-attr]
    assert missing(office.database.read()).files == 0


def test_two_files_of_one_name_both_arrive(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, code: str
) -> None:
    data = [scan(90_000, uuid4().int), scan(80_000, uuid4().int)]
    office.hand_in(code, data, url(sandbox), name="TP01")
    courier(office, driver).drain(Cancel(), 20)
    row = sandbox.dossiers()[code]
    assert [one["name"] for one in row["files"]] == ["TP01.pdf", "TP01.pdf"]
    assert [requests.get(one["url"], timeout=5).content for one in row["files"]] == data
    assert row["complete"]


def test_a_dossier_without_its_files_is_not_complete(
    office: ScannedOffice, sandbox: Any, code: str, drivers: Any
) -> None:
    [one] = office.hand_in(code, [scan(1000, uuid4().int)], url(sandbox))
    Courier(office.outbox, drivers(), now, Random(5)).drain(Cancel(), 20)
    row = sandbox.dossiers()[code]
    assert not row["complete"]
    assert row["files"][0]["sha256"] == one
    assert requests.get(row["files"][0]["url"], timeout=5).status_code == 404


def test_what_the_portal_lost_is_sent_anew(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, code: str
) -> None:
    data = scan(100_000, uuid4().int)
    [one] = office.hand_in(code, [data], url(sandbox))
    office.ledger.begun(one, f"{sandbox.url}/files/uploads/{one}-{len(data)}")
    office.ledger.done(one)  # said to be there, and isn't
    courier(office, driver).drain(Cancel(), 20)
    row = sandbox.dossiers()[code]
    assert row["complete"]
    assert row["times_received"] == 2


def test_a_known_file_is_not_sent_again(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, files: Any, tmp_path: Path, code: str
) -> None:
    data = scan(200_000, uuid4().int)
    office.hand_in(code, [data], url(sandbox))
    courier(office, driver).drain(Cancel(), 20)
    files(cut_at=1)  # no byte passes any more
    other = ScannedOffice(tmp_path / "other")
    again = other.driver(portal_settings(sandbox.url))
    other.hand_in(f"{code}-2", [data, data], url(sandbox))
    courier(other, again).drain(Cancel(), 20)
    again.close()
    other.close()
    assert sandbox.dossiers()[f"{code}-2"]["complete"]


def test_a_lost_file_is_set_apart_and_others_go_on(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any
) -> None:
    codes = [f"H29.18-261123-{uuid4().int % 10**8:08d}" for _ in range(4)]
    hashes = [office.hand_in(one, [scan(50_000, uuid4().int)], url(sandbox))[0] for one in codes]
    office.attachments.path_of(hashes[0]).unlink()
    damaged = office.attachments.path_of(hashes[1])
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    found = courier(office, driver)
    found.round(Cancel())
    stopped = {row.dossier_code: row for row in office.outbox.rows() if row.kind == "submit"}
    assert {one: stopped[one].last_error for one in codes[:2]} == {
        codes[0]: "ATTACHMENT_LOST",
        codes[1]: "ATTACHMENT_DAMAGED",
    }
    assert {row.state for row in stopped.values()} == {State.QUARANTINED}
    assert all(sandbox.dossiers()[one]["complete"] for one in codes[2:])
    assert missing(office.database.read()).lost == tuple(sorted(codes[:2]))
    assert codes[0] not in sandbox.dossiers()


def test_a_file_that_was_put_back_goes_with_its_dossier(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, code: str
) -> None:
    data = scan(50_000, uuid4().int)
    [one] = office.hand_in(code, [data], url(sandbox))
    office.attachments.remove(one)
    going = courier(office, driver)
    going.round(Cancel())
    [row] = [row for row in office.outbox.rows() if row.state is State.QUARANTINED]
    office.attachments.put(data)
    office.outbox.release(row.seq, "put back from the copy")
    going.drain(Cancel(), 20)
    assert sandbox.dossiers()[code]["complete"]
    assert missing(office.database.read()).lost == ()


def test_a_line_cut_in_every_chunk_moves_on(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, files: Any, code: str
) -> None:
    files(cut_at=40_000)
    office.hand_in(code, [scan(700_000, uuid4().int)], url(sandbox))
    courier(office, driver).drain(Cancel(), 60)
    assert sandbox.dossiers()[code]["complete"]
    seq = 1
    row = next(row for row in office.outbox.rows(open_only=False) if row.seq == seq)
    assert row.attempts <= 3, "a cut after bytes that arrived costs no attempt"


def test_wrong_offsets_harm_nothing(
    office: ScannedOffice, driver: FilesFirst, sandbox: Any, files: Any, code: str
) -> None:
    files(wrong_offset=0.3)
    data = scan(400_000, uuid4().int)
    office.hand_in(code, [data], url(sandbox))
    with suppress(Fault):  # luck may not have sent it in that time
        courier(office, driver).drain(Cancel(), 5)
    files(wrong_offset=0)
    courier(office, driver).drain(Cancel(), 30)
    [one] = sandbox.dossiers()[code]["files"]
    assert requests.get(one["url"], timeout=5).content == data


class Raw:
    """Requests of any tus client."""

    def __init__(self, sandbox: Any) -> None:
        self.url = sandbox.url
        login = {"username": "sandbox", "password": "sandbox"}
        headers = {"dstcode": "VN:GOV:SANDBOX:dvcqg"}
        found = requests.post(f"{self.url}/mapi/login", json=login, headers=headers, timeout=5)
        self._always = {
            "Authorization": f"Bearer {found.json()['session']}",
            "Tus-Resumable": "1.0.0",
        }

    def __call__(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(
            method, f"{self.url}{path}", data=body, headers=self._always | named, timeout=5
        )

    def create(self, data: bytes, **headers: str) -> Any:
        told = "sha256 " + b64encode(hash_of(data).encode()).decode()
        return self("POST", "/files", Upload_Length=str(len(data)), Upload_Metadata=told, **headers)

    def send(self, path: str, body: bytes, offset: int = 0, **headers: str) -> Any:
        kind = "application/offset+octet-stream"
        return self("PATCH", path, body, Upload_Offset=str(offset), Content_Type=kind, **headers)


@pytest.fixture
def raw(sandbox: Any) -> Raw:
    return Raw(sandbox)


def test_the_server_tells_what_it_can(raw: Raw) -> None:
    told = raw("OPTIONS", "/files")
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert told.headers["Tus-Extension"] == "creation,checksum,expiration"


def test_other_clients_are_served_by_the_book(raw: Raw) -> None:
    data = scan(1000, uuid4().int)
    made = raw.create(data)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, "0")
    place = made.headers["Location"]
    assert raw.send(place, data[:600]).headers["Upload-Offset"] == "600"
    assert raw.create(data).headers["Upload-Offset"] == "600"
    assert raw.send(place, data[:600]).status_code == 409
    assert raw.send(place, data[600:] + b"x", 600).status_code == 413
    head = raw("HEAD", place)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("600", "1000")
    wrong = "sha1 " + b64encode(bytes(20)).decode()
    assert raw.send(place, data[600:], 600, Upload_Checksum=wrong).status_code == 460
    assert raw("HEAD", place).headers["Upload-Offset"] == "600"
    assert raw("GET", f"/files/{hash_of(data)}").status_code == 404
    assert raw.send(place, data[600:], 600).status_code == 204
    assert raw("GET", f"/files/{hash_of(data)}").content == data


@pytest.fixture
def aged(running: Any) -> Any:
    """Makes an unfinished upload so many days old."""

    def age(place: str, days: float) -> Path:
        part: Path = running.process._data / "files" / "parts" / place.rpartition("/")[2]
        old = time.time() - days * 86_400
        os.utime(part, (old, old))
        return part

    return age


def test_an_unfinished_upload_expires(raw: Raw, aged: Any) -> None:
    data = scan(1000, uuid4().int)
    made = raw.create(data)
    place = made.headers["Location"]
    assert raw.send(place, data[:600]).status_code == 204
    aged(place, 6.9)
    until = parsedate_to_datetime(raw("HEAD", place).headers["Upload-Expires"])
    assert timedelta(0) < until - now() < timedelta(days=0.2)
    part = aged(place, 7.1)
    assert raw.send(place, data[600:], 600).status_code == 410
    assert not part.exists()
    assert raw("HEAD", place).status_code == 404
    assert raw.create(data).headers["Upload-Offset"] == "0"
    assert raw.send(place, data).status_code == 204
    assert "Upload-Expires" not in raw("HEAD", place).headers, "what is whole stays"


def test_what_expired_is_begun_anew(
    office: ScannedOffice, driver: FilesFirst, raw: Raw, sandbox: Any, aged: Any, code: str
) -> None:
    """A station that was off for weeks in the middle of a file."""
    data = scan(200_000, uuid4().int)
    [one] = office.hand_in(code, [data], url(sandbox))
    place = raw.create(data).headers["Location"]
    raw.send(place, data[:100_000])
    office.ledger.begun(one, f"{sandbox.url}{place}", 100_000)
    aged(place, 30)
    courier(office, driver).drain(Cancel(), 20)
    row = sandbox.dossiers()[code]
    assert (row["complete"], row["times_received"]) == (True, 1)


def test_a_start_sweeps_what_expired(tmp_path: Path) -> None:
    parts = tmp_path / "portal" / "files" / "parts"
    with SandboxProcess(tmp_path / "portal") as process:
        old, young = (Raw(process).create(scan(10, n)).headers["Location"] for n in (1, 2))
        process.stop()
        long_ago = time.time() - 8 * 86_400
        os.utime(parts / old.rpartition("/")[2], (long_ago, long_ago))
        process.start()
        assert [one.name for one in parts.iterdir()] == [young.rpartition("/")[2]]


def test_another_content_than_announced_is_thrown_away(raw: Raw) -> None:
    data = scan(1000, uuid4().int)
    place = raw.create(data).headers["Location"]
    assert raw.send(place, b"x" * 1000).status_code == 460
    assert raw("HEAD", place).status_code == 404
    assert raw("GET", f"/files/{hash_of(data)}").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus_Resumable": "0.2.2"}, 412),
        ({"Upload_Length": "99999999999"}, 413),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Metadata": "sha256 !!"}, 400),
        ({"Upload_Concat": "partial"}, 400),
        ({"Authorization": "Bearer nobody"}, 401),
    ],
)
def test_what_the_server_refuses(raw: Raw, headers: dict[str, str], status: int) -> None:
    told = "sha256 " + b64encode(b"ab" * 32).decode()
    always = {"Upload_Length": "5", "Upload_Metadata": told}
    assert raw("POST", "/files", b"", **(always | headers)).status_code == status


@pytest.mark.parametrize(
    "path", ["/files/uploads/x", "/files/uploads/..%2f..%2fportal.db", "/files/portal.db"]
)
def test_other_names_are_nothing(raw: Raw, path: str) -> None:
    assert raw("GET" if "uploads" not in path else "HEAD", path).status_code == 404


def test_what_a_kill_left_of_an_upload_is_finished(tmp_path: Path) -> None:
    data = scan(1000)
    with SandboxProcess(tmp_path / "portal") as process:
        place = Raw(process).create(data).headers["Location"]
        process.kill()  # all bytes had come, the hash was not looked at yet
        part = tmp_path / "portal" / "files" / "parts" / place.rpartition("/")[2]
        part.write_bytes(data)
        process.start()
        assert Raw(process)("HEAD", place).headers["Upload-Offset"] == "1000"
        assert Raw(process)("GET", f"/files/{hash_of(data)}").content == data
        assert not part.exists()
