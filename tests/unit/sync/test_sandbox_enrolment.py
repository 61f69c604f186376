"""A device gets its certificate once, for one code, and again only when the answer was lost."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from fastapi.routing import APIRoute

from kiosk.clock import now
from sync.sandbox.database import Database
from sync.sandbox.enrolment import (
    CERTIFICATE_LIFE,
    CODE_LIFE,
    CodeAsked,
    EnrolAsked,
    Enrolled,
    router,
)
from sync.sandbox.problem import Problem

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whatever it calls itself")])


class Office:
    def __init__(self, database: Database) -> None:
        self.at = now()
        routes = router(database, lambda: self.at).routes
        calls: dict[str, Callable[..., Any]] = {
            route.path: route.endpoint for route in routes if isinstance(route, APIRoute)
        }
        self._issue = calls["/sandbox/enrolment-codes"]
        self._enrol = calls["/v1/devices/enrol"]

    def code(self) -> str:
        return str(self._issue(CodeAsked(office="H29.18")).code)

    def enrol(
        self, code: str, csr: str, mac: str | None = None, log: bytes = b"k" * 32
    ) -> Enrolled:
        right = hmac.digest(code.encode(), csr.encode(), "sha256").hex()
        asked = EnrolAsked(code=code, csr=csr, log_key=b64encode(log).decode(), mac=mac or right)
        found: Enrolled = self._enrol(asked)
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = Database(tmp_path)
    yield Office(database)
    database.close()


def request_of(key: Any) -> str:
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


@pytest.fixture
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_a_device_is_enrolled(office: Office, key: ec.EllipticCurvePrivateKey) -> None:
    enrolled = office.enrol(office.code(), request_of(key))
    certificate = x509.load_pem_x509_certificate(enrolled.certificate.encode())
    authority = x509.load_pem_x509_certificate(enrolled.authority.encode())
    certificate.verify_directly_issued_by(authority)
    assert certificate.public_key() == key.public_key()
    [name] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == enrolled.device  # not what the request calls itself
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life == CERTIFICATE_LIFE
    assert enrolled.not_after == certificate.not_valid_after_utc
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    other = office.enrol(office.code(), request_of(ec.generate_private_key(ec.SECP256R1())))
    assert other.authority == enrolled.authority
    assert other.device != enrolled.device


def test_a_lost_answer_is_given_again(office: Office, key: ec.EllipticCurvePrivateKey) -> None:
    code, csr = office.code(), request_of(key)
    first = office.enrol(code, csr)
    office.at += CODE_LIFE * 2  # the code has expired, but it was used in time
    assert office.enrol(code, csr) == first


def test_what_is_refused_with_the_same_words(
    office: Office, key: ec.EllipticCurvePrivateKey
) -> None:
    code, csr = office.code(), request_of(key)
    office.enrol(code, csr)
    late = office.code()
    refused = [
        lambda: office.enrol("AAAAAAAAAA", csr),
        lambda: office.enrol(code, request_of(ec.generate_private_key(ec.SECP256R1()))),
        lambda: office.enrol(code, csr, log=b"x" * 32),
        lambda: office.enrol(office.code(), csr, mac="0" * 64),
    ]
    for attempt in refused:
        with pytest.raises(Problem) as said:
            attempt()
        assert (said.value.status, said.value.kind, said.value.detail) == (403, "code-refused", "")
    office.at += CODE_LIFE
    with pytest.raises(Problem, match="code-refused"):
        office.enrol(late, csr)
    office.at -= timedelta(seconds=1)
    assert office.enrol(late, csr).office == "H29.18"


def test_odd_requests_use_up_no_code(office: Office, key: ec.EllipticCurvePrivateKey) -> None:
    code = office.code()
    good = request_of(key)
    broken = good.replace(good.splitlines()[3], good.splitlines()[3][::-1])
    odd = ["x", "ế", "\x00", broken, request_of(ec.generate_private_key(ec.SECP384R1()))]
    odd.append(request_of(rsa.generate_private_key(65537, 2048)))
    for csr in odd:
        with pytest.raises(Problem) as said:
            office.enrol(code, csr)
        assert said.value.status == 422
    assert office.enrol(code, good).device
