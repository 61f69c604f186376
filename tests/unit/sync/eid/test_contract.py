"""How a question becomes a request, and what every kind of answer means."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.settings import Eid, SettingsError
from sync.eid import contract
from sync.eid.client import GatewayClient, private_key
from sync.eid.contract import Question, judge
from sync.portal.transport import Reply
from tests.fakes.eid_gateway import GENUINE, NUMBER, eid

AT = datetime(2026, 11, 25, 18, 30, 5, tzinfo=UTC)  # the next day at the office
DATE = "Wed, 25 Nov 2026 18:30:00 GMT"
SETTINGS = Eid(license_id="L", device_type="kiosk", province="Hà Nội", purpose="Thử", source="s")


def reply(said: object, status: int = 200, **changes) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    values = {"content_type": "application/json", "retry_after_s": None, "date": DATE}
    return Reply(status=status, body=body, **(values | changes))


def why(found: Reply) -> str:
    verdict = judge(SETTINGS, found, AT)
    assert (verdict.trusted is True) == (not verdict.why)
    return verdict.why


YES = {"exitcode": 0, "responds": {"result": True}}
NO = {"exitcode": 0, "responds": {"result": False}}


def test_only_exit_code_0_with_true_or_false_decides():
    assert why(reply(YES)) == ""
    assert why(reply({**YES, "exitcode": "0"}, 201)) == ""
    assert why(reply(NO)) == "GATEWAY_REFUSED"


@pytest.mark.parametrize(
    "said",
    [
        {"exitcode": 0},
        {"exitcode": 0, "responds": {"result": "true"}},
        {"exitcode": 0, "responds": {"result": 1}},
        {"exitcode": 0, "responds": {"result": None}},
        {"exitcode": 0, "responds": [True]},
        {"exitcode": False, "responds": {"result": True}},
        {"exitcode": 0.0, "responds": {"result": True}},
        {"exitcode": 7, "responds": {"result": True}},
        {"responds": {"result": True}},
        [YES],
        True,
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[" * 60_000,
        json.dumps(YES).encode() + b" " * 70_000,
    ],
)
def test_anything_else_decides_nothing(said):
    assert why(reply(said)) == "GATEWAY_ODD_ANSWER"


def test_a_yes_that_is_not_json_or_not_2xx_decides_nothing():
    assert why(reply(YES, content_type="text/html")) == "GATEWAY_ODD_ANSWER"
    assert why(reply(YES, 302)) == "GATEWAY_ODD_ANSWER"
    assert why(reply(YES, 500)) == "GATEWAY_BUSY"


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("VRF_MISSING_HEADER", 400, "GATEWAY_SETTINGS"),
        ("VRF_INVALID_LICENSE", 400, "GATEWAY_SETTINGS"),
        ("VRF_INVALID_DSCERT", 400, "GATEWAY_INVALID"),
        ("VRF_INVALID_ID_CARD", 200, "GATEWAY_INVALID"),
        ("VRF_INVALID_REQUEST_TIME", 400, "CLOCK_WRONG"),
        ("VRF_RATE_LIMITED", 429, "GATEWAY_BUSY"),
        ("VRF_RATE_LIMITED", 200, "GATEWAY_BUSY"),
        ("VRF_PLATFORM_TIMEOUT", 200, "GATEWAY_BUSY"),
        ("VRF_CRYPTO_FAIL", 500, "GATEWAY_CRYPTO"),
        ("VRF_DUPLICATE_REQUEST", 200, "GATEWAY_DUPLICATE"),
        ("VRF_NEW_AND_UNKNOWN", 200, "GATEWAY_ODD_ANSWER"),
        ("nothing known", 409, "GATEWAY_DUPLICATE"),
        ("nothing known", 403, "GATEWAY_NOT_WHITELISTED"),
        ("nothing known", 401, "GATEWAY_SETTINGS"),
        ("nothing known", 404, "GATEWAY_ODD_ANSWER"),
        ("nothing known", 503, "GATEWAY_BUSY"),
    ],
)
def test_complaints(code, status, expected):
    assert why(reply({"exitcode": 3, "somewhere": {"inside": code}}, status)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, "GATEWAY_NOT_WHITELISTED"),
        (409, "GATEWAY_DUPLICATE"),
        (429, "GATEWAY_BUSY"),
        (502, "GATEWAY_BUSY"),
        (200, "GATEWAY_ODD_ANSWER"),
        (302, "GATEWAY_ODD_ANSWER"),
        (404, "GATEWAY_ODD_ANSWER"),
    ],
)
def test_pages_of_whatever_stands_before_the_gateway(status, expected):
    assert why(reply(b"<html>", status, content_type="text/html")) == expected


def test_a_complaint_is_put_down_to_a_clock_that_is_off():
    complaint = {"exitcode": 3, "code": "VRF_INVALID_SIGNED_HEADER"}
    assert why(reply(complaint, 400)) == "GATEWAY_SETTINGS"
    for late in ("Wed, 25 Nov 2026 18:41:00 GMT", "Wed, 25 Nov 2026 18:19:00 GMT"):
        assert why(reply(complaint, 400, date=late)) == "CLOCK_WRONG"
        assert why(reply(YES, date=late)) == ""
        assert why(reply({}, 403, date=late)) == "GATEWAY_NOT_WHITELISTED"
        assert why(reply({}, 503, date=late)) == "GATEWAY_BUSY"
    for garbage in ("", "yesterday", "Wed, 25 Nov 2026 18:41:00 -0000", "1 Jan 99999 0:0:0 GMT"):
        assert why(reply(complaint, 400, date=garbage)) == "GATEWAY_SETTINGS"


def test_a_number_that_the_gateway_repeats_is_not_kept():
    found = judge(SETTINGS, reply({"exitcode": 1, "code": f"VRF_INVALID_{NUMBER}"}, 400), AT)
    assert NUMBER not in repr(found)
    assert NUMBER not in repr(found.outcome)
    assert NUMBER not in repr(reply({"number": NUMBER}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["exitcode", "responds", "result", "code"]), inner)
    ),
)


@settings(deadline=None)
@given(
    said=json_values | st.binary(max_size=80),
    status=st.integers(100, 599),
    date=st.text(max_size=30),
    kind=st.sampled_from(["application/json", "text/html", ""]),
)
def test_no_answer_breaks_us_and_none_is_trusted_by_chance(said, status, date, kind):
    found = judge(SETTINGS, reply(said, status, date=date, content_type=kind), AT)
    if found.trusted is not None:
        assert isinstance(said, dict)
        assert said["responds"]["result"] is found.trusted
    else:
        assert found.why


# --- the request ------------------------------------------------------------------------------------


def test_the_request_as_it_goes_out():
    signed = []
    certificate = bytes(range(256)) * 20
    headers, body = contract.request(
        SETTINGS,
        Question(NUMBER, certificate),
        "id-1",
        AT,
        lambda data: signed.append(data) or b"signature",
    )
    assert headers["request_time"] == b"20261126013005"
    assert headers["dia_chi"] == "Hà Nội".encode()
    assert b64decode(headers["signature"]) == b"signature"
    said = json.loads(body)
    assert b64decode(said["dscert"], validate=True) == certificate  # one line
    assert set(said) == {
        "id_card",
        "dscert",
        "authentication_purpose",
        "authentication_location",
        "authentication_source",
    }
    assert signed == [
        "|".join(
            ["id-1", "20261126013005", "L", "kiosk", "Hà Nội", NUMBER, said["dscert"]]
        ).encode()
    ]


def test_every_name_can_be_set():
    names = {name: f"own-{name.replace('_', '-')}" for name in Eid().names.model_dump()}
    settings = SETTINGS.model_copy(update={"names": type(Eid().names)(**names)})
    headers, body = contract.request(settings, Question(NUMBER, GENUINE), "i", AT, lambda _: b"")
    own = set(headers) | set(json.loads(body))
    assert {name for name in names.values() if name not in own} == {"own-exit-code", "own-result"}
    yes = {"own-exit-code": 0, "own-result": True}
    assert judge(settings, reply(yes), AT).trusted is True


# --- settings and what is never asked ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://gateway.example.gov.vn"}, "https"),
        ({"url": "ftp://x"}, "url"),
        ({"license_id": " "}, "license_id"),
        ({"province": "Hà|Nội"}, "province"),
        ({"device_type": "a\r\nX: y"}, "device_type"),
        ({"purpose": ""}, "purpose"),
        ({"private_key_file": ""}, "private_key_file"),
        ({"names": {"number": "a b"}}, "number"),
        ({"path": "no-slash"}, "path"),
    ],
)
def test_settings_that_cannot_be(tmp_path, changes, said):
    with pytest.raises(ValueError, match=said):
        eid("https://gateway.example.gov.vn", tmp_path, **changes)


def test_http_is_for_loopback_and_for_a_vpn_that_somebody_vouches_for(tmp_path):
    eid("http://127.0.0.1:1", tmp_path)
    eid("http://10.1.2.3:8443", tmp_path, allow_http=True)


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_key_that_cannot_be_used_is_found_at_the_question(tmp_path, content, caplog):
    file = tmp_path / "own.pem"
    if content is not None:
        file.write_bytes(content)
    settings = eid("http://127.0.0.1:1", tmp_path, private_key_file=str(file))
    client = GatewayClient(settings, lambda: AT)
    assert client.ask(Question(NUMBER, GENUINE)).why == "GATEWAY_SETTINGS"
    assert "private_key_file" in caplog.text
    client.close()


def test_a_key_of_another_kind_is_refused(tmp_path: Path):
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    for number, made in enumerate(
        (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 1024))
    ):
        file = tmp_path / f"{number}.pem"
        file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(SettingsError, match="RSA key of 2048"):
            private_key(eid("http://127.0.0.1:1", tmp_path, private_key_file=str(file)))


@pytest.mark.parametrize(
    "question",
    [
        Question("", GENUINE),
        Question("0790900000\n1", GENUINE),
        Question("\u0660" * 12, GENUINE),
        Question(NUMBER, b""),
        Question(NUMBER, b"0" * 16_385),
    ],
)
def test_a_question_without_sense_is_not_asked(tmp_path, question):
    client = GatewayClient(eid("http://127.0.0.1:1", tmp_path), lambda: AT)
    assert client.ask(question).why == "GATEWAY_INVALID"
    client.close()


def test_a_closed_client_asks_nothing(tmp_path):
    client = GatewayClient(eid("http://127.0.0.1:1", tmp_path), lambda: AT)
    client.close()
    assert client.ask(Question(NUMBER, GENUINE)).why == "GATEWAY_OFFLINE"


def test_an_error_of_the_settings_file_names_the_key(tmp_path):
    from kiosk.settings import DEMO, load

    file = tmp_path / "station.toml"
    file.write_text(DEMO.read_text("utf-8") + '\n[eid]\nurl = "http://10.0.0.1"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"eid: .*license_id is needed"):
        load(file)
    file.write_text(DEMO.read_text("utf-8") + '\n[eid.names]\nnummer = "x"\n', "utf-8")
    with pytest.raises(
        SettingsError, match=r"eid.names.nummer: unknown key; allowed here: .*number"
    ):
        load(file)
