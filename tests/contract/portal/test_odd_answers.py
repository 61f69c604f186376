"""Answers that the sandbox never gives, but networks, relays and proxies do."""

from __future__ import annotations

import hashlib
import json
import ssl
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from devices.cancel import Cancel
from devices.fault import Fault
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import (
    Accepted,
    AuthenticationFailed,
    Busy,
    NotThePortal,
    Outcome,
    Received,
    Refused,
    TooEarly,
    UnknownOutcome,
    Untrusted,
)
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import Answer, Said, StubPortal, said

pytestmark = pytest.mark.real

ITEM = item()
ECHO = {
    "MaHoSo": ITEM.dossier_code,
    "idempotency_key": ITEM.key,
    "sha256": hashlib.sha256(ITEM.body).hexdigest(),
}
DONE = said({"error_code": 0, "result": [ECHO]})
NOTHING = said({"error_code": "0", "result": []})
KNOWN = said({"error_code": 0, "result": [{"MaHoSo": ITEM.dossier_code}]})


def push(answer: Answer, kind: str = "submit", **changes: object) -> tuple[Outcome, StubPortal]:
    login = changes.pop("login", None)
    attempts = int(str(changes.pop("attempts", 1)))
    with StubPortal(answer, login) as stub:  # type: ignore[arg-type]
        driver = AdapterDriver(portal(stub.url, **changes), "H29.18")
        outcome = driver.send(item(kind=kind, attempts=attempts))
        driver.close()
    return outcome, stub


def after_lookup(write: Said, lookup: Said = NOTHING) -> Answer:
    return lambda request, _: lookup if request["service"] == "TraCuuHoSo" else write


def write_with(answers: list[Said], lookups: list[Said]) -> Callable[[dict[str, Any], bytes], Said]:
    return lambda request, _: (lookups if request["service"] == "TraCuuHoSo" else answers).pop(0)


@pytest.mark.parametrize("code", [0, "0", " 0 "])
def test_success_is_zero_as_number_or_text(code: object) -> None:
    outcome, _ = push(after_lookup(said({"error_code": code, "result": [ECHO]})))
    assert isinstance(outcome, Accepted)


def test_the_bytes_on_the_wire_and_their_headers() -> None:
    outcome, stub = push(after_lookup(said({"error_code": 0, "result": [ECHO]})))
    assert isinstance(outcome, Accepted)
    assert stub.services == ["login", "DongBoHoSoMC"]  # who echoes knows its own keys
    assert stub.body.count(ITEM.body) == 1
    assert stub.body.endswith(b',"data":[' + ITEM.body + b"]}")
    envelope = json.loads(stub.body)
    assert envelope.pop("data") == [json.loads(ITEM.body)]
    assert envelope == {
        "session": "s-1",
        "madonvi": "H29.18",
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
    }
    digest = b64encode(hashlib.sha256(ITEM.body).digest()).decode()
    expected = {
        "Idempotency-Key": f'"{ITEM.key}"',
        "Content-Digest": f"sha-256=:{digest}:",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Charset": "utf-8",
        "dstcode": "VN:GOV:SANDBOX:dvcqg",
    }
    assert {name: stub.headers[name] for name in expected} == expected


@pytest.mark.parametrize("code", [1, "-1", 5, "999"])
def test_the_words_of_a_message_never_make_a_success(code: object) -> None:
    words = "Đồng bộ thành công, hồ sơ đã tồn tại"
    outcome, stub = push(after_lookup(said({"error_code": code, "message": words})))
    assert outcome == Refused(str(code), words, 200)
    assert stub.services.count("DongBoHoSoMC") == 1


def test_zero_without_the_echo_is_somebody_else() -> None:
    for row in ({}, ECHO | {"sha256": "0" * 64}, ECHO | {"idempotency_key": "other"}):
        outcome, _ = push(after_lookup(said({"error_code": 0, "result": [row]})))
        assert isinstance(outcome, NotThePortal)


def test_lookup_mode_asks_again_and_believes_only_what_it_finds() -> None:
    done = said({"error_code": 0, "message": "thành công"})
    outcome, _ = push(write_with([done], [NOTHING, KNOWN]), confirmation="lookup")
    assert isinstance(outcome, Accepted)
    outcome, _ = push(write_with([done], [NOTHING, NOTHING]), confirmation="lookup")
    assert isinstance(outcome, Received)


@pytest.mark.parametrize(("kind", "lookup"), [("submit", NOTHING), ("progress", KNOWN)])
@pytest.mark.parametrize("confirmation", ["echo", "lookup"])
def test_taken_for_later_is_no_receipt(kind: str, lookup: Said, confirmation: str) -> None:
    later = said({"error_code": 0, "result": [ECHO]}, status=202)
    outcome, _ = push(after_lookup(later, lookup), kind, confirmation=confirmation)
    assert outcome == Received("HTTP 202", 202)


@pytest.mark.parametrize("code", [3, "-3"])
def test_exists_becomes_one_update(code: object) -> None:
    exists = said({"error_code": code})
    outcome, stub = push(write_with([exists, DONE], [KNOWN]), attempts=2)
    assert isinstance(outcome, Accepted)
    assert stub.pushes[-1]["isUpdating"] == "True"
    outcome, stub = push(write_with([exists, exists], [KNOWN]), attempts=2)
    assert isinstance(outcome, Refused)
    assert stub.services.count("DongBoHoSoMC") == 2


def test_exists_is_believed_only_after_a_lookup() -> None:
    outcome, stub = push(write_with([said({"error_code": 3})], [NOTHING]))
    assert isinstance(outcome, Refused)
    assert stub.services.count("DongBoHoSoMC") == 1


def test_not_known_becomes_one_insert() -> None:
    unknown = said({"error_code": 4})
    outcome, stub = push(
        write_with([unknown, DONE], [KNOWN, NOTHING, KNOWN]), attempts=2, confirmation="lookup"
    )
    assert isinstance(outcome, Accepted)
    assert stub.pushes[-1]["isUpdating"] == "False"


def test_a_refused_update_stays_refused() -> None:
    outcome, stub = push(
        write_with([said({"error_code": 9})], [KNOWN, KNOWN]), attempts=2, confirmation="lookup"
    )
    assert isinstance(outcome, Refused)
    assert stub.services.count("DongBoHoSoMC") == 1


def test_a_dossier_that_is_there_before_our_first_attempt_is_another_s() -> None:
    outcome, stub = push(write_with([], [KNOWN]), confirmation="lookup")
    assert outcome == Refused("CODE_TAKEN", "", 200)
    outcome, stub = push(write_with([said({"error_code": 3})], [KNOWN]))
    assert outcome == Refused("CODE_TAKEN", "", 200)
    assert stub.services.count("DongBoHoSoMC") == 1


@pytest.mark.parametrize("attempts", [1, 2])
def test_the_key_that_the_portal_holds_decides(attempts: int) -> None:
    row = {"MaHoSo": ITEM.dossier_code, "KHOA": ITEM.key}
    ours, other = (said({"error_code": 0, "result": [r]}) for r in (row, row | {"KHOA": "other"}))
    outcome, stub = push(write_with([DONE], [ours, ours]), attempts=attempts, confirmation="lookup")
    assert isinstance(outcome, Accepted)
    assert stub.pushes[-1]["isUpdating"] == "True"
    outcome, stub = push(write_with([], [other]), attempts=attempts, confirmation="lookup")
    assert outcome == Refused("CODE_TAKEN", "", 200)
    assert "DongBoHoSoMC" not in stub.services


def test_a_code_taken_meanwhile() -> None:
    outcome, _ = push(after_lookup(said({"error_code": 409, "message": "khác"})))
    assert outcome == Refused("CODE_TAKEN", "khác", 200)


def test_an_answer_by_somebody_else_to_a_push_counts_as_an_attempt() -> None:
    page = Said(LOGIN_PAGE, content_type="text/html")
    assert push(after_lookup(page))[0] == NotThePortal("content type text/html", 200, pushed=True)
    asked = push(lambda *_: page, confirmation="lookup")[0]
    assert asked == NotThePortal("content type text/html", 200)


def test_a_lookup_that_answers_not_found_by_a_code() -> None:
    unknown = said({"error_code": 7, "message": "không có"})
    outcome, _ = push(write_with([DONE], [unknown, KNOWN]), confirmation="lookup")
    assert isinstance(outcome, Accepted)
    outcome, _ = push(after_lookup(DONE, unknown), kind="progress", confirmation="lookup")
    assert isinstance(outcome, TooEarly)


def test_a_step_before_its_dossier_where_the_portal_echoes() -> None:
    unknown = said({"error_code": 4})
    outcome, _ = push(after_lookup(unknown, NOTHING), kind="progress")
    assert isinstance(outcome, TooEarly)


def test_a_step_can_be_refused() -> None:
    outcome, _ = push(after_lookup(said({"error_code": "6"}), KNOWN), kind="progress")
    assert outcome == Refused("6", "", 200)


def test_a_session_refused_by_http_while_it_is_old() -> None:
    answers = [DONE, said({}, status=401), DONE]
    with StubPortal(lambda *_: answers.pop(0)) as stub:
        driver = AdapterDriver(portal(stub.url), "H29.18")
        assert isinstance(driver.send(ITEM), Accepted)
        assert isinstance(driver.send(item(attempts=2)), Accepted)
        driver.close()
    assert stub.services.count("login") == 2


def test_an_unexplained_lookup_error_under_an_old_session_means_login_again() -> None:
    asked = []

    def answer(request: dict[str, Any], _: bytes) -> Said:
        asked.append(request["service"])
        return (
            said({"error_code": -99}) if len(asked) == 3 else after_lookup(DONE, KNOWN)(request, _)
        )

    again = item(attempts=2)
    with StubPortal(answer) as stub:
        driver = AdapterDriver(portal(stub.url, confirmation="lookup"), "H29.18")
        assert isinstance(driver.send(again), Accepted)
        assert isinstance(driver.send(again), Accepted)
        driver.close()
    assert stub.services.count("login") == 2


@pytest.mark.parametrize("status", [401, 403])
def test_an_http_refusal_is_tried_with_one_new_login(status: int) -> None:
    outcome, stub = push(lambda *_: said({"error_code": 1}, status=status))
    assert outcome == AuthenticationFailed("", status, logged_in=True)
    assert stub.services == ["login", "DongBoHoSoMC"]  # the session was new already


def test_a_login_without_a_session_is_none() -> None:
    login = said({"error_code": 0, "session": ""})
    outcome, stub = push(after_lookup(NOTHING), login=login)
    assert isinstance(outcome, AuthenticationFailed)
    assert stub.services == ["login"]


LOGIN_PAGE = b"<html><form action='/login'></form></html>"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Said(LOGIN_PAGE, content_type="text/html; charset=utf-8"), NotThePortal),
        (Said(LOGIN_PAGE), UnknownOutcome),  # says JSON, is none
        (said({"error_code": 0}, content_type="text/plain"), NotThePortal),
        (said({"error_code": 0}, content_type=""), NotThePortal),
        (said({"hello": "world"}), NotThePortal),
        (said([1]), NotThePortal),
        (said({}, status=302, headers={"Location": "http://192.0.2.1/login"}), NotThePortal),
        (said({}, status=302, headers={"Location": "http://x/\xff"}), NotThePortal),
        (said({}, status=302, headers={"Location": "http://[::1"}), NotThePortal),
        (said({}, status=301, headers={"Location": "/mapi/g"}), NotThePortal),
        (Said(LOGIN_PAGE, status=403, content_type="text/html"), NotThePortal),
        (Said(b"", status=511, content_type="text/html"), NotThePortal),
        (said({}, status=404), NotThePortal),
        (said({}, status=405), NotThePortal),
        (said({}, status=410), NotThePortal),
        (said({}, status=407), NotThePortal),
        (said({"error_code": 0, "result": [ECHO]}, cut=20), UnknownOutcome),
        (Said(b'{"error_code": 0, "res'), UnknownOutcome),
        (Said(b"\xff\xfe"), UnknownOutcome),
        (Said(b'{"error_code":0,"x":"' + b"x" * (1 << 20) + b'"}'), UnknownOutcome),
        (said({}, status=409), Busy),
        (said({}, status=429, headers={"Retry-After": "7"}), Busy),
        (said({}, status=500), Busy),
        (Said(LOGIN_PAGE, status=502, content_type="text/html"), Busy),
        (said({"error_code": 8, "message": "dài"}, status=400), Refused),
        (Said(b"{", status=422), Refused),
        (said({}, status=413), Refused),
    ],
)
@pytest.mark.parametrize("where", ["lookup", "write"])
def test_what_an_answer_means(answer: Said, expected: type, where: str) -> None:
    if where == "write":
        outcome, _ = push(after_lookup(answer))
    else:
        outcome, _ = push(lambda *_: answer, confirmation="lookup")
    assert isinstance(outcome, expected), outcome
    if isinstance(outcome, Busy):
        assert outcome.retry_after_s == (7 if outcome.status == 429 else None)
    if isinstance(outcome, Refused) and outcome.status == 400:
        assert (outcome.code, outcome.message) == ("400", "dài")


def test_a_redirect_is_never_followed() -> None:
    with StubPortal(after_lookup(said({"error_code": 0, "result": [ECHO]}))) as other:
        away = said({}, status=307, headers={"Location": f"{other.url}/mapi/g"})
        outcome, _ = push(lambda *_: away)
    assert outcome == NotThePortal("redirect", 307, pushed=True)
    assert other.services == []


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    outcome, _ = push(after_lookup(said({"error_code": 5, "message": "a\ud800b"})))
    assert outcome == Refused("5", "a?b", 200)
    login = said({"error_code": 0, "session": "s\udfff"})
    outcome, stub = push(after_lookup(DONE), login=login)
    assert isinstance(outcome, Accepted)
    assert json.loads(stub.body)["session"] == "s?"


def test_outcomes_never_show_the_answer_in_their_repr() -> None:
    outcome, _ = push(after_lookup(said({"error_code": 0, "result": [ECHO]})))
    assert ITEM.dossier_code not in repr(outcome)


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.invalid")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now - timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "portal.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_that_doesn_t_hold(tmp_path: Path) -> None:
    with StubPortal(after_lookup(NOTHING), tls=certificate(tmp_path)) as stub:
        driver = AdapterDriver(portal(stub.url), "H29.18")
        assert driver.send(ITEM) == Untrusted(
            "self-signed certificate", code="PORTAL_CERTIFICATE_SELF_SIGNED"
        )
        with pytest.raises(Fault, match="PORTAL_CERTIFICATE_SELF_SIGNED"):
            driver.check(Cancel())
        driver.close()
    assert stub.services == []
