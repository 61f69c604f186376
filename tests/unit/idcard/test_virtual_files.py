"""The files of the virtual card are such that passive authentication can be built against them."""

from __future__ import annotations

import hashlib

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from devices.idcard import lds, tlv
from devices.idcard.asn1 import LDS_SECURITY_OBJECT, LdsSecurityObject
from devices.idcard.virtual import pki
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson

FILES = build(VirtualPerson(), Switches())


def signed_data() -> cms.SignedData:
    return cms.ContentInfo.load(tlv.parse(FILES[lds.SOD.fid], lds.SOD.tag).value)["content"]


def test_com_lists_the_groups():
    assert lds.parse_com(FILES[lds.COM.fid]) == (1, 2, 3, 13, 14, 15)


def test_sod_holds_the_hashes_of_the_whole_files():
    content = signed_data()["encap_content_info"]
    assert content["content_type"].dotted == LDS_SECURITY_OBJECT
    listed = LdsSecurityObject.load(content["content"].contents)
    found = {row["number"].native: row["hash"].native for row in listed["hashes"]}
    assert set(found) == {1, 2, 3, 13, 14, 15}
    for file in (lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15):
        assert found[file.group] == hashlib.sha256(FILES[file.fid]).digest()


def test_signature_and_chain_verify():
    data = signed_data()
    signer = data["signer_infos"][0]
    digest = hashlib.sha256(data["encap_content_info"]["content"].contents).digest()
    attributes = {row["type"].native: row["values"][0].native for row in signer["signed_attrs"]}
    assert attributes["message_digest"] == digest
    issuer = pki.issuer()
    algorithm = ec.ECDSA(hashes.SHA256())
    public = issuer.dsc.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), algorithm)
    issuer.dsc.verify_directly_issued_by(issuer.csca)
    issuer.csca.verify_directly_issued_by(issuer.csca)


def test_every_name_says_synthetic():
    issuer = pki.issuer()
    for name in (issuer.csca.subject, issuer.dsc.subject, issuer.dsc.issuer):
        assert "synthetic" in name.rfc4514_string()
