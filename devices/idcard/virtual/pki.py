"""A synthetic issuer: a country signer (CSCA) and a document signer (DSC), both said to be synthetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

START = datetime(2021, 1, 1, tzinfo=UTC)
LIFE = timedelta(days=16 * 365)
# Fixed secrets make the keys the same in every run; they protect nothing but a drawing.
_CSCA_SECRET = int.from_bytes(b"TEST CSCA (synthetic)", "big")
_DSC_SECRET = int.from_bytes(b"TEST DSC (synthetic)", "big")


@dataclass(frozen=True)
class Issuer:
    csca: x509.Certificate
    dsc: x509.Certificate
    dsc_key: ec.EllipticCurvePrivateKey


@lru_cache(maxsize=1)
def issuer() -> Issuer:
    """CSCA on P-384 and DSC on P-256, SHA-256, with subject and authority key identifiers."""
    csca_key = ec.derive_private_key(_CSCA_SECRET, ec.SECP384R1())
    dsc_key = ec.derive_private_key(_DSC_SECRET, ec.SECP256R1())
    csca_name = _name("TEST CSCA (synthetic)")
    csca = _certificate(csca_name, csca_name, csca_key.public_key(), csca_key, 1)
    dsc = _certificate(_name("TEST DSC (synthetic)"), csca_name, dsc_key.public_key(), csca_key, 2)
    return Issuer(csca, dsc, dsc_key)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Synthetic, not a real issuer"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    signer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    signing_key: ec.EllipticCurvePrivateKey,
    serial: int,
) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    is_ca = subject == signer
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(START)
        .not_valid_after(START + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        .add_extension(authority, False)
        .sign(signing_key, hashes.SHA256())
    )
