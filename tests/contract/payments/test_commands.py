"""``kiosk payments …`` from the command line, on a store of this test, against the sandbox platform."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import requests
import zxingcpp

import resources
from kiosk import cli
from kiosk.clock import at_office, now
from kiosk.papers.qr import qr_picture
from kiosk.payments.vietqr import parse
from sync.sandbox.payments import TOKEN
from sync.sandbox.process import SandboxProcess
from tests.samples import keep_key
from tests.unit.dossiers.office import MovableClock, a_submission, open_office

pytestmark = pytest.mark.real


_SERIALS = itertools.count(1)


class Desk:
    """``run`` gives the exit code and what was said on standard output."""

    def __init__(self, folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._state = folder / "state"
        self._state.mkdir()
        keep_key(self._state)
        office = open_office(folder, clock=MovableClock(now()))
        # one more each time: references at the shared platform are made of dossier code and second
        for number in range(next(_SERIALS)):
            self.dossier = office.register.hand_in(a_submission(f"key-{number}")).dossier
        office.close()
        (folder / "app.db").rename(self._state / "station.db")
        demo = resources.path("settings", "demo.toml").read_text("utf-8")
        self._settings = folder / "station.toml"
        self._settings.write_text(demo.replace("http://127.0.0.1:8899", url), "utf-8")

    def run(self, *words: str) -> tuple[int, Any]:
        places = ("--settings", str(self._settings), "--state", str(self._state))
        self._capsys.readouterr()
        code = cli.run(["payments", *words, *places])
        said = self._capsys.readouterr().out.strip()
        return code, json.loads(said) if said else None

    def claim(self) -> str:
        code, said = self.run("claim", self.dossier.code, "--by", "clerk-1")
        assert code == 0
        (only,) = said["claims"]
        assert only["amount"] == self.dossier.fee
        return str(only["claim"])


@pytest.fixture
def desk(tmp_path: Path, platform: SandboxProcess, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, platform.url, capsys)


def press(url: str, act: str) -> None:
    assert requests.post(url, data={"act": act}, timeout=5).status_code == 200


def test_from_the_claim_to_the_receipt(desk: Desk, tmp_path: Path) -> None:
    claim = desk.claim()
    assert desk.claim() == claim
    code, begun = desk.run("start", claim)
    assert code == 0
    assert desk.run("start", claim)[1]["url"] == begun["url"]
    press(begun["url"], "pay")
    assert desk.run("ask", begun["reference"])[1]["asked"][0]["state"] == "paid"
    (one,) = desk.run("claims", desk.dossier.code)[1]["claims"]
    assert (one["state"], one["words"], one["owed"]) == ("paid", "Đã thanh toán", 0)
    (paid,) = one["payments"]
    code, bill = desk.run("bill", str(paid["payment"]), "--out", str(tmp_path / "bill.pdf"))
    assert code == 0
    assert Path(bill["file"]).read_bytes().startswith(b"%PDF")
    assert desk.run("start", claim) == (3, {"fault": "PAYMENT_STATE", "message": desk_words()})


def desk_words() -> str:
    from kiosk.faults import texts

    return texts()["PAYMENT_STATE"].clerk["vi"]


def test_paid_twice_on_the_way_to_the_days_report(
    desk: Desk, platform: SandboxProcess, tmp_path: Path
) -> None:
    _, begun = desk.run("start", desk.claim())
    press(begun["url"], "twice")
    day = at_office(now()).date().isoformat()
    code, report = desk.run("reconcile", "--day", day, "--json")
    assert code == 3
    assert [one["kind"] for one in report["differences"]] == ["refund_due"]
    payment = str(report["differences"][0]["payment"])
    assert desk.run("refunded", payment, "--number", "UNC-1", "--by", "cashier")[0] == 0
    reply = requests.get(
        f"{platform.url}/payment/statement",
        params={"day": day},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=5,
    )
    lines = reply.text.splitlines()
    ours = [line for line in lines if line.startswith(begun["reference"])]
    file = tmp_path / "statement.csv"
    file.write_text("\n".join([lines[0], *ours]) + "\n", "utf-8")
    code, report = desk.run("reconcile", "--day", day, "--statement", str(file), "--json")
    assert (code, report["differences"]) == (0, [])
    assert report["platform"] == {"count": 2, "sum": 2 * desk.dossier.fee}
    assert report["refunded"] == {"count": 1, "sum": desk.dossier.fee}
    code, said = desk.run("reconcile", "--day", day, "--statement", str(file), "--close")
    assert (code, said["fault"]) == (3, "PAYMENT_DAY")  # it has not ended


def test_cash_at_the_counter_and_back(desk: Desk) -> None:
    claim = desk.claim()
    book = ("--form", "01BLP2-001", "--series", "28AA-17T", "--number", "0000001")
    code, paid = desk.run("cash", claim, *book, "--by", "clerk-1")
    assert (code, paid["claim_state"], paid["by"]) == (0, "paid", "clerk-1")
    assert desk.run("void", claim, "--reason", "Nhầm")[0] == 3
    assert desk.run("refunded", str(paid["payment"]), "--number", "PC-1")[0] == 3
    assert desk.run("refund", str(paid["payment"]), "--reason", "Rút hồ sơ")[0] == 0
    assert desk.run("refunded", str(paid["payment"]), "--number", "PC-1")[0] == 0
    (one,) = desk.run("claims", desk.dossier.code)[1]["claims"]
    assert (one["state"], one["reason"]) == ("refunded", "Rút hồ sơ")


def test_a_transfer_by_vietqr(desk: Desk) -> None:
    claim = desk.claim()
    text = desk.run("qr", claim)[1]["text"]
    (seen,) = zxingcpp.read_barcodes(qr_picture(text, 4).convert("L"))
    asked = parse(seen.text)
    assert (asked.amount, asked.purpose) == (desk.dossier.fee, desk.dossier.code)
    assert desk.run("transfer", claim, "--number", "FT1")[1]["claim_state"] == "paid"
    assert desk.run("qr", claim)[0] == 3


def test_held_money_is_counted_by_a_person(desk: Desk) -> None:
    _, begun = desk.run("start", desk.claim())
    press(begun["url"], "short")
    assert desk.run("ask")[1] == {"asked": []}, "not due yet"
    desk.run("ask", begun["reference"])
    code, report = desk.run("reconcile", "--no-ask", "--json")
    assert code == 3
    assert [one["kind"] for one in report["differences"]] == ["held"]
    payment = str(report["differences"][0]["payment"])
    assert desk.run("count", payment, "--reason", "Phí ngân hàng")[1]["claim_state"] == "paid"


def test_who_is_exempt_owes_nothing(desk: Desk) -> None:
    _, said = desk.run(
        "claim", desk.dossier.code, "--exempt", "Hộ nghèo", "--proof", "Giấy chứng nhận"
    )
    found = [(one["collect"], one["state"], one["owed"]) for one in said["claims"]]
    assert found == [("before", "void", 0), ("exempt", "unpaid", 0)]


def test_a_person_gives_up_what_waits_for_ever_and_money_that_comes_all_the_same_is_noted(
    desk: Desk,
) -> None:
    claim = desk.claim()
    _, begun = desk.run("start", claim)
    reference = begun["reference"]
    assert desk.run("give-up", reference, "--reason", " ")[0] == 2
    code, ended = desk.run("give-up", reference, "--reason", "Trang không mở được")
    assert (code, ended["state"]) == (0, "failed")
    assert ended["why"] == "given-up: Trang không mở được"
    assert desk.run("give-up", reference, "--reason", "x")[0] == 3
    press(begun["url"], "pay")
    desk.run("ask", reference)
    assert desk.run("claims", desk.dossier.code)[1]["claims"][0]["state"] == "paid"


def test_what_the_platform_says_comes_before_giving_up(desk: Desk) -> None:
    claim = desk.claim()
    _, begun = desk.run("start", claim)
    press(begun["url"], "pay")
    assert desk.run("give-up", begun["reference"], "--reason", "x")[0] == 3
    assert desk.run("claims", desk.dossier.code)[1]["claims"][0]["state"] == "paid"


@pytest.mark.parametrize(
    "words",
    [
        ("claims", "H29.18-261124-9999"),
        ("claim", "x"),
        ("start", "x"),
        ("ask", "dvcX"),
        ("bill", "77"),
        ("qr", "x"),
        ("void", "x", "--reason", "y"),
        ("refund", "77", "--reason", "y"),
        ("reconcile", "--day", "24/11/2026"),
        ("reconcile", "--statement", "/none"),
    ],
)
def test_wrong_arguments_are_told_not_failed(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run(*words) == (2, None)


def test_a_void_needs_a_reason(desk: Desk) -> None:
    assert desk.run("void", desk.claim(), "--reason", " ")[0] == 2
