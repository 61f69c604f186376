"""What gets into the trust store, and what doesn't."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import pem
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import certificate, curves
from devices.idcard.trust import crl, files, masterlist
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from tests.unit.idcard.public_keys import SECP256K1
from tests.unit.idcard.trust import makers
from tests.unit.idcard.trust.makers import Party, sha256

ROOT = Party("CSCA")
NEXT = Party("CSCA", secret=77)
OTHER = Party("Other CSCA", secret=5)
LISTER = Party("List signer", secret=99)
CSCA = makers.certificate(ROOT, ROOT)
LINK = makers.certificate(NEXT, ROOT, serial=2)
FOREIGN_LINK = makers.certificate(OTHER, Party("Nobody known", secret=6), serial=3)
LISTER_CERT = makers.certificate(LISTER, ROOT, serial=4, ca=False)
LIST = makers.master_list(LISTER, LISTER_CERT, [LINK, CSCA])
CRL = makers.revocation_list(ROOT, (7,))
SIGNED = [certificate.load(der).tbs for der in (CSCA, LINK)]


def put(store, *ders, **options):
    named = [File(f"{number}.bin", der) for number, der in enumerate(ders)]
    return import_files(store, named, "tester", **options)


@pytest.fixture
def store():
    with TrustStore() as made:
        yield made


def why(report):
    return [one.why for one in report.refused]


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize("curve", list(curves.BY_PARAMETER.values()), ids=lambda one: one.name)
def test_signers_on_every_curve_are_let_in(store, curve, explicit):
    root = Party("CSCA", curve=curve, explicit=explicit)
    der = makers.certificate(root, root)
    report = put(store, der)
    assert (report.added, report.refused, report.to_confirm) == ([sha256(der)], [], [])


def test_the_same_again_changes_nothing_and_says_so(store):
    first = put(store, CSCA, LINK, CRL)
    before = store.log(), store.certificates(), store.crls()
    again = put(store, CSCA, LINK, CRL)
    assert sorted(again.known) == sorted(first.added)
    assert (again.added, again.refused) == ([], [])
    assert (store.log(), store.certificates(), store.crls()) == before


def test_a_link_certificate_isnt_signed_by_itself_though_names_are_the_same(store):
    report = put(store, LINK, CSCA)
    assert len(report.added) == 2
    assert {row["sha256"]: row["kind"] for row in store.certificates()} == {
        sha256(CSCA): "csca",
        sha256(LINK): "link",
    }


def test_what_leads_nowhere_is_refused_and_the_rest_let_in(store):
    forged = makers.certificate(ROOT, Party("CSCA", secret=8, key_id=ROOT.ski), serial=9)
    dsc = makers.certificate(Party("DSC", secret=3), ROOT, ca=False)
    report = put(store, FOREIGN_LINK, forged, dsc, b"\x30\x03\x02\x01\x01", CSCA)
    assert report.added == [sha256(CSCA)]
    assert sorted(why(report)) == ["ISSUER_UNKNOWN", "NOT_A_CA", "SIGNATURE", "UNREADABLE"]


def test_a_link_to_a_disabled_signer_is_refused(store):
    put(store, CSCA)
    store.disable(sha256(CSCA), "tester")
    assert why(put(store, LINK)) == ["ISSUER_UNKNOWN"]


def test_a_key_on_a_curve_of_its_own_is_to_be_confirmed(store):
    own = Party("CSCA", curve=SECP256K1, explicit=True)
    der = makers.certificate(own, own)
    assert put(store, der).to_confirm == [sha256(der)]
    assert not store.find(sha256(der)).counts
    with pytest.raises(Fault, match="TRUST_AMBIGUOUS"):
        store.confirm(sha256(der)[:20], "tester")
    store.confirm(sha256(der), "tester")
    assert store.find(sha256(der)).counts


# --- master lists -----------------------------------------------------------------------------------


def test_a_list_is_not_believed_at_first_sight(store):
    with pytest.raises(Fault) as caught:
        put(store, CSCA, LIST)
    assert (caught.value.code, caught.value.detail) == ("LIST_SIGNER_UNKNOWN", sha256(LISTER_CERT))
    assert store.certificates() == store.log() == []


def test_a_wrong_pin_is_not_enough(store):
    with pytest.raises(Fault, match="LIST_SIGNER_UNKNOWN"):
        put(store, LIST, signer=sha256(CSCA))


def test_a_pinned_signer_is_believed_from_then_on(store):
    report = put(store, LIST, signer=sha256(LISTER_CERT).upper())
    assert sorted(report.added) == sorted([sha256(CSCA), sha256(LINK)])
    assert {row["list_sha256"] for row in store.certificates()} == {sha256(LIST)}
    assert "pin" in {row["what"] for row in store.log()}
    assert len(put(store, LIST).known) == 2


def test_a_list_that_was_altered_is_refused(store):
    forged = makers.master_list(LISTER, LISTER_CERT, [CSCA], forged=True)
    wrong_key = makers.master_list(Party("x", secret=4, key_id=LISTER.ski), LISTER_CERT, [CSCA])
    for der in (forged, wrong_key):
        with pytest.raises(Fault, match="LIST_SIGNATURE"):
            put(store, der, signer=sha256(LISTER_CERT))
    assert not store.pinned(sha256(LISTER_CERT))


def test_broken_certificates_in_a_list_are_counted(store):
    der = makers.master_list(LISTER, LISTER_CERT, [b"\x02\x01\x05", b"\x30\x00", CSCA])
    report = put(store, der, signer=sha256(LISTER_CERT))
    assert report.added == [sha256(CSCA)]
    assert report.reasons() == {"UNREADABLE": 2}


# --- lists of revoked certificates ------------------------------------------------------------------


def test_a_crl_needs_its_signer(store):
    assert why(put(store, CRL)) == ["CRL_SIGNER_UNKNOWN"]
    put(store, CSCA)
    forged = makers.revocation_list(Party("CSCA", secret=8, key_id=ROOT.ski))
    assert why(put(store, forged)) == ["CRL_SIGNATURE"]
    assert put(store, CRL).added == [sha256(CRL)]


def test_an_older_crl_does_not_replace_a_newer_one(store):
    newer = makers.revocation_list(ROOT, (7, 8), at=datetime(2026, 2, 1, tzinfo=UTC))
    put(store, CSCA, newer)
    assert why(put(store, CRL)) == ["CRL_OLDER"]
    assert [row["revoked"] for row in store.crls()] == [2]


def test_a_crl_of_the_future_is_refused():
    """It would stay the newest for ever, whatever is revoked."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    soon, later = (
        makers.revocation_list(ROOT, at=now + timedelta(hours=hours), until=None)
        for hours in (24, 25)
    )
    with TrustStore(clock=lambda: now) as store:
        put(store, CSCA)
        assert why(put(store, later)) == ["CRL_FUTURE"]
        assert put(store, soon).added == [sha256(soon)]


def test_a_crl_that_speaks_of_a_part_only_is_refused(store):
    part = makers.revocation_list(ROOT, extra=makers.extension("delta_crl_indicator", 1, True))
    assert why(put(store, CSCA, part)) == ["KEY_UNSUPPORTED"]


def test_a_crl_without_an_end_is_due_after_ninety_days():
    found = crl.load(makers.revocation_list(ROOT, until=None))
    assert (found.next_update - found.this_update).days == 90


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pem.armor("CERTIFICATE", CSCA).replace(b"\n", b"\r\n"),
        b"subject=CSCA\n" + pem.armor("CERTIFICATE", CSCA, {"X-Note": "one"}) + b"the end",
    ],
)
def test_pem_as_programs_write_it(store, text):
    assert put(store, text).added == [sha256(CSCA)]


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN CERTIFICATE-----\nAAAA",
        b"-----BEGIN A-----\n" * 2000,
        b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN -----END ",
    ],
)
def test_broken_pem_is_a_fault(text):
    with pytest.raises(Fault, match="TRUST_FILE"):
        files.pieces(File("a.pem", text))


def test_a_large_file_of_many_blocks():
    blocks = [bytes([number % 256]) * 1000 for number in range(2000)]
    text = b"".join(pem.armor("CERTIFICATE", one) for one in blocks)
    assert files.pieces(File("many.pem", text)) == blocks


def test_pem_with_several_and_ldif(store):
    both = pem.armor("CERTIFICATE", CSCA) + pem.armor("CERTIFICATE", LINK)
    assert len(put(store, both).added) == 2
    text = base64.b64encode(CRL).decode()
    folded = "\r\n ".join(text[at : at + 60] for at in range(0, len(text), 60))
    ldif = f"dn: c=VN\r\ncertificateRevocationList;binary:: {folded}\r\n".encode()
    assert put(store, ldif).added == [sha256(CRL)]


@pytest.mark.parametrize("data", [b"", b"version: 1\n", b"-----BEGIN CERTIFICATE-----\n!!!"])
def test_a_file_without_anything_ends_the_import(store, data):
    with pytest.raises(Fault, match="TRUST_FILE"):
        put(store, CSCA, data)
    assert store.certificates() == []


def test_a_file_that_is_missing_or_too_large(tmp_path, monkeypatch):
    with pytest.raises(Fault, match="TRUST_FILE"):
        files.read(tmp_path / "none.cer")
    monkeypatch.setattr(files, "LIMIT", 10)
    (tmp_path / "big.cer").write_bytes(bytes(11))
    with pytest.raises(Fault, match="TRUST_FILE"):
        files.read(tmp_path / "big.cer")


@pytest.mark.parametrize("cut", range(1, len(LIST), 37))
def test_a_list_cut_short_is_a_fault(cut):
    with pytest.raises(Fault):
        masterlist.parse(LIST[:cut])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from([LIST, CRL, CSCA]),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, 3000),
)
def test_spoilt_files_give_nothing_but_faults_and_refusals(sample, changes, cut):
    data = bytearray(sample)
    for at, value in changes:
        data[at % len(data)] = value
    spoilt = bytes(data[: cut or len(data)])
    with TrustStore() as store, suppress(Fault):
        put(store, spoilt, signer=sha256(LISTER_CERT))
        for row in store.certificates():
            assert store.find(row["sha256"]).certificate.tbs in SIGNED


@given(st.binary(max_size=400))
@example(b"\x30\x80" * 3000)
@example(b"\x30\x84\xff\xff\xff\xff")
@example(b"dn: \nuserCertificate;binary:: A\n")
def test_noise_is_never_more_than_refused(noise):
    with TrustStore() as store:
        with suppress(Fault):
            put(store, noise)
        assert store.certificates() == []
