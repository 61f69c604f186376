"""What the portal is told of a dossier's fees: once they are settled, once, and what is true."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import resources
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import now
from kiosk.compose import message_encoder
from kiosk.dossiers.corrections import Corrections
from kiosk.dossiers.dossier import Dossier, DossierState
from kiosk.faults import Fault
from kiosk.outbox.decisions import Decision
from kiosk.outbox.outbox import Outbox
from kiosk.outbox.views import body_of
from kiosk.payments import rows, telling
from kiosk.payments.claim import Channel, Claim, Confirmed
from kiosk.payments.claims import Claims, Exemption, Fee
from kiosk.payments.takings import Receipt, Takings
from kiosk.payments.telling import FeeNews, fees_claimed
from kiosk.settings import SettingsError, load
from kiosk.store import migrate
from kiosk.store.database import Database
from sync.portal.messages import Codes, encode
from tests.fakes.fee_office import FeeOffice
from tests.fakes.portal_items import dossier
from tests.samples import a_vault
from tests.unit.dossiers.office import a_submission, open_office

CODES = Codes(fee_collections={"platform": "2", "cash": "1"}, fee_collection="0")
ENCODE = partial(encode, codes=CODES)
SECOND = Fee("LP-MAU", "Lệ phí mẫu", "le_phi", 3_000)
RECEIPT = Receipt("01", "AA/26", "0000001")
MONEY = "DuocThanhToanTrucTuyen"


class Office:
    """One dossier with one claim, handed in as the station does."""

    def __init__(self, folder: Path) -> None:
        self.base = open_office(folder, encode=ENCODE)
        self.database, self.outbox = self.base.database, self.base.outbox
        self.claims, self.takings = Claims(self.database), Takings(self.database, "kiosk-01")
        self.dossier: Dossier = self.base.register.hand_in(a_submission()).dossier
        self._keys = (f"new-{number}" for number in itertools.count(1))
        self.news = self.another()

    def another(self, encode: Any = ENCODE) -> FeeNews:
        """The same work in another program, or after a restart."""
        return FeeNews(self.database, self.outbox, new_id=lambda: next(self._keys), encode=encode)

    @property
    def claim(self) -> Claim:
        return rows.claims_by_dossier(self.database.read(), self.dossier.id)[0]

    def said(self) -> list[dict[str, Any]]:
        """The dossier's messages, oldest revision first."""
        found = self.database.read().rows("SELECT * FROM outbox WHERE kind = 'submit' ORDER BY rev")
        vault = a_vault()
        return [json.loads(vault.open(row["body"], body_of(row["key"]))) for row in found]

    def lines(self) -> list[tuple[str, str, str]]:
        last = self.said()[-1]["DanhSachLePhi"]
        return [(one["MaPhiLePhi"], one["Gia"], one["HinhThucThu"]) for one in last]

    def pay_online(self, claim: Claim, number: str = "GD-1") -> int:
        attempt, _ = self.claims.begin(claim.id, "kiosk-01")
        came = Confirmed(attempt.reference, number, claim.amount, self.base.clock())
        return self.takings.confirmed(came).id

    def set_state(self, state: DossierState) -> None:
        with self.database.transaction() as tx:
            tx.execute("UPDATE dossier SET state = ?", (int(state),))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.base.close()


def test_nothing_is_told_before_anything_is_settled(office: Office) -> None:
    assert office.news.plan() == 0
    office.claims.begin(office.claim.id, "kiosk-01")
    assert office.news.plan() == 0
    assert [one[MONEY] for one in office.said()] == ["0"]
    assert office.lines() == [(office.claim.fee_code, str(office.claim.amount), "0")]


def test_paid_online_is_told_once_whoever_looks(office: Office) -> None:
    office.pay_online(office.claim)
    assert office.another().plan() == 1, "whoever was killed before it: the next one looks"
    assert office.news.plan() == office.another().plan() == 0
    assert [one[MONEY] for one in office.said()] == ["0", "1"]
    assert office.lines() == [(office.claim.fee_code, str(office.claim.amount), "2")]
    before, after = office.said()
    kept = {MONEY, "DanhSachLePhi"}
    assert {k: v for k, v in before.items() if k not in kept} == {
        k: v for k, v in after.items() if k not in kept
    }


def test_another_gateway_has_its_own_word(office: Office) -> None:
    office.pay_online(office.claim)
    office.another(partial(encode, codes=Codes(online="2"))).plan()
    assert office.said()[-1][MONEY] == "2"


def test_cash_is_not_online(office: Office) -> None:
    office.takings.cash(office.claim.id, RECEIPT, "clerk-1")
    assert office.news.plan() == 1
    assert office.said()[-1][MONEY] == "0"
    assert office.lines()[0][2] == "1"


def test_what_has_no_code_at_the_portal_is_no_news(office: Office) -> None:
    office.takings.transfer(office.claim.id, "FT-1", "clerk-1")
    assert office.news.plan() == 0, "the message would be the same, byte for byte"
    assert office.news.plan() == 0
    assert len(office.said()) == 1


def test_money_that_went_back_is_not_paid_any_more(office: Office) -> None:
    payment = office.pay_online(office.claim)
    office.news.plan()
    office.takings.propose_refund(payment, "rút hồ sơ", "clerk-1")
    assert office.news.plan() == 0
    office.takings.refunded(payment, "UNC-1", "clerk-1")
    assert (office.news.plan(), office.news.plan()) == (1, 0)
    assert [one[MONEY] for one in office.said()] == ["0", "1", "0"]
    assert office.lines()[0][2] == "0"


def test_paid_and_given_back_before_anybody_looked_is_no_news(office: Office) -> None:
    payment = office.pay_online(office.claim)
    office.takings.propose_refund(payment, "nộp nhầm", "clerk-1")
    office.takings.refunded(payment, "UNC-1", "clerk-1")
    assert office.news.plan() == 0
    assert len(office.said()) == 1


def test_all_fees_must_be_settled_and_all_be_paid_online(office: Office) -> None:
    second = office.claims.make(office.dossier.id, SECOND, "clerk-1")
    office.pay_online(office.claim)
    assert office.news.plan() == 0, "one is still owed"
    office.takings.cash(second.id, RECEIPT, "clerk-1")
    assert office.news.plan() == 1
    assert office.said()[-1][MONEY] == "0"
    assert [one[1:] for one in office.lines()] == [(str(office.claim.amount), "2"), ("3000", "1")]


@pytest.mark.parametrize("gone", ["exempt", "void"])
def test_what_is_not_asked_for_any_more(office: Office, gone: str) -> None:
    claim = office.claim
    if gone == "exempt":
        fee = Fee(claim.fee_code, claim.fee_name, claim.kind, claim.amount)
        office.claims.exempt(office.dossier.id, fee, Exemption("hộ nghèo", "Sổ 1"), "clerk-1")
    else:
        office.claims.void(claim.id, "nhầm", "clerk-1")
    assert (office.news.plan(), office.news.plan()) == (1, 0)
    assert office.lines() == [(claim.fee_code, "0", "0")]
    assert office.said()[-1][MONEY] == "0"


def test_held_money_settles_nothing(office: Office) -> None:
    attempt, _ = office.claims.begin(office.claim.id, "kiosk-01")
    held = office.takings.confirmed(Confirmed(attempt.reference, "GD-1", 1, office.base.clock()))
    assert office.news.plan() == 0
    office.takings.count_held(held.id, "đủ rồi", "clerk-1")
    assert office.news.plan() == 1


@pytest.mark.parametrize("state", [3, 7, 8, 9, 10])
def test_nothing_is_told_of_a_dossier_that_has_ended(office: Office, state: int) -> None:
    office.pay_online(office.claim)
    office.set_state(DossierState(state))
    assert office.news.plan() == 0
    office.set_state(DossierState.PROCESSING)
    assert office.news.plan() == 1, "it was taken up again"
    assert office.said()[-1]["TrangThaiHoSo"] == "4"


@pytest.mark.parametrize("stop", ["needs_attention", "quarantine"])
def test_a_stopped_message_stays_a_persons(office: Office, stop: str) -> None:
    [item] = office.outbox.claim("portal")
    getattr(office.outbox, stop)(item.seq, error="PORTAL_REFUSED")
    office.pay_online(office.claim)
    assert office.news.plan() == 0, "a revision would send what a person has stopped"
    office.outbox.release(item.seq, "đã hỏi")
    [item] = office.outbox.claim("portal")
    assert office.news.plan() == 1
    office.outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=1)
    [step] = office.outbox.claim("portal", 10)
    office.outbox.acknowledge(step.seq, b"{}", status=200, duration_ms=1)
    [later] = office.outbox.claim("portal", 10)
    assert (step.kind, later.kind, later.rev) == ("progress", "submit", 2)
    assert "key-1" in later.replaces


def test_the_first_revision_goes_before_the_news(office: Office) -> None:
    office.pay_online(office.claim)
    office.news.plan()
    [first] = office.outbox.claim("portal", 10)
    assert (first.kind, first.rev) == ("submit", 1)


def test_a_correction_carries_what_was_paid_and_is_the_news(office: Office) -> None:
    office.pay_online(office.claim)
    corrections = Corrections(
        office.database, office.outbox, load_catalogue(), new_id=lambda: "corrected", encode=ENCODE
    )
    done = corrections.correct(office.dossier.code, {"paper": "Bằng"}, Decision("nhầm", "clerk-1"))
    assert done.rev == 2
    assert office.said()[-1][MONEY] == "1"
    assert office.news.plan() == 0
    assert len(office.said()) == 2


def test_one_that_cannot_be_told_does_not_hold_up_others(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.pay_online(office.claim)
    other = office.base.register.hand_in(a_submission("key-2")).dossier
    [claim] = rows.claims_by_dossier(office.database.read(), other.id)
    office.pay_online(claim, "GD-2")
    monkeypatch.setattr(telling, "MOST", 1)

    def one_is_bad(dossier: Dossier, fees: Any) -> Any:
        if dossier.id == min(office.dossier.id, other.id):
            raise ValueError(dossier.person.full_name)
        return ENCODE(dossier, fees)

    news = office.another(one_is_bad)
    assert [news.plan() for _ in range(3)] == [0, 1, 0]
    assert len(caplog.records) == 1
    assert "Mẫu" not in caplog.text
    assert office.another().plan() == 1, "the next run tries it again"


def test_a_store_that_cannot_be_written_keeps_the_news(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.pay_online(office.claim)
    with monkeypatch.context() as broken:

        def full(*_: object, **__: object) -> None:
            raise Fault("DISK_FULL")

        broken.setattr(office.outbox, "revise", full)
        with pytest.raises(Fault, match="DISK_FULL"):
            office.news.plan()
    assert office.news.plan() == 1


def test_without_claims_nothing_is_known_and_without_a_message_nothing_is_told(
    office: Office,
) -> None:
    assert fees_claimed(office.database.read(), "unknown") == ()
    folder = office.base.folder / "other"
    folder.mkdir()
    made = FeeOffice(folder)
    paid = made.claim()
    made.takings.cash(paid.id, RECEIPT, "clerk-1")
    outbox = Outbox(made.database, "kiosk-01", made.clock)
    assert FeeNews(made.database, outbox, new_id=lambda: "key", encode=ENCODE).plan() == 0
    made.close()


def test_looking_reads_an_index_of_news_only(office: Office) -> None:
    values: dict[str, Any] = {"dest": "portal", "one": "", "most": 1}
    found = office.database.read().rows(f"EXPLAIN QUERY PLAN {telling._NEWS}", values)
    assert "SCAN news USING INDEX fee_claim_news" in " ".join(str(row["detail"]) for row in found)


def test_an_upgrade_finds_what_was_settled_before(tmp_path: Path) -> None:
    old, file = tmp_path / "migrations", tmp_path / "station.db"
    old.mkdir()
    for one in sorted(migrate.FOLDER.glob("*.sql"))[:11]:
        shutil.copy(one, old)
    Database(file, now, migrations=old).close()
    with closing(sqlite3.connect(file)) as there, there:
        for name, amount, state in [
            ("unpaid", 5, "unpaid"),
            ("paid", 5, "paid"),
            ("void", 5, "void"),
            ("exempt", 0, "unpaid"),
        ]:
            collect, why = ("before", "") if amount else ("exempt", "hộ nghèo")
            there.execute(
                "INSERT INTO fee_claim VALUES (?, ?, 'P', 'Phí', 'phi', ?, ?, ?, ?, ?, 'nhầm', 1, 1)",
                (name, name, amount, collect, why, why, state),
            )
    with Database(file, now) as database:
        news = database.read().rows("SELECT id FROM fee_claim WHERE told <> state ORDER BY id")
    assert [row["id"] for row in news] == ["exempt", "paid", "void"]


@pytest.mark.parametrize(("gateway", "online"), [("national", "1"), ("office", "2")])
def test_the_settings_say_whose_gateway_it_is_and_which_codes(
    tmp_path: Path, gateway: str, online: str
) -> None:
    file = tmp_path / "station.toml"
    demo = resources.path("settings", "demo.toml").read_text("utf-8")
    demo = demo.replace("[payments]", f'[payments]\ngateway = "{gateway}"')
    demo = demo.replace("[feeds]", '[portal.collection]\nplatform = "7"\n\n[feeds]')
    file.write_text(demo, "utf-8")
    fee = Fee("P", "Phí", "phi", 10_000, Channel.PLATFORM)
    [submit, _] = message_encoder(load(file, state=tmp_path))(dossier(), [fee])
    said = json.loads(submit.body)
    assert (said[MONEY], said["DanhSachLePhi"][0]["HinhThucThu"]) == (online, "7")


def test_codes_of_unknown_ways_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    demo = resources.path("settings", "demo.toml").read_text("utf-8")
    file.write_text(demo.replace("[feeds]", '[portal.collection]\ngold = "7"\n\n[feeds]'), "utf-8")
    with pytest.raises(SettingsError):
        load(file, state=tmp_path)
