"""EF.SOD of the virtual card: hashes of the data groups in a CMS SignedData (ICAO 9303-10 §4.6.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.idcard import lds, tlv
from devices.idcard.virtual.pki import Issuer

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"


class DataGroupHash(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("number", core.Integer), ("hash", core.OctetString)]  # noqa: RUF012


class DataGroupHashes(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = DataGroupHash


class LdsSecurityObject(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", DataGroupHashes),
    ]


def build(groups: Mapping[int, bytes], issuer: Issuer) -> bytes:
    """EF.SOD over the whole files in ``groups``, signed by the document signer with SHA-256."""
    content = LdsSecurityObject(
        {
            "version": 0,
            "algorithm": {"algorithm": "sha256"},
            "hashes": [
                {"number": number, "hash": hashlib.sha256(data).digest()}
                for number, data in sorted(groups.items())
            ],
        }
    ).dump()
    certificate = asn1_x509.Certificate.load(issuer.dsc.public_bytes(serialization.Encoding.DER))
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": LDS_SECURITY_OBJECT,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [certificate],
            "signer_infos": [_signer(content, certificate, issuer)],
        }
    )
    info = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    return tlv.build(lds.SOD.tag, info.dump())


def _signer(content: bytes, certificate: asn1_x509.Certificate, issuer: Issuer) -> cms.SignerInfo:
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [LDS_SECURITY_OBJECT]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    # The signature covers the attributes as a SET, not under their tag in the message (RFC 5652 §5.4).
    signature = issuer.dsc_key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
