"""The relay driver over HTTP: bare arrays at the sandbox's two relays, and answers that only real ones give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.compose import open_station
from kiosk.settings import DEMO, Portal, SettingsError, load
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import (
    Accepted,
    Busy,
    NotThePortal,
    Outcome,
    Poison,
    Received,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from sync.portal.relay import RelayDriver
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import Said, StubPortal, said
from tests.unit.dossiers.office import a_submission

pytestmark = pytest.mark.real

PATHS = {
    "relay_province": {
        "agency": "000.00.18.H29",
        "insert_path": "/api/SynsTTHCC/DongBoHoSoMC",
        "update_path": "/api/SynsTTHCC/DongBoHoSoMC",
        "progress_path": "/api/SynsTTHCC/CapNhatTienDoHoSoMC",
    },
    "relay_vendor": {
        "insert_path": "/relay/them-moi",
        "update_path": "/relay/cap-nhat",
        "progress_path": "/relay/tien-trinh",
    },
}
RELAYS = list(PATHS)
SHAPES = ["adapter", *RELAYS]
EXISTS = "Hồ sơ ĐÃ TỒN TẠI trên hệ thống"


def settings(url: str, shape: str, **changes: object) -> Portal:
    if shape == "adapter":
        return portal(url, **changes)
    values = {"shape": shape, "relay": PATHS[shape], "confirmation": "code", "password": ""}
    return portal(url, **{**values, "username": "", "dstcode": "", **changes})


@pytest.fixture
def code() -> str:
    return f"H29.18-261123-{uuid4().int % 10**8:08d}"


@pytest.fixture
def shaped(sandbox: Any) -> Iterator[Any]:
    """Makes the driver of a shape for the sandbox."""
    made: list[Any] = []

    def make(shape: str, **changes: object) -> Any:
        chosen = settings(str(changes.pop("url", sandbox.url)), shape, **changes)
        driver = AdapterDriver if shape == "adapter" else RelayDriver
        made.append(driver(chosen, "H29.18"))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_dossier_and_its_step_arrive(shape: str, shaped: Any, sandbox: Any, code: str) -> None:
    driver = shaped(shape)
    assert isinstance(driver.send(item(code)), Accepted)
    assert isinstance(driver.send(item(code, "progress")), Accepted)
    row = sandbox.dossiers()[code]
    assert (row["stored"], row["state"], len(row["progress"])) == (1, "2", 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_lost_answer_is_made_good_without_a_second_dossier(
    shape: str, shaped: Any, sandbox: Any, code: str
) -> None:
    driver = shaped(shape)
    sandbox.faults(drop_after_commit=1)
    assert isinstance(driver.send(item(code)), UnknownOutcome)
    sandbox.faults(drop_after_commit=0)
    assert isinstance(driver.send(item(code, attempts=2)), Accepted)
    assert sandbox.dossiers()[code]["stored"] == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_another_s_code_is_never_overwritten(
    shape: str, shaped: Any, sandbox: Any, code: str
) -> None:
    driver = shaped(shape)
    assert isinstance(driver.send(item(code)), Accepted)
    before = sandbox.dossiers()[code]
    assert driver.send(item(code, key="another")) == Refused("CODE_TAKEN", "", 200)
    assert sandbox.dossiers()[code] == before


@pytest.mark.parametrize("shape", SHAPES)
def test_trouble_of_the_line_means_the_same(
    shape: str, shaped: Any, sandbox: Any, code: str
) -> None:
    driver = shaped(shape)
    sandbox.faults(unavailable=1)
    assert driver.send(item(code)) == Busy(503, 1.0)
    sandbox.faults(unavailable=0, html_200=1)
    outcome = driver.send(item(code))
    assert isinstance(outcome, NotThePortal)
    assert outcome.pushed or shape == "adapter"  # which has to log in first
    assert code not in sandbox.dossiers()
    sandbox.faults(html_200=0)
    nobody = shaped(shape, url="http://127.0.0.1:9")
    assert isinstance(nobody.send(item(code)), Unreachable)
    with pytest.raises(Fault, match="PORTAL_DOWN"):
        nobody.check(Cancel())


@pytest.mark.parametrize("shape", SHAPES)
def test_an_unfit_message_is_refused(shape: str, shaped: Any, sandbox: Any, code: str) -> None:
    bad = item(code).body.replace(b'"KenhThucHien":"1"', b'"KenhThucHien":"9"')
    outcome = shaped(shape).send(replace(item(code), body=bad))
    assert outcome == Refused("5", "not valid: KenhThucHien", 200)
    assert code not in sandbox.dossiers()


@pytest.mark.parametrize("shape", RELAYS)
def test_an_unknown_kind_is_never_sent(shape: str, shaped: Any) -> None:
    assert shaped(shape).send(item(kind="gossip")) == Poison("UNKNOWN_KIND", "gossip")


@pytest.mark.parametrize("shape", RELAYS)
def test_check_looks_whether_somebody_is_there(shape: str, shaped: Any, sandbox: Any) -> None:
    shaped(shape).check(Cancel())
    wrong = {**PATHS[shape], "insert_path": "/nothing/here"}
    with pytest.raises(Fault, match="PORTAL_NOT_THE_PORTAL"):
        shaped(shape, relay=wrong).check(Cancel())
    sandbox.faults(unavailable=1)
    with pytest.raises(Fault, match="PORTAL_BUSY"):
        shaped(shape).check(Cancel())


class StubRelay(StubPortal):
    """Answers by the path alone; remembers paths with their queries."""

    def __init__(self, *answers: Said) -> None:
        super().__init__(lambda *_: answers[0])
        self.answers, self.asked, self.bodies = list(answers), [], []  # type: ignore[var-annotated]

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> Said:
        self.asked.append(path)
        self.headers = headers
        self.bodies.append(body)
        return self.answers.pop(0)


def push(
    shape: str, *answers: Said, kind: str = "submit", attempts: int = 1, **changes: object
) -> tuple[Outcome, StubRelay]:
    with StubRelay(*answers) as stub:
        driver = RelayDriver(settings(stub.url, shape, **changes), "H29.18")
        outcome = driver.send(item(kind=kind, attempts=attempts))
        driver.close()
    return outcome, stub


DONE = said({"error_code": "0", "message": "Thành công"})


def test_what_goes_over_the_wire() -> None:
    outcome, stub = push("relay_province", DONE)
    assert isinstance(outcome, Accepted)
    assert outcome.receipt == DONE.body
    [address] = map(urlsplit, stub.asked)
    assert address.path == "/api/SynsTTHCC/DongBoHoSoMC"
    assert parse_qs(address.query) == {
        "MaDinhDanhDV": ["000.00.18.H29"],
        "isUpdating": ["False"],
    }
    assert stub.bodies == [b"[" + item().body + b"]"]
    assert stub.headers["Idempotency-Key"] == f'"{item().key}"'
    assert "dstcode" not in stub.headers
    _, stub = push("relay_province", DONE, kind="progress")
    assert urlsplit(stub.asked[0]).query == "MaDinhDanhDV=000.00.18.H29"
    _, stub = push("relay_vendor", DONE, kind="progress", dstcode="VN:X")
    assert stub.asked == ["/relay/tien-trinh"]
    assert stub.headers["dstcode"] == "VN:X"


@pytest.mark.parametrize("shape", RELAYS)
@pytest.mark.parametrize("exists", [0, "3", -3])
def test_exists_becomes_an_update_only_after_an_earlier_attempt(shape: str, exists: object) -> None:
    there = said({"error_code": exists, "message": EXISTS})
    outcome, stub = push(shape, there, attempts=1)
    assert outcome == Refused("CODE_TAKEN", "", 200)
    assert len(stub.asked) == 1
    outcome, stub = push(shape, there, DONE, attempts=2)
    assert isinstance(outcome, Accepted)
    assert stub.bodies[0] == stub.bodies[1]
    assert ("isUpdating=True" in stub.asked[1]) == (shape == "relay_province")
    assert ("cap-nhat" in stub.asked[1]) == (shape == "relay_vendor")
    refused = said({"error_code": 7, "message": "không tìm thấy"})
    outcome, stub = push(shape, there, refused, attempts=2)
    assert outcome == Refused("7", "không tìm thấy", 200)
    assert len(stub.asked) == 2


@pytest.mark.parametrize(
    ("code", "words"), [(5, EXISTS), (3, "lỗi"), (-3, ""), (1, "Đồng bộ thành công")]
)
@pytest.mark.parametrize("attempts", [1, 2])
def test_neither_code_nor_words_alone_say_exists(code: int, words: str, attempts: int) -> None:
    answer = said({"error_code": code, "message": words})
    outcome, stub = push("relay_vendor", answer, attempts=attempts)
    assert outcome == Refused(str(code), words, 200)
    assert len(stub.asked) == 1


def test_a_revision_goes_as_an_update() -> None:
    with StubRelay(DONE) as stub:
        driver = RelayDriver(settings(stub.url, "relay_vendor"), "H29.18")
        again = replace(item(), replaces=("key-before",))
        assert isinstance(driver.send(again), Accepted)
        driver.close()
    assert stub.asked == ["/relay/cap-nhat"]
    assert stub.headers["Replaces-Key"] == '"key-before"'


def test_an_echo_is_asked_for_where_the_relay_gives_one() -> None:
    outcome, _ = push("relay_province", DONE, confirmation="echo")
    assert outcome == NotThePortal("the answer doesn't echo key and hash", 200, pushed=True)
    later = Said(DONE.body, status=202)
    assert push("relay_vendor", later)[0] == Received("HTTP 202", 202)
    for code, expected in (
        (422, Poison("KEY_REUSED", "", 200)),
        (409, Refused("CODE_TAKEN", "", 200)),
    ):
        answer = said({"error_code": code})
        assert push("relay_province", answer, confirmation="echo")[0] == expected
        assert push("relay_province", answer)[0] == Refused(str(code), "", 200)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"[1]", b'[{}], "session": ["x"]', b"[" * 100_000, b"\xff"]
)
def test_the_sandbox_s_relays_take_nothing_but_arrays(sandbox: Any, body: bytes) -> None:
    for path in ("/api/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV=H29", "/relay/them-moi"):
        reply = requests.post(sandbox.url + path, body, timeout=10).json()
        assert reply["error_code"] in ("400", "5"), reply


def test_settings_of_a_relay(tmp_path: Any) -> None:
    text = DEMO.read_text("utf-8").replace('petitions_path = "/feeds/petitions"', "")
    shown = json.dumps(PATHS["relay_vendor"])
    file = tmp_path / "own.toml"

    def said_of(more: str, *without: str) -> str:
        whole = text.replace("[portal]\n", f"[portal]\n{more}\n")
        for line in without:
            whole = whole.replace(line, "")
        file.write_text(whole, "utf-8")
        with pytest.raises(SettingsError) as caught:
            load(file)
        return str(caught.value)

    inline = "relay = {" + ", ".join(f'{k} = "{v}"' for k, v in json.loads(shown).items()) + "}"
    files, echo = 'files_path = "/files"', 'confirmation = "echo"'
    feeds = 'states_path = "/feeds/states"'
    assert "relay.insert_path" in said_of('shape = "relay_vendor"', files)
    assert "files_path" in said_of(f'shape = "relay_vendor"\n{inline}')
    assert "feeds" in said_of(f'shape = "relay_vendor"\n{inline}', files)
    assert "echo or code" in said_of(f'shape = "relay_vendor"\n{inline}', files, echo, feeds)
    assert "for relays" in said_of('confirmation = "code"', echo)
    assert "username" in said_of("", 'username = "sandbox"')
    whole = text.replace("[portal]\n", f'[portal]\nshape = "relay_vendor"\n{inline}\n')
    for line in (files, feeds, 'username = "sandbox"', 'password = "sandbox"'):
        whole = whole.replace(line, "")
    file.write_text(whole, "utf-8")
    assert load(file).portal.relay.update_path == "/relay/cap-nhat"


@pytest.mark.parametrize("shape", RELAYS)
def test_a_station_sends_through_a_relay(shape: str, sandbox: Any, tmp_path: Any) -> None:
    demo = load(state=tmp_path / "state")
    first = 1 + 20_000 * RELAYS.index(shape)  # one portal: no two stations give the same code
    numbers = {"serial_first": first, "serial_last": first + 19_999}
    changed = {
        "office": demo.office.model_copy(update=numbers),
        "portal": settings(sandbox.url, shape),
        "feeds": demo.feeds.model_copy(update={"states_path": "", "petitions_path": ""}),
    }
    with open_station(demo.model_copy(update=changed), devices=False) as station:
        code = station.register.hand_in(a_submission(f"key-{uuid4()}")).dossier.code
        station.courier.drain(Cancel(), 20)
        counts = station.outbox.counts()
    assert (counts["acknowledged"], counts["ready"]) == (2, 0)
    row = sandbox.dossiers()[code]
    assert (row["stored"], len(row["progress"])) == (1, 1)
