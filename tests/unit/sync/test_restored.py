"""What of a dossier a restored portal has lost, by what its look-up says."""

from __future__ import annotations

import json

import pytest

from devices.cancel import Cancel, Cancelled
from kiosk.clock import to_ms
from kiosk.outbox import views
from kiosk.outbox.decisions import Decision
from kiosk.outbox.message import State
from sync.portal.answer import Answer, parse
from sync.portal.driver import Unreachable
from sync.portal.transport import Failed
from sync.restored import Compared, compare
from tests.unit.dossiers.office import WEDNESDAY, a_submission, open_office

WHY = Decision("portal restored", "kt-1")


class Saying:
    """Answers look-ups; ``held``: key by dossier code, for those that are there."""

    def __init__(self, held: dict[str, str], fails_after: int = 99) -> None:
        self.held = held
        self.left = fails_after

    def call(self, service: str, arguments: dict[str, str]) -> tuple[Answer, int]:
        assert service == "TraCuuHoSo"
        if not self.left:
            raise Failed(Unreachable())
        self.left -= 1
        code = arguments["mahoso"]
        rows = [{"MaHoSo": code, "KHOA": self.held[code]}] if code in self.held else []
        answer = parse(json.dumps({"error_code": 0, "result": rows}).encode())
        assert answer is not None
        return answer, 200


@pytest.fixture
def office(tmp_path):
    opened = open_office(tmp_path)
    for key in ("key-1", "key-2"):
        opened.register.hand_in(a_submission(key))
    acknowledge(opened)
    yield opened
    opened.close()


def acknowledge(office) -> None:
    while items := office.outbox.claim("portal", 10):
        for one in items:
            office.outbox.acknowledge(one.seq, b"receipt", status=200, duration_ms=1)


def again(office, held: dict[str, str], *, since=WEDNESDAY, knows_keys: bool = True, **more: int):
    portal = Saying(held, **more)
    at = to_ms(since)
    found = compare(office.database, portal, "portal", at, WHY, Cancel(), knows_keys=knows_keys)
    rows = views.rows(office.database.read(), "portal", True, 100)
    return found, [(row.dossier_code[-1], row.kind) for row in rows if row.state is State.READY]


def keys(office) -> dict[str, str]:
    rows = office.database.read().rows("SELECT code, key FROM dossier")
    sent = office.database.read().rows(
        "SELECT code, outbox.key FROM outbox JOIN dossier ON dossier.id = dossier_id"
        " WHERE kind = 'submit'"
    )
    assert len(rows) == len(sent)
    return {row["code"]: row["key"] for row in sent}


def test_a_dossier_that_is_gone_goes_again_with_its_steps(office):
    held = keys(office)
    gone = sorted(held)[1]
    del held[gone]
    found, rows = again(office, held, knows_keys=False)
    assert found == Compared(2, 1, 2)
    assert rows == [("2", "submit"), ("2", "progress")]


def test_steps_go_again_where_keys_are_known(office):
    found, rows = again(office, keys(office))
    assert found == Compared(2, 0, 2)
    assert rows == [("1", "progress"), ("2", "progress")]


def test_nothing_goes_again_where_all_is_there_and_keys_are_not_known(office):
    assert again(office, keys(office), knows_keys=False) == (Compared(2, 0, 0), [])


def test_a_portal_that_tells_no_key_is_believed(office):
    assert again(office, dict.fromkeys(keys(office), ""), knows_keys=False)[1] == []


def test_another_s_dossier_under_the_code_goes_again_for_a_person_to_see(office):
    held = keys(office) | {sorted(keys(office))[0]: "another"}
    assert again(office, held, knows_keys=False)[1] == [("1", "submit")]


def test_what_was_acknowledged_before_is_left_alone(office):
    office.clock.pass_(10)
    assert again(office, {}, since=office.clock())[0] == Compared()


def test_it_is_logged_and_kept_with_its_bytes_and_old_receipt(office):
    before = office.database.read().rows("SELECT key, body, receipt FROM outbox ORDER BY seq")
    again(office, {})
    after = office.database.read().rows("SELECT key, body, receipt FROM outbox ORDER BY seq")
    assert [tuple(row) for row in before] == [tuple(row) for row in after]
    log = office.database.read().rows(
        "SELECT state, error_class, detail FROM attempt_log ORDER BY id DESC LIMIT 4"
    )
    assert {tuple(row) for row in log} == {("ready", "PORTAL_RESTORED", "portal restored")}
    acknowledge(office)
    assert office.outbox.counts()["acknowledged"] == 4


def test_a_line_that_breaks_leaves_what_was_done(office):
    with pytest.raises(Failed):
        again(office, {}, fails_after=1)
    assert office.outbox.counts()["ready"] == 2
    found, rows = again(office, {})
    assert len(rows) == 4, "the first ones once"
    assert found.again == 2


def test_it_can_be_cancelled(office):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        compare(office.database, Saying({}), "portal", 0, WHY, cancel, knows_keys=True)
