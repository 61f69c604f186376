"""The outbox, act by act."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import timedelta

import pytest

from kiosk.journal import journal
from kiosk.outbox import due, sent
from kiosk.outbox.message import IllegalTransition, Message
from kiosk.outbox.outbox import LONGEST_WAIT_S, Outbox
from kiosk.outbox.rests import Rest
from tests.fakes import old_store
from tests.unit.dossiers.office import WEDNESDAY, a_submission, open_office

PORTAL = "portal"


def hand_in(office, *keys):
    return [office.register.hand_in(a_submission(key)).dossier for key in keys]


def states(office) -> list[str]:
    return [row.state.value for row in office.outbox.rows(open_only=False)]


def log(office, seq) -> list[tuple]:
    rows = office.database.read().rows(
        "SELECT state, http_status, error_class, duration_ms, detail FROM attempt_log "
        "WHERE outbox_seq = ? ORDER BY id",
        (seq,),
    )
    return [tuple(row) for row in rows]


def acknowledge(office, item) -> None:
    office.outbox.acknowledge(item.seq, b"receipt", status=201, duration_ms=12)


def test_a_claimed_item_is_exactly_what_was_added(office):
    (dossier,) = hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    assert (item.key, item.dossier_id, item.dossier_code) == ("key-1", dossier.id, dossier.code)
    assert (item.rev, item.dest, item.kind, item.attempts) == (1, PORTAL, "submit", 1)
    assert item.body == f"submit {dossier.code}".encode()
    assert office.outbox.claim(PORTAL) == []
    assert office.outbox.claim("elsewhere") == []


def test_a_dossiers_later_row_waits_for_the_earlier_one_only(office):
    hand_in(office, "key-1", "key-2")
    one, two = office.outbox.claim(PORTAL, limit=9)
    assert (one.kind, two.kind) == ("submit", "submit")
    office.outbox.retry(one.seq, 60, status=503, error="BUSY", duration_ms=1)
    acknowledge(office, two)
    (progress,) = office.outbox.claim(PORTAL, limit=9)
    assert (progress.kind, progress.dossier_id) == ("progress", two.dossier_id)


@pytest.mark.parametrize("stop", ["needs_attention", "quarantine"])
def test_a_stopped_dossier_stops_no_other(office, stop):
    hand_in(office, "key-1", "key-2")
    (one,) = office.outbox.claim(PORTAL)
    getattr(office.outbox, stop)(one.seq, status=422, error="REFUSED", detail="copies")
    assert [item.key for item in office.outbox.claim(PORTAL, limit=9)] == ["key-2"]


def test_fresh_rows_do_not_wait_behind_one_that_always_fails(office):
    hand_in(office, "key-1")
    (poison,) = office.outbox.claim(PORTAL)
    office.outbox.retry(poison.seq, 0, status=500, error="SERVER")
    hand_in(office, "key-2")
    assert office.outbox.claim(PORTAL)[0].key == "key-2"


def test_acknowledged_with_receipt_log_and_journal(office):
    (dossier,) = hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    acknowledge(office, item)
    row = office.database.read().row("SELECT state, lease_until FROM outbox WHERE seq = 1")
    assert tuple(row) == ("acknowledged", None)
    assert sent.receipt(office.database.read(), 1) == b"receipt"
    assert log(office, 1) == [
        ("ready", None, None, None, None),
        ("sending", None, None, None, None),
        ("acknowledged", 201, None, 12, None),
    ]
    told = journal.entries(office.database.read(), subject=dossier.id)[-1]
    assert told.kind == journal.Kind.SYNC_ACKNOWLEDGED
    assert told.detail[0] == "submit"


def test_retry_waits_and_keeps_key_and_bytes(office):
    hand_in(office, "key-1")
    (first,) = office.outbox.claim(PORTAL)
    office.outbox.retry(first.seq, 30, error="TIMEOUT", detail="read", duration_ms=60_000)
    assert office.outbox.claim(PORTAL) == []
    assert office.outbox.next_at(PORTAL) == office.clock.at + timedelta(seconds=30)
    office.clock.pass_(30)
    (second,) = office.outbox.claim(PORTAL)
    assert (second.key, second.body, second.attempts) == (first.key, first.body, 2)


def test_an_attempt_that_does_not_count(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.retry(item.seq, 0, status=200, error="CAPTIVE_PORTAL", counts=False)
    assert office.outbox.rows()[0].attempts == 0
    assert office.outbox.claim(PORTAL)[0].attempts == 1


def test_a_wait_is_never_longer_than_six_hours(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.retry(item.seq, 10**9)
    assert office.outbox.next_at(PORTAL) == office.clock.at + timedelta(seconds=LONGEST_WAIT_S)


def test_next_at_is_now_or_later_or_never(office):
    assert office.outbox.next_at(PORTAL) is None
    hand_in(office, "key-1")
    assert office.outbox.next_at(PORTAL) == office.clock.at
    (item,) = office.outbox.claim(PORTAL)
    assert office.outbox.next_at(PORTAL) is None  # "progress" waits for "submit"
    acknowledge(office, item)
    assert office.outbox.next_at(PORTAL) == office.clock.at


def test_a_clock_set_back_stops_nothing(office):
    hand_in(office, "key-1", "key-2")
    one, _two = office.outbox.claim(PORTAL, limit=2)
    office.outbox.retry(one.seq, 900)
    office.clock.pass_(-10 * 365 * 86_400)
    assert office.outbox.next_at(PORTAL) == office.clock.at
    assert [item.seq for item in office.outbox.claim(PORTAL, limit=2)] == [one.seq]
    assert Outbox(office.database, "kiosk-02", office.clock).recover() == 1  # the lease of "two"


def test_make_due(office):
    hand_in(office, "key-1", "key-2")
    for item in office.outbox.claim(PORTAL, limit=2):
        office.outbox.retry(item.seq, 900)
    assert office.outbox.make_due("elsewhere") == 0
    assert office.outbox.make_due(PORTAL) == 2
    assert len(office.outbox.claim(PORTAL, limit=9)) == 2
    assert log(office, 1)[-2][2] == "MADE_DUE"


def test_an_expired_lease_is_ready_again(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL, lease_s=120)
    office.clock.pass_(119)
    assert office.outbox.recover() == 0
    office.clock.pass_(1)
    assert office.outbox.recover() == 1
    assert office.outbox.claim(PORTAL)[0].key == item.key
    assert log(office, item.seq)[2][2] == "LEASE_ENDED"


def test_a_new_run_takes_its_own_stations_leases_back_once(tmp_path):
    office = open_office(tmp_path)
    hand_in(office, "key-1")
    office.outbox.claim(PORTAL)
    other = Outbox(office.database, "kiosk-0", office.clock)  # a name that begins alike
    assert other.recover() == 0
    again = Outbox(office.database, "kiosk-01", office.clock)
    assert again.recover() == 1
    assert len(again.claim(PORTAL)) == 1
    assert again.recover() == 0
    office.close()


def test_a_late_answer_to_an_ended_lease_still_counts(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL, lease_s=1)
    office.clock.pass_(2)
    office.outbox.recover()
    acknowledge(office, item)
    assert states(office)[0] == "acknowledged"


def test_a_damaged_body_is_set_apart_and_the_next_is_given(office):
    hand_in(office, "key-1", "key-2")
    with office.database.transaction() as tx:
        tx.execute("DROP TRIGGER outbox_frozen")
        tx.execute("UPDATE outbox SET body = x'00' WHERE key = 'key-1'")
    assert [item.key for item in office.outbox.claim(PORTAL)] == ["key-2"]
    assert states(office)[0] == "quarantined"
    assert log(office, 1)[-1][2] == "BODY_DAMAGED"


def test_a_person_sends_again_with_a_reason(office):
    hand_in(office, "key-1", "key-2")
    one, two = office.outbox.claim(PORTAL, limit=2)
    office.outbox.needs_attention(one.seq, status=422, detail="phone")
    office.outbox.quarantine(two.seq, status=422, error="KEY_REUSED")
    with pytest.raises(ValueError, match="reason"):
        office.outbox.release(one.seq, " ")
    for item in (one, two):
        office.outbox.release(item.seq, "portal was mended")
    assert [item.attempts for item in office.outbox.claim(PORTAL, limit=9)] == [2, 2]
    assert log(office, one.seq)[-2][4] == "portal was mended"


def test_what_needs_attention_may_be_set_apart(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.needs_attention(item.seq)
    office.outbox.quarantine(item.seq)
    assert states(office)[0] == "quarantined"


def test_unlawful_moves_are_bugs(office):
    hand_in(office, "key-1")
    moves = [
        lambda: acknowledge(office, item),
        lambda: office.outbox.retry(item.seq, 1),
        lambda: office.outbox.needs_attention(item.seq),
        lambda: office.outbox.quarantine(item.seq),
        lambda: office.outbox.hold(item.seq, "why"),
        lambda: office.outbox.release(item.seq, "why"),
    ]
    item = type("Seq", (), {"seq": 1})
    for move in moves[:-2]:  # ready, never claimed
        with pytest.raises(IllegalTransition):
            move()
    (item,) = office.outbox.claim(PORTAL)
    with pytest.raises(IllegalTransition):
        office.outbox.release(item.seq, "why")
    acknowledge(office, item)
    for move in moves:  # the end
        with pytest.raises(IllegalTransition):
            move()
    item = type("Seq", (), {"seq": 99})
    with pytest.raises(IllegalTransition):
        office.outbox.retry(item.seq, 1)
    assert states(office) == ["acknowledged", "ready"]


def test_counts_unsent_and_rows(office):
    hand_in(office, "key-1", "key-2")
    one, two = office.outbox.claim(PORTAL, limit=2)
    acknowledge(office, one)
    office.outbox.retry(two.seq, 60, status=503, error="BUSY", detail="later")
    assert office.outbox.counts() == {
        "ready": 3, "sending": 0, "sent": 0, "acknowledged": 1, "needs_attention": 0, "quarantined": 0,
    }  # fmt: skip
    assert (office.outbox.unsent(PORTAL), office.outbox.unsent("elsewhere")) == (3, 0)
    rows = office.outbox.rows()
    assert [row.seq for row in rows] == [2, 3, 4]
    told = rows[1]
    assert (told.dossier_code, told.kind, told.attempts) == (two.dossier_code, "submit", 1)
    assert (told.last_status, told.last_error, told.last_detail) == (503, "BUSY", "later")
    assert told.created_at == office.clock.at
    assert told.next_at == office.clock.at + timedelta(seconds=60)
    assert [row.seq for row in office.outbox.rows(open_only=False, limit=1)] == [1]
    assert office.outbox.rows(dest="elsewhere") == []


def test_a_person_keeps_a_row_back_and_lets_it_go(office):
    (dossier,) = hand_in(office, "key-1")
    office.outbox.hold(1, "  the citizen\ncalled from 0912345678 ", "staff-7")
    assert states(office) == ["needs_attention", "ready"]
    assert office.outbox.claim(PORTAL, limit=9) == [], "its later row waits behind it"
    assert log(office, 1)[-1][2:5:2] == ("HELD", "the citizen called from •••")
    office.outbox.release(1, "settled", "staff-7")
    assert [item.seq for item in office.outbox.claim(PORTAL, limit=9)] == [1]
    held, released = journal.entries(office.database.read(), subject=dossier.id)[-2:]
    assert (held.kind, held.actor) == (journal.Kind.OUTBOX_HELD, "staff-7")
    assert held.detail[:2] == ("submit", 1)
    assert held.detail[2] == hashlib.sha256("the citizen called from •••".encode()).digest()
    assert (released.kind, released.actor) == (journal.Kind.OUTBOX_RELEASED, "staff-7")


def test_a_person_has_a_waiting_row_sent_at_once(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.retry(item.seq, 900, status=503, error="PORTAL_BUSY")
    office.outbox.release(item.seq, "the portal is back")
    assert [one.key for one in office.outbox.claim(PORTAL)] == [item.key]


def test_what_another_process_has_taken_over_is_left_to_it(tmp_path):
    """Two processes on one file although the lock forbids it: one receipt, no bug, no row stuck."""
    office = open_office(tmp_path)
    hand_in(office, "key-1", "key-2", "key-3")
    first = office.outbox.claim(PORTAL, limit=9)
    second = Outbox(office.database, "kiosk-01", office.clock)
    assert second.recover() == 3
    again = second.claim(PORTAL, limit=9)
    assert [item.key for item in again] == [item.key for item in first]
    office.outbox.retry(first[0].seq, 60, error="TIMEOUT")
    office.outbox.needs_attention(first[1].seq, status=422)
    office.outbox.quarantine(first[2].seq)
    assert states(office)[::2] == ["sending"] * 3
    for item in again:
        second.acknowledge(item.seq, b"receipt", status=201, duration_ms=1)
    assert states(office)[::2] == ["acknowledged"] * 3
    assert log(office, first[0].seq)[-2][2] == "LEASE_LOST"
    office.close()


def test_two_late_receipts_of_one_row_are_one(tmp_path):
    office = open_office(tmp_path)
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    second = Outbox(office.database, "kiosk-01", office.clock)
    second.recover()
    (again,) = second.claim(PORTAL)
    second.acknowledge(again.seq, b"first", status=201, duration_ms=1)
    office.outbox.acknowledge(item.seq, b"second", status=200, duration_ms=1)
    assert sent.receipt(office.database.read(), 1) == b"first"
    told = journal.entries(office.database.read())
    assert [entry.kind for entry in told].count(journal.Kind.SYNC_ACKNOWLEDGED) == 1
    office.close()


def test_a_receipt_that_comes_while_a_person_holds_the_row_is_the_truth(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL, lease_s=1)
    office.clock.pass_(2)
    office.outbox.recover()
    office.outbox.hold(item.seq, "wait for the clerk")
    acknowledge(office, item)
    assert states(office)[0] == "acknowledged"


def test_what_was_taken_without_a_receipt_is_asked_after(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.sent(item.seq, 60, status=202, error="PORTAL_PENDING")
    assert states(office) == ["sent", "ready"]
    assert office.outbox.claim(PORTAL, limit=9) == [], "its later row waits for the receipt"
    assert office.outbox.next_at(PORTAL) == office.clock.at + timedelta(seconds=60)
    assert office.outbox.rows()[0].next_at == office.clock.at + timedelta(seconds=60)
    assert office.outbox.make_due(PORTAL) == 1
    assert log(office, 1)[-1][:3:2] == ("sent", "MADE_DUE")
    (again,) = office.outbox.claim(PORTAL)
    assert (again.key, again.body, again.attempts) == (item.key, item.body, 2)
    acknowledge(office, again)
    assert states(office) == ["acknowledged", "ready"]


def test_a_receipt_may_come_by_another_way_for_what_was_taken(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    office.outbox.sent(item.seq, 60, status=202)
    acknowledge(office, item)
    assert states(office)[0] == "acknowledged"


def test_urgent_rows_go_first_and_news_last(office):
    dossiers = hand_in(office, "key-1", "key-2", "key-3")
    with office.database.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE seq IN (1, 3)")
        for number, kind in ((0, "payment"), (1, "cancel")):
            office.outbox.add(
                tx, key=f"more-{number}", dossier_id=dossiers[number].id, rev=2, dest="portal",
                message=Message(kind, b""),
            )  # fmt: skip
        tx.execute("UPDATE outbox SET state = 'acknowledged', receipt = x'00' WHERE seq IN (2, 4)")
        office.outbox.add(
            tx, key="late", dossier_id=dossiers[0].id, rev=3, dest="portal",
            message=Message("progress", b""),
        )  # fmt: skip
    assert [item.kind for item in office.outbox.claim(PORTAL, limit=1, urgent=True)] == ["payment"]
    assert office.outbox.next_at(PORTAL, urgent=True) == office.clock.at
    assert [item.kind for item in office.outbox.claim(PORTAL, limit=9)] == ["cancel", "submit"]
    assert office.outbox.next_at(PORTAL, urgent=True) is None
    assert office.outbox.claim(PORTAL, urgent=True) == []


def test_what_is_due_is_found_by_an_index(office):
    """However many acknowledged rows there are: none of them is looked at."""
    for sql in (due._DUE, due._NEXT):
        values = {"dest": "", "urgency": 0, "now": 0, "longest": 0, "limit": 1}
        plan = office.database.read().rows("EXPLAIN QUERY PLAN " + sql, values)
        steps = [row["detail"] for row in plan]
        assert any("own USING INDEX outbox_open" in step for step in steps), steps
        assert any("earlier USING" in step and "(dossier_id=?)" in step for step in steps), steps
        assert not any("SCAN" in step or "TEMP B-TREE" in step for step in steps), steps


def test_a_row_keeps_how_far_the_clock_was_off(office):
    hand_in(office, "key-1")
    office.outbox.note_clock_offset(-7200.25)
    hand_in(office, "key-2")
    found = office.database.read().rows("SELECT clock_offset_ms FROM outbox ORDER BY seq")
    assert [row[0] for row in found] == [None, None, -7_200_250, -7_200_250]


def test_an_older_store_gets_the_order_of_its_rows(tmp_path):
    old_store.with_one_dossier(tmp_path, 3, "app.db")
    office = open_office(tmp_path)
    (item,) = office.outbox.claim(PORTAL)
    assert (item.key, item.body) == ("k", b"\x01")
    office.close()


def test_a_rest_outlives_the_run_and_ends(office):
    assert office.outbox.rest_s(PORTAL) == (0.0, None)
    office.outbox.keep_rest(PORTAL, 3, 600, "PORTAL_DOWN")
    again = Outbox(office.database, "kiosk-01", office.clock)
    left, rest = again.rest_s(PORTAL)
    assert 590 < left <= 600
    assert (rest.stops, rest.fault) == (3, "PORTAL_DOWN")
    assert rest.until == office.clock.at + timedelta(seconds=600)
    assert again.rest_s("elsewhere") == (0.0, None)
    again.keep_rest(PORTAL, 0, 0, "")
    assert office.outbox.rest_s(PORTAL) == (0.0, None)


@pytest.mark.parametrize(
    ("seconds", "left"), [(0, 600), (200, 400), (10**9, 0), (-1, 600), (-(10**9), 600)]
)
def test_after_a_start_of_the_machine_the_wall_clock_counts_as_far_as_it_can(seconds, left):
    rest = Rest(1, "PORTAL_DOWN", 600, WEDNESDAY, "boot", 1000)
    assert rest.left_s(WEDNESDAY + timedelta(seconds=seconds), "another", 0) == left


@pytest.mark.parametrize(
    "note",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 5000,
        '{"stops": "x"}',
        '{"stops": 1e999}',
        '{"stops":1,"fault":"","length_ms":1,"since":1e40,"boot":"","mono":0}',
    ],
)
def test_a_damaged_note_of_a_rest_stops_nothing(office, note):
    with office.database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('rest/portal', ?)", (note,))
    assert office.outbox.rest_s(PORTAL) == (0.0, None)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outbox",
        "UPDATE outbox SET body = x'00'",
        "UPDATE outbox SET key = 'other'",
        "UPDATE outbox SET state = 'acknowledged'",
        "UPDATE outbox SET state = 'sending'",
        "UPDATE outbox SET state = 'gone'",
        "DELETE FROM attempt_log",
        "UPDATE attempt_log SET detail = ''",
    ],
)
def test_the_store_itself_refuses_what_is_never_done(office, statement):
    hand_in(office, "key-1")
    with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
        tx.execute(statement)


def test_one_act_is_sent_once(office):
    (dossier,) = hand_in(office, "key-1")
    for key, kind in (("key-1", "other"), ("key-9", "submit")):
        with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
            office.outbox.add(
                tx, key=key, dossier_id=dossier.id, rev=1, dest=PORTAL, message=Message(kind, b"")
            )


def test_a_correction_is_a_new_revision_and_the_answer_to_the_old_one_leaves_it_alone(office):
    (dossier,) = hand_in(office, "key-1")
    (old,) = office.outbox.claim(PORTAL)
    with office.database.transaction() as tx:
        message = Message("submit", b"corrected")
        seq = office.outbox.add(
            tx, key="key-1b", dossier_id=dossier.id, rev=2, dest=PORTAL, message=message
        )
    acknowledge(office, old)
    assert {row.seq: row.state.value for row in office.outbox.rows()}[seq] == "ready"


def test_bodies_stay_out_of_what_is_shown(office):
    hand_in(office, "key-1")
    (item,) = office.outbox.claim(PORTAL)
    assert repr(item) == f"Item(1, {item.dossier_code}, submit, attempt 1)"
    assert repr(Message("submit", b"secret")) == "Message(submit, 6 bytes)"
