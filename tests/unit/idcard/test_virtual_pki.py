"""The synthetic issuer: what each switch makes of its certificates, and what an office imports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from devices.idcard import asn1, certificate, curves, dates, lds, signature, spki
from devices.idcard.certificate import Certificate
from devices.idcard.signature import Algorithm, Scheme
from devices.idcard.virtual import pki, sod
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson

DER = serialization.Encoding.DER
VARIANTS = [
    {},
    {"unknown_csca": True},
    {"expired_dsc": True},
    {"expired_at_issue": True},
    {"revoked_dsc": True},
    {"link_cert": True},
    {"explicit_ec": True},
    {"brainpool": True},
    {"pss": True},
    {"brainpool": True, "explicit_ec": True, "link_cert": True},
    {"pss": True, "unknown_csca": True, "revoked_dsc": True},
    {"pss": True, "link_cert": True},
]
EACH = pytest.mark.parametrize("switches", VARIANTS, ids=lambda one: "+".join(one) or "default")


def loaded(made: x509.Certificate) -> Certificate:
    return certificate.load(made.public_bytes(DER))


def issued() -> datetime:
    day = dates.parse(VirtualPerson().issued)
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def master_list(file: bytes) -> tuple[list[Certificate], Certificate, cms.SignedData]:
    """The certificates in it, that of its signer, and the message."""
    data = cms.ContentInfo.load(file, strict=True)["content"]
    content = bytes(data["encap_content_info"]["content"])
    listed = asn1.MasterList.load(content, strict=True)["certificates"]
    (signer,) = data["certificates"]
    return (
        [certificate.load(one.dump()) for one in listed],
        certificate.load(signer.chosen.dump()),
        data,
    )


@EACH
def test_the_chain_verifies_and_keys_are_identified(switches):
    issuer = pki.issuer(Switches(**switches))
    csca, dsc = loaded(issuer.csca), loaded(issuer.dsc)
    assert csca.signed_by(csca.key)
    assert dsc.signed_by(csca.key)
    assert (csca.is_ca, dsc.is_ca) == (True, False)
    assert dsc.aki == csca.ski == csca.aki
    assert dsc.issuer == csca.subject
    assert csca.not_after - csca.not_before == timedelta(days=16 * 365)


@EACH
def test_every_name_says_synthetic(switches):
    issuer = pki.issuer(Switches(**switches))
    every = [issuer.csca, issuer.dsc, issuer.trusted, *issuer.links]
    for made in (*every, issuer.crl):
        assert "synthetic" in made.issuer.rfc4514_string()
    for made in every:
        assert "synthetic" in made.subject.rfc4514_string()
    _, signer, _ = master_list(pki.trust_files(Switches(**switches))["master-list.ml"])
    assert "synthetic" in signer.subject.text


def test_nothing_is_left_to_chance_without_rsa():
    switches = Switches(link_cert=True, explicit_ec=True)
    first = pki.trust_files(switches), pki.issuer(switches).dsc.public_bytes(DER)
    pki._issuer.cache_clear()
    assert (pki.trust_files(switches), pki.issuer(switches).dsc.public_bytes(DER)) == first


def test_validity_at_issue_and_since():
    usual, since, before = (
        loaded(pki.issuer(switches).dsc)
        for switches in (Switches(), Switches(expired_dsc=True), Switches(expired_at_issue=True))
    )
    assert usual.not_before < issued() < usual.not_after
    assert usual.not_after - usual.not_before == timedelta(days=16 * 365)
    assert since.not_before < issued() < since.not_after < datetime(2023, 1, 1, tzinfo=UTC)
    assert before.not_before < before.not_after < issued()


def test_the_list_of_revoked_certificates():
    issuer = pki.issuer(Switches(revoked_dsc=True))
    sound = pki.issuer()
    crl = x509.load_der_x509_crl(pki.trust_files()["csca.crl"])
    assert crl.get_revoked_certificate_by_serial_number(issuer.dsc.serial_number) is not None
    assert crl.get_revoked_certificate_by_serial_number(sound.dsc.serial_number) is None
    assert crl.is_signature_valid(sound.csca.public_key())
    assert crl.next_update_utc == pki.START + pki.LIFE
    # It is the list of the very issuer that signed the revoked one.
    assert issuer.csca == sound.csca
    assert pki.trust_files(Switches(revoked_dsc=True)) == pki.trust_files()


@pytest.mark.parametrize("pss", [False, True])
def test_the_unknown_country_signer_is_none_that_is_imported(pss):
    switches = Switches(unknown_csca=True, pss=pss)
    dsc = loaded(pki.issuer(switches).dsc)
    files = pki.trust_files(switches)
    imported = certificate.load(files["csca.cer"])
    assert not dsc.signed_by(imported.key)
    assert dsc.aki != imported.ski
    assert dsc.issuer.canonical != imported.subject.canonical
    assert imported.subject == loaded(pki.issuer(Switches(pss=pss)).csca).subject


@pytest.mark.parametrize("others", [{}, {"pss": True}, {"explicit_ec": True}])
def test_a_link_certificate_leads_from_the_old_key_to_the_new(others):
    issuer = pki.issuer(Switches(link_cert=True, **others))
    (link,) = (loaded(one) for one in issuer.links)
    trusted, csca, dsc = loaded(issuer.trusted), loaded(issuer.csca), loaded(issuer.dsc)
    assert trusted.key == loaded(pki.issuer(Switches(**others)).csca).key
    assert link.key == csca.key != trusted.key
    assert link.signed_by(trusted.key)
    assert (link.ski, link.aki) == (csca.ski, trusted.ski)
    assert link.subject == link.issuer  # the same name, and yet not self-signed
    assert not link.signed_by(link.key)
    assert dsc.signed_by(link.key)
    assert not dsc.signed_by(trusted.key)
    files = pki.trust_files(Switches(link_cert=True, **others))
    assert certificate.load(files["csca-link-1.cer"]).ski == link.ski
    assert certificate.load(files["csca.cer"]).key == trusted.key


def test_explicit_parameters_are_written_out_and_understood():
    for brainpool, parameters in ((False, (15, 12)), (True, (16, 13))):
        issuer = pki.issuer(Switches(explicit_ec=True, brainpool=brainpool))
        for made, parameter in zip((issuer.csca, issuer.dsc), parameters, strict=True):
            found = loaded(made)
            info = asn1_keys.PublicKeyInfo.load(found.spki)
            assert info["algorithm"]["parameters"].name == "specified"
            assert isinstance(found.key, spki.EcKey)
            assert (found.key.curve, found.key.named) == (curves.BY_PARAMETER[parameter], True)


def test_brainpool_and_pss():
    issuer = pki.issuer(Switches(brainpool=True))
    for made, name in ((issuer.csca, "brainpoolP384r1"), (issuer.dsc, "brainpoolP256r1")):
        key = loaded(made).key
        assert isinstance(key, spki.EcKey)
        assert key.curve.name == name
    issuer = pki.issuer(Switches(pss=True))
    for made in (issuer.csca, issuer.dsc):
        found = loaded(made)
        assert found.algorithm == Algorithm(Scheme.PSS, "sha256", "sha256", 32)
        assert isinstance(found.key, spki.RsaKey)
        assert found.key.n.bit_length() == 2048
    crl = x509.load_der_x509_crl(pki.trust_files(Switches(pss=True))["csca.crl"])
    assert crl.is_signature_valid(issuer.csca.public_key())


@pytest.mark.parametrize("owner", list(pki._PRIMES))
def test_rsa_keys_are_sound(owner):
    numbers = pki._rsa_key(owner).private_numbers()
    assert spki._is_prime(numbers.p)
    assert spki._is_prime(numbers.q)
    numbers.private_key()  # with all the checks of the library


@EACH
def test_the_master_list_vouches_for_what_is_imported(switches):
    files = pki.trust_files(Switches(**switches))
    listed, signer, data = master_list(files["master-list.ml"])
    names = [name for name in files if name.endswith(".cer")]
    assert {one.der for one in listed} == {files[name] for name in names}
    assert data["encap_content_info"]["content_type"].dotted == asn1.MASTER_LIST
    (info,) = data["signer_infos"]
    assert signature.verify(
        signer.key,
        Algorithm.of(info["signature_algorithm"]),
        info["signed_attrs"].untag().dump(),
        info["signature"].native,
    )


def test_the_file_stays_small_enough_for_the_air():
    """Its length decides how many commands every reading takes."""
    groups = dict.fromkeys((1, 2, 3, 11, 13, 14, 15), b"synthetic")
    assert len(sod.build(groups, Switches())) <= 1_100
    assert len(sod.build(groups, Switches(pss=True, explicit_ec=True))) < lds.SOD.limit
