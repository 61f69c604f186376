"""Bundles in any order, into stores that went on: what is missing comes in, money too, and nothing goes back."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from kiosk.commands import payments, sync_correct
from kiosk.commands.sync_bundle import export_to, import_from
from kiosk.compose import open_station
from kiosk.faults import Fault
from kiosk.outbox import bundle_import, closing
from kiosk.outbox.bundle_check import need_fit
from kiosk.payments.takings import Receipt
from kiosk.settings import Settings
from kiosk.store.peek import peek
from tests.journeys.station import NOWHERE, quick
from tests.samples import a_vault
from tests.unit.dossiers.office import a_submission

pytestmark = pytest.mark.real


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    return quick(tmp_path / "old", NOWHERE)


@pytest.fixture
def new(tmp_path: Path) -> Settings:
    return quick(tmp_path / "new", NOWHERE)


def hand_in(settings: Settings, *keys: str) -> list[str]:
    with open_station(settings, devices=False) as station:
        return [station.register.hand_in(a_submission(key)).dossier.code for key in keys]


def press_only(settings: Settings, key: str) -> str:
    """As the power cut leaves it that comes right after the press."""
    with open_station(settings, devices=False) as station:
        received = station.register.receive(station.register.prepare(a_submission(key)))
        assert received is not None
        return received.code


def with_serials_from(settings: Settings, first: int) -> Settings:
    office = settings.office.model_copy(update={"serial_first": first})
    return settings.model_copy(update={"office": office})


def refuse_and_correct(settings: Settings, code: str) -> None:
    with open_station(settings, devices=False) as station:
        (item,) = station.outbox.claim("portal", limit=1)
        station.outbox.needs_attention(item.seq, status=422, error="PORTAL_REFUSED")
    sync_correct.correct(settings, code, ["paper=Bằng khác"], "refused", "staff-1")


def rows(settings: Settings) -> list[tuple]:
    sql = "SELECT rev, kind, state, attempts > 0 AND state <> 'ready' FROM outbox ORDER BY seq"
    return read(settings, sql)


def read(settings: Settings, sql: str) -> list[tuple]:
    connection = sqlite3.connect(settings.folder / "station.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def paper(settings: Settings, code: str) -> object:
    with open_station(settings, devices=False) as station:
        return station.register.find(code).answers["paper"]


@pytest.mark.parametrize("restored", [False, True])
def test_a_younger_bundle_brings_the_revision_and_an_older_one_takes_nothing_back(
    tmp_path: Path, old: Settings, new: Settings, *, restored: bool
) -> None:
    (code,) = hand_in(old, "key-1")
    export_to(old, tmp_path / "first")
    if restored:
        shutil.copytree(old.folder, new.folder)
    refuse_and_correct(old, code)
    export_to(old, tmp_path / "second")
    if not restored:
        import_from(new, tmp_path / "first", "staff-7")
    said = import_from(new, tmp_path / "second", "staff-7")
    assert (said["dossiers"], said["known"]) == (0, 1)
    assert said["messages"] == len(rows(new)) - 2 if not restored else said["messages"] > 0
    assert sorted(rows(new)) == sorted(rows(old))
    assert paper(new, code) == "Bằng khác"
    before = rows(new)
    said = import_from(new, tmp_path / "first", "staff-7")
    assert (said["known"], said["messages"]) == (1, 0)
    assert rows(new) == before
    assert paper(new, code) == "Bằng khác"


def test_a_superseded_row_is_not_unsent(tmp_path: Path, old: Settings) -> None:
    (code,) = hand_in(old, "key-1")
    refuse_and_correct(old, code)
    with (
        open_station(old, devices=False) as station,
        station.database.transaction() as tx,
    ):
        tx.execute(
            "UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE state = 'ready'"
        )
    with peek(old.folder / "station.db", a_vault()) as reader:
        assert closing.unsent(reader) == []
        assert closing.last_open(reader) == 0
    said = export_to(old, tmp_path / "b")
    assert (said["dossiers"], said["lost"]) == (0, ())


def test_what_was_paid_is_not_paid_again(tmp_path: Path, old: Settings, new: Settings) -> None:
    codes = hand_in(old, "key-1", "key-2")
    export_to(old, tmp_path / "first")
    claims = [row[0] for row in read(old, "SELECT id FROM fee_claim ORDER BY id")]
    assert len(claims) == 2
    payments.cash(old, claims[0], Receipt("01", "AB", "0000001"), "staff-1", "")
    export_to(old, tmp_path / "second")
    for name in ("first", "second", "first", "second"):
        import_from(new, tmp_path / name, "staff-7")
    for table in ("fee_claim", "payment", "payment_attempt", "refund", "card_check"):
        sql = f"SELECT * FROM {table} ORDER BY 1"
        assert read(new, sql) == read(old, sql), table
    assert payments.claims(new, codes[0]) == payments.claims(old, codes[0])
    with pytest.raises(Fault):
        payments.cash(new, claims[0], Receipt("01", "AB", "0000002"), "staff-1", "")


def test_a_store_that_went_on_takes_the_old_one_s_dossiers(
    tmp_path: Path, old: Settings, new: Settings
) -> None:
    codes = hand_in(old, "key-1", "key-2")
    export_to(old, tmp_path / "b")
    with open_station(new, devices=False) as station, station.database.transaction() as tx:
        tx.execute(
            "INSERT INTO ticket(office, day, series, number, arrived_at, vt) "
            "SELECT ?, ?, 'A', 1, 0, 0",
            read(old, "SELECT office, day FROM ticket")[0],
        )
    said = import_from(new, tmp_path / "b", "staff-7")
    assert (said["dossiers"], said["refused"], said["marked"]) == (2, (), (codes[0],))
    with open_station(new, devices=False) as station:
        sql = """SELECT series, number FROM dossier JOIN ticket ON ticket.id = ticket
                 ORDER BY dossier.code"""
        assert read(new, sql) == [("A*", 1), ("A", 2)]
        assert len(station.register.recent(5)) == 2
        following = station.register.hand_in(a_submission("key-3"))
        assert following.ticket.label == "A003"


def test_there_must_be_room_for_all_of_it(
    tmp_path: Path, old: Settings, new: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(old, "key-1")
    export_to(old, tmp_path / "b")
    usage = namedtuple("usage", "total used free")(1 << 40, 0, 1 << 20)
    monkeypatch.setattr("kiosk.store.room.shutil.disk_usage", lambda _: usage)
    with pytest.raises(Fault, match="DISK_FULL"):
        import_from(new, tmp_path / "b", "staff-7")
    assert read(new, "SELECT * FROM dossier") == []
    monkeypatch.undo()
    monkeypatch.setattr(bundle_import, "LARGEST_WHOLE", 1000)
    with pytest.raises(Fault, match="BUNDLE_REFUSED: too large"):
        import_from(new, tmp_path / "b", "staff-7")


def test_no_key_for_the_scans_ends_the_export(
    tmp_path: Path, old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(old, "key-1")

    def refused(*_: object) -> bytes:
        raise Fault("VAULT_KEY_MISSING")

    monkeypatch.setattr("kiosk.dossiers.attachments.Attachments.read", refused)
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"):
        export_to(old, tmp_path / "b")
    assert not (tmp_path / "b").exists()


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["dossier", "ticket", "components", "messages", "code", "id", "key"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_json, min_size=1, max_size=3))
@rules(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nonsense_is_one_fault(dossiers: list) -> None:
    with pytest.raises(Fault, match="BUNDLE_REFUSED"):
        need_fit(dossiers)


WRITTEN = (
    """INSERT INTO payment_attempt(reference, claim_id, amount, state, started_at, started_by, next_at)
       SELECT 'dvc1', id, amount, 'waiting', 1, 'staff-1', 0 FROM fee_claim""",
    "UPDATE fee_claim SET state = 'pending'",
    "UPDATE card_check SET source = 'chip', signer = x'3000', signer_sha256 = 'ab'",
)
PAID = (
    "UPDATE payment_attempt SET state = 'paid'",
    """INSERT INTO payment(claim_id, reference, channel, number, amount, taken_at, day, noted_at,
         noted_by, standing)
       SELECT id, 'dvc1', 'platform', 'P-1', amount, 2, '2026-11-24', 2, 'portal', 'counted'
       FROM fee_claim""",
    "UPDATE fee_claim SET state = 'paid'",
)
REFUNDED = (
    "INSERT INTO refund(payment_id, reason, proposed_at, proposed_by) VALUES (1, 'why', 3, 'a')",
    "UPDATE refund SET done_at = 4, done_by = 'b', evidence = 'e'",
    "UPDATE fee_claim SET state = 'refunded', reason = 'why'",
)


def test_a_payment_goes_on_where_the_other_store_had_it_and_never_back(
    tmp_path: Path, old: Settings, new: Settings
) -> None:
    hand_in(old, "key-1")
    for name, statements in (("1", WRITTEN), ("2", PAID), ("3", REFUNDED)):
        connection = sqlite3.connect(old.folder / "station.db", isolation_level=None)
        for sql in statements:
            connection.execute(sql)
        connection.close()
        export_to(old, tmp_path / name)
    for name in ("1", "3", "2", "1"):
        said = import_from(new, tmp_path / name, "staff-7")
        assert said["refused"] == ()
    for table in ("fee_claim", "payment", "payment_attempt", "refund", "card_check"):
        sql = f"SELECT * FROM {table}"
        assert len(read(new, sql)) == 1
        assert read(new, sql) == read(old, sql), table


def test_a_payment_of_another_s_claim_leaves_out_that_dossier_only(
    tmp_path: Path, old: Settings, new: Settings
) -> None:
    codes = hand_in(old, "key-1", "key-2")
    claims = [row[0] for row in read(old, "SELECT id FROM fee_claim ORDER BY id")]
    export_to(old, tmp_path / "b")
    import_from(new, tmp_path / "b", "staff-7")
    payments.cash(old, claims[0], Receipt("01", "AB", "0000001"), "staff-1", "")
    payments.cash(new, claims[1], Receipt("01", "AB", "0000001"), "staff-1", "")
    export_to(old, tmp_path / "c")
    before = read(new, "SELECT * FROM fee_claim")
    said = import_from(new, tmp_path / "c", "staff-7")
    assert (said["known"], said["refused"]) == (1, (codes[0],))
    assert read(new, "SELECT * FROM fee_claim") == before


def test_a_ticket_that_waits_in_the_intake_is_not_given_to_a_dossier_of_a_bundle(
    tmp_path: Path, old: Settings, new: Settings
) -> None:
    (theirs,) = hand_in(old, "key-1")
    export_to(old, tmp_path / "b")
    new = with_serials_from(new, 9990)
    ours = press_only(new, "key-2")
    said = import_from(new, tmp_path / "b", "staff-7")
    assert (said["dossiers"], said["marked"]) == (1, (theirs,))
    with open_station(new, devices=False) as station:
        assert station.register.find(ours) is not None
    found = read(
        new, "SELECT code, series FROM dossier JOIN ticket ON ticket.id = ticket ORDER BY 1"
    )
    assert found == sorted([(theirs, "A*"), (ours, "A")])


def test_a_page_that_was_open_when_the_power_went_holds_no_number(
    tmp_path: Path, old: Settings, new: Settings
) -> None:
    hand_in(old, "key-1")
    export_to(old, tmp_path / "b")
    with open_station(new, devices=False) as station:
        station.register.prepare(a_submission("key-2"))
    assert import_from(new, tmp_path / "b", "staff-7")["marked"] == ()


@pytest.mark.parametrize("key", ["key-1", "key-2"])
def test_what_waits_in_the_intake_keeps_its_code(
    tmp_path: Path, old: Settings, new: Settings, key: str
) -> None:
    """The same dossier out of an older copy of the folder, or another one under the same code."""
    with open_station(old, devices=False):
        pass
    shutil.copytree(old.folder, new.folder)
    ours = press_only(new, key)
    if key == "key-1":  # the very same: received there, entered and exported here
        shutil.rmtree(old.folder)
        shutil.copytree(new.folder, old.folder)
        with open_station(old, devices=False):
            pass
    else:
        assert hand_in(old, "key-1") == [ours]
    export_to(old, tmp_path / "b")
    with pytest.raises(Fault, match=f"BUNDLE_REFUSED: {ours}"):
        import_from(new, tmp_path / "b", "staff-7")
    with open_station(new, devices=False) as station:
        found = station.register.find(ours)
        assert found is not None
        assert found.key == key
    if key == "key-1":
        assert import_from(new, tmp_path / "b", "staff-7")["known"] == 1
        assert len(rows(new)) == 2
