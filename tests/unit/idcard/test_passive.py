"""Passive authentication: each step tells its own truth, whatever the others say."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.idcard import curves, lds, tlv
from devices.idcard.api import (
    NOT_DONE,
    OK,
    Finding,
    NullVerifier,
    PassiveResult,
    Signer,
    Step,
    Trust,
    TrustVerifier,
)
from devices.idcard.asn1 import LdsSecurityObject
from devices.idcard.passive import Passive
from devices.idcard.virtual import signing
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson
from tests.unit.idcard.public_keys import explicit
from tests.unit.idcard.security_objects import (
    CSCA,
    DSC,
    GROUPS,
    ISSUER,
    Draft,
    by_key_identifier,
    resigned,
)

FAILED, OPEN = Step.FAILED, Step.NOT_POSSIBLE
ISSUED = date(2021, 5, 10)


class Verifier:
    """Trusts everybody and remembers who was asked about."""

    def __init__(self) -> None:
        self.asked: list[Signer] = []

    def judge(self, signer: Signer) -> Trust:
        self.asked.append(signer)
        return Trust(OK, OK, OK, by="local")


def files(**switches) -> dict[int, bytes]:
    return build(VirtualPerson(), Switches(**switches))


def read(card: dict[int, bytes]) -> dict[int, bytes]:
    return {file.group: card[file.fid] for file in (lds.DG1, lds.DG2, lds.DG13)}


def check(
    sod: bytes, groups: dict[int, bytes], com: bytes | None, verifier: TrustVerifier
) -> PassiveResult:
    return Passive(sod, verifier).result(groups, com)


def test_a_sound_card():
    card = files()
    result = check(card[lds.SOD.fid], read(card), card[lds.COM.fid], NullVerifier())
    assert (result.content, result.signature, result.com) == (OK, OK, OK)
    assert {number: result.groups[number] for number in (1, 2, 13)} == {1: OK, 2: OK, 13: OK}
    assert result.groups[3] == Finding(Step.NOT_DONE, "GROUP_NOT_READ")
    assert result.trust == Trust()
    assert result.hash_algorithm == "sha256"
    assert result.signature_algorithm == "ECDSA SHA-256"
    assert result.certificate == DSC.dump()
    assert result.certificate_sha256 == DSC.sha256.hex()


@pytest.mark.parametrize("switch", ["explicit_ec", "brainpool", "pss", "link_cert"])
def test_other_keys_sign_as_well(switch):
    card = files(**{switch: True})
    result = check(card[lds.SOD.fid], read(card), None, NullVerifier())
    assert (result.content, result.signature, result.com) == (OK, OK, NOT_DONE)
    assert result.groups[13] == OK


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_changed_dg13_is_told_from_an_intact_one(at):
    card = files()
    groups = read(card)
    changed = bytearray(groups[13])
    changed[at] ^= 0x01
    result = check(card[lds.SOD.fid], groups | {13: bytes(changed)}, None, NullVerifier())
    assert result.groups[13] == Finding(FAILED, "GROUP_HASH")
    assert (result.groups[1], result.groups[2], result.signature) == (OK, OK, OK)


def test_a_wrong_hash_a_missing_group_and_a_bad_signature():
    wrong = files(sod_wrong_hash=13)
    result = check(wrong[lds.SOD.fid], read(wrong), wrong[lds.COM.fid], NullVerifier())
    assert result.groups[13] == Finding(FAILED, "GROUP_HASH")
    assert (result.content, result.signature, result.com) == (OK, OK, OK)
    missing = files(sod_missing_group=13)
    result = check(missing[lds.SOD.fid], read(missing), missing[lds.COM.fid], NullVerifier())
    assert result.groups[13] == Finding(OPEN, "GROUP_NOT_LISTED")
    assert result.com == Finding(FAILED, "COM_DIFFERS")
    bad = files(sod_bad_signature=True)
    result = check(bad[lds.SOD.fid], read(bad), bad[lds.COM.fid], NullVerifier())
    assert result.signature == Finding(FAILED, "SIGNATURE")
    assert (result.content, result.groups[13]) == (OK, OK)


def test_a_changed_hash_list_breaks_the_content_digest():
    """Exchanging the list without signing it anew: the signature still fits its attributes."""

    def change(data: cms.SignedData) -> None:
        forged = Draft.of(GROUPS | {13: b"forged"})
        data["encap_content_info"]["content"] = forged.content()

    result = check(Draft.of().signed(change), GROUPS | {13: b"forged"}, None, NullVerifier())
    assert result.content == Finding(FAILED, "CONTENT_DIGEST")
    assert (result.signature, result.groups[13]) == (OK, OK)


def test_attributes_of_another_kind_of_content_dont_count():
    draft = Draft.of()
    digest = {"type": "message_digest", "values": [sha256(draft.content()).digest()]}

    def change(data: cms.SignedData) -> None:
        resigned(data, [{"type": "content_type", "values": ["2.23.136.1.1.2"]}, digest])

    result = check(draft.signed(change), GROUPS, None, NullVerifier())
    assert (result.content, result.signature) == (Finding(FAILED, "CONTENT_DIGEST"), OK)


def test_a_signature_by_another_key():
    stranger = ec.derive_private_key(7, ec.SECP256R1())
    result = check(Draft.of().signed(key=stranger), GROUPS, None, NullVerifier())
    assert result.signature == Finding(FAILED, "SIGNATURE")


def test_without_attributes_the_signature_is_over_the_content():
    draft = Draft.of()

    def bare(data: cms.SignedData) -> None:
        signer = data["signer_infos"][0]
        signer["signed_attrs"] = None
        signer["signature"] = signing.sign(ISSUER.dsc_key, draft.content())

    result = check(draft.signed(bare), GROUPS, None, NullVerifier())
    assert (result.content, result.signature) == (OK, OK)

    def stripped(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signed_attrs"] = None

    result = check(draft.signed(stripped), GROUPS, None, NullVerifier())
    assert result.signature == Finding(FAILED, "SIGNATURE")


def test_a_signer_without_certificate_is_nobody():
    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["sid"] = by_key_identifier(bytes(20))

    verifier = Verifier()
    result = check(Draft.of().signed(change), GROUPS, None, verifier)
    missing = Finding(OPEN, "SIGNER_MISSING")
    assert (result.signature, result.trust.chain) == (missing, missing)
    assert result.certificate is None
    assert verifier.asked == []


def test_an_algorithm_that_isnt_known_leaves_the_signature_open():
    def change(data: cms.SignedData) -> None:
        data["signer_infos"][0]["signature_algorithm"] = {"algorithm": "ed25519"}

    result = check(Draft.of().signed(change), GROUPS, None, Verifier())
    assert result.signature == Finding(OPEN, "KEY_UNSUPPORTED")
    assert result.trust.chain == Finding(OPEN, "SIGNER_UNPROVED")


def _forged_signature() -> bytes:
    return Draft.of().signed(key=ec.derive_private_key(7, ec.SECP256R1()))


def _other_content() -> bytes:
    def change(data: cms.SignedData) -> None:
        data["encap_content_info"]["content"] = Draft.of(GROUPS | {13: b"forged"}).content()

    return Draft.of().signed(change)


@pytest.mark.parametrize("made", [_forged_signature, _other_content])
def test_nobody_is_asked_about_a_signer_that_signed_nothing_here(made):
    verifier = Verifier()
    result = check(made(), GROUPS, None, verifier)
    assert result.trust == Trust(chain=Finding(OPEN, "SIGNER_UNPROVED"))
    assert result.certificate is not None
    assert verifier.asked == []


@pytest.mark.parametrize("where", ["content", "signer"])
@pytest.mark.parametrize("word", ["sha3_256", "1.3.36.3.2.1"])  # and RIPEMD-160
def test_a_hash_that_isnt_known_leaves_everything_open(where, word):
    def signer(data: cms.SignedData) -> None:
        data["signer_infos"][0]["digest_algorithm"] = {"algorithm": word}

    def content(data: cms.SignedData) -> None:
        listed = LdsSecurityObject.load(Draft.of().content())
        listed["algorithm"] = {"algorithm": word}
        data["encap_content_info"]["content"] = listed.dump(force=True)

    verifier = Verifier()
    sod = Draft.of().signed(signer if where == "signer" else content)
    result = check(sod, GROUPS, None, verifier)
    wanted = Finding(OPEN, "KEY_UNSUPPORTED")
    assert (result.content, result.signature, result.trust.chain) == (wanted, wanted, wanted)
    assert set(result.groups.values()) == {wanted}
    assert verifier.asked == []


@pytest.mark.parametrize("signed", ["written", "sorted", "otherwise"])
def test_attributes_that_stand_unsorted_may_be_signed_in_either_order(signed):
    draft = Draft.of()
    made = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [draft.kind]},
            {"type": "message_digest", "values": [sha256(draft.content()).digest()]},
        ]
    )
    parts = sorted((one.dump() for one in made), reverse=True)
    forms = {
        "written": tlv.build(0x31, b"".join(parts)),
        "sorted": tlv.build(0x31, b"".join(reversed(parts))),
        "otherwise": tlv.build(0x31, parts[0]),
    }

    def change(data: cms.SignedData) -> None:
        signer = data["signer_infos"][0]
        signer["signed_attrs"] = made
        signer["signature"] = signing.sign(ISSUER.dsc_key, forms[signed])

    sod = draft.signed(change)
    in_order = b"".join(reversed(parts))
    assert sod.count(in_order) == 1  # asn1crypto sorts them
    result = check(sod.replace(in_order, b"".join(parts)), GROUPS, None, NullVerifier())
    good = OK if signed != "otherwise" else Finding(FAILED, "SIGNATURE")
    assert (result.content, result.signature) == (OK, good)


def test_a_signer_with_a_generator_of_its_own_is_a_forger():
    """With G = Q everybody knows the private key of Q: it is 1."""
    curve = curves.BY_PARAMETER[12]
    numbers = ISSUER.dsc_key.public_key().public_numbers()
    point = numbers.x, numbers.y
    forged = asn1_x509.Certificate.load(DSC.dump())
    forged["tbs_certificate"]["subject_public_key_info"] = asn1_x509.PublicKeyInfo.load(
        explicit(curve, key=curve.encode(point), base=curve.encode(point))
    )

    def change(data: cms.SignedData) -> None:
        data["certificates"] = [forged]

    result = check(Draft.of().signed(change), GROUPS, None, NullVerifier())
    assert result.signature == Finding(FAILED, "SIGNER_KEY")


@pytest.mark.parametrize("sod", [b"", b"\x77\x00", b"\x77\x03\x30\x01\x00", bytes(20_000)])
def test_an_unreadable_sod_is_a_finding(sod):
    verifier = Verifier()
    one = Passive(sod, verifier)
    result = one.result(GROUPS, files()[lds.COM.fid])
    assert result.content == result.signature == Finding(FAILED, "SOD_UNREADABLE")
    assert result.trust.chain == Finding(OPEN, "SOD_UNREADABLE")
    assert set(result.groups.values()) == {Finding(OPEN, "SOD_UNREADABLE")}
    assert result.com == NOT_DONE
    assert one.listed == frozenset()
    assert not one.vouches(GROUPS)(1)
    assert verifier.asked == []


@pytest.mark.parametrize("com", [b"", b"\x60\x00", b"\x5c\x01\x61", b"\x60\x82\xff\xff"])
def test_an_unreadable_com_is_a_hint_only(com):
    result = check(Draft.of().signed(), GROUPS, com, NullVerifier())
    assert result.com == Finding(FAILED, "COM_UNREADABLE")
    assert result.groups == {1: OK, 2: OK, 13: OK}


def test_com_is_compared_by_the_groups_both_can_name():
    """DG16 has no meaning here: its tag in EF.COM isn't known."""
    sod = Draft.of(GROUPS | {16: b"persons"}).signed()
    assert check(sod, GROUPS, lds.build_com((1, 2, 13)), NullVerifier()).com == OK
    differs = check(sod, GROUPS, lds.build_com((1, 2)), NullVerifier()).com
    assert differs == Finding(FAILED, "COM_DIFFERS")


def test_the_verifier_is_asked_once_with_what_it_needs():
    verifier = Verifier()
    one = Passive(Draft.of().signed(), verifier, ISSUED, "001300012345", issuer="VNM")
    one.result({1: GROUPS[1]})
    result = one.result(GROUPS)
    assert verifier.asked == [Signer(DSC.dump(), ISSUED, "001300012345", "VNM")]
    assert result.trust == Trust(OK, OK, OK, by="local")


def test_two_goes_know_what_was_read_when():
    one = Passive(Draft.of().signed(), NullVerifier())
    assert one.listed == {1, 2, 13}
    first = one.result({1: GROUPS[1], 13: GROUPS[13]})
    assert first.groups[2].step is Step.NOT_DONE
    assert one.result(GROUPS).groups == {1: OK, 2: OK, 13: OK}
    assert first.groups[2].step is Step.NOT_DONE


def test_a_group_read_again_is_hashed_again():
    one = Passive(Draft.of().signed(), NullVerifier())
    assert one.result(GROUPS).groups[13] == OK
    assert one.result(GROUPS | {13: b"other"}).groups[13] == Finding(FAILED, "GROUP_HASH")
    assert one.result(GROUPS).groups[13] == OK


def test_vouching_needs_signature_list_and_hash():
    sound = Passive(Draft.of().signed(), NullVerifier()).vouches(GROUPS | {14: b"key"})
    assert [number for number in range(1, 17) if sound(number)] == [1, 2, 13]
    assert not Passive(Draft.of().signed(), NullVerifier()).vouches({13: b"other"})(13)
    stranger = ec.derive_private_key(7, ec.SECP256R1())
    forged = Passive(Draft.of().signed(key=stranger), NullVerifier()).vouches(GROUPS)
    assert not any(forged(number) for number in GROUPS)

    def exchange(data: cms.SignedData) -> None:
        data["encap_content_info"]["content"] = Draft.of(GROUPS | {14: b"key"}).content()

    exchanged = Passive(Draft.of().signed(exchange), NullVerifier()).vouches({14: b"key"})
    assert not exchanged(14)


def test_another_certificate_than_the_signers_doesnt_help():
    """The CSCA's certificate under the signer's name: the signature isn't by its key."""

    def change(data: cms.SignedData) -> None:
        data["certificates"] = [CSCA]
        data["signer_infos"][0]["sid"] = by_key_identifier(CSCA.key_identifier)

    result = check(Draft.of().signed(change), GROUPS, None, NullVerifier())
    assert result.signature == Finding(FAILED, "SIGNATURE")
    assert result.certificate == CSCA.dump()


SAMPLE = files()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_a_spoilt_sod_is_never_wholly_sound_and_nothing_raises(changes):
    """Every byte is signed, or is the signature, or frames them; only the rest of the certificate
    and what isn't looked at may change without harm to what is said here."""
    file = SAMPLE[lds.SOD.fid]
    data = bytearray(file)
    for at, value in changes:
        data[at % len(data)] ^= value
    result = check(bytes(data), read(SAMPLE), SAMPLE[lds.COM.fid], NullVerifier())
    if (result.content, result.signature) == (OK, OK):
        sound = check(file, read(SAMPLE), SAMPLE[lds.COM.fid], NullVerifier())
        assert result.groups == sound.groups
