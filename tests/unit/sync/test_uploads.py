"""The client of resumable uploads against every kind of server, in memory."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.cancel import Cancel
from kiosk.dossiers.uploads import UploadState
from kiosk.outbox.message import Item
from sync.breaker import Breaker
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    Incomplete,
    Misconfigured,
    NotThePortal,
    Outcome,
    Poison,
    Refused,
    UnknownOutcome,
    Unreachable,
    fault_code,
)
from sync.portal.transport import Failed, Headers, Reply
from sync.settlement import settle
from sync.uploads import Declared, FilesFirst, Uploads, declared
from tests.fakes.portal_items import item
from tests.fakes.scanned_office import ScannedOffice, scan
from tests.fakes.scripted_portal import ScriptedPortal

FILES = "https://portal.example/api/files"
CHUNK = 64 * 1024
DATA = scan(200_000)


def reply(status: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, "text/plain", b"", None, "", {"tus-resumable": "1.0.0", **named})


@dataclass
class Server:
    """A lawful tus server with one upload at a time; ``trouble`` may answer in its place.

    ``trouble`` gets the method and the server and gives a reply, raises, or gives None: then it works.
    """

    trouble: Callable[[str, Server], Reply | None] = lambda method, server: None
    location: str = "/api/files/1"
    asked: list[str] = field(default_factory=list)
    seen: list[dict[str, str | bytes]] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    exists: bool = False
    made: int = 0
    length: int = 0
    on_call: Callable[[str], None] = lambda method: None

    def exchange(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        self.asked.append(method)
        self.seen.append(dict(headers))
        self.on_call(method)
        wrong = self.trouble(method, self)
        if wrong is not None:
            return wrong
        return self.work(method, path, body, headers)

    def work(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        if method == "POST":
            assert path == FILES
            self.data, self.exists = bytearray(), True
            self.made += 1
            self.length = int(headers["Upload-Length"])
            return reply(201, location=self.location)
        assert path == "https://portal.example/api/files/1"
        if not self.exists:
            return reply(404)
        if method == "HEAD":
            return reply(200, upload_offset=str(len(self.data)))
        if int(headers["Upload-Offset"]) != len(self.data):
            return reply(409)
        self.data += body
        return reply(204, upload_offset=str(len(self.data)))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ScannedOffice]:
    opened = ScannedOffice(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def file(office: ScannedOffice) -> Declared:
    [sha256] = office.hand_in("H29.18-261123-0001", [DATA])
    return Declared(sha256, "TP01.pdf")


def uploads(office: ScannedOffice, server: Server) -> Uploads:
    return Uploads(server, office.ledger, office.attachments.read, FILES, CHUNK)


def outcome(office: ScannedOffice, server: Server, file: Declared) -> Outcome | None:
    try:
        uploads(office, server).deliver(file)
    except Failed as failed:
        return failed.outcome
    return None


def test_a_file_goes_in_chunks(office: ScannedOffice, file: Declared) -> None:
    server = Server()
    assert outcome(office, server, file) is None
    assert bytes(server.data) == DATA
    assert server.asked == ["POST", *["PATCH"] * 4]
    assert all(one["Tus-Resumable"] == "1.0.0" for one in server.seen)
    assert not any("Upload-Concat" in one for one in server.seen)
    assert server.seen[1]["Content-Type"] == "application/offset+octet-stream"
    told = dict(pair.split(" ") for pair in str(server.seen[0]["Upload-Metadata"]).split(","))
    assert {key: b64decode(value).decode() for key, value in told.items()} == {
        "filename": "TP01.pdf",
        "filetype": "application/pdf",
        "sha256": file.sha256,
    }


def test_what_is_there_is_not_sent_again(office: ScannedOffice, file: Declared) -> None:
    outcome(office, Server(), file)
    server = Server()
    assert outcome(office, server, file) is None
    assert server.asked == []


def test_another_portal_gets_the_file_too(office: ScannedOffice, file: Declared) -> None:
    office.ledger.begun(file.sha256, "https://old.example/files/1")
    office.ledger.done(file.sha256)
    server = Server()
    assert outcome(office, server, file) is None
    assert bytes(server.data) == DATA


def test_place_and_offset_are_stored_before_the_first_byte(
    office: ScannedOffice, file: Declared
) -> None:
    stored = []

    def look(method: str) -> None:
        upload = office.ledger.load(file.sha256)
        assert upload is not None
        stored.append((method, upload.state, upload.url[-4:], upload.offset))

    outcome(office, Server(on_call=look), file)
    assert stored[:3] == [
        ("POST", UploadState.STORED, "", 0),
        ("PATCH", UploadState.UPLOADING, "es/1", 0),
        ("PATCH", UploadState.UPLOADING, "es/1", CHUNK),
    ]


def test_another_run_goes_on_where_this_one_ended(office: ScannedOffice, file: Declared) -> None:
    server = Server()

    def cut(method: str, at: Server) -> Reply | None:
        if method == "PATCH" and len(at.data) >= 2 * CHUNK:
            raise Failed(Unreachable("down"))
        return None

    server.trouble = cut
    assert outcome(office, server, file) == Unreachable("down")
    server.asked.clear()
    server.trouble = lambda method, at: None
    assert outcome(office, server, file) is None
    assert server.asked == ["HEAD", "PATCH", "PATCH"]
    assert bytes(server.data) == DATA
    assert server.made == 1


def test_an_upload_that_is_gone_begins_anew(office: ScannedOffice, file: Declared) -> None:
    for status in (404, 410):
        office.ledger.begun(file.sha256, "https://portal.example/api/files/1", CHUNK)
        server = Server(
            trouble=lambda method, at, s=status: (
                reply(s) if not at.made and method == "HEAD" else None
            )
        )  # type: ignore[misc]
        assert outcome(office, server, file) is None
        assert server.asked[:3] == ["HEAD", "POST", "PATCH"]
        assert bytes(server.data) == DATA
        office.ledger.anew(file.sha256)


@pytest.mark.parametrize(
    ("there", "attempts"),
    [
        (Reply(404, "application/json", b"{}", None), 1),
        (Reply(405, "application/json", b"{}", None), 2),
        (Reply(200, "text/html", b"<h1>Portal</h1>", None), 2),
    ],
)
def test_an_address_that_was_cut_on_its_way_is_not_kept_for_ever(
    office: ScannedOffice, file: Declared, there: Reply, attempts: int
) -> None:
    office.ledger.begun(file.sha256, "https://portal.example/api/file", 0)
    server = Server(trouble=lambda method, at: None if at.made or method == "POST" else there)
    for _ in range(attempts - 1):
        assert isinstance(outcome(office, server, file), NotThePortal)
    assert outcome(office, server, file) is None
    assert bytes(server.data) == DATA


def test_a_login_page_of_the_network_loses_no_place(office: ScannedOffice, file: Declared) -> None:
    office.ledger.begun(file.sha256, "https://portal.example/api/files/1", CHUNK)
    server = Server(trouble=always(HTML, "HEAD"))
    assert isinstance(outcome(office, server, file), NotThePortal)
    assert office.ledger.load(file.sha256).offset == CHUNK


def test_another_portal_is_never_asked_for_the_old_place(
    office: ScannedOffice, file: Declared
) -> None:
    for old in (
        "https://other.example/files/9",
        "http://portal.example/x",
        "https://portal.example:8443/x",
    ):
        office.ledger.begun(file.sha256, old, CHUNK)
        server = Server()
        assert outcome(office, server, file) is None
        assert server.asked[0] == "POST"
        office.ledger.anew(file.sha256)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/files/1",
        "http://portal.example/files/1",
        "//evil.example/files/1",
        "https://portal.example@evil.example/files/1",
        "https://user@portal.example/files/1",
        "https://portal.example:444/files/1",
        "file:///etc/passwd",
        "https://[",
        "",
        "/files/\x07",
        "/files/é",
        "/files/1#x",
        "/" + "x" * 3000,
    ],
)
def test_a_location_elsewhere_is_refused(
    office: ScannedOffice, file: Declared, location: str
) -> None:
    server = Server(location=location)
    assert isinstance(outcome(office, server, file), NotThePortal)
    assert server.asked == ["POST"]
    upload = office.ledger.load(file.sha256)
    assert upload is not None
    assert (upload.state, upload.url) == (UploadState.STORED, "")


def always(answer: Reply, at: str = "PATCH") -> Callable[[str, Server], Reply | None]:
    return lambda method, server: answer if method == at else None


HTML = Reply(200, "text/html", b"<h1>Wi-Fi</h1>", None)


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (always(HTML, "POST"), NotThePortal("not a tus server", 200)),
        (always(HTML, "PATCH"), NotThePortal("not a tus server", 200)),
        (always(Reply(302, "text/html", b"", None), "POST"), NotThePortal("not a tus server", 302)),
        (always(Reply(404, "text/html", b"", None), "POST"), NotThePortal("not a tus server", 404)),
        (always(reply(404), "POST"), NotThePortal("wrong address", 404)),
        (always(reply(200), "POST"), NotThePortal("not the answer of a tus server", 200)),
        (always(reply(200)), NotThePortal("not the answer of a tus server", 200)),
        (always(reply(204)), NotThePortal("no upload offset", 204)),
        (always(reply(204, upload_offset="-1")), NotThePortal("no upload offset", 204)),
        (always(reply(204, upload_offset="٣")), NotThePortal("no upload offset", 204)),
        (always(reply(204, upload_offset="9" * 5000)), NotThePortal("no upload offset", 204)),
        (always(reply(204, upload_offset="0")), UnknownOutcome("an offset that can't be", 204)),
        (always(reply(204, upload_offset=str(CHUNK + 1))), UnknownOutcome("an offset that can't be", 204)),
        (always(reply(409)), UnknownOutcome("HTTP 409")),
        (always(reply(460)), UnknownOutcome("HTTP 460")),
        (always(reply(404)), UnknownOutcome("the portal doesn't know this upload")),
        (always(reply(413), "POST"), Refused("ATTACHMENT_TOO_LARGE", "", 413)),
        (always(Reply(413, "text/html", b"", None)), Refused("ATTACHMENT_TOO_LARGE", "", 413)),
        (
            always(Reply(412, "", b"", None, "", {"tus-version": "2.0.0"}), "POST"),
            Misconfigured("the portal speaks another version of tus"),
        ),
        (always(reply(412)), Refused("412", "", 412)),
        (always(reply(423)), Busy(423)),
        (always(Reply(503, "text/html", b"", 9.0)), Busy(503, 9.0)),
        (always(Reply(429, "", b"", None), "POST"), Busy(429)),
        (always(Reply(401, "application/json", b"{}", None), "POST"), AuthenticationFailed("", 401)),
        (always(reply(400), "POST"), Refused("400", "", 400)),
    ],
)  # fmt: skip
def test_answers(
    office: ScannedOffice,
    file: Declared,
    trouble: Callable[[str, Server], Reply | None],
    expected: Outcome,
) -> None:
    server = Server(trouble=trouble)
    assert outcome(office, server, file) == expected
    assert len(server.asked) <= 12
    assert fault_code(expected)
    server.trouble = lambda method, at: None
    assert outcome(office, server, file) is None, "what was stored must not be in the way"
    assert bytes(server.data) == DATA


def test_a_place_beyond_the_file_is_another_files(office: ScannedOffice, file: Declared) -> None:
    office.ledger.begun(file.sha256, "https://portal.example/api/files/1", CHUNK)
    server = Server(
        trouble=lambda method, at: (
            reply(200, upload_offset=str(len(DATA) + 1)) if method == "HEAD" else None
        )
    )
    assert outcome(office, server, file) is None
    assert server.asked[:2] == ["HEAD", "POST"]


def test_a_place_of_another_length_is_another_files(office: ScannedOffice, file: Declared) -> None:
    office.ledger.begun(file.sha256, "https://portal.example/api/files/1", CHUNK)
    server = Server(
        trouble=lambda method, at: (
            reply(200, upload_offset="5", upload_length="9") if method == "HEAD" else None
        )
    )
    assert outcome(office, server, file) is None
    assert server.asked[:2] == ["HEAD", "POST"]


def test_a_lost_answer_is_asked_after_once(office: ScannedOffice, file: Declared) -> None:
    def lost(method: str, at: Server) -> Reply | None:
        if method == "PATCH":
            raise Failed(UnknownOutcome("reset"))
        return None

    server = Server(trouble=lost)
    assert outcome(office, server, file) == UnknownOutcome("reset")
    assert server.asked == ["POST", "PATCH", "HEAD"]


def test_a_server_that_goes_back_and_forth_comes_to_an_end(
    office: ScannedOffice, file: Declared
) -> None:
    def back(method: str, at: Server) -> Reply | None:
        if method == "PATCH" and len(at.data) == CHUNK:
            at.data = bytearray()
            return reply(409)
        return None

    server = Server(trouble=back)
    assert isinstance(outcome(office, server, file), UnknownOutcome)
    assert len(server.asked) < 20


def test_a_server_that_takes_byte_by_byte_comes_to_an_end(
    office: ScannedOffice, file: Declared
) -> None:
    def little(method: str, at: Server) -> Reply | None:
        if method == "PATCH":
            at.data += DATA[len(at.data) : len(at.data) + 5]
            return reply(204, upload_offset=str(len(at.data)))
        return None

    server = Server(trouble=little)
    assert outcome(office, server, file) == UnknownOutcome("hardly anything was taken")
    assert server.asked == ["POST", *["PATCH"] * 4]


@pytest.mark.parametrize("how", ["gone", "shorter", "other"])
def test_a_file_that_is_not_what_it_was_is_set_apart(
    office: ScannedOffice, file: Declared, how: str
) -> None:
    place = office.attachments.path_of(file.sha256)
    if how == "gone":
        place.unlink()
    else:
        place.write_bytes(DATA[:-1] if how == "shorter" else b"x" + DATA[1:])
    server = Server()
    code = "ATTACHMENT_LOST" if how == "gone" else "ATTACHMENT_DAMAGED"
    found = outcome(office, server, file)
    assert found == Poison(code, file.sha256[:12])
    assert fault_code(found) == code
    assert server.asked == []
    upload = office.ledger.load(file.sha256)
    assert upload is not None
    assert upload.state is UploadState.LOST
    office.attachments.put(DATA)
    assert outcome(office, server, file) is None


def test_a_file_of_no_dossier_is_lost(office: ScannedOffice) -> None:
    server = Server()
    found = outcome(office, server, Declared("cd" * 32, "x.pdf"))
    assert found == Poison("ATTACHMENT_LOST", "cd" * 6)


def test_files_go_before_the_message(office: ScannedOffice) -> None:
    [sha256] = office.hand_in("H29.18-261123-0007", [DATA])
    submit = next(one for one in office.outbox.claim("portal", 1))
    server, portal = Server(), ScriptedPortal()
    server.on_call = lambda method: portal.sent and pytest.fail("the message went first")
    driver = FilesFirst(portal, uploads(office, server))
    assert isinstance(driver.send(submit), Accepted)
    assert portal.sent == ["H29.18-261123-0007/submit"]
    assert [one.sha256 for one in declared(submit.body)] == [sha256]
    driver.check(Cancel())


def test_nothing_of_a_dossier_goes_without_its_files(office: ScannedOffice) -> None:
    office.hand_in("H29.18-261123-0007", [DATA])
    [submit] = office.outbox.claim("portal", 1)
    portal = ScriptedPortal()
    server = Server(trouble=always(Reply(503, "", b"", None), "POST"))
    assert FilesFirst(portal, uploads(office, server)).send(submit) == Busy(503)
    assert portal.sent == []


def test_a_portal_that_lacks_a_file_gets_it_anew(office: ScannedOffice) -> None:
    [sha256] = office.hand_in("H29.18-261123-0007", [DATA])
    [submit] = office.outbox.claim("portal", 1)
    lacking = [sha256]

    def script(one: object) -> Outcome:
        rows = [{"missing": list(lacking)}]
        return Accepted(json.dumps({"error_code": 0, "result": rows}).encode())

    server = Server()
    driver = FilesFirst(ScriptedPortal(script), uploads(office, server))
    found = driver.send(submit)
    assert found == Incomplete("1 of 1 files", 200)
    assert fault_code(found) == "PORTAL_INCOMPLETE"
    lacking.clear()
    assert isinstance(driver.send(submit), Accepted)
    assert server.made == 2


@pytest.mark.parametrize(
    "receipt",
    [b"", b"{", b"[]", b'{"error_code": 0, "result": [{"missing": 5}]}', b'{"error_code":0,"result":[{"missing":[1,{},null,"xy"]}]}'],
)  # fmt: skip
def test_odd_receipts_lack_nothing(office: ScannedOffice, receipt: bytes) -> None:
    office.hand_in("H29.18-261123-0007", [DATA])
    [submit] = office.outbox.claim("portal", 1)
    driver = FilesFirst(ScriptedPortal(lambda one: Accepted(receipt)), uploads(office, Server()))
    assert driver.send(submit) == Accepted(receipt)


def test_a_step_has_no_files() -> None:
    portal = ScriptedPortal()
    step: Item = item(kind="progress")
    assert isinstance(FilesFirst(portal, None).send(step), Accepted)  # type: ignore[arg-type]


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_body_is_an_error(body: bytes) -> None:
    assert declared(body) == ()


@pytest.mark.parametrize(
    "rows",
    [None, 5, [5], [None], [{}], {"a": 1}, [{"TepDinhKemId": None}], [{"TepDinhKemId": "../x"}]],
)
def test_odd_manifests_name_nothing(rows: object) -> None:
    assert declared(json.dumps({"TaiLieuNop": rows}).encode()) == ()


def test_a_manifest_names_each_hash_once_and_no_deleted_one() -> None:
    one, two = "ab" * 32, "cd" * 32
    rows = [
        {"TepDinhKemId": one, "TenTepDinhKem": "same.pdf", "IsDeleted": "False"},
        {"TepDinhKemId": two, "TenTepDinhKem": "same.pdf", "IsDeleted": "False"},
        {"TepDinhKemId": one, "TenTepDinhKem": "same.pdf"},
        {"TepDinhKemId": "ef" * 32, "TenTepDinhKem": "x.pdf", "IsDeleted": "True"},
    ]
    found = declared(json.dumps({"TaiLieuNop": rows}).encode())
    assert found == (Declared(one, "same.pdf"), Declared(two, "same.pdf"))


EVENTS = (
    "fine", "reset before", "reset after", "busy", "gone", "truncate", "short", "lie low", "lie high",
    "409", "460", "html",
)  # fmt: skip


class Moody(Server):
    """Works or does one of `EVENTS`, as the list says; when it is used up, works."""

    def __init__(self, moods: list[str]) -> None:
        super().__init__()
        self.moods = moods

    def work(self, method: str, path: str, body: bytes, headers: Headers) -> Reply:
        mood = self.moods.pop(0) if self.moods else "fine"
        if mood == "reset before":
            raise Failed(UnknownOutcome("reset"))
        if mood == "busy":
            return Reply(503, "text/html", b"", None)
        if mood == "html":
            return HTML
        if mood in ("409", "460") and method == "PATCH":
            return reply(int(mood))
        if mood == "gone":
            self.exists = False
        if mood == "truncate":  # a power cut took the last bytes
            del self.data[len(self.data) // 2 :]
        if mood == "short" and method == "PATCH":
            body = body[: len(body) // 3]
        answer = super().work(method, path, body, headers)
        if mood == "reset after":
            raise Failed(UnknownOutcome("reset"))
        lie = {"lie low": -7, "lie high": 7}.get(mood, 0)
        if lie and "upload-offset" in answer.headers:
            told = str(max(0, int(answer.headers["upload-offset"]) + lie))
            return reply(answer.status, upload_offset=told)
        return answer


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(EVENTS), max_size=25))
def test_whatever_the_server_does_the_file_arrives_whole(
    office: ScannedOffice, moods: list[str]
) -> None:
    """The offsets and places that were stored on the way never lead to a wrong file."""
    known = office.database.read().row("SELECT sha256 FROM attachment")
    sha256 = known["sha256"] if known else office.hand_in("H29.18-261123-0001", [DATA])[0]
    office.ledger.anew(sha256)
    server = Moody(list(moods))
    file = Declared(sha256, "TP01.pdf")
    for _ in range(len(moods) + 2):
        before = len(server.asked)
        if outcome(office, server, file) is None:
            break
        assert len(server.asked) - before < 60, "one attempt comes to an end"
        upload = office.ledger.load(sha256)
        assert upload is not None
        assert 0 <= upload.offset <= upload.size
        assert re.fullmatch(r"(https://portal\.example/api/files/1)?", upload.url)
    upload = office.ledger.load(sha256)
    assert upload is not None
    if upload.state is UploadState.UPLOADED and not lied_at_the_end(moods, server):
        assert bytes(server.data) == DATA


def lied_at_the_end(moods: list[str], server: Server) -> bool:
    """A lie that hits the very end, or bytes lost after it, is the receipt's to find out."""
    return len(server.data) != len(DATA) and bool({"lie high", "truncate", "gone"} & set(moods))


def test_an_attempt_that_moved_on_is_told(office: ScannedOffice, file: Declared) -> None:
    def cut(method: str, at: Server) -> Reply | None:
        if method == "PATCH" and len(at.data) >= CHUNK:
            raise Failed(UnknownOutcome("reset"))
        return None

    server = Server(trouble=cut)
    assert outcome(office, server, file) == UnknownOutcome("reset", moved=True)
    assert outcome(office, server, file) == UnknownOutcome("reset"), "no byte more than before"
    server.exists = False  # what was forgotten and sent again is no progress either
    assert outcome(office, server, file) == UnknownOutcome("reset")


def test_a_message_that_failed_counts_although_its_file_came(office: ScannedOffice) -> None:
    office.hand_in("H29.18-261123-0007", [DATA])
    [submit] = office.outbox.claim("portal", 1)
    portal = ScriptedPortal(lambda one: Busy(503, 40.0))
    driver = FilesFirst(portal, uploads(office, Server()))
    assert driver.send(submit) == Busy(503, 40.0), "the portal may have it now"


def test_moving_on_costs_no_attempt_and_no_rest(office: ScannedOffice) -> None:
    office.hand_in("H29.18-261123-0007", [DATA])
    [submit] = office.outbox.claim("portal", 1)
    late = replace(submit, attempts=30)
    settle(office.outbox, late, UnknownOutcome("reset", moved=True), Random(1), duration_ms=5)
    [row] = [row for row in office.outbox.rows() if row.kind == "submit"]
    assert row.attempts == 0
    assert row.next_at is not None
    assert row.next_at - row.created_at < timedelta(seconds=60), "as after a first failure"
    breaker = Breaker(Random(1), lambda: 0.0)
    assert not any(breaker.judge(UnknownOutcome("reset", moved=True)) for _ in range(50))
    assert breaker.judge(Busy(503, 40.0, moved=True)), "the portal's own word counts"
