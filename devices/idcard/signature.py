"""Signatures of certificates, EF.SOD and chips: RSA, RSASSA-PSS and ECDSA (RFC 8017, BSI TR-03111).

Verified with `cryptography` where it knows the curve, else with our own arithmetic: only public
data are used, so that it needn't run in constant time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import algos, core
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from devices.fault import Fault
from devices.idcard import asn1, spki
from devices.idcard.spki import EcKey, PublicKey, RsaKey

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
"""By hashlib's names."""
HASH_BYTES = {name: hashlib.new(name).digest_size for name in HASHES}
_BY_SIZE = {HASH_BYTES[name]: kind for name, kind in HASHES.items()}
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_DIGEST_INFO = {  # DER up to the digest, with NULL parameters (RFC 8017 §9.2, note 1)
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha224": bytes.fromhex("302d300d06096086480165030402040500041c"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_IDENTIFIER_LIMIT = 512


class Scheme(StrEnum):
    RSA = "RSA"
    """RSASSA-PKCS1-v1_5."""
    PSS = "RSA-PSS"
    ECDSA = "ECDSA"


_SCHEMES: dict[str, tuple[Scheme, str]] = {
    "1.2.840.113549.1.1.1": (Scheme.RSA, ""),
    "1.2.840.113549.1.1.5": (Scheme.RSA, "sha1"),
    "1.3.14.3.2.29": (Scheme.RSA, "sha1"),
    "1.2.840.113549.1.1.14": (Scheme.RSA, "sha224"),
    "1.2.840.113549.1.1.11": (Scheme.RSA, "sha256"),
    "1.2.840.113549.1.1.12": (Scheme.RSA, "sha384"),
    "1.2.840.113549.1.1.13": (Scheme.RSA, "sha512"),
    "1.2.840.10045.2.1": (Scheme.ECDSA, ""),
    "1.2.840.10045.4.1": (Scheme.ECDSA, "sha1"),
    "1.2.840.10045.4.3.1": (Scheme.ECDSA, "sha224"),
    "1.2.840.10045.4.3.2": (Scheme.ECDSA, "sha256"),
    "1.2.840.10045.4.3.3": (Scheme.ECDSA, "sha384"),
    "1.2.840.10045.4.3.4": (Scheme.ECDSA, "sha512"),
}
"""An empty hash is named elsewhere, in the message around the identifier."""


@dataclass(frozen=True)
class Algorithm:
    """``digest`` and ``mgf_digest`` are hashlib's names; the latter and ``salt`` belong to RSA-PSS."""

    scheme: Scheme
    digest: str
    mgf_digest: str = ""
    salt: int = 0

    def __str__(self) -> str:
        return f"{self.scheme} {self.digest.upper().replace('SHA', 'SHA-')}"

    @classmethod
    def of(cls, identifier: algos.SignedDigestAlgorithm, digest: str = "") -> Algorithm:
        """From an AlgorithmIdentifier; ``digest`` serves where it names no hash itself.

        Raises `Fault` ``KEY_UNSUPPORTED`` and ``TLV_BROKEN``.
        """
        with asn1.border("signature algorithm", _IDENTIFIER_LIMIT, len(identifier.dump())):
            oid = identifier["algorithm"].dotted
            if oid == _PSS:
                return cls._pss(identifier["parameters"])
            scheme, own = _SCHEMES.get(oid, (None, ""))
            if scheme is None or (own or digest) not in HASHES:
                raise Fault("KEY_UNSUPPORTED", "signature algorithm")
            return cls(scheme, own or digest)

    @classmethod
    def _pss(cls, parameters: core.Asn1Value) -> Algorithm:
        if not isinstance(parameters, algos.RSASSAPSSParams):
            raise Fault("KEY_UNSUPPORTED", "RSA-PSS without parameters")
        mask = parameters["mask_gen_algorithm"]
        salt = parameters["salt_length"].native
        if mask["algorithm"].dotted != _MGF1 or not 0 <= salt <= spki.RSA_BITS[-1] // 8:
            raise Fault("KEY_UNSUPPORTED", "parameters of RSA-PSS")
        digest, inner = digest_name(parameters["hash_algorithm"]), digest_name(mask["parameters"])
        return cls(Scheme.PSS, digest, inner, salt)


def digest_name(identifier: algos.DigestAlgorithm) -> str:
    """hashlib's name of a DigestAlgorithm. Raises `Fault` ``KEY_UNSUPPORTED``; use inside `border`."""
    name = identifier["algorithm"].native
    if name not in HASHES:
        raise Fault("KEY_UNSUPPORTED", "hash algorithm")
    return str(name)


def verify(key: PublicKey, algorithm: Algorithm, data: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``data`` is by ``key``; a key of another kind is simply not it."""
    digest = hashlib.new(algorithm.digest, data).digest()
    if isinstance(key, EcKey) and algorithm.scheme is Scheme.ECDSA:
        try:
            r, s = utils.decode_dss_signature(signature)
        except ValueError:
            return False
        return ecdsa(key, digest, r, s)
    if isinstance(key, RsaKey) and algorithm.scheme is Scheme.RSA:
        return _pkcs1(key, algorithm.digest, digest, signature)
    if isinstance(key, RsaKey) and algorithm.scheme is Scheme.PSS:
        return _pss(key, algorithm, digest, signature)
    return False


def ecdsa(key: EcKey, digest: bytes, r: int, s: int) -> bool:
    """Whether ``(r, s)`` is a signature over ``digest`` by ``key`` (BSI TR-03111 §4.2.1.2)."""
    if not (0 < r < key.curve.n and 0 < s < key.curve.n):
        return False
    library, kind = key.curve.library, _BY_SIZE.get(len(digest))
    if library is None or kind is None:
        return generic_ecdsa(key, digest, r, s)
    public = ec.EllipticCurvePublicNumbers(*key.point, library)
    # Handed over as a digest, so that a policy against SHA-1 has nothing to refuse.
    scheme = ec.ECDSA(utils.Prehashed(kind()))
    try:
        public.public_key().verify(utils.encode_dss_signature(r, s), digest, scheme)
    except (InvalidSignature, ValueError):
        return False
    return True


def generic_ecdsa(key: EcKey, digest: bytes, r: int, s: int) -> bool:
    """`ecdsa` on any curve; of a digest longer than the order the leftmost bits count."""
    curve = key.curve
    excess = max(0, 8 * len(digest) - curve.n.bit_length())
    try:
        inverse = pow(s, -1, curve.n)
    except ValueError:
        return False
    left = curve.multiply((int.from_bytes(digest, "big") >> excess) * inverse, curve.g)
    point = curve.add(left, curve.multiply(r * inverse, key.point))
    return point is not None and point[0] % curve.n == r


def _pkcs1(key: RsaKey, name: str, digest: bytes, signature: bytes) -> bool:
    """The padding is built and compared, never parsed (RFC 8017 §8.2.2)."""
    size = (key.n.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    info = _DIGEST_INFO[name] + digest
    if len(signature) != size or value >= key.n or size < len(info) + 11:
        return False
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(value, key.e, key.n).to_bytes(size, "big") == padded


def _pss(key: RsaKey, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
    mask = padding.MGF1(HASHES[algorithm.mgf_digest]())
    try:
        rsa.RSAPublicNumbers(key.e, key.n).public_key().verify(
            signature,
            digest,
            padding.PSS(mask, algorithm.salt),
            utils.Prehashed(HASHES[algorithm.digest]()),
        )
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, OverflowError):
        return False
    return True
