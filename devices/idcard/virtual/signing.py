"""Signatures of the synthetic issuer, alone and in CMS messages (RFC 5652 §5)."""

from __future__ import annotations

import hashlib

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
"""An RSA key stands for RSASSA-PSS; the hash is SHA-256 throughout."""
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
_SHA256 = {"algorithm": "sha256"}


def sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PSS, hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def algorithm(key: PrivateKey) -> algos.SignedDigestAlgorithm:
    if not isinstance(key, rsa.RSAPrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    parameters = {
        "hash_algorithm": _SHA256,
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": _SHA256},
        "salt_length": hashes.SHA256.digest_size,
    }
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


def message(kind: str, content: bytes, signer: x509.Certificate, key: PrivateKey) -> cms.SignedData:
    """A SignedData over ``content`` of type ``kind``; the signer is named by its key identifier."""
    certificate = asn1_x509.Certificate.load(signer.public_bytes(serialization.Encoding.DER))
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [kind]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    identifier = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    info = {
        "version": "v3",
        "sid": cms.SignerIdentifier("subject_key_identifier", core.OctetString(identifier)),
        "digest_algorithm": _SHA256,
        "signed_attrs": attributes,
        "signature_algorithm": algorithm(key),
        # The signature covers the attributes as a SET, not under their tag in the message.
        "signature": sign(key, attributes.dump()),
    }
    return cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [_SHA256],
            "encap_content_info": {
                "content_type": kind,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [certificate],
            "signer_infos": [info],
        }
    )


def wrapped(signed: cms.SignedData) -> bytes:
    """The message in its ContentInfo."""
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
