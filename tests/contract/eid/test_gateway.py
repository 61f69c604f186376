"""Client, verifier and confirmer against the sandbox gateway over a real socket."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import ssl
import stat
import sys
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
import requests

from devices.cancel import Cancel
from devices.idcard.api import OK, Finding, Lamp, Lamps, LampState, Signer, Step, Trust
from kiosk.clock import at_office, now
from kiosk.commands.doctor import examine
from kiosk.dossiers.card_checks import CardChecks, Confirmation
from kiosk.journal import journal
from kiosk.people.card_check import CardCheck, Source
from kiosk.people.person import Person
from kiosk.settings import load
from sync.eid.client import GatewayClient
from sync.eid.confirm import Confirmer
from sync.eid.contract import Question
from sync.eid.verifier import RarGatewayVerifier
from sync.sandbox.eid import serve_gateway
from sync.sandbox.process import SandboxProcess
from tests.fakes.eid_gateway import FORGED, GENUINE, NUMBER, EidSandbox, eid, private_pem
from tests.fakes.stub_portal import Said, StubPortal
from tests.unit.dossiers.office import PLACE, a_submission, open_office

pytestmark = pytest.mark.real

QUESTION = Question(NUMBER, GENUINE)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    gateway = EidSandbox(tmp_path_factory.mktemp("eid"))
    with gateway.process:
        yield gateway


@pytest.fixture
def gateway(running):
    running.calm()
    return running


@pytest.fixture
def client(gateway, tmp_path):
    """Makes clients; settings by name."""
    made = []

    def make(clock=now, **changes):
        url = changes.pop("url", gateway.url)
        made.append(GatewayClient(eid(url, tmp_path, **changes), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_genuine_signer_is_vouched_for_and_another_is_not(client):
    ask = client().ask
    assert ask(QUESTION).trusted is True
    found = ask(Question(NUMBER, FORGED))
    assert (found.trusted, found.why) == (False, "GATEWAY_REFUSED")


@pytest.mark.parametrize(
    ("fault", "why", "said"),
    [
        ({"rate_limit": True}, "GATEWAY_BUSY", "VRF_RATE_LIMITED"),
        ({"platform_error": True}, "GATEWAY_BUSY", "VRF_PLATFORM_UNAVAILABLE"),
        ({"crypto_fail": True}, "GATEWAY_CRYPTO", "VRF_CRYPTO_FAIL"),
        ({"not_whitelisted": True}, "GATEWAY_NOT_WHITELISTED", ""),
        ({"html": True}, "GATEWAY_ODD_ANSWER", ""),
        ({"clock_s": 3600}, "CLOCK_WRONG", "VRF_INVALID_REQUEST_TIME"),
        ({"clock_s": -3600}, "CLOCK_WRONG", "VRF_INVALID_REQUEST_TIME"),
        ({"duplicates": 2}, "GATEWAY_DUPLICATE", "VRF_DUPLICATE_REQUEST"),
    ],
)
def test_what_keeps_the_gateway_from_answering(gateway, client, fault, why, said):
    gateway.faults(**fault)
    found = client().ask(QUESTION)
    assert (found.trusted, found.why, found.said) == (None, why, said)
    gateway.calm()
    assert client().ask(QUESTION).trusted is True


def test_a_gateway_that_says_false_is_believed(gateway, client):
    gateway.faults(result_false=True)
    assert client().ask(QUESTION).why == "GATEWAY_REFUSED"


def test_a_clock_within_ten_minutes_is_good_enough(client):
    assert client(lambda: now() + timedelta(minutes=9)).ask(QUESTION).trusted is True
    assert client(lambda: now() - timedelta(minutes=11)).ask(QUESTION).why == "CLOCK_WRONG"


def test_a_repeat_comes_with_a_new_request_id(gateway, client):
    before = len(gateway.requests())
    gateway.faults(duplicates=1)
    assert client().ask(QUESTION).trusted is True
    seen = gateway.requests()[before:]
    assert [one["answer"] for one in seen] == ["VRF_DUPLICATE_REQUEST", "true"]
    assert seen[0]["id"] != seen[1]["id"]


def test_the_gateway_tells_a_repeated_id(gateway, tmp_path):
    same = "11111111-1111-4111-8111-111111111111"
    client = GatewayClient(eid(gateway.url, tmp_path), now, new_id=lambda: same)
    assert client.ask(QUESTION).trusted is True
    assert client.ask(QUESTION).why == "GATEWAY_DUPLICATE"
    client.close()


def test_a_silent_gateway_is_left_when_the_time_is_up(gateway, client):
    gateway.faults(slow_s=600)
    assert client(timeout_s=0.3).ask(QUESTION).why == "GATEWAY_SLOW"


def test_nobody_there(client):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert client(url=f"http://127.0.0.1:{port}").ask(QUESTION).why == "GATEWAY_OFFLINE"


def test_another_stations_key_is_not_taken(gateway, client, tmp_path):
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = generate_private_key(65537, 2048)
    file = tmp_path / "other.pem"
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert client(private_key_file=str(file)).ask(QUESTION).why == "GATEWAY_CRYPTO"


def test_a_changed_part_breaks_the_signature(gateway, client):
    """Every one of the seven values is under the signature."""
    made = client()
    talk = made._transport.exchange
    other = {
        "request_id": b"22222222-2222-4222-8222-222222222222",
        "request_time": at_office(now() - timedelta(minutes=1)).strftime("%Y%m%d%H%M%S").encode(),
        "license_id": b"LICENCE-2",
        "device_type": b"phone",
        "dia_chi": "Tỉnh Khác".encode(),
        "id_card": "001300012346",
        "dscert": "MIIB",
    }

    def exchange(path, body, headers):
        head, said = dict(headers), json.loads(body)
        (head if changed in head else said)[changed] = other[changed]
        return talk(path, json.dumps(said).encode(), head)

    made._transport.exchange = exchange
    for changed in other:
        assert made.ask(QUESTION).why == "GATEWAY_CRYPTO", changed


def test_a_missing_header_is_the_stations_fault(gateway, client):
    made = client()
    talk = made._transport.exchange
    made._transport.exchange = lambda path, body, headers: talk(
        path, body, {name: value for name, value in headers.items() if name != "device_type"}
    )
    found = made.ask(QUESTION)
    assert (found.why, found.said) == ("GATEWAY_SETTINGS", "VRF_MISSING_HEADER")


def test_headers_and_names_follow_the_settings(client, gateway):
    found = client(names={"number": "so_dinh_danh"}).ask(QUESTION)
    assert found.trusted is None  # the sandbox knows the published name only
    assert client(path="/somewhere/else").ask(QUESTION).trusted is True


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(tmp_path, client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert, key = self_signed(tmp_path)
    context.load_cert_chain(cert, key)
    with StubPortal(lambda *_: Said(b"{}"), tls=context) as stub:
        assert client(url=stub.url).ask(QUESTION).why == "GATEWAY_CERTIFICATE"
        assert stub.services == []


def self_signed(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.fakes.eid_gateway import key

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .sign(key(), SHA256())
    )
    cert, pem = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    pem.write_bytes(private_pem())
    return cert, pem


def test_the_verifier_speaks_for_the_chain_only(gateway, client):
    verifier = RarGatewayVerifier(client(), Random(1))
    assert verifier.judge(Signer(GENUINE, number=NUMBER)) == Trust(chain=OK, by="gateway")
    forged = verifier.judge(Signer(FORGED, number=NUMBER))
    assert forged == Trust(chain=Finding(Step.FAILED, "GATEWAY_REFUSED"), by="gateway")
    gateway.faults(not_whitelisted=True)
    undecided = Trust(chain=Finding(Step.NOT_POSSIBLE, "GATEWAY_NOT_WHITELISTED"))
    assert verifier.judge(Signer(GENUINE, number=NUMBER)) == undecided


# --- later ---------------------------------------------------------------------------------------


def a_check(certificate: bytes) -> CardCheck:
    lamps = Lamps(
        read=Lamp(LampState.OK, ""),
        intact=Lamp(LampState.OK, ""),
        trusted=Lamp(LampState.UNKNOWN, "GATEWAY_OFFLINE"),
        genuine=Lamp(LampState.UNKNOWN, "ISSUER_NOT_TRUSTED"),
    )
    return CardCheck(Source.CHIP, "PACE-CAN", lamps, (), certificate, "ab" * 32)


def test_handed_in_offline_and_judged_at_the_next_sync(gateway, client, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    office = open_office(tmp_path, place=replace(PLACE, gateway=True))
    person = Person(NUMBER, "Nguyễn Thị Mẫu", "02/03/2000", "Nữ", "Số 1 Phố Mẫu")
    good = office.register.hand_in(a_submission("a", person=person, check=a_check(GENUINE)))
    bad = office.register.hand_in(a_submission("b", person=person, check=a_check(FORGED)))
    checks = CardChecks(office.database, "kiosk-01", office.clock)
    alarms = []
    confirmer = Confirmer(checks, client(), Random(1), on_alarm=alarms.append)

    gateway.faults(platform_error=True)
    assert confirmer.drain(Cancel(), 30) == 0
    assert checks.counts() == {"waiting": 2, "confirmed": 0, "refused": 0, "gave_up": 0}
    gateway.calm()
    assert confirmer.drain(Cancel(), 30) == 2
    assert checks.counts() == {"waiting": 0, "confirmed": 1, "refused": 1, "gave_up": 0}

    kept = office.register.check_of(good.dossier.id)
    assert kept.confirmation is Confirmation.CONFIRMED
    assert kept.check.lamps.trusted.state is kept.check.lamps.genuine.state is LampState.OK
    assert kept.answered_by == "gateway"
    (alarm,) = office.register.alarms()
    assert alarms == [alarm.dossier_code] == [bad.dossier.code]
    assert alarm.check.lamps.trusted == Lamp(LampState.FAILED, "GATEWAY_REFUSED")
    kinds = [one.kind for one in journal.entries(office.database.read())]
    assert kinds[-2:] == [journal.Kind.SIGNER_CONFIRMED, journal.Kind.SIGNER_REFUSED]
    told = repr(office.database.read().rows("SELECT hex(entry) FROM journal"))
    assert NUMBER not in told + caplog.text
    assert NUMBER.encode().hex().upper() not in told
    assert bad.dossier.code in caplog.text  # the alarm names the dossier
    office.close()


def test_the_number_is_in_no_log_whatever_goes_wrong(gateway, client, caplog):
    caplog.set_level(logging.DEBUG)
    for fault in ({"rate_limit": True}, {"html": True}, {"clock_s": 9999}, {"crypto_fail": True}):
        gateway.calm()
        gateway.faults(**fault)
        found = client().ask(QUESTION)
        assert NUMBER not in repr(found)
    assert NUMBER not in caplog.text
    assert NUMBER not in repr(gateway.requests())
    assert NUMBER not in repr(QUESTION)


def test_the_sandbox_says_what_it_dislikes(gateway):
    assert requests.post(f"{gateway.url}/x", data=b"{}", timeout=5).json() == {
        "exitcode": 1,
        "code": "VRF_MISSING_HEADER",
        "responds": None,
    }
    wrong = requests.post(f"{gateway.url}/sandbox/faults", json={"html": 7, "no": 1}, timeout=5)
    assert wrong.status_code == 422


def test_the_command_line_starts_one_that_makes_its_own_keys(tmp_path, client):
    folder = tmp_path / "gateway"
    command = (sys.executable, "-m", "kiosk", "simulate", "eid-gateway")
    with SandboxProcess(folder, command=command, patience_s=60) as process:
        made = client(url=process.url, private_key_file=str(folder / "station.pem"))
        assert made.ask(QUESTION).trusted is False
        folder.joinpath("trusted.txt").write_text(hashlib.sha256(GENUINE).hexdigest())
        assert made.ask(QUESTION).trusted is True
    assert stat.S_IMODE((folder / "station.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize("pem", [b"", b"no key"])
def test_a_sandbox_without_a_usable_key_does_not_start(tmp_path, pem):
    tmp_path.joinpath("public.pem").write_bytes(pem)
    with pytest.raises(ValueError, match="RSA key"):
        serve_gateway(0, tmp_path)


def test_doctor_tells_whether_questions_can_be_signed(tmp_path, gateway):
    settings = load(state=tmp_path / "state").model_copy(update={"eid": eid(gateway.url, tmp_path)})

    def row():
        (found,) = [one for one in examine(settings)["checks"] if one["name"] == "eid"]
        return found["level"], found["text"]

    assert row() == ("ok", f"{gateway.url}, RSA key of 2048 bits")
    tmp_path.joinpath("station.pem").write_bytes(b"no key")
    assert row()[0] == "fault"
