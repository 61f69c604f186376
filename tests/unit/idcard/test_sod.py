"""EF.SOD: what is read from it, which certificate is its signer's, and what is refused."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import certificate, lds, sod, tlv
from devices.idcard.asn1 import LDS_SECURITY_OBJECT_OLD
from devices.idcard.signature import HASHES, Scheme
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.security_objects import (
    CSCA,
    DSC,
    GROUPS,
    Draft,
    by_issuer_and_serial,
    by_key_identifier,
    resigned,
)


def refused(file: bytes) -> str:
    with pytest.raises(Fault) as caught:
        sod.parse(file)
    return caught.value.code


def test_what_it_says():
    found = sod.parse(Draft.of().signed())
    assert found.content == Draft.of().content()
    assert found.hash_algorithm == "sha256"
    assert found.groups == {n: hashlib.sha256(data).digest() for n, data in GROUPS.items()}
    assert found.signer.certificate is not None
    assert found.signer.certificate.der == DSC.dump()
    assert found.signer.digest == hashlib.sha256(found.content).digest()
    assert found.signer.content_type == found.content_type
    assert found.signer.algorithm.scheme is Scheme.ECDSA
    assert found.signer.signed[:1] == b"\x31"  # SET, not the tag in the message


@pytest.mark.parametrize("name", HASHES)
def test_every_hash(name):
    found = sod.parse(Draft.of(digest=name).signed())
    assert found.hash_algorithm == name
    assert found.groups[13] == hashlib.new(name, GROUPS[13]).digest()


def test_version_1_and_the_old_type():
    draft = Draft.of()
    draft.version, draft.info = 1, {"lds": "0108", "unicode": "040000"}
    draft.kind = LDS_SECURITY_OBJECT_OLD
    assert sod.parse(draft.signed()).content_type == LDS_SECURITY_OBJECT_OLD


def test_the_signers_certificate_is_the_one_it_names():
    def by_serial(data: cms.SignedData) -> None:
        data["certificates"] = [CSCA, DSC]
        data["signer_infos"][0]["sid"] = by_issuer_and_serial(DSC)

    def by_key(data: cms.SignedData) -> None:
        data["certificates"] = [CSCA, DSC]

    def the_other(data: cms.SignedData) -> None:
        data["certificates"] = [DSC, CSCA]
        data["signer_infos"][0]["sid"] = by_issuer_and_serial(CSCA)

    for change, wanted in ((by_serial, DSC), (by_key, DSC), (the_other, CSCA)):
        found = sod.parse(Draft.of().signed(change)).signer.certificate
        assert found is not None
        assert found.der == wanted.dump()


def test_names_written_otherwise_still_match():
    def change(data: cms.SignedData) -> None:
        sid = by_issuer_and_serial(DSC)
        lower = {kind: text.lower() for kind, text in DSC.issuer.native.items()}
        sid.chosen["issuer"] = DSC.issuer.build(lower)
        data["signer_infos"][0]["sid"] = sid

    found = sod.parse(Draft.of().signed(change)).signer.certificate
    assert found is not None
    assert found.der == DSC.dump()


def test_without_its_certificate_the_signer_is_nobody():
    def none(data: cms.SignedData) -> None:
        data["certificates"] = None

    def another(data: cms.SignedData) -> None:
        data["certificates"] = [CSCA]

    def other_key(data: cms.SignedData) -> None:
        data["signer_infos"][0]["sid"] = by_key_identifier(bytes(20))

    def empty_key(data: cms.SignedData) -> None:
        data["signer_infos"][0]["sid"] = by_key_identifier(b"")

    for change in (none, another, other_key, empty_key):
        assert sod.parse(Draft.of().signed(change)).signer.certificate is None


def test_no_identifier_doesnt_name_a_certificate_without_one():
    bare = asn1_x509.Certificate.load(DSC.dump())
    bare["tbs_certificate"]["extensions"] = None

    def change(data: cms.SignedData) -> None:
        data["certificates"] = [bare]
        data["signer_infos"][0]["sid"] = by_key_identifier(b"")

    file = Draft.of().signed(change)
    assert certificate.load(bare.dump(force=True)).ski == b""
    assert sod.parse(file).signer.certificate is None


def test_a_broken_certificate_beside_it_does_no_harm():
    def change(data: cms.SignedData) -> None:
        data["certificates"] = [CSCA, DSC]

    file = Draft.of().signed(change)
    sound = CSCA.dump()
    broken = sound.replace(b"210101000000Z", b"219901000000Z")
    assert sound in file
    found = sod.parse(file.replace(sound, broken)).signer.certificate
    assert found is not None
    assert found.der == DSC.dump()


def test_the_hash_of_the_message_serves_a_bare_rsa_algorithm():
    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15"}
        data["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha384"}

    algorithm = sod.parse(Draft.of().signed(change)).signer.algorithm
    assert (algorithm.scheme, algorithm.digest) == (Scheme.RSA, "sha384")


def test_without_attributes_the_content_itself_is_signed():
    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signed_attrs"] = None

    found = sod.parse(Draft.of().signed(change))
    assert found.signer.digest is None
    assert found.signer.signed == found.content


def test_the_first_of_several_signers_with_a_certificate_counts():
    def change(data: cms.SignedData) -> None:
        (signer,) = data["signer_infos"]
        stranger = cms.SignerInfo.load(signer.dump())
        stranger["sid"] = by_key_identifier(bytes(20))
        stranger["signature"] = b"nothing"
        data["signer_infos"] = [stranger, signer]

    found = sod.parse(Draft.of().signed(change)).signer
    assert found.certificate is not None
    assert found.signature != b"nothing"


@pytest.mark.parametrize("kinds", [[], ["content_type"], ["message_digest"], ["both", "both"]])
def test_attributes_stand_there_once(kinds):
    values = {"content_type": "2.23.136.1.1.1", "message_digest": bytes(32)}

    def change(data: cms.SignedData) -> None:
        names = [name for kind in kinds for name in (values if kind == "both" else (kind,))]
        resigned(data, [{"type": name, "values": [values[name]]} for name in names])

    assert refused(Draft.of().signed(change)) == "TLV_BROKEN"


@pytest.mark.parametrize(
    "listed",
    [
        [],
        [(0, bytes(32))],
        [(17, bytes(32))],
        [(-1, bytes(32))],
        [(1, bytes(32)), (1, bytes(32))],
        [(1, bytes(20))],
        [(1, b"")],
        [(number, bytes(32)) for number in range(1, 18)],
    ],
)
def test_numbers_and_hashes_are_in_bounds(listed):
    assert refused(Draft(listed).signed()) == "TLV_BROKEN"


def test_other_content_is_refused():
    draft = Draft.of()
    draft.version = 2
    assert refused(draft.signed()) == "TLV_BROKEN"
    draft = Draft.of()
    draft.kind = "2.23.136.1.1.2"  # a master list
    assert refused(draft.signed()) == "TLV_BROKEN"
    draft = Draft([(1, bytes(16))], "md5")
    assert refused(draft.signed()) == "KEY_UNSUPPORTED"
    draft = Draft.of()

    def data_only(data: cms.SignedData) -> None:
        data["signer_infos"] = []

    assert refused(draft.signed(data_only)) == "TLV_BROKEN"
    plain = cms.ContentInfo({"content_type": "data", "content": b"x"}).dump()
    assert refused(tlv.build(lds.SOD.tag, plain)) == "TLV_BROKEN"


def test_crowds_are_refused():
    def certificates(data: cms.SignedData) -> None:
        data["certificates"] = [DSC] * (sod.MAX_CERTIFICATES + 1)

    def signers(data: cms.SignedData) -> None:
        data["signer_infos"] = [data["signer_infos"][0]] * (sod.MAX_SIGNERS + 1)

    for change in (certificates, signers):
        assert refused(Draft.of().signed(change)) == "TLV_BROKEN"


def test_the_file_is_whole_and_not_too_large():
    file = Draft.of().signed()
    for spoilt in (file[:-1], file + b"\x00", file[4:], b"", bytes(lds.SOD.limit + 1)):
        assert refused(spoilt) == "TLV_BROKEN"


def test_repr_shows_no_hashes():
    found = sod.parse(Draft.of().signed())
    assert found.groups[1].hex() not in repr(found)
    assert "groups" not in repr(found)


SAMPLES = [
    build(VirtualPerson(), Switches())[lds.SOD.fid],
    build(VirtualPerson(), Switches(explicit_ec=True))[lds.SOD.fid],
    build(VirtualPerson(), Switches(pss=True))[lds.SOD.fid],
]


@settings(deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_spoilt_files_give_nothing_but_faults(sample, changes):
    data = bytearray(sample)
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(Fault):
        found = sod.parse(bytes(data))
        assert all(number in range(1, 17) for number in found.groups)
        _ = found.signer.algorithm


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"\x30\x80" * 2000)
def test_noise_is_a_fault(data):
    for file in (data, tlv.build(lds.SOD.tag, data)):
        assert refused(file) == "TLV_BROKEN"
