"""Master lists: country signers that one country vouches for (ICAO 9303-12 §9)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from asn1crypto import cms

from devices.fault import Fault
from devices.idcard import asn1, sod
from devices.idcard.certificate import Certificate
from devices.idcard.signature import verify
from devices.idcard.sod import SignerInfo

LIMIT = 16 * 1024 * 1024
"""Bytes of a list; the largest public one of 2026 has 0.9 MB."""
MAX_CERTIFICATES = 10_000
_SIGNED_DATA = "1.2.840.113549.1.7.2"


@dataclass(frozen=True)
class MasterList:
    """``certificates`` in DER, as far as they could be told apart; ``broken`` counts the others.

    ``signer`` is who signed the list, as the list itself says: it isn't trusted for that.
    """

    sha256: str
    signer: Certificate
    certificates: tuple[bytes, ...] = field(repr=False)
    broken: int
    _content: bytes = field(repr=False)
    _info: SignerInfo = field(repr=False)

    def sound(self) -> bool:
        """Whether the list is as ``signer`` signed it (RFC 5652 §5.6)."""
        info = self._info
        if info.digest is not None:
            digest = hashlib.new(info.hash_algorithm, self._content).digest()
            if info.digest != digest or info.content_type != asn1.MASTER_LIST:
                return False
        try:
            key, algorithm = self.signer.key, info.algorithm
            return any(verify(key, algorithm, data, info.signature) for data in info.forms)
        except Fault:
            return False


def parse(der: bytes) -> MasterList:
    """The whole file; nothing is checked yet. Raises `Fault` ``TLV_BROKEN`` and ``KEY_UNSUPPORTED``."""
    with asn1.border("master list", LIMIT, len(der)):
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].dotted != _SIGNED_DATA:
            raise ValueError
        data = info["content"]
        wrapped = data["encap_content_info"]
        if wrapped["content_type"].dotted != asn1.MASTER_LIST:
            raise Fault("TLV_BROKEN", "master list: content of another kind")
        content = bytes(wrapped["content"])
        signer = sod.signer_of(data, content)
        if signer.certificate is None:
            raise Fault("TLV_BROKEN", "master list: without its signer")
        found, broken = _certificates(content)
        digest = hashlib.sha256(der).hexdigest()
        return MasterList(digest, signer.certificate, found, broken, content, signer)


def _certificates(content: bytes) -> tuple[tuple[bytes, ...], int]:
    listed = asn1.MasterList.load(content, strict=True)["certificates"]
    count = len(listed)
    if count > MAX_CERTIFICATES:
        raise Fault("TLV_BROKEN", f"master list: {count} certificates")
    found = []
    for number in range(count):
        try:
            with asn1.border("certificate", LIMIT, 0):
                found.append(bytes(listed[number].dump()))
        except Fault:
            continue
    return tuple(found), count - len(found)
