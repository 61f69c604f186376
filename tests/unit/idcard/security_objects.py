"""EF.SOD as signers could write it: every part can be put otherwise, and it is signed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization

from devices.idcard import lds, tlv
from devices.idcard.asn1 import LDS_SECURITY_OBJECT, LdsSecurityObject
from devices.idcard.virtual import pki, signing
from devices.idcard.virtual.signing import PrivateKey

DER = serialization.Encoding.DER
ISSUER = pki.issuer()
DSC = asn1_x509.Certificate.load(ISSUER.dsc.public_bytes(DER))
CSCA = asn1_x509.Certificate.load(ISSUER.csca.public_bytes(DER))
GROUPS = {1: b"synthetic DG1", 2: b"synthetic DG2", 13: b"synthetic DG13"}


@dataclass
class Draft:
    """``listed`` are pairs, so that numbers can stand twice."""

    listed: list[tuple[int, bytes]]
    digest: str = "sha256"
    version: int = 0
    kind: str = LDS_SECURITY_OBJECT
    info: dict[str, str] | None = None

    @classmethod
    def of(cls, groups: dict[int, bytes] | None = None, digest: str = "sha256") -> Draft:
        files = GROUPS if groups is None else groups
        return cls([(n, hashlib.new(digest, data).digest()) for n, data in files.items()], digest)

    def content(self) -> bytes:
        fields = {
            "version": self.version,
            "algorithm": {"algorithm": self.digest},
            "hashes": [{"number": number, "hash": value} for number, value in self.listed],
        }
        if self.info:
            fields["info"] = self.info
        return LdsSecurityObject(fields).dump()

    def signed(
        self,
        change: Callable[[cms.SignedData], None] = lambda _: None,
        key: PrivateKey = ISSUER.dsc_key,
    ) -> bytes:
        """EF.SOD; ``change`` alters the message after it was signed."""
        data = signing.message(self.kind, self.content(), ISSUER.dsc, key)
        change(data)
        return file(data)


def file(data: cms.SignedData) -> bytes:
    wrapped = cms.ContentInfo({"content_type": "signed_data", "content": data})
    return tlv.build(lds.SOD.tag, wrapped.dump(force=True))


def resigned(data: cms.SignedData, attributes: list[dict[str, object]]) -> None:
    """Gives the signer these attributes and a signature that covers them."""
    signer = data["signer_infos"][0]
    made = cms.CMSAttributes(attributes)
    signer["signed_attrs"] = made
    signer["signature"] = signing.sign(ISSUER.dsc_key, made.dump())


def by_issuer_and_serial(certificate: asn1_x509.Certificate) -> cms.SignerIdentifier:
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(named))


def by_key_identifier(identifier: bytes) -> cms.SignerIdentifier:
    return cms.SignerIdentifier("subject_key_identifier", core.OctetString(identifier))
