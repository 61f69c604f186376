"""The loop that confirms later, over a real store."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from random import Random

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from kiosk.dossiers.card_checks import CardChecks
from kiosk.journal import journal
from sync.eid.confirm import LIMIT, Confirmer
from sync.eid.verdict import Verdict
from sync.portal.driver import Accepted, AuthenticationFailed, Busy, Misconfigured, Refused
from sync.portal.driver import Unreachable as Away
from tests.unit.dossiers.office import PLACE, a_submission, open_office
from tests.unit.dossiers.test_card_checks import NUMBER, a_chip

YES = Verdict(True, "", Accepted(b""))
NO = Verdict(False, "GATEWAY_REFUSED", Accepted(b""))
INVALID = Verdict(None, "GATEWAY_INVALID", Refused("VRF_INVALID_DSCERT"))


class Scripted:
    """Answers in order, then the last one again; `busy` blocks a question until `close`."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.asked = []
        self.closed = threading.Event()
        self.came = threading.Event()
        self.holds = False

    def ask(self, question):
        self.asked.append(question)
        self.came.set()
        if self.holds:
            self.closed.wait(60)
        return self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]

    def close(self):
        self.closed.set()


@pytest.fixture
def office(tmp_path):
    opened = open_office(tmp_path, place=replace(PLACE, gateway=True))
    yield opened
    opened.close()


def hand_in(office, *keys):
    return [office.register.hand_in(a_submission(key, check=a_chip())).dossier for key in keys]


def checks_of(office) -> CardChecks:
    return CardChecks(office.database, "kiosk-01", office.clock)


def confirmer(office, client, **changes) -> Confirmer:
    return Confirmer(checks_of(office), client, Random(7), **changes)


def test_what_is_due_is_asked_with_the_dossiers_number(office):
    hand_in(office, "a", "b")
    client = Scripted(YES)
    assert confirmer(office, client).round(Cancel()) == 2
    assert [one.number for one in client.asked] == [NUMBER, NUMBER]
    assert {one.certificate for one in client.asked} == {a_chip().signer}
    assert confirmer(office, client).round(Cancel()) == 0
    assert len(client.asked) == 2


def test_a_forged_signer_is_an_alarm_without_personal_data(office, caplog):
    caplog.set_level(logging.DEBUG)
    (dossier,) = hand_in(office, "a")
    told = []
    assert confirmer(office, Scripted(NO), on_alarm=told.append).round(Cancel()) == 1
    assert told == [dossier.code]
    assert [one.dossier_code for one in office.register.alarms()] == [dossier.code]
    last = journal.entries(office.database.read())[-1]
    assert last.kind == journal.Kind.SIGNER_REFUSED
    assert last.detail == ("gateway", a_chip().signer_sha256)
    (warning,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert dossier.code in warning.getMessage()
    assert NUMBER not in caplog.text


@pytest.mark.parametrize(
    "outcome",
    [Away(), AuthenticationFailed(), Misconfigured("clock"), Busy(429, retry_after_s=60)],
)
def test_a_gateway_that_cannot_be_asked_rests_and_nothing_is_counted(office, outcome):
    hand_in(office, "a", "b", "c")
    client = Scripted(Verdict(None, "GATEWAY_OFFLINE", outcome))
    loop = confirmer(office, client, monotonic=lambda: 0.0)
    for _ in range(3):
        office.clock.pass_(3600)
        assert loop.round(Cancel()) == 0
    assert len(client.asked) == 1
    assert checks_of(office).counts()["waiting"] == 3
    rows = office.database.read().rows("SELECT attempts, last_error FROM card_check")
    assert {row["attempts"] for row in rows} == {0}
    assert "GATEWAY_OFFLINE" in {row["last_error"] for row in rows}


def test_a_question_that_is_never_taken_is_given_up_until_a_person_asks(office):
    hand_in(office, "a")
    client = Scripted(INVALID)
    loop = confirmer(office, client)
    waits = []
    for _ in range(LIMIT + 3):
        loop.round(Cancel())
        waits.append(checks_of(office).next_in_s())
        office.clock.pass_(21_600)
    assert len(client.asked) == LIMIT
    assert checks_of(office).counts()["gave_up"] == 1
    assert all(0 <= wait <= 21_600 for wait in waits if wait is not None)
    assert max(wait for wait in waits if wait is not None) > 600  # it grows
    client.verdicts = [YES]
    assert loop.drain(Cancel(), 60) == 1
    assert checks_of(office).counts()["confirmed"] == 1


def test_one_that_is_not_taken_does_not_hold_up_the_next(office):
    first, second = hand_in(office, "a", "b")
    confirmer(office, Scripted(INVALID, YES)).round(Cancel())
    assert office.register.check_of(first.id).last_error == "GATEWAY_INVALID"
    assert office.register.check_of(second.id).confirmation == "confirmed"


def test_a_retry_after_is_never_undercut(office):
    hand_in(office, "a")
    verdict = Verdict(None, "GATEWAY_BUSY", Busy(503, retry_after_s=5000))
    confirmer(office, Scripted(verdict)).round(Cancel())
    assert checks_of(office).next_in_s() >= 5000


def test_a_drain_asks_at_once_and_ends_when_the_gateway_is_away(office):
    hand_in(office, "a", "b")
    client = Scripted(Verdict(None, "GATEWAY_OFFLINE", Away()))
    loop = confirmer(office, client, monotonic=lambda: 0.0)
    loop.round(Cancel())
    assert loop.drain(Cancel(), 3600) == 0
    assert len(client.asked) == 2
    client.verdicts = [YES]
    assert loop.drain(Cancel(), 3600) == 2


def test_a_drain_without_time_asks_nothing(office):
    hand_in(office, "a")
    client = Scripted(YES)
    assert confirmer(office, client).drain(Cancel(), 0) == 0
    assert client.asked == []


def test_an_answer_that_was_stored_before_the_kill_is_not_asked_again(office, tmp_path):
    (dossier,) = hand_in(office, "a")
    checks = checks_of(office)
    waiting = checks.due()
    assert checks.confirm(waiting.dossier_id)
    before = len(journal.entries(office.database.read()))
    assert not checks.confirm(dossier.id)  # the second answer to a question asked twice
    assert not checks.refuse(dossier.id)
    checks.postpone(dossier.id, 10, "GATEWAY_BUSY", counts=True)
    checks.give_up(dossier.id, "GATEWAY_BUSY")
    assert office.register.check_of(dossier.id).confirmation == "confirmed"
    assert len(journal.entries(office.database.read())) == before


# --- the thread -----------------------------------------------------------------------------------


def started(loop):
    cancel = Cancel()
    thread = threading.Thread(target=loop.run, args=(cancel,))
    thread.start()
    return cancel, thread


def test_the_thread_confirms_what_is_woken_for_and_ends(office):
    client = Scripted(YES)
    loop = confirmer(office, client, spread_s=0)
    cancel, thread = started(loop)
    hand_in(office, "a")
    loop.wake()
    assert client.came.wait(60)
    cancel.cancel()
    loop.wake()
    thread.join(60)
    assert not thread.is_alive()
    assert checks_of(office).counts()["confirmed"] == 1


def test_closing_cuts_a_running_question_and_leaves_the_check_as_it_was(office):
    hand_in(office, "a")
    client = Scripted(Verdict(None, "GATEWAY_OFFLINE", Away("closed")))
    client.holds = True
    loop = confirmer(office, client, spread_s=0)
    _, thread = started(loop)
    assert client.came.wait(60)
    loop.close()
    thread.join(60)
    assert not thread.is_alive()
    (row,) = office.database.read().rows("SELECT next_at, last_error, attempts FROM card_check")
    assert tuple(row) == (0, "", 0)


@pytest.mark.parametrize("trouble", [Fault("STORE_BUSY"), ZeroDivisionError("001300012345")])
def test_trouble_is_logged_without_its_text_and_outlived(office, caplog, trouble):
    caplog.set_level(logging.DEBUG)
    came = threading.Event()

    class Broken(CardChecks):
        def due(self):
            came.set()
            raise trouble

    loop = Confirmer(
        Broken(office.database, "kiosk-01", office.clock), Scripted(YES), Random(1), spread_s=0
    )
    _, thread = started(loop)
    assert came.wait(60)
    assert thread.is_alive()
    loop.close()
    thread.join(60)
    assert type(trouble).__name__ in caplog.text or "STORE_BUSY" in caplog.text
    assert "001300012345" not in caplog.text


def test_after_a_power_cut_the_first_question_waits_for_its_turn(office):
    class Long(Random):
        drawn = threading.Event()

        def uniform(self, _low, high):
            self.drawn.set()
            return high

    hand_in(office, "a")
    client = Scripted(YES)
    loop = Confirmer(checks_of(office), client, Long(), spread_s=1e6)
    _, thread = started(loop)
    assert Long.drawn.wait(60)
    loop.wake()
    loop.close()
    thread.join(60)
    assert not thread.is_alive()
    assert client.asked == []
