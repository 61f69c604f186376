"""A day's money against the platform's statement: each difference has its name."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossiers.dossier import DossierState
from kiosk.faults import Fault
from kiosk.payments import reconcile, rows, statement
from kiosk.payments.claim import Confirmed
from kiosk.payments.statement import Statement
from kiosk.payments.takings import Receipt
from tests.fakes.fee_office import CODE, FeeOffice

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
NOTHING = Statement((), ())


def paid(office: FeeOffice, amount: int = 10_000, number: str = "GD1") -> Confirmed:
    claim = office.claim()
    attempt, _ = office.claims.begin(claim.id, "kiosk-01")
    money = Confirmed(attempt.reference, number, amount, AT)
    office.takings.confirmed(money)
    return money


def kinds(report: reconcile.Report) -> list[str]:
    found = report["differences"]
    assert isinstance(found, list)
    return [one["kind"] for one in found]


def compared(office: FeeOffice, *money: Confirmed, unfit: tuple[int, ...] = ()) -> list[str]:
    return kinds(reconcile.report(office.reader, DAY, Statement(money, unfit)))


def test_a_day_that_agrees(office: FeeOffice) -> None:
    money = paid(office)
    other = "H29.18-261123-0002"
    office.hand_in(other)
    office.takings.cash(office.claim(other).id, Receipt("01BLP2-001", "28AA-17T", "1"), "clerk-1")
    report = reconcile.report(office.reader, DAY, Statement((money,), ()))
    assert report["differences"] == []
    assert report["station"] == {
        "platform": {"count": 1, "sum": 10_000, "not_counted": 0},
        "cash": {"count": 1, "sum": 10_000, "not_counted": 0},
        "transfer": {"count": 0, "sum": 0, "not_counted": 0},
        "total": 20_000,
    }
    assert report["platform"] == {"count": 1, "sum": 10_000}
    assert report["by_clerk"] == [
        {"by": "clerk-1", "channel": "cash", "count": 1, "sum": 10_000},
        {"by": "kiosk-01", "channel": "platform", "count": 1, "sum": 10_000},
    ]


def test_here_only_and_there_only(office: FeeOffice) -> None:
    paid(office)
    assert compared(office, Confirmed("dvcX", "GD9", 5000, AT)) == ["here_only", "there_only"]
    next_day = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # midnight at the office
    assert compared(office, Confirmed("dvcX", "GD9", 5000, next_day)) == ["here_only"]


def test_without_a_statement_only_the_stations_own_are_told(office: FeeOffice) -> None:
    paid(office)
    report = reconcile.report(office.reader, DAY, None)
    assert (report["platform"], report["differences"]) == (None, [])


def test_another_sum_and_another_reference(office: FeeOffice) -> None:
    money = paid(office)
    assert compared(office, Confirmed(money.reference, "GD1", 9000, AT)) == ["amount"]
    assert compared(office, Confirmed("dvcX", "GD1", 10_000, AT)) == ["reference"]
    twice = Confirmed(money.reference, "GD1", 9000, AT)
    assert compared(office, money, twice) == ["amount"]
    assert compared(office, money, unfit=(4,)) == ["unread_line"]


def test_what_is_held_open_or_to_go_back_is_told(office: FeeOffice) -> None:
    money = paid(office, 9000)
    assert compared(office, money) == ["held"]
    (held,) = rows.held(office.reader)
    office.takings.propose_refund(held.id, "Sai số tiền", "chief")
    office.claims.begin(office.claim().id, "kiosk-01")
    assert compared(office, money) == ["refund_due", "open"]
    office.takings.refunded(held.id, "UNC-1", "chief")
    report = reconcile.report(office.reader, DAY, Statement((money,), ()))
    assert kinds(report) == ["open"]
    assert report["refunded"] == {"count": 1, "sum": 9000}


@pytest.mark.parametrize("state", [DossierState.REFUSED, DossierState.WITHDRAWN])
def test_a_dossier_that_ended_after_it_was_paid_is_to_be_refunded(
    office: FeeOffice, state: DossierState
) -> None:
    money = paid(office)
    with office.database.transaction() as tx:
        tx.execute("UPDATE dossier SET state = ? WHERE code = ?", (int(state), CODE))
    assert compared(office, money) == ["refund_due"]


def test_a_closed_day_is_frozen_and_late_money_counts_later(office: FeeOffice) -> None:
    money = paid(office)
    with pytest.raises(Fault, match="PAYMENT_DAY"):
        reconcile.close(office.database, DAY, Statement((money,), ()), "chief")  # not over yet
    office.clock.move(86_400)
    with pytest.raises(Fault, match="PAYMENT_DAY"):
        reconcile.close(office.database, DAY, NOTHING, "chief")  # here only
    report = reconcile.close(office.database, DAY, Statement((money,), ()), "chief")
    assert reconcile.kept(office.reader, DAY) == report
    with pytest.raises(Fault, match="PAYMENT_DAY"):
        reconcile.close(office.database, DAY, Statement((money,), ()), "chief")
    late = office.takings.confirmed(Confirmed(money.reference, "GD2", 10_000, AT))
    assert (late.taken_at, late.day) == (AT, date(2026, 11, 24))
    assert reconcile.kept(office.reader, DAY) == report
    assert reconcile.kept(office.reader, date(2026, 11, 24)) is None


HEAD = "MaThamChieu,MaGiaoDich,SoTien,ThoiGianGD,TrangThaiGD\n"


def test_a_statement_is_read_and_bad_lines_are_told() -> None:
    text = (
        HEAD
        + "dvcA,GD1,10000,20261123140500,1\n"
        + "dvcB,GD2,10000.5,20261123140500,1\n"
        + "dvcC,GD3,10000,20261323140500,1\n"
        + ",GD4,10000,20261123140500,1\n"
        + "dvcE\n"
        + "dvcF,GD6,0,20261123140500,1\n"
    )
    found = statement.read(b"\xef\xbb\xbf" + text.encode())
    assert found == Statement((Confirmed("dvcA", "GD1", 10_000, AT),), (2, 3, 4, 5, 6))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"MaThamChieu,SoTien\n",
        b"x" * (statement.LARGEST + 1),
        HEAD.encode() + b'"' + b"a" * 200_000,
    ],
)
def test_what_is_no_statement(data: bytes) -> None:
    with pytest.raises(Fault, match="PAYMENT_STATEMENT"):
        statement.read(data)


@given(st.binary(max_size=200) | st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=6))
def test_no_file_makes_it_fail_otherwise(made: bytes | list[list[str]]) -> None:
    if isinstance(made, list):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(made)
        made = (HEAD + text.getvalue()).encode("utf-8", "replace")
    code = ""
    try:
        statement.read(made)
    except Fault as fault:
        code = fault.code
    assert code in ("", "PAYMENT_STATEMENT")
