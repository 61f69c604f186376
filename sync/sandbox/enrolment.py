"""Device enrolment: a one-time code, a certificate request, a client certificate for thirty days.

A stub of what a province runs: it issues by its own authority, made at the first use, and asks no second
person. The device proves that it was told the code by ``HMAC-SHA256(code, csr)``, so the code itself never
travels twice.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import from_ms, now, to_ms
from sync.sandbox.database import Database, Rows
from sync.sandbox.problem import MEDIA_TYPE, Problem

SCHEMA = """
CREATE TABLE IF NOT EXISTS authority(key TEXT NOT NULL, certificate TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS enrolment(
  code TEXT PRIMARY KEY, office TEXT NOT NULL, expires INTEGER NOT NULL, device TEXT NOT NULL,
  csr TEXT, log_key TEXT, certificate TEXT) STRICT;
"""
CODE_LIFE = timedelta(minutes=15)
CERTIFICATE_LIFE = timedelta(days=30)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BACK = timedelta(minutes=5)
"""Certificates begin this much earlier, for devices whose clock is behind."""


class CodeAsked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    office: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,3}){0,4}$")]


class CodeIssued(BaseModel):
    """Ten base32 characters, good for fifteen minutes and for one device."""

    code: str
    expires: datetime


class EnrolAsked(BaseModel):
    """``csr``: PEM, an EC P-256 key. ``log_key``: Ed25519 public key, 32 bytes in base64. ``mac``: hex."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    code: Annotated[str, Field(pattern=r"^[A-Z2-7]{10}$")]
    csr: Annotated[str, Field(min_length=1, max_length=8192)]
    log_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    mac: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Enrolled(BaseModel):
    """``certificate`` and ``authority`` in PEM; ``device`` is the certificate's common name."""

    device: str
    office: str
    certificate: str
    authority: str
    not_after: datetime


_REFUSED = {
    "description": "The code is unknown, used, expired, or the mac doesn't fit",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
}


def router(database: Database, clock: Callable[[], datetime] = now) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["devices"])
    with database.transaction() as rows:
        for statement in filter(str.strip, SCHEMA.split(";")):
            rows.execute(statement)

    @routes.post("/sandbox/enrolment-codes", status_code=201, summary="A code for one device")
    def issue(asked: CodeAsked) -> CodeIssued:
        code = "".join(secrets.choice(_LETTERS) for _ in range(10))
        expires = clock() + CODE_LIFE
        device = f"device-{secrets.token_hex(6)}"
        values = (code, asked.office, to_ms(expires), device)
        query = "INSERT INTO enrolment(code, office, expires, device) VALUES(?,?,?,?)"
        database.write(lambda rows: rows.execute(query, values).rowcount).result()
        return CodeIssued(code=code, expires=expires)

    @routes.post(
        "/v1/devices/enrol",
        status_code=201,
        summary="Enrols a device",
        responses={403: _REFUSED},
    )
    def enrol(asked: EnrolAsked) -> Enrolled:
        public = _request_key(asked.csr)
        return database.write(lambda rows: _enrol(rows, asked, public, clock())).result()

    return routes


def _enrol(
    rows: Rows, asked: EnrolAsked, public: ec.EllipticCurvePublicKey, at: datetime
) -> Enrolled:
    """The certificate; the same one again for the same request, whose answer may have been lost."""
    found = rows.execute(
        "SELECT office, expires, device, csr, certificate FROM enrolment WHERE code=?",
        (asked.code,),
    ).fetchone()
    fits = hmac.compare_digest(
        hmac.digest(asked.code.encode(), asked.csr.encode("utf-8", "replace"), "sha256").hex(),
        asked.mac,
    )
    if found is None or not fits:
        raise Problem(403, "code-refused")
    office, expires, device, known, certificate = found
    fingerprint = sha256(
        asked.csr.encode("utf-8", "replace") + b64decode(asked.log_key)
    ).hexdigest()
    authority = _authority(rows, at)
    if known is None:
        if to_ms(at) >= expires:
            raise Problem(403, "code-refused")
        certificate = authority.certify(public, device, office, at)
        rows.execute(
            "UPDATE enrolment SET csr=?, log_key=?, certificate=? WHERE code=?",
            (fingerprint, asked.log_key, certificate, asked.code),
        )
    elif known != fingerprint:
        raise Problem(403, "code-refused")
    until = x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
    return Enrolled(
        device=device,
        office=office,
        certificate=certificate,
        authority=authority.pem,
        not_after=until,
    )


def _request_key(pem: str) -> ec.EllipticCurvePublicKey:
    """Raises `Problem` (422) unless it is a request signed by its own P-256 key."""
    try:
        request = x509.load_pem_x509_csr(pem.encode("ascii"))
        key = request.public_key()
        proven = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        raise Problem(422, "not-valid", "csr") from None
    if (
        not proven
        or not isinstance(key, ec.EllipticCurvePublicKey)
        or key.curve.name != "secp256r1"
    ):
        raise Problem(422, "not-valid", "csr: a request signed by a P-256 key is needed")
    return key


@dataclass(frozen=True, repr=False)
class _Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    def certify(
        self, public: ec.EllipticCurvePublicKey, device: str, office: str, at: datetime
    ) -> str:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, device),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, office),
            ]
        )
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        made = (
            _builder(name, self.certificate.subject, public, at, CERTIFICATE_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=False)
            .sign(self.key, SHA256())
        )
        return made.public_bytes(Encoding.PEM).decode("ascii")


def _authority(rows: Rows, at: datetime) -> _Authority:
    """The sandbox's own, made where there is none yet."""
    found = rows.execute("SELECT key, certificate FROM authority").fetchone()
    if found is None:
        found = _new_authority(at)
        rows.execute("INSERT INTO authority(key, certificate) VALUES(?,?)", found)
    key = load_pem_private_key(found[0].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  we wrote it
    return _Authority(key, x509.load_pem_x509_certificate(found[1].encode()))


def _new_authority(at: datetime) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sandbox device authority")])
    certificate = (
        _builder(name, name, key.public_key(), at, timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode("ascii"), certificate.public_bytes(Encoding.PEM).decode("ascii")


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    at: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    begin = from_ms(to_ms(at)) - _BACK
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + life)
    )
