"""EF.SOD of the virtual card: hashes of the data groups in a CMS SignedData (ICAO 9303-10 §4.6.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from devices.idcard import lds, tlv
from devices.idcard.asn1 import LDS_SECURITY_OBJECT, LdsSecurityObject
from devices.idcard.virtual import pki, signing
from devices.idcard.virtual.faults import Switches


def build(groups: Mapping[int, bytes], switches: Switches) -> bytes:
    """EF.SOD over the whole files in ``groups``, with SHA-256, as sound as the switches let it be."""
    listed = {number: hashlib.sha256(data).digest() for number, data in sorted(groups.items())}
    listed.pop(switches.sod_missing_group, None)
    if switches.sod_wrong_hash in listed:
        listed[switches.sod_wrong_hash] = hashlib.sha256(b"another file").digest()
    content = LdsSecurityObject(
        {
            "version": 0,
            "algorithm": {"algorithm": "sha256"},
            "hashes": [{"number": number, "hash": value} for number, value in listed.items()],
        }
    ).dump()
    issuer = pki.issuer(switches)
    signed = signing.message(LDS_SECURITY_OBJECT, content, issuer.dsc, issuer.dsc_key)
    if switches.sod_bad_signature:
        signer = signed["signer_infos"][0]
        signature = signer["signature"].native
        signer["signature"] = signature[:-1] + bytes([signature[-1] ^ 1])
    return tlv.build(lds.SOD.tag, signing.wrapped(signed))
