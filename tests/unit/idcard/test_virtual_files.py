"""The files of the virtual card are such that passive authentication can be built against them."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from devices.idcard import dg11, dg12, dg14, dg15, lds, tlv
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


def groups(**switches) -> set[int]:
    return set(lds.parse_com(build(VirtualPerson(), Switches(**switches))[lds.COM.fid]))


@pytest.mark.parametrize(
    ("switches", "more", "less"),
    [
        ({"no_ca": True}, set(), {14}),
        ({"no_aa": True}, set(), {15}),
        ({"clone": True}, set(), set()),
        ({"dg11": True, "dg12": True}, {11, 12}, set()),
        ({"no_dg13": True}, set(), {13}),
    ],
    ids=str,
)
def test_groups_come_and_go(switches, more, less):
    assert groups(**switches) == {1, 2, 3, 13, 14, 15} - less | more
    files = build(VirtualPerson(), Switches(**switches))
    known = (lds.DG1, lds.DG2, lds.DG11, lds.DG12, lds.DG13, lds.DG14, lds.DG15)
    there = {file.group for file in known if file.fid in files}
    assert there | {3} == groups(**switches)


def test_without_sod():
    assert set(FILES) - set(build(VirtualPerson(), Switches(no_sod=True))) == {lds.SOD.fid}


def test_a_clone_has_the_same_files():
    assert build(VirtualPerson(), Switches(clone=True))[lds.DG14.fid] == FILES[lds.DG14.fid]
    assert build(VirtualPerson(), Switches(clone=True))[lds.DG15.fid] == FILES[lds.DG15.fid]


def test_groups_of_proof_and_details_can_be_read():
    person = VirtualPerson()
    files = build(person, Switches(dg11=True, dg12=True))
    assert dg14.parse(files[lds.DG14.fid]).chip_auth
    assert dg15.parse(files[lds.DG15.fid])
    details = dg11.parse(files[lds.DG11.fid])
    assert (details.full_name, details.birth) == (person.name, "20000302")
    assert (details.personal_number, details.address) == (person.number, person.residence)
    assert dg12.parse(files[lds.DG12.fid]).issued == "20210510"


@pytest.mark.parametrize("group", [14, 15])
def test_groups_of_proof_can_be_spoilt(group):
    file = {14: lds.DG14, 15: lds.DG15}[group]
    spoilt = build(VirtualPerson(), Switches(truncated_dg=group))[file.fid]
    assert len(spoilt) < len(FILES[file.fid])
