"""A press is one small write; the register's rows are made out of it, now or after whatever went wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.idcard.api import Lamp, Lamps, LampState
from kiosk.clock import to_ms
from kiosk.dossiers import intake
from kiosk.dossiers.dossier import Attachment, Scan
from kiosk.dossiers.intake import Content, Paper
from kiosk.dossiers.register import Place
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.people.card_check import TYPED, CardCheck, Source
from kiosk.queueing import numbers
from kiosk.store import vault
from tests.samples import a_person, a_vault
from tests.unit.dossiers.office import a_submission, open_office, two_messages


def received_only(office, key="key-1"):
    """As the power cut leaves it that comes right after the press."""
    prepared = office.register.prepare(a_submission(key))
    return office.register.receive(prepared)


def waiting(office):
    return [one.code for one in intake.waiting(office.database.read())]


def scans(office):
    return sorted(file.stem for file in office.folder.glob("attachments/??/??/*"))


def test_what_was_prepared_is_handed_in_like_any_other(office):
    prepared = office.register.prepare(a_submission())
    assert office.database.read().number("SELECT count(*) FROM serial") == 0
    office.clock.pass_(90)
    handed_in = office.register.hand_in(prepared)
    assert (handed_in.dossier.code, handed_in.ticket.label) == ("H29.18-261125-0001", "A001")
    assert handed_in.dossier.received_at == office.clock.at, "the press counts, not the reading"
    assert office.register.hand_in(a_submission()) == handed_in
    assert office.register.hand_in(prepared) == handed_in
    assert waiting(office) == []
    assert len(scans(office)) == 1
    assert office.attachments.pending() == []


def rows(office):
    return office.database.read().number("SELECT count(*) FROM intake")


def test_whoever_walks_away_leaves_no_row_and_no_gap(office):
    office.register.forget(office.register.prepare(a_submission("key-1")))
    assert rows(office) == 0
    handed_in = office.register.hand_in(a_submission("key-2"))
    assert (handed_in.dossier.code, handed_in.ticket.number) == ("H29.18-261125-0001", 1)


def test_two_who_read_at_once_have_numbers_of_their_own(office):
    one, two = (office.register.prepare(a_submission(key)) for key in ("key-1", "key-2"))
    second, first = office.register.hand_in(two), office.register.hand_in(one)
    assert (first.dossier.code, first.ticket.label) == ("H29.18-261125-0001", "A001")
    assert (second.dossier.code, second.ticket.label) == ("H29.18-261125-0002", "A002")
    assert rows(office) == 0


def test_a_press_after_midnight_has_the_numbers_of_its_day(office):
    office.register.hand_in(a_submission("key-1"))
    office.clock.at = datetime(2026, 11, 25, 16, 59, tzinfo=UTC)  # 23:59 at the office
    prepared = office.register.prepare(a_submission("key-2"))
    office.clock.pass_(120)
    handed_in = office.register.hand_in(prepared)
    assert (handed_in.dossier.code, handed_in.ticket.label) == ("H29.18-261126-0001", "A001")
    assert handed_in.ticket.day.isoformat() == "2026-11-26"
    assert rows(office) == 0
    assert office.register.find(handed_in.dossier.code) == handed_in.dossier


def test_a_page_that_was_open_when_the_power_went_leaves_nothing(tmp_path):
    office = open_office(tmp_path)
    office.register.prepare(a_submission("key-1"))
    assert (rows(office), len(scans(office))) == (1, 1)
    office.close()
    office = open_office(tmp_path)
    office.register.begin()
    assert (rows(office), scans(office), waiting(office)) == (0, [], [])
    assert office.register.hand_in(a_submission("key-2")).ticket.number == 1
    office.close()


def test_a_press_whose_row_has_gone_is_received_all_the_same(office):
    prepared = office.register.prepare(a_submission())
    with office.database.transaction() as tx:
        intake.forget_all(tx)
    handed_in = office.register.hand_in(prepared)
    assert office.register.find(handed_in.dossier.code) == handed_in.dossier
    assert office.register.hand_in(prepared) == handed_in
    assert rows(office) == 0


def test_a_row_without_a_press_is_nobody_s_dossier(office):
    office.register.prepare(a_submission())
    office.register.enter_waiting()
    assert office.register.recent(5) == []
    assert intake.codes(office.database.read()) == waiting(office) == []
    assert office.register.hand_in(a_submission()).dossier.code == "H29.18-261125-0002"
    assert rows(office) == 1, "the other page may still be read"


def test_what_was_received_is_entered_as_of_the_moment_of_the_press(tmp_path):
    office = open_office(tmp_path)
    at = office.clock.at
    received = received_only(office)
    assert (received.code, received.ticket.label) == ("H29.18-261125-0001", "A001")
    assert office.register.find(received.code) is None
    office.close()

    office = open_office(tmp_path, place=Place("H29.19", "kiosk-07", 500, 600))
    office.clock.pass_(86_400)
    office.register.enter_waiting()
    dossier = office.register.find(received.code)
    assert (dossier.id, dossier.received_at) == (received.id, at)
    assert (dossier.agency, dossier.station) == ("H29.18", "kiosk-01")
    rows = office.database.read().rows("SELECT created_wall, key FROM outbox ORDER BY seq")
    assert [row["created_wall"] for row in rows] == [received.at_ms] * 2
    assert rows[0]["key"] == "key-1"
    told = journal.entries(office.database.read(), subject=dossier.id)
    assert {one.at for one in told} == {at}
    assert {one.actor for one in told} == {"kiosk-01"}
    ticket = office.database.read().row("SELECT * FROM ticket")
    assert (ticket["office"], ticket["number"], ticket["arrived_at"]) == (
        "H29.18",
        1,
        received.at_ms,
    )
    assert waiting(office) == []
    office.register.enter_waiting()
    assert office.outbox.unsent("portal") == 2
    office.close()


def test_the_same_key_after_the_power_cut_gives_the_numbers_that_were_given(tmp_path):
    office = open_office(tmp_path)
    received = received_only(office)
    office.close()
    office = open_office(tmp_path)
    changed = a_submission(answers={"paper": "Khác", "form": "paper", "copies": 9})
    handed_in = office.register.hand_in(changed)
    assert handed_in.dossier.code == received.code
    assert handed_in.dossier.answers["paper"] == "Bằng tốt nghiệp", "what was received stands"
    assert office.register.find(received.code) == handed_in.dossier
    office.close()


def test_numbers_that_wait_in_the_intake_are_not_given_again(office):
    first = received_only(office)
    second = received_only(office, "key-2")
    third = office.register.hand_in(a_submission("key-3"))
    with office.database.transaction() as tx:
        ticket = numbers.take(tx, "H29.18", first.day, "A")
    assert [first.serial, second.serial] == [1, 2]
    assert third.dossier.code == "H29.18-261125-0003"
    assert [one.number for one in (first, second, third.ticket, ticket)] == [1, 2, 3, 4]
    office.register.enter_waiting()
    assert waiting(office) == []
    given = office.database.read().rows("SELECT number FROM serial ORDER BY number")
    assert [row["number"] for row in given] == [1, 2, 3]
    with office.database.transaction() as tx:
        assert numbers.take(tx, "H29.18", first.day, "A").number == 5


def test_used_up_serials_count_what_waits(tmp_path):
    office = open_office(tmp_path, place=Place("H29.18", "kiosk-01", 7, 7))
    assert received_only(office).serial == 7
    with pytest.raises(Fault, match="SERIALS_USED_UP"):
        office.register.hand_in(a_submission("key-2"))
    assert len(waiting(office)) == 1
    office.close()


def test_a_bug_after_the_press_costs_nobody_the_number_and_holds_up_nobody(tmp_path):
    broken = {"key-1"}

    def encode(dossier, fees):
        if dossier.key in broken and not dossier.code.endswith("9999"):  # the trial is whole
            raise ZeroDivisionError
        return two_messages(dossier, fees)

    office = open_office(tmp_path, encode=encode)
    handed_in = office.register.hand_in(a_submission("key-1"))
    assert handed_in.dossier.code == "H29.18-261125-0001"
    assert waiting(office) == ["H29.18-261125-0001"]
    kept = scans(office)
    assert office.register.sweep() == 0
    assert scans(office) == kept, "its scan waits with it"

    assert office.register.hand_in(a_submission("key-2")).dossier.code == "H29.18-261125-0002"
    office.register.enter_waiting()
    assert waiting(office) == ["H29.18-261125-0001"]
    broken.clear()
    office.register.enter_waiting()
    assert waiting(office) == []
    assert office.register.find("H29.18-261125-0001") == handed_in.dossier
    assert office.register.sweep() == 0
    assert len(scans(office)) == 2
    assert office.attachments.pending() == []
    office.close()


def test_the_same_key_of_what_is_stuck_gives_the_same_answer(tmp_path):
    def encode(dossier, fees):
        if not dossier.code.endswith("9999"):
            raise ZeroDivisionError
        return two_messages(dossier, fees)

    office = open_office(tmp_path, encode=encode)
    handed_in = office.register.hand_in(a_submission())
    changed = a_submission(answers={"paper": "Khác", "form": "paper", "copies": 9})
    assert office.register.hand_in(changed) == handed_in
    assert office.register.hand_in(a_submission()) == handed_in
    office.close()


def test_who_walks_away_leaves_no_scan_beside_what_is_stuck(tmp_path):
    broken = ["key-1"]

    def encode(dossier, fees):
        if dossier.key in broken and not dossier.code.endswith("9999"):
            raise ZeroDivisionError
        return two_messages(dossier, fees)

    office = open_office(tmp_path, encode=encode)
    office.register.hand_in(a_submission("key-1"))
    kept = scans(office)
    office.register.forget(office.register.prepare(a_submission("key-2")))
    same = a_submission("key-3", scans=a_submission("key-1").scans)
    office.register.forget(office.register.prepare(same))
    assert scans(office) == kept
    broken.clear()
    office.register.enter_waiting()
    office.register.sweep()
    assert scans(office) == kept
    assert office.attachments.pending() == []
    office.close()


@pytest.mark.parametrize("fails", ["remove", "settle", "is_pending"])
def test_what_fails_after_the_press_is_no_refusal(office, monkeypatch, fails):
    def broken(_sha256):
        raise OSError("read-only")

    prepared = office.register.prepare(a_submission())
    monkeypatch.setattr(office.attachments, fails, broken)
    handed_in = office.register.hand_in(prepared)
    assert office.register.recent(5) == [handed_in.dossier]
    office.register.forget(office.register.prepare(a_submission("key-2")))


@pytest.mark.parametrize("refused", ["receive", "_draft"])
def test_who_is_refused_leaves_no_scan(office, monkeypatch, refused):
    def used_up(*_):
        raise Fault("SERIALS_USED_UP")

    monkeypatch.setattr(office.register, refused, used_up)
    with pytest.raises(Fault, match="SERIALS_USED_UP"):
        office.register.hand_in(a_submission())
    assert scans(office) == []
    assert office.attachments.pending() == []


def test_a_number_that_was_shown_before_it_was_entered_was_shown(office):
    received = received_only(office)
    office.register.mark_shown(received.id)
    at = office.database.now()
    office.clock.pass_(600)
    office.register.enter_waiting()
    assert office.register.not_shown() == []
    shown = office.database.read().number("SELECT shown_at FROM dossier")
    assert shown == to_ms(at)


def test_a_row_whose_dossier_is_in_the_register_only_goes(office):
    """An older copy of the file was put back, and a bundle brought the dossier."""
    received = received_only(office)
    with office.database.transaction() as tx:
        tx.execute("CREATE TEMP TABLE kept AS SELECT * FROM intake")
    office.register.enter_waiting()
    before = office.register.find(received.code)
    with office.database.transaction() as tx:
        tx.execute("INSERT INTO intake SELECT * FROM kept")
    assert waiting(office) == [received.code]
    office.register.enter_waiting()
    assert waiting(office) == []
    assert office.register.find(received.code) == before
    assert office.outbox.unsent("portal") == 2


def test_what_would_fail_later_fails_before_anything_is_promised(tmp_path):
    office = open_office(tmp_path, encode=lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.register.prepare(a_submission())
    assert waiting(office) == []
    office.close()


def test_a_store_that_is_behind_takes_in_no_more(office, monkeypatch):
    insert = intake.drop

    def full(tx, received):
        raise Fault("DISK_FULL", "SQLITE_FULL")

    monkeypatch.setattr(intake, "drop", full)
    first = office.register.hand_in(a_submission("key-1"))
    with pytest.raises(Fault, match="DISK_FULL"):
        office.register.hand_in(a_submission("key-2"))
    assert waiting(office) == [first.dossier.code]
    office.register.enter_waiting()  # tells it and holds up nobody
    monkeypatch.setattr(intake, "drop", insert)
    second = office.register.hand_in(a_submission("key-2"))
    assert waiting(office) == []
    assert office.register.recent(5) == [second.dossier, first.dossier]


def test_what_is_forgotten_leaves_no_file(office):
    prepared = office.register.prepare(a_submission())
    assert len(scans(office)) == 1
    assert office.register.sweep() == 0, "somebody reads the page just now"
    assert len(scans(office)) == 1
    office.register.forget(prepared)
    assert scans(office) == []
    assert office.attachments.pending() == []


def test_what_is_forgotten_takes_no_file_of_others(office):
    same = (Scan("TP01", b"same", 1),)
    office.register.hand_in(a_submission("key-1", scans=same))
    first = office.register.prepare(a_submission("key-2", scans=same))
    other = (Scan("TP01", b"other", 1),)
    second = office.register.prepare(a_submission("key-3", scans=other))
    third = office.register.prepare(a_submission("key-4", scans=other))
    office.register.forget(first)
    office.register.forget(second)
    assert len(scans(office)) == 2
    handed_in = office.register.hand_in(third)
    (component,) = handed_in.dossier.components
    assert office.attachments.read(component.attachment.sha256) == b"other"


def test_a_file_that_nobody_noted_stays_whatever_is_forgotten(office):
    scan = (Scan("TP01", b"of an older copy of the store", 1),)
    office.attachments.put(scan[0].pdf)
    office.register.forget(office.register.prepare(a_submission(scans=scan)))
    assert len(scans(office)) == 1


def test_the_row_says_nothing_about_the_person(office):
    received_only(office)
    row = office.database.read().row("SELECT * FROM intake")
    said = " ".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in tuple(row)
    )
    person = a_submission().person
    for secret in (person.number, person.full_name, person.residence, "tốt nghiệp"):
        assert secret not in said
    assert person.full_name not in repr(office.register.prepare(a_submission("key-2")))


def test_a_row_that_was_moved_or_damaged_stays_and_holds_up_nobody(office):
    keys = ("key-1", "key-2", "key-3", "key-4")
    moved, other, odd, whole = (received_only(office, key) for key in keys)
    with office.database.transaction() as tx:
        tx.execute(
            "UPDATE intake SET body = (SELECT body FROM intake WHERE key = 'key-4') "
            "WHERE key = 'key-1'"
        )
        form = a_vault().seal(b'{"format":99}', vault.Place("intake", "key-2", "body"))
        tx.execute("UPDATE intake SET body = ? WHERE key = 'key-2'", (form,))
        tx.execute("UPDATE intake SET day = 'x' WHERE key = 'key-3'")
    office.register.enter_waiting()
    assert intake.codes(office.database.read()) == [moved.code, other.code, "intake 3"]
    assert office.register.find(whole.code) is not None
    fifth = office.register.hand_in(a_submission("key-5"))
    assert office.register.find(fifth.dossier.code) == fifth.dossier
    with pytest.raises(Fault, match="STORE_DAMAGED: intake 3"):
        office.register.hand_in(a_submission(odd.key))


CHECKS = st.one_of(
    st.just(TYPED),
    st.builds(
        CardCheck,
        st.sampled_from(list(Source)),
        st.text(max_size=12),
        st.builds(
            Lamps, *[st.builds(Lamp, st.sampled_from(list(LampState)), st.text(max_size=9))] * 4
        ),
        st.lists(st.text(max_size=9), max_size=3).map(tuple),
        st.none() | st.binary(max_size=60),
        st.text(max_size=9),
    ),
)
CONTENTS = st.builds(
    Content,
    id=st.just("d-1"),
    key=st.just("key-1"),
    agency=st.text(max_size=9),
    station=st.text(max_size=9),
    procedure=st.text(max_size=9),
    version=st.text(max_size=9),
    person=st.builds(lambda name: replace(a_person(), full_name=name), st.text(max_size=30)),
    answers=st.dictionaries(st.text(max_size=9), st.text(max_size=20) | st.integers(), max_size=4),
    papers=st.lists(
        st.builds(
            Paper,
            st.text(max_size=6),
            st.integers(1, 60),
            st.builds(Attachment, st.text(max_size=8), st.integers(0, 9), st.text(max_size=8)),
        ),
        max_size=3,
    ).map(tuple),
    check=CHECKS,
    made_by=st.text(max_size=9),
    keys=st.lists(st.text(max_size=9), max_size=2).map(tuple),
)


class OneRow:
    """A reader of a single row."""

    vault = a_vault()

    def __init__(self, body: bytes) -> None:
        self._body = body

    def row(self, *_):
        return {"body": self._body}


def a_received():
    return intake.Received("d-1", "key-1", "H29.18", None, 1, "A", 1, 0)


@given(CONTENTS)
@settings(max_examples=60, deadline=None)
def test_every_content_comes_back_as_it_was(content):
    assert intake.load(OneRow(intake.seal(a_vault(), content)), a_received()) == content


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["format", "person", "check", "papers", "lamps", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=80) | JSON.map(lambda value: intake._ENCODE(value).encode()))
@settings(max_examples=80, deadline=None)
def test_nothing_but_a_fault_comes_of_other_bytes(data):
    sealed = a_vault().seal(data, vault.Place("intake", "key-1", "body"))
    with suppress(Fault):
        intake.load(OneRow(sealed), a_received())
        raise AssertionError("that was no content")


def test_the_same_key_is_answered_whatever_the_store_can_take(tmp_path, monkeypatch):
    office = open_office(tmp_path, place=Place("H29.18", "kiosk-01", 7, 7))
    prepared = office.register.prepare(a_submission())
    handed_in = office.register.hand_in(prepared)

    def full(*_):
        raise Fault("DISK_FULL")

    monkeypatch.setattr(intake, "prepare", full)
    monkeypatch.setattr(intake, "receive", full)
    assert office.register.hand_in(prepared) == handed_in
    assert office.register.hand_in(a_submission()) == handed_in
    office.close()


def test_what_is_behind_is_answered_before_it_is_entered(office, monkeypatch):
    def full(*_):
        raise Fault("DISK_FULL")

    prepared = office.register.prepare(a_submission())
    monkeypatch.setattr(intake, "drop", full)
    handed_in = office.register.hand_in(prepared)
    assert office.register.hand_in(prepared) == handed_in
    assert office.register.hand_in(a_submission()) == handed_in
    with pytest.raises(Fault, match="DISK_FULL"):
        office.register.hand_in(a_submission("key-2"))
    assert rows(office) == 1


def test_a_start_on_a_full_disk_forgets_nothing_and_goes_on(office, monkeypatch):
    def full(_):
        raise Fault("DISK_FULL")

    office.register.prepare(a_submission())
    received_only(office, "key-2")
    monkeypatch.setattr(intake, "forget_all", full)
    office.register.begin()
    assert (rows(office), waiting(office)) == (1, [])


def test_no_press_promises_a_scan_that_has_gone(office):
    prepared = office.register.prepare(a_submission())
    office.register.begin()
    assert scans(office) == []
    with pytest.raises(Fault, match="ATTACHMENT_LOST"):
        office.register.hand_in(prepared)
    assert rows(office) == 0
    assert office.register.hand_in(a_submission()).ticket.number == 1
