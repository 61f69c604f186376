"""TLS with a private authority: expired, not yet valid, another's, none; each told apart, nothing counted."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kiosk.clock import now
from sync.portal.adapter import AdapterDriver
from sync.portal.driver import Outcome, TooEarly, Untrusted, fault_code
from sync.portal.session import PortalSession
from tests.contract.portal.conftest import portal
from tests.fakes.portal_items import item
from tests.fakes.stub_portal import StubPortal, said

pytestmark = pytest.mark.real

DAY = timedelta(days=1)
NOTHING = said({"error_code": 0, "result": []})
STEP = item(kind="progress")  # the lookup says "not known": one call tells that TLS stood


class Authority:
    """A private certificate authority of this test."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = (
            self._builder(self._name, self._key, -3650 * DAY, 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_may_sign(), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(made.public_bytes(Encoding.PEM))

    def server(
        self, begin: timedelta = -DAY, end: timedelta = DAY, address: str = "127.0.0.1"
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.test")])
        made = (
            self._builder(name, key, begin, end)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + made.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, begin: timedelta, end: timedelta
    ) -> x509.CertificateBuilder:
        moment = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment + begin)
            .not_valid_after(moment + end)
        )


def _may_sign() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


Ask = Callable[..., tuple[Outcome, StubPortal]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def ask(
    authority: Authority, tls: ssl.SSLContext, clock_off_s: float = 0
) -> tuple[Outcome, StubPortal]:
    with StubPortal(lambda *_: NOTHING, tls=tls) as stub:
        session = PortalSession(portal(stub.url), "H29.18")
        session._transport._http.verify = str(authority.file)
        for _ in range(9 if clock_off_s else 0):
            date = (now() + timedelta(seconds=clock_off_s)).strftime("%a, %d %b %Y %H:%M:%S GMT")
            session.clock_offset.note(date, 0, now())
        driver = AdapterDriver(portal(stub.url), "H29.18", session)
        outcome = driver.send(STEP)
        driver.close()
    return outcome, stub


def test_one_that_holds(authority: Authority) -> None:
    outcome, stub = ask(authority, authority.server())
    assert isinstance(outcome, TooEarly)
    assert stub.services == ["login", "TraCuuHoSo"]


def test_not_yet_valid_is_told_as_a_wrong_clock(authority: Authority) -> None:
    outcome, stub = ask(authority, authority.server(DAY, 2 * DAY))
    assert outcome == Untrusted("certificate not yet valid", clock=True)
    assert (fault_code(outcome), stub.services) == ("PORTAL_CLOCK", [])


def test_expired_is_the_portal_s_fault_unless_our_clock_is_known_to_be_wrong(
    authority: Authority,
) -> None:
    outcome, stub = ask(authority, authority.server(-3 * DAY, -2 * DAY))
    assert outcome == Untrusted("certificate expired")
    assert (fault_code(outcome), stub.services) == ("PORTAL_CERTIFICATE", [])
    outcome, _ = ask(authority, authority.server(-3 * DAY, -2 * DAY), clock_off_s=-3 * 86_400)
    assert fault_code(outcome) == "PORTAL_CLOCK"


def test_of_another_address(authority: Authority) -> None:
    outcome, stub = ask(authority, authority.server(address="127.0.0.9"))
    assert (fault_code(outcome), stub.services) == ("PORTAL_CERTIFICATE", [])


def test_of_another_authority(authority: Authority, tmp_path: Path) -> None:
    outcome, stub = ask(authority, Authority(tmp_path, "Somebody else").server())
    assert (fault_code(outcome), stub.services) == ("PORTAL_CERTIFICATE", [])


def test_one_that_asks_for_ours(authority: Authority) -> None:
    """With TLS 1.3 the server refuses only after our handshake is done: the first answer is the refusal."""
    tls = authority.server()
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_verify_locations(authority.file)
    outcome, stub = ask(authority, tls)
    assert not isinstance(outcome, TooEarly)
    assert fault_code(outcome) in ("PORTAL_CERTIFICATE", "PORTAL_SLOW")
    assert stub.services == []


def test_answers_tell_how_far_the_clock_is_off() -> None:
    ahead = (now() + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    class Ahead(StubPortal):
        def _handler(self):
            made = super()._handler()
            made.date_time_string = lambda *_: ahead
            return made

    with Ahead(lambda *_: NOTHING) as stub:
        session = PortalSession(portal(stub.url), "H29.18")
        driver = AdapterDriver(portal(stub.url), "H29.18", session)
        assert isinstance(driver.send(STEP), TooEarly)
        assert session.clock_offset.seconds == pytest.approx(7200, abs=3)
        assert session.clock_offset.is_wrong
        stub.answer = lambda *_: said({}, status=200, content_type="text/html")
        before = session.clock_offset.seconds
        driver.send(STEP)
        assert session.clock_offset.seconds == before, "a login page's date counts for nothing"
        driver.close()
