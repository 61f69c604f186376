"""Synthetic country signers, document signers and lists on any curve, named or written out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from asn1crypto import cms, core, crl, x509

from devices.idcard import asn1, curves
from devices.idcard.api import Signer
from devices.idcard.ec import Curve
from devices.idcard.spki import PARAMETER_OF_OID, TWISTED_OF_OID
from tests.unit.idcard import public_keys

P256 = curves.BY_PARAMETER[12]
START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
ISSUED = date(2021, 5, 10)
_OIDS = {curves.BY_PARAMETER[parameter].name: oid for oid, parameter in PARAMETER_OF_OID.items()}
_OIDS |= {name: oid for oid, name in TWISTED_OF_OID.items()}
_HASH = {"algorithm": "sha256_ecdsa"}


@dataclass(frozen=True)
class Party:
    """Somebody with a name and a key."""

    name: str
    secret: int = 0x1234567
    curve: Curve = P256
    explicit: bool = False
    key_id: bytes = field(default=b"\0")
    country: str = "VN"

    @property
    def ski(self) -> bytes:
        if self.key_id != b"\0":
            return self.key_id
        return hashlib.sha1(f"{self.secret} {self.curve.name}".encode()).digest()

    @property
    def rdn(self) -> x509.Name:
        return x509.Name.build({"country_name": self.country, "common_name": self.name})

    @property
    def info(self) -> x509.PublicKeyInfo:
        point = self.curve.encode(self.curve.multiply(self.secret, self.curve.g))
        if self.explicit:
            return x509.PublicKeyInfo.load(public_keys.explicit(self.curve, key=point))
        oid = core.ObjectIdentifier(_OIDS[self.curve.name])
        return x509.PublicKeyInfo.load(public_keys.info(public_keys.EC_OID, oid, point))

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256; the nonce is made of key and data."""
        curve, digest = self.curve, hashlib.sha256(data).digest()
        value = int.from_bytes(digest, "big") >> max(0, 256 - curve.n.bit_length())
        nonce = (
            int.from_bytes(hashlib.sha256(self.ski + digest).digest(), "big") % (curve.n - 1) + 1
        )
        r = curve.multiply(nonce, curve.g)[0] % curve.n
        s = pow(nonce, -1, curve.n) * (value + r * self.secret) % curve.n
        return core.SequenceOf([core.Integer(r), core.Integer(s)], spec=core.Integer).dump()


def extension(name: str, value: object, critical: bool = False) -> dict[str, object]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def certificate(
    subject: Party,
    issuer: Party,
    serial: int = 1,
    ca: bool = True,
    start: datetime = START,
    end: datetime = END,
    ids: bool = True,
    purpose: str = "",
) -> bytes:
    """``ids``: with key identifiers; ``purpose``: an extended key usage."""
    extensions = [extension("basic_constraints", {"ca": ca}, True)]
    if ids:
        extensions += [
            extension("key_identifier", subject.ski),
            extension("authority_key_identifier", {"key_identifier": issuer.ski}),
        ]
    if purpose:
        extensions.append(extension("extended_key_usage", [purpose], True))
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": _HASH,
            "issuer": issuer.rdn,
            "validity": {
                "not_before": x509.Time("general_time", x509.GeneralizedTime(start)),
                "not_after": x509.Time("general_time", x509.GeneralizedTime(end)),
            },
            "subject": subject.rdn,
            "subject_public_key_info": subject.info,
            "extensions": extensions,
        }
    )
    return x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": _HASH,
            "signature_value": issuer.sign(tbs.dump()),
        }
    ).dump()


def revocation_list(
    issuer: Party,
    serials: tuple[int, ...] = (),
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC),  # never changed
    until: datetime | None = datetime(2026, 4, 1, tzinfo=UTC),
    extra: dict[str, object] | None = None,
) -> bytes:
    def moment(value: datetime) -> x509.Time:
        return x509.Time("general_time", x509.GeneralizedTime(value))

    fields: dict[str, object] = {
        "version": "v2",
        "signature": _HASH,
        "issuer": issuer.rdn,
        "this_update": moment(at),
        "crl_extensions": [
            extension("authority_key_identifier", {"key_identifier": issuer.ski}),
            *([extra] if extra else []),
        ],
    }
    if until is not None:
        fields["next_update"] = moment(until)
    if serials:
        fields["revoked_certificates"] = [
            {"user_certificate": one, "revocation_date": moment(at)} for one in serials
        ]
    tbs = crl.TbsCertList(fields)
    return crl.CertificateList(
        {"tbs_cert_list": tbs, "signature_algorithm": _HASH, "signature": issuer.sign(tbs.dump())}
    ).dump()


def master_list(
    signer: Party, own: bytes, certificates: list[bytes], forged: bool = False
) -> bytes:
    """``own`` is the signer's certificate; a forged list got other content after it was signed."""

    class Loose(core.SetOf):
        _child_spec = core.Any

    class List(core.Sequence):
        _fields = [("version", core.Integer), ("certificates", Loose)]  # noqa: RUF012

    listed = [core.Any.load(one) for one in certificates]
    content = List({"version": 0, "certificates": listed}).dump()
    digest = hashlib.sha256(content).digest()
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [asn1.MASTER_LIST]},
            {"type": "message_digest", "values": [bytes(32) if forged else digest]},
        ]
    )
    info = {
        "version": "v3",
        "sid": cms.SignerIdentifier("subject_key_identifier", core.OctetString(signer.ski)),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": _HASH,
        "signature": signer.sign(attributes.dump()),
    }
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": asn1.MASTER_LIST,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [x509.Certificate.load(own)],
            "signer_infos": [info],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()


def signer(dsc: bytes, issued: date | None = ISSUED, issuer: str = "") -> Signer:
    return Signer(dsc, issued, issuer=issuer)


def sha256(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()
