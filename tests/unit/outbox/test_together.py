"""Rows that are claimed and settled together."""

from __future__ import annotations

import pytest

from kiosk.outbox.message import State
from tests.unit.dossiers.office import Office, a_submission

PORTAL = "portal"


@pytest.fixture
def claimed(office: Office):
    for number in range(3):
        office.register.hand_in(a_submission(f"key-{number}"))
    return office.outbox.claim(PORTAL, 10)


def test_they_are_settled_as_one(office, claimed):
    with office.outbox.together():
        for item in claimed:
            office.outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=1)
        assert office.outbox.counts()["acknowledged"] == 0, "others see none of it yet"
    assert office.outbox.counts()["acknowledged"] == 3


def test_what_fails_in_the_middle_undoes_all_and_they_go_again(office, claimed):
    def settle():
        with office.outbox.together():
            office.outbox.acknowledge(claimed[0].seq, b"{}", status=200, duration_ms=1)
            office.outbox.retry(claimed[1].seq, 60)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        settle()
    assert office.outbox.counts()["sending"] == 3
    assert office.outbox.recover() == 0, "another run may not take them"
    assert office.outbox.recover(idle=True) == 3, "this one knows that nothing is under way"
    again = office.outbox.claim(PORTAL, 10)
    assert [(one.key, one.attempts) for one in again] == [(one.key, 2) for one in claimed]
    for item in again:
        office.outbox.acknowledge(item.seq, b"{}", status=200, duration_ms=1)
    assert office.outbox.counts()["acknowledged"] == 3


def test_what_was_not_tried_goes_back_as_it_was(office, claimed):
    office.outbox.retry(claimed[0].seq, 0, status=503, error="PORTAL_BUSY")
    [again] = office.outbox.claim(PORTAL, 10)
    office.outbox.put_back([item.seq for item in [again, *claimed[1:]]])
    rows = {row.seq: row for row in office.outbox.rows()}
    assert [rows[item.seq].attempts for item in claimed] == [1, 0, 0]
    assert rows[again.seq].last_error == "PORTAL_BUSY", "what its last real try said"
    assert {rows[item.seq].state for item in claimed} == {State.READY}
    assert len(office.outbox.claim(PORTAL, 10)) == 3


def test_failures_of_its_own_are_forgotten_when_a_person_has_it_sent_again(office, claimed):
    seq = claimed[0].seq
    office.outbox.retry(seq, 0, error="PORTAL_BUSY", own=True)
    [again] = office.outbox.claim(PORTAL, 10)
    assert (again.seq, again.failures) == (seq, 1)
    office.outbox.quarantine(seq, error="PORTAL_FAILS_ITEM")
    office.outbox.release(seq, "đã báo Cổng")
    [once_more] = office.outbox.claim(PORTAL, 10)
    assert (once_more.seq, once_more.failures) == (seq, 0)
