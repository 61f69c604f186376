"""The registers' figures, against vectors computed by hand from the published rates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sandbox import contributions, registers, registers_seed
from sync.sandbox.database import Database, Rows


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    database = Database(tmp_path)
    with database.transaction() as found:
        registers_seed.fill(found)
        yield found
    database.close()


@pytest.mark.parametrize(
    ("group", "to_pay"),
    [("KHAC", 264_000), ("DTTS", 231_000), ("CAN_NGHEO", 198_000), ("NGHEO", 165_000)],
)
def test_social_insurance(rows: Rows, group: str, to_pay: int) -> None:
    due = contributions.social(rows, "2026-11-24", 1_500_000, 1, group)
    assert (due.base, due.to_pay) == (330_000, to_pay)
    year = contributions.social(rows, "2026-11-24", 1_500_000, 12, group)
    assert year.to_pay == 12 * to_pay


def test_support_hangs_on_the_poverty_line_not_on_the_income(rows: Rows) -> None:
    due = contributions.social(rows, "2026-11-24", 5_000_000, 3, "KHAC")
    assert (due.base, due.support, due.to_pay) == (1_100_000, 66_000, 3 * 1_034_000)


def test_support_ends_after_120_months(rows: Rows) -> None:
    due = contributions.social(rows, "2026-11-24", 1_500_000, 12, "KHAC", supported_before=115)
    assert (due.supported_months, due.to_pay) == (5, 12 * 330_000 - 5 * 66_000)
    over = contributions.social(rows, "2026-11-24", 1_500_000, 1, "KHAC", supported_before=130)
    assert (over.supported_months, over.to_pay) == (0, 330_000)


@pytest.mark.parametrize(
    ("day", "income", "fits"),
    [
        ("2026-06-30", 46_800_000, True),
        ("2026-06-30", 46_800_001, False),
        ("2026-07-01", 50_600_000, True),
        ("2026-07-01", 50_600_001, False),
        ("2026-07-01", 1_499_999, False),
    ],
)
def test_the_income_has_bounds_by_the_day(rows: Rows, day: str, income: int, fits: bool) -> None:
    if fits:
        contributions.social(rows, day, income, 1, "KHAC")
    else:
        with pytest.raises(contributions.OutOfRange):
            contributions.social(rows, day, income, 1, "KHAC")


MONTHS = (113_850, 79_695, 68_310, 56_925, 45_540, 45_540)
YEARS = (1_366_200, 956_340, 819_720, 683_100, 546_480, 546_480)


@pytest.mark.parametrize("position", range(1, 7))
def test_health_insurance(rows: Rows, position: int) -> None:
    due = [contributions.health(rows, "2026-07-01", position, months) for months in (1, 12)]
    assert due == [MONTHS[position - 1], YEARS[position - 1]]


def test_five_people_pay_so_much(rows: Rows) -> None:
    due = sum(contributions.health(rows, "2026-11-24", one, 12) for one in range(1, 6))
    assert due == 4_371_840
    before = contributions.health(rows, "2026-06-30", 1, 12)
    assert before == 12 * 105_300  # 4.5 % of 2,340,000


def test_a_parameter_without_a_value_on_that_day(rows: Rows) -> None:
    with pytest.raises(KeyError):
        registers.parameter(rows, "reference_level", "2000-01-01")


def test_the_seed_is_put_in_once(rows: Rows) -> None:
    def count(table: str) -> int:
        found = rows.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found[0])

    before = [count(table) for table in ("fine", "insured", "health_card", "parameter")]
    registers_seed.fill(rows)
    assert before == [count(table) for table in ("fine", "insured", "health_card", "parameter")]
    assert before[0] == 2 * registers_seed.FINES_EACH
    assert before[1] == registers_seed.HOUSEHOLDS


@pytest.mark.parametrize("service", ["CSGT", "TTGT"])
def test_a_record_is_found_as_people_type_it(rows: Rows, service: str) -> None:
    found = rows.execute("SELECT * FROM fine WHERE service=? AND decision IS NOT NULL", (service,))
    fine = registers.Fine(*found.fetchone())
    typed = f"  {fine.name.lower()}  "
    assert (
        registers.fine_by_record(
            rows, service, fine.record.lower(), typed, (fine.province, fine.unit), fine.day
        )
        == fine
    )
    other = "TTGT" if service == "CSGT" else "CSGT"
    wrong = (
        (other, fine.record, fine.name, (fine.province, fine.unit), fine.day),
        (service, fine.record, "NGUYỄN VĂN KHÁC", (fine.province, fine.unit), fine.day),
        (service, fine.record, fine.name, ("99", fine.unit), fine.day),
        (service, fine.record, fine.name, (fine.province, "Đội khác"), fine.day),
        (service, fine.record, fine.name, (fine.province, fine.unit), "2020-01-01"),
        (service, "BB-0", fine.name, (fine.province, fine.unit), fine.day),
    )
    for asked in wrong:
        assert registers.fine_by_record(rows, *asked) is None
