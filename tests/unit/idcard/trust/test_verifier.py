"""How document signers are judged by what is in the store."""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives import serialization

import resources
from devices.fault import Fault
from devices.idcard import curves
from devices.idcard.api import OK, Finding, Signer, Step
from devices.idcard.certificate import Certificate
from devices.idcard.trust import folder, states
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import LocalCscaVerifier, Policy
from devices.idcard.virtual import pki
from devices.idcard.virtual.faults import Switches
from tests.unit.idcard.public_keys import SECP256K1
from tests.unit.idcard.trust import makers
from tests.unit.idcard.trust.makers import Party, sha256, signer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROOT = Party("CSCA")
NEXT = Party("CSCA", secret=77)
THIRD = Party("CSCA", secret=78)
DOCUMENT = Party("DSC", secret=3)
CSCA = makers.certificate(ROOT, ROOT)
NEXT_CSCA = makers.certificate(NEXT, NEXT, serial=5)
LINK = makers.certificate(NEXT, ROOT, serial=2)
DSC = makers.certificate(DOCUMENT, ROOT, serial=7, ca=False)
NEXT_DSC = makers.certificate(DOCUMENT, NEXT, serial=8, ca=False)
CRL = makers.revocation_list(ROOT, (66,))


def put(store, *ders):
    import_files(store, [File(f"{n}.bin", der) for n, der in enumerate(ders)], "tester")


@pytest.fixture
def store():
    with TrustStore() as made:
        yield made


def judge(store, asked=None, at=NOW, policy=Policy.SOFT):
    return LocalCscaVerifier(store, lambda: at, policy).judge(asked or signer(DSC))


def failed(why):
    return Finding(Step.FAILED, why)


def open_(why):
    return Finding(Step.NOT_POSSIBLE, why)


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize(
    "curve", [*curves.BY_PARAMETER.values(), *curves.TWISTED.values()], ids=lambda one: one.name
)
def test_a_chain_on_every_curve(store, curve, explicit):
    root = Party("CSCA", curve=curve, explicit=explicit)
    der = makers.certificate(root, root)
    put(store, der)
    dsc = makers.certificate(Party("DSC", 3, curve, explicit), root, ca=False)
    trust = judge(store, signer(dsc))
    assert (trust.chain, trust.validity, trust.csca_sha256) == (OK, OK, sha256(der))
    assert (trust.by, trust.revocation, trust.crl_days) == ("local", open_("CRL_NONE"), None)


def test_nobody_known(store):
    trust = judge(store)
    assert trust.chain == open_("CSCA_UNKNOWN")
    assert not trust.csca_sha256


def test_one_name_many_keys(store):
    put(store, NEXT_CSCA, CSCA, makers.certificate(THIRD, THIRD))
    assert judge(store).csca_sha256 == sha256(CSCA)
    assert judge(store, signer(NEXT_DSC)).csca_sha256 == sha256(NEXT_CSCA)


def test_without_key_identifiers_the_name_and_the_signature_decide(store):
    put(store, NEXT_CSCA, CSCA)
    bare = makers.certificate(DOCUMENT, ROOT, ca=False, ids=False)
    assert judge(store, signer(bare)).csca_sha256 == sha256(CSCA)


def test_a_key_identifier_of_nobody_falls_back_on_the_name(store):
    put(store, CSCA)
    other = Party("CSCA", key_id=b"otherwise made")
    dsc = makers.certificate(DOCUMENT, other, ca=False)
    assert judge(store, signer(dsc)).chain == OK


def test_an_unknown_key_under_a_known_name_is_unknown_and_not_wrong(store):
    put(store, CSCA)
    assert judge(store, signer(NEXT_DSC)).chain == open_("CSCA_UNKNOWN")


def test_a_signature_that_is_not_by_the_signer_it_names(store):
    put(store, CSCA, NEXT_CSCA)
    forger = Party("CSCA", secret=1234, key_id=ROOT.ski)
    forged = makers.certificate(DOCUMENT, forger, ca=False)
    trust = judge(store, signer(forged))
    assert (trust.chain, trust.csca_sha256) == (failed("CSCA_SIGNATURE"), "")


def test_a_key_identifier_that_two_countries_use_is_no_alarm(store):
    put(store, CSCA)
    elsewhere = Party("Elsewhere", secret=1234, key_id=ROOT.ski)
    dsc = makers.certificate(DOCUMENT, elsewhere, ca=False)
    assert judge(store, signer(dsc)).chain == open_("CSCA_UNKNOWN")


def test_a_disabled_signer_and_the_same_enabled_in_an_open_verifier(store):
    put(store, CSCA)
    verifier = LocalCscaVerifier(store, lambda: NOW)
    assert verifier.judge(signer(DSC)).chain == OK
    store.disable(sha256(CSCA)[:8], "tester")
    assert verifier.judge(signer(DSC)).chain == open_("CSCA_DISABLED")
    store.enable(sha256(CSCA)[:8], "tester")
    assert verifier.judge(signer(DSC)).chain == OK


def test_a_link_certificate_is_trusted_as_long_as_what_it_hangs_on(store):
    put(store, CSCA, LINK, makers.certificate(THIRD, NEXT, serial=3))
    deep = signer(makers.certificate(DOCUMENT, THIRD, ca=False))
    assert judge(store, signer(NEXT_DSC)).chain == OK
    assert judge(store, deep).chain == OK
    store.disable(sha256(CSCA), "tester")
    assert judge(store, signer(NEXT_DSC)).chain == open_("CSCA_DISABLED")
    assert judge(store, deep).chain == open_("CSCA_DISABLED")
    put(store, NEXT_CSCA)  # trusted in its own right
    assert judge(store, signer(NEXT_DSC)).chain == OK


def test_link_certificates_in_a_long_row_end_somewhere(store):
    parties = [Party("CSCA", secret=200 + number) for number in range(8)]
    row = [makers.certificate(parties[0], parties[0])]
    row += [makers.certificate(b, a, 9) for a, b in itertools.pairwise(parties)]
    put(store, *row)
    assert len(store.certificates()) == 8
    near, far = (makers.certificate(DOCUMENT, parties[at], ca=False) for at in (4, 7))
    assert judge(store, signer(near)).chain == OK
    assert judge(store, signer(far)).chain == open_("CSCA_UNKNOWN")


def test_a_curve_of_its_own_counts_once_confirmed(store):
    own = Party("CSCA", curve=SECP256K1, explicit=True)
    der = makers.certificate(own, own)
    put(store, der)
    asked = signer(makers.certificate(DOCUMENT, own, ca=False))
    assert judge(store, asked).chain == open_("CSCA_UNCONFIRMED")
    store.confirm(sha256(der), "tester")
    assert judge(store, asked).chain == OK


def test_a_country_signer_does_not_sign_cards_itself(store):
    put(store, CSCA)
    assert judge(store, signer(CSCA)).chain == open_("SIGNER_IS_CSCA")


@pytest.mark.parametrize("purpose", ["3", "8", "9.8.1", "11", "11.1", "14.2"])
def test_a_signer_of_something_else_signs_no_cards(store, purpose):
    put(store, CSCA)
    dsc = makers.certificate(DOCUMENT, ROOT, ca=False, purpose=f"2.23.136.1.1.{purpose}")
    trust = judge(store, signer(dsc))
    assert (trust.chain, trust.csca_sha256) == (open_("SIGNER_PURPOSE"), "")


def test_a_purpose_that_is_not_one_of_these_does_no_harm(store):
    put(store, CSCA)
    dsc = makers.certificate(DOCUMENT, ROOT, ca=False, purpose="2.23.136.1.1.111")
    assert judge(store, signer(dsc)).chain == OK


# --- whose cards? -------------------------------------------------------------------------------------


def foreign(country, signer_country=""):
    """A country signer, and a document signer of it."""
    root = Party("CSCA", secret=50, country=country)
    party = Party("DSC", 3, country=signer_country or country)
    return makers.certificate(root, root), makers.certificate(party, root, ca=False)


@pytest.mark.parametrize(
    ("country", "issuer"),
    [
        ("VN", "VNM"),
        ("vn", "VNM"),
        ("DE", "D"),
        ("DE", "D<<"),
        ("GB", "GBN"),
        ("HK", "CHN"),
        ("EU", "EUE"),
        ("UN", "UNO"),
        ("DE", ""),  # nobody knows what the card says
    ],
)
def test_a_signer_of_the_state_that_issued_the_card(store, country, issuer):
    csca, dsc = foreign(country)
    put(store, csca)
    assert judge(store, signer(dsc, issuer=issuer)).chain == OK


@pytest.mark.parametrize(
    ("country", "signer_country", "issuer", "why"),
    [
        ("DE", "DE", "VNM", "CSCA_COUNTRY"),
        ("VN", "DE", "VNM", "CSCA_COUNTRY"),
        ("DE", "VN", "VNM", "CSCA_COUNTRY"),
        ("HK", "CN", "CHN", "CSCA_COUNTRY"),
        ("VN", "VN", "D", "CSCA_COUNTRY"),
        ("VN", "VN", "QQQ", "ISSUER_UNKNOWN"),
        ("VN", "VN", "<<<", "ISSUER_UNKNOWN"),
    ],
)
def test_a_known_signer_of_another_state_is_not_the_cards(
    store, country, signer_country, issuer, why
):
    csca, dsc = foreign(country, signer_country)
    put(store, csca)
    verifier = LocalCscaVerifier(store, lambda: NOW)
    assert verifier.judge(signer(dsc)).chain == OK
    assert verifier.judge(signer(dsc, issuer=issuer)).chain == open_(why)


def test_every_state_has_its_signers():
    assert len(states.COUNTRIES) > 249
    assert all(len(code) in (1, 3) for code in states.COUNTRIES)
    assert all(len(one) == 2 for found in states.COUNTRIES.values() for one in found)
    wanted = {"VNM": "VN", "LAO": "LA", "KHM": "KH", "USA": "US", "CHE": "CH", "JPN": "JP"}
    assert {code: states.countries(code) for code in wanted} == {
        code: (country,) for code, country in wanted.items()
    }


# --- a key and its certificates ---------------------------------------------------------------------


def test_disabling_a_certificate_disables_its_key(store):
    put(store, CSCA, NEXT_CSCA, LINK, CRL)
    put(store, makers.revocation_list(NEXT))
    assert judge(store, signer(NEXT_DSC)).chain == OK
    store.disable(sha256(NEXT_CSCA), "tester")
    trust = judge(store, signer(NEXT_DSC))  # over the link certificate it would be fine
    assert trust.chain == open_("CSCA_DISABLED")
    assert store.same_key(sha256(NEXT_CSCA)) == [sha256(LINK)]
    assert {row["sha256"] for row in store.certificates() if row["disabled"]} == {
        sha256(NEXT_CSCA),
        sha256(LINK),
    }
    again = makers.certificate(NEXT, NEXT, serial=99)
    put(store, again)
    assert judge(store, signer(NEXT_DSC)).chain == open_("CSCA_DISABLED")
    assert judge(store).chain == OK
    store.enable(sha256(again), "tester")  # it isn't the one that is out
    assert judge(store, signer(NEXT_DSC)).chain == open_("CSCA_DISABLED")
    store.enable(sha256(NEXT_CSCA), "tester")
    assert judge(store, signer(NEXT_DSC)).chain == OK


def test_a_disabled_key_written_down_otherwise_is_the_same_key(store):
    written = makers.certificate(Party("CSCA", explicit=True), Party("CSCA", explicit=True))
    put(store, CSCA, written)
    store.disable(sha256(written), "tester")
    assert judge(store).chain == open_("CSCA_DISABLED")


def test_the_list_by_a_disabled_key_no_longer_clears(store):
    put(store, CSCA, CRL)
    assert judge(store).revocation == OK
    again = makers.certificate(ROOT, ROOT, serial=99)
    put(store, again)
    store.disable(sha256(again), "tester")
    assert judge(store).revocation == open_("CRL_NONE")


def test_links_that_signed_each_other_are_each_checked_once(store, monkeypatch):
    parties = [Party("CSCA", secret=300 + number) for number in range(7)]
    root = makers.certificate(parties[0], parties[0])
    mesh = [makers.certificate(a, b, 9, ids=False) for a in parties for b in parties if a != b]
    put(store, root, *mesh)
    store.disable(sha256(root), "tester")
    dsc = makers.certificate(DOCUMENT, parties[6], ca=False, ids=False)
    asked = []
    real = Certificate.signed_by
    monkeypatch.setattr(
        Certificate, "signed_by", lambda one, key: asked.append((one, key)) or real(one, key)
    )
    assert judge(store, signer(dsc)).chain.why in ("CSCA_DISABLED", "CSCA_UNKNOWN")
    assert len(asked) <= (len(mesh) + 1) ** 2


def test_many_country_signers_of_one_name(store):
    parties = [Party("CSCA", secret=400 + number) for number in range(40)]
    put(
        store,
        *(
            makers.certificate(one, one, start=datetime(1990 + year, 1, 1, tzinfo=UTC))
            for year, one in enumerate(parties)
        ),
    )
    dsc = makers.certificate(DOCUMENT, parties[0], ca=False, ids=False)
    assert judge(store, signer(dsc)).chain == OK


def test_what_is_no_certificate(store):
    trust = judge(store, Signer(b"\x30\x00"))
    assert trust.chain == open_("SIGNER_UNREADABLE")


@pytest.mark.parametrize(
    ("issued", "at", "validity"),
    [
        (date(2021, 5, 10), NOW, OK),  # ran out since
        (date(2022, 1, 1), NOW, OK),  # the last day
        (date(2022, 1, 2), NOW, failed("EXPIRED_AT_ISSUE")),
        (date(2020, 1, 1), NOW, OK),  # the first
        (date(2019, 12, 31), NOW, open_("NOT_YET_VALID_AT_ISSUE")),
        (date(2019, 11, 2), NOW, open_("NOT_YET_VALID_AT_ISSUE")),
        (date(2019, 11, 1), NOW, failed("NOT_YET_VALID_AT_ISSUE")),
        (None, NOW, open_("ISSUE_DATE_UNKNOWN")),
        (None, datetime(2021, 6, 1, tzinfo=UTC), OK),
    ],
)
def test_validity_is_that_of_the_day_of_issue(store, issued, at, validity):
    put(store, CSCA)
    dsc = makers.certificate(DOCUMENT, ROOT, ca=False, end=datetime(2022, 1, 1, tzinfo=UTC))
    trust = judge(store, signer(dsc, issued), at)
    assert (trust.chain, trust.validity) == (OK, validity)


# --- revocation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("serial", [66, 2**159 + 3])
def test_a_revoked_signer(store, serial):
    put(store, CSCA, makers.revocation_list(ROOT, (66, 2**159 + 3)))
    dsc = makers.certificate(DOCUMENT, ROOT, serial=serial, ca=False)
    assert judge(store, signer(dsc)).revocation == failed("DSC_REVOKED")
    assert judge(store).revocation == OK


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2026, 4, 1, tzinfo=UTC), 0),
        (datetime(2026, 4, 1, 0, 0, 1, tzinfo=UTC), 1),
        (datetime(2026, 4, 11, 12, tzinfo=UTC), 11),
    ],
)
def test_the_age_of_a_list_and_what_the_office_makes_of_it(store, at, days):
    put(store, CSCA, CRL)
    soft, hard = judge(store, at=at), judge(store, at=at, policy=Policy.HARD)
    assert (soft.revocation, soft.crl_days) == (OK, days)
    assert (hard.revocation, hard.crl_days) == (open_("CRL_EXPIRED") if days else OK, days)


def test_no_list_where_one_is_demanded(store):
    put(store, CSCA)
    assert judge(store, policy=Policy.HARD).revocation == open_("CRL_MISSING")


def test_the_list_by_a_disabled_signer_no_longer_clears_but_still_revokes(store):
    put(store, CSCA, LINK, makers.revocation_list(ROOT, (66,)))
    store.disable(sha256(CSCA), "tester")
    put(store, NEXT_CSCA)
    clear, revoked = (makers.certificate(DOCUMENT, NEXT, one, ca=False) for one in (7, 66))
    assert judge(store, signer(clear)).revocation == open_("CRL_NONE")
    assert judge(store, signer(revoked)).revocation == failed("DSC_REVOKED")


# --- the file -----------------------------------------------------------------------------------------


def test_another_process_disables_and_the_open_verifier_heeds_it(tmp_path):
    file = tmp_path / "trust.db"
    with TrustStore(file) as store:
        put(store, CSCA)
        verifier = LocalCscaVerifier(store, lambda: NOW)
        assert verifier.judge(signer(DSC)).chain == OK
        program = (
            "import sys; from devices.idcard.trust.store import TrustStore;"
            "TrustStore(sys.argv[1]).disable(sys.argv[2], 'other')"
        )
        subprocess.run(
            [sys.executable, "-c", program, file, sha256(CSCA)[:8]],
            check=True,
            timeout=60,
            cwd=resources.path().parent,
        )
        assert verifier.judge(signer(DSC)).chain == open_("CSCA_DISABLED")
        assert [row["who"] for row in store.log()] == ["tester", "other"]


def test_two_connections_make_one_new_file(tmp_path):
    file = tmp_path / "trust.db"
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: TrustStore(file), range(8)))
    put(stores[0], CSCA)
    assert all(store.find(sha256(CSCA)) for store in stores)
    for store in stores:
        store.close()


def test_many_threads_ask_while_one_changes(store):
    put(store, CSCA)
    verifier = LocalCscaVerifier(store, lambda: NOW)

    def work(number):
        if number % 10 == 0:
            (store.disable if number % 20 else store.enable)(sha256(CSCA), "tester")
        return verifier.judge(signer(DSC)).chain.why

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(200))) <= {"", "CSCA_DISABLED"}
    store.enable(sha256(CSCA), "tester")
    assert verifier.judge(signer(DSC)).chain == OK


def test_a_store_that_fails_is_a_finding(store, tmp_path):
    put(store, CSCA)
    verifier = LocalCscaVerifier(store, lambda: NOW)
    store.close()
    assert verifier.judge(signer(DSC)).chain == open_("TRUST_STORE")
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Fault, match="TRUST_STORE"):
        TrustStore(tmp_path / "no.db")
    with pytest.raises(Fault, match="TRUST_STORE"):
        TrustStore(tmp_path / "nowhere" / "trust.db")


def test_a_store_of_a_later_version_is_left_alone(tmp_path):
    link = sqlite3.connect(tmp_path / "trust.db")
    link.execute("PRAGMA user_version=9")
    link.close()
    with pytest.raises(Fault, match="version 9"):
        TrustStore(tmp_path / "trust.db")


@pytest.mark.parametrize("sql", ["DELETE FROM audit", "UPDATE audit SET who = 'nobody'"])
def test_the_record_is_only_added_to(tmp_path, sql):
    with TrustStore(tmp_path / "trust.db") as store:
        put(store, CSCA)
        link = sqlite3.connect(tmp_path / "trust.db")
        with pytest.raises(sqlite3.IntegrityError):
            link.execute(sql)
        link.close()


def test_a_certificate_changed_in_the_file_is_not_believed(tmp_path):
    with TrustStore(tmp_path / "trust.db") as store:
        put(store, CSCA)
    link = sqlite3.connect(tmp_path / "trust.db")
    link.execute("UPDATE certificate SET der = ?", (NEXT_CSCA,))
    link.commit()
    link.close()
    with TrustStore(tmp_path / "trust.db") as store:
        assert judge(store).chain == open_("TRUST_STORE")


@pytest.mark.parametrize(("prefix", "code"), [("00", "AMBIGUOUS"), ("0" * 8, "NO_SUCH")])
def test_prefixes_that_name_nothing(store, prefix, code):
    put(store, CSCA)
    with pytest.raises(Fault, match=f"TRUST_{code}"):
        store.disable(prefix, "tester")


# --- a folder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "chain", "validity", "revocation"),
    [
        ({}, OK, OK, OK),
        ({"link_cert": True}, OK, OK, OK),
        ({"explicit_ec": True}, OK, OK, OK),
        ({"pss": True}, OK, OK, OK),
        ({"expired_dsc": True}, OK, OK, OK),
        ({"expired_at_issue": True}, OK, failed("EXPIRED_AT_ISSUE"), OK),
        ({"revoked_dsc": True}, OK, OK, failed("DSC_REVOKED")),
        ({"unknown_csca": True}, open_("CSCA_UNKNOWN"), OK, Finding()),
    ],
)
def test_the_virtual_cards_folder(tmp_path, switch, chain, validity, revocation):
    switches = Switches(**switch)
    for name, data in pki.trust_files(switches).items():
        (tmp_path / name).write_bytes(data)
    dsc = pki.issuer(switches).dsc.public_bytes(serialization.Encoding.DER)
    with folder.load(tmp_path) as store:
        trust = judge(store, signer(dsc))
    assert (trust.chain, trust.validity, trust.revocation) == (chain, validity, revocation)


LISTER = Party("List signer", secret=99)


def test_a_list_in_a_folder_needs_its_signer_there_or_a_pin(tmp_path):
    by_root = makers.certificate(LISTER, ROOT, ca=False)
    (tmp_path / "list.ml").write_bytes(makers.master_list(LISTER, by_root, [NEXT_CSCA]))
    with folder.load(tmp_path) as store:
        assert store.certificates() == []
    (tmp_path / "signer.sha256").write_text(sha256(by_root).upper() + "  signer.cer\n")
    with folder.load(tmp_path) as store:
        assert [row["sha256"] for row in store.certificates()] == [sha256(NEXT_CSCA)]
    (tmp_path / "signer.sha256").write_text("ab" * 32)
    (tmp_path / "root.cer").write_bytes(CSCA)
    with folder.load(tmp_path) as store:  # somebody else is pinned
        assert [row["sha256"] for row in store.certificates()] == [sha256(CSCA)]
    (tmp_path / "signer.sha256").unlink()
    with folder.load(tmp_path) as store:  # whose signer the root signed
        assert len(store.certificates()) == 2


def test_a_bad_pin_or_no_folder_is_a_fault(tmp_path):
    (tmp_path / "signer.sha256").write_text("abc")
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Fault, match="TRUST_FILE"):
            folder.load(path)
