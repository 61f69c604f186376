"""The power goes between the press and the register: what the press gave stands."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from kiosk.commands.closing import Wanted, close, need_nothing_left
from kiosk.commands.doctor import examine
from kiosk.commands.sync_status import readable, status
from kiosk.commands.take_out import take_out
from kiosk.dossiers import intake
from kiosk.faults import Fault
from kiosk.outbox.reasons import why
from kiosk.settings import Payments, load
from sync.payments.desk import PaymentDesk
from tests.unit.dossiers.office import MovableClock, a_submission, open_office


def outbox_keys(office):
    return [
        row["key"] for row in office.database.read().rows("SELECT key FROM outbox ORDER BY seq")
    ]


def test_what_was_not_flushed_is_made_again_with_the_same_numbers(tmp_path):
    """The register's rows are committed without a flush: all of the log after the press may be gone."""
    office = open_office(tmp_path)
    before = office.register.hand_in(a_submission("key-1"))
    log = tmp_path / "app.db-wal"
    prepared = office.register.prepare(a_submission("key-2"))
    received = office.register.receive(prepared)
    pressed = log.stat().st_size
    handed_in = office.register.hand_in(a_submission("key-2"))
    assert handed_in.dossier.code == received.code
    keys = outbox_keys(office)
    assert log.stat().st_size > pressed, "the log was neither begun anew nor copied back meanwhile"
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("app.db", "app.db-wal"):
        shutil.copy(tmp_path / name, copy / name)
    shutil.copytree(tmp_path / "attachments", copy / "attachments")
    office.close()
    with (copy / "app.db-wal").open("r+b") as stream:
        stream.truncate(pressed)

    office = open_office(copy, clock=MovableClock())
    office.clock.pass_(7200)
    read = office.database.read()
    assert read.number("SELECT count(*) FROM dossier") == 1
    office.register.enter_waiting()
    office.register.sweep()
    assert office.register.recent(5) == [handed_in.dossier, before.dossier]
    assert office.register.hand_in(a_submission("key-2")) == handed_in
    assert outbox_keys(office) == keys, "a copy of before the power cut names the same messages"
    for row in read.rows("SELECT sha256 FROM attachment"):
        office.attachments.read(row["sha256"])
    office.close()


def test_only_what_can_be_made_again_goes_without_a_flush(tmp_path):
    with closing(open_office(tmp_path)) as office:
        seen = []
        office.database._writer.set_trace_callback(seen.append)
        handed_in = office.register.hand_in(a_submission())
        office.register.mark_shown(handed_in.dossier.id)
        office.database._writer.set_trace_callback(None)
        order = [one.split()[0] for one in seen if one.split()[0] in ("PRAGMA", "BEGIN", "COMMIT")]
        assert order == [
            *("PRAGMA", "BEGIN", "COMMIT", "PRAGMA"),  # prepared
            *("BEGIN", "COMMIT"),  # the press
            *("PRAGMA", "BEGIN", "COMMIT", "PRAGMA"),  # the register
            *("BEGIN", "COMMIT"),  # shown, and with it all before
        ]
        pragmas = [one for one in seen if one.startswith("PRAGMA")]
        assert pragmas == ["PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"] * 2


@pytest.fixture
def stuck(tmp_path):
    """A station that received a dossier which its register can't take."""
    with closing(open_office(tmp_path)) as office:
        office.register.hand_in(a_submission("key-1"))
        prepared = office.register.prepare(a_submission("key-2"))
        office.register.receive(prepared)
        with office.database.transaction() as tx:
            tx.execute("UPDATE intake SET body = x'00'")
        office.register.enter_waiting()
        [received] = intake.waiting(office.database.read())
        desk = PaymentDesk(office.database, "kiosk-01", Payments(), None)
        with pytest.raises(Fault, match="DOSSIER_NOT_ENTERED"):
            desk.look(received.id)
    (tmp_path / "app.db").rename(tmp_path / "station.db")
    return load(state=tmp_path, portal="http://127.0.0.1:9"), received.code


def test_everybody_is_told_of_what_is_not_in_the_register(stuck):
    settings, code = stuck
    found = status(settings)
    assert found["station"]["not_entered"] == [code]
    assert found["station"]["troubles"] == ["DOSSIER_NOT_ENTERED"]
    words = readable(found)
    assert code in words
    assert why("DOSSIER_NOT_ENTERED")["vi"] in words
    [check] = [one for one in examine(settings)["checks"] if one["name"] == "intake"]
    assert (check["level"], code in check["text"]) == ("fault", True)


def test_no_day_is_closed_and_no_bundle_is_whole_without_it(stuck, tmp_path):
    settings, code = stuck
    result = close(settings, Wanted())
    assert not result["ok"]
    assert result["not_entered"] == [code]
    with pytest.raises(Fault, match=f"DOSSIER_NOT_ENTERED: {code}"):
        need_nothing_left(result)
    taken = take_out(settings, tmp_path / "unsent.bundle", "a new machine", "")
    assert taken.summary.lost == (code,)
    assert taken.summary.dossiers == 1
