"""A synthetic issuer: country signers (CSCA), document signers (DSC) and what they publish.

The keys are the same in every run and known to everybody: they protect nothing but a drawing, and
whatever they sign says that it is synthetic.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from devices.idcard import asn1, curves
from devices.idcard.ec import Curve
from devices.idcard.virtual import signing
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.signing import PrivateKey

START = datetime(2021, 1, 1, tzinfo=UTC)
LIFE = timedelta(days=16 * 365)
_BEFORE_ISSUE = START + timedelta(days=90)
"""The card of the synthetic person is of 10 May 2021."""
_SINCE = START + timedelta(days=365)

_CSCA = "TEST CSCA (synthetic)"
_NEXT_CSCA = "TEST next CSCA (synthetic)"
_UNKNOWN_CSCA = "TEST unknown CSCA (synthetic)"
_DSC = "TEST DSC (synthetic)"
_LIST_SIGNER = "TEST list signer (synthetic)"
_SERIAL, _REVOKED_SERIAL = 2, 3

_PRIMES = {_CSCA: (120, 378), _NEXT_CSCA: (206, 2076), _UNKNOWN_CSCA: (34, 48), _DSC: (88, 1746)}
"""How far the primes of an owner's RSA key lie behind the numbers that the name is hashed to."""
_PRIME_BYTES = 128
_EXPONENT = 65_537
_CURVES = {"secp384r1": 15, "secp256r1": 12, "brainpoolP384r1": 16, "brainpoolP256r1": 13}
_DER = serialization.Encoding.DER


@dataclass(frozen=True)
class Issuer:
    """``csca`` signed ``dsc`` and ``crl``; ``trusted`` is the country signer that an office imports,
    and ``links`` leads from it to ``csca`` when that is another one."""

    trusted: x509.Certificate
    links: tuple[x509.Certificate, ...]
    csca: x509.Certificate
    crl: x509.CertificateRevocationList
    dsc: x509.Certificate
    dsc_key: PrivateKey


@dataclass(frozen=True)
class _Kind:
    """Which issuer the switches mean."""

    unknown: bool
    link: bool
    explicit: bool
    brainpool: bool
    pss: bool
    revoked: bool
    end: datetime

    @classmethod
    def of(cls, switches: Switches) -> _Kind:
        end = START + LIFE
        if switches.expired_dsc:
            end = _SINCE
        if switches.expired_at_issue:
            end = _BEFORE_ISSUE
        return cls(
            switches.unknown_csca,
            switches.link_cert,
            switches.explicit_ec,
            switches.brainpool,
            switches.pss,
            switches.revoked_dsc,
            end,
        )

    def key(self, owner: str) -> PrivateKey:
        return _rsa_key(owner) if self.pss else _ec_key(owner, self.brainpool)


class _Manner(TypedDict):
    rsa_padding: padding.PSS | None
    ecdsa_deterministic: bool | None


@dataclass(frozen=True)
class _Party:
    """Somebody who signs, and the name that stands in the certificates."""

    name: str
    key: PrivateKey

    @property
    def public(self) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
        return self.key.public_key()

    @property
    def manner(self) -> _Manner:
        """How builders sign with this key; without chance where that is possible."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return {"rsa_padding": signing.PSS, "ecdsa_deterministic": None}
        return {"rsa_padding": None, "ecdsa_deterministic": True}


def issuer(switches: Switches | None = None) -> Issuer:
    """CSCA on P-384 and DSC on P-256 with SHA-256, unless the switches say otherwise."""
    return _issuer(_Kind.of(switches or Switches()))


def trust_files(switches: Switches | None = None) -> dict[str, bytes]:
    """What a technician imports so that the card with these switches is judged as they mean it.

    By file name: the country signer, its link certificate if there is one, the list of revoked
    certificates, and a master list of the same country signers by a synthetic list signer.
    """
    # Nobody has imported the unknown country signer: the office knows the usual one instead.
    known = issuer(replace(switches or Switches(), unknown_csca=False))
    links = {
        f"csca-link-{number}.cer": link.public_bytes(_DER)
        for number, link in enumerate(known.links, 1)
    }
    return links | {
        "csca.cer": known.trusted.public_bytes(_DER),
        "csca.crl": known.crl.public_bytes(_DER),
        "master-list.ml": _master_list((known.trusted, *known.links)),
    }


@lru_cache(maxsize=32)
def _issuer(kind: _Kind) -> Issuer:
    root = _UNKNOWN_CSCA if kind.unknown else _CSCA
    first = _Party(root, kind.key(root))
    trusted = csca = _certificate(first, first, kind.explicit, 1)
    signer = first
    links: tuple[x509.Certificate, ...] = ()
    if kind.link:
        # A new key under the same name, as most countries do it.
        signer = _Party(root, kind.key(_NEXT_CSCA))
        links = (_certificate(signer, first, kind.explicit, 4),)
        csca = _certificate(signer, signer, kind.explicit, 5)
    owner = _Party(_DSC, kind.key(_DSC))
    serial = _REVOKED_SERIAL if kind.revoked else _SERIAL
    dsc = _certificate(owner, signer, kind.explicit, serial, kind.end)
    return Issuer(trusted, links, csca, _crl(signer), dsc, owner.key)


def _certificate(
    subject: _Party, signer: _Party, explicit: bool, serial: int, end: datetime = START + LIFE
) -> x509.Certificate:
    is_ca = subject.name == signer.name
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject.name))
        .issuer_name(_name(signer.name))
        .public_key(subject.public)
        .serial_number(serial)
        .not_valid_before(START)
        .not_valid_after(end)
        .add_extension(_usage(is_ca), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject.public), False)
        .add_extension(_authority(signer), False)
    )
    if is_ca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    made = builder.sign(signer.key, hashes.SHA256(), **signer.manner)
    if explicit and isinstance(subject.key, ec.EllipticCurvePrivateKey):
        return _written_out(made, subject.key, signer)
    return made


def _usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(signer: _Party) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public)


def _name(common: str) -> x509.Name:
    """Short: a document signer's certificate is read over the air with every card."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _crl(signer: _Party) -> x509.CertificateRevocationList:
    """Of every issuer: nothing is on it but the document signer of ``revoked_dsc``."""
    revoked = (
        x509.RevokedCertificateBuilder()
        .serial_number(_REVOKED_SERIAL)
        .revocation_date(_SINCE)
        .build()
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name(signer.name))
        .last_update(_SINCE)
        .next_update(START + LIFE)
        .add_revoked_certificate(revoked)
        .add_extension(_authority(signer), False)
        .add_extension(x509.CRLNumber(1), False)
    )
    return builder.sign(signer.key, hashes.SHA256(), **signer.manner)


def _written_out(
    made: x509.Certificate, subject: ec.EllipticCurvePrivateKey, signer: _Party
) -> x509.Certificate:
    """The certificate with the parameters of its key's curve in place of their name, signed anew."""
    certificate = asn1_x509.Certificate.load(made.public_bytes(_DER))
    tbs = certificate["tbs_certificate"]
    tbs["subject_public_key_info"]["algorithm"]["parameters"] = explicit_parameters(
        curves.BY_PARAMETER[_CURVES[subject.curve.name]]
    )
    certificate["signature_value"] = signing.sign(signer.key, tbs.dump(force=True))
    return x509.load_der_x509_certificate(certificate.dump(force=True))


def explicit_parameters(curve: Curve) -> asn1_keys.ECDomainParameters:
    """ECParameters that write the curve out (SEC 1 §C.2)."""
    specified = asn1_keys.SpecifiedECDomain(
        {
            "version": "ecdpVer1",
            "field_id": {
                "field_type": "prime_field",
                "parameters": asn1_keys.Integer(curve.p),
            },
            "curve": {
                "a": curve.a.to_bytes(curve.size, "big"),
                "b": curve.b.to_bytes(curve.size, "big"),
            },
            "base": curve.encode(curve.g),
            "order": curve.n,
            "cofactor": 1,
        }
    )
    return asn1_keys.ECDomainParameters(name="specified", value=specified)


@lru_cache(maxsize=16)
def _ec_key(owner: str, brainpool: bool) -> ec.EllipticCurvePrivateKey:
    large, small = (
        (ec.BrainpoolP384R1(), ec.BrainpoolP256R1())
        if brainpool
        else (ec.SECP384R1(), ec.SECP256R1())
    )
    secret = int.from_bytes(hashlib.sha256(owner.encode()).digest()[:31], "big")
    return ec.derive_private_key(secret, large if "CSCA" in owner else small)


@lru_cache(maxsize=8)
def _rsa_key(owner: str) -> rsa.RSAPrivateKey:
    p, q = (
        _prime(f"{owner} {name}") + more for name, more in zip("pq", _PRIMES[owner], strict=True)
    )
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public
    )
    # The check of the primes takes longer than all the rest of a card.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _prime(label: str) -> int:
    """Where the search for a prime of 1024 bits began: odd, the two highest bits set."""
    start = int.from_bytes(hashlib.shake_256(label.encode()).digest(_PRIME_BYTES), "big")
    return start | 3 << (8 * _PRIME_BYTES - 2) | 1


def _master_list(certificates: tuple[x509.Certificate, ...]) -> bytes:
    signer = _Party(_LIST_SIGNER, _ec_key(_LIST_SIGNER, brainpool=False))
    root = _Party(_CSCA, _ec_key(_CSCA, brainpool=False))
    content = asn1.MasterList(
        {
            "version": 0,
            "certificates": [
                asn1_x509.Certificate.load(one.public_bytes(_DER)) for one in certificates
            ],
        }
    ).dump()
    certificate = _certificate(signer, root, explicit=False, serial=6)
    return signing.wrapped(signing.message(asn1.MASTER_LIST, content, certificate, signer.key))
