"""Card checks in the store: written with the dossier, answered once, upgraded from a store without them."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace

import pytest

from devices.idcard.api import Lamp, Lamps, LampState
from kiosk.dossiers.card_checks import CardChecks, Confirmation, answered, open_checks, red
from kiosk.journal import journal
from kiosk.people.card_check import TYPED, CardCheck, Source
from kiosk.queueing import numbers
from kiosk.queueing.numbers import row_id
from kiosk.queueing.ticket import Ticket
from kiosk.store import migrate
from kiosk.store.database import Database
from tests.fakes import old_store
from tests.samples import a_dossier
from tests.unit.dossiers.office import PLACE, WEDNESDAY, a_submission, open_office

NUMBER = a_submission().person.number
GREEN = Lamp(LampState.OK, "")
LAMPS = Lamps(
    read=GREEN,
    intact=GREEN,
    trusted=Lamp(LampState.UNKNOWN, "GATEWAY_OFFLINE"),
    genuine=Lamp(LampState.UNKNOWN, "ISSUER_NOT_TRUSTED"),
)


def a_chip(**changes) -> CardCheck:
    whole = CardCheck(Source.CHIP, "PACE-CAN", LAMPS, ("dg13_number",), b"0\x82signer", "cd" * 32)
    return replace(whole, **changes)


@pytest.fixture
def office(tmp_path):
    opened = open_office(tmp_path, place=replace(PLACE, gateway=True))
    yield opened
    opened.close()


def checks_of(office) -> CardChecks:
    return CardChecks(office.database, "kiosk-01", office.clock)


def handed_in(office, key="key-1", **changes):
    return office.register.hand_in(a_submission(key, check=a_chip(**changes))).dossier


def test_a_check_is_kept_as_it_was(office):
    kept = office.register.check_of(handed_in(office).id)
    assert kept.check == a_chip()
    assert kept.check.signer == a_chip().signer
    assert (kept.confirmation, kept.attempts, kept.answered_at) == (Confirmation.WAITING, 0, None)
    assert office.register.check_of("another") is None
    assert office.register.alarms() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"source": Source.TYPED},
        {"source": Source.QR},
        {"signer": None},
        {"lamps": replace(LAMPS, trusted=GREEN)},
    ],
)
def test_what_needs_no_answer_does_not_wait(office, changes):
    dossier = handed_in(office, **changes)
    assert office.register.check_of(dossier.id).confirmation is Confirmation.NONE
    assert checks_of(office).due() is None
    assert checks_of(office).next_in_s() is None


@pytest.mark.parametrize(
    ("why", "by"), [("GATEWAY_REFUSED", "gateway"), ("CSCA_SIGNATURE", "local")]
)
@pytest.mark.parametrize("gateway", [True, False])
def test_a_signer_refused_while_the_card_is_read_is_an_alarm_at_once(
    tmp_path, caplog, why, by, gateway
):
    office = open_office(tmp_path, place=replace(PLACE, gateway=gateway))
    dossier = handed_in(office, lamps=replace(LAMPS, trusted=Lamp(LampState.FAILED, why)))
    kept = office.register.check_of(dossier.id)
    assert (kept.confirmation, kept.answered_by) == (Confirmation.REFUSED, by)
    assert kept.answered_at == office.clock.at
    assert [(one.dossier_code, red(one.check)) for one in office.register.alarms()] == [
        (dossier.code, {"trusted": why})
    ]
    entry = journal.entries(office.database.read(), subject=dossier.id)[-1]
    assert (entry.kind, entry.detail) == (journal.Kind.SIGNER_REFUSED, (by, "cd" * 32))
    (warned,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert warned.getMessage() == f"card of dossier {dossier.code}: trusted {why}"
    assert checks_of(office).due() is None
    handed_in(office, lamps=replace(LAMPS, trusted=Lamp(LampState.FAILED, why)))
    assert len(caplog.records) == 1, "the same key again is the same dossier"
    office.close()


def test_altered_data_and_a_copied_chip_are_alarms_too(office):
    forged = Lamp(LampState.FAILED, "HASH")
    altered = handed_in(office, "a", lamps=replace(LAMPS, intact=forged))
    office.clock.pass_(60)
    copied = handed_in(office, "b", lamps=replace(LAMPS, genuine=Lamp(LampState.FAILED, "CA")))
    handed_in(office, "c")
    assert [(one.dossier_code, red(one.check)) for one in office.register.alarms()] == [
        (copied.code, {"genuine": "CA"}),
        (altered.code, {"intact": "HASH"}),
    ]


def test_a_signer_that_nobody_was_asked_about_waits_too(office):
    dossier = handed_in(office, lamps=replace(LAMPS, trusted=Lamp()))
    assert office.register.check_of(dossier.id).confirmation is Confirmation.WAITING


def test_without_a_gateway_nothing_waits(tmp_path):
    office = open_office(tmp_path)
    assert office.register.check_of(handed_in(office).id).confirmation is Confirmation.NONE
    office.close()


def test_the_same_key_again_keeps_the_first_check(office):
    first = handed_in(office)
    again = office.register.hand_in(a_submission("key-1", check=TYPED)).dossier
    assert again == first
    assert office.register.check_of(first.id).check == a_chip()
    assert office.database.read().number("SELECT count(*) FROM card_check") == 1


def test_a_hand_in_that_fails_leaves_no_check(tmp_path):
    def encode(_dossier, _fees):
        raise ZeroDivisionError

    office = open_office(tmp_path, encode=encode)
    with pytest.raises(ZeroDivisionError):
        handed_in(office)
    assert office.database.read().number("SELECT count(*) FROM card_check") == 0
    office.close()


def test_the_journal_tells_how_without_who(office):
    dossier = handed_in(office)
    (entry,) = [
        one
        for one in journal.entries(office.database.read(), subject=dossier.id)
        if one.kind == journal.Kind.IDENTIFIED
    ]
    assert entry.detail == ("chip", "PACE-CAN", "ok", "ok", "unknown", "unknown")


def test_no_personal_data_in_the_table_or_in_what_it_gives(office):
    handed_in(office)
    (row,) = office.database.read().rows("SELECT * FROM card_check")
    person = a_submission().person
    for secret in (person.number, person.full_name, person.residence):
        assert secret not in repr(tuple(row))
    waiting = checks_of(office).due()
    assert waiting.number == NUMBER
    assert NUMBER not in repr(waiting)


def test_an_answer_is_final(office):
    dossier = handed_in(office)
    checks = checks_of(office)
    office.clock.pass_(60)
    assert checks.refuse(dossier.id)
    kept = office.register.check_of(dossier.id)
    assert (kept.answered_at, kept.answered_by) == (office.clock.at, "gateway")
    assert kept.check.lamps.trusted == Lamp(LampState.FAILED, "GATEWAY_REFUSED")
    assert kept.check.lamps.genuine.state is LampState.UNKNOWN
    assert checks.make_due() == 0
    for sql in ("UPDATE card_check SET confirmation = 'waiting'", "DELETE FROM card_check"):
        with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
            tx.execute(sql)


def test_alarms_come_newest_first(office):
    dossiers = [handed_in(office, key) for key in ("a", "b", "c")]
    checks = checks_of(office)
    for dossier in dossiers[:2]:
        office.clock.pass_(60)
        checks.refuse(dossier.id)
    office.clock.pass_(60)
    checks.confirm(dossiers[2].id)
    assert [one.dossier_code for one in office.register.alarms()] == [
        dossiers[1].code,
        dossiers[0].code,
    ]
    assert [one.dossier_code for one in office.register.alarms(1)] == [dossiers[1].code]


def test_a_yes_makes_a_chip_genuine_only_where_nothing_else_was_missing():
    green = answered(LAMPS, trusted=True)
    assert (green.trusted, green.genuine) == (GREEN, GREEN)
    for lamp in (Lamp(), Lamp(LampState.FAILED, "CA_FAILED"), Lamp(LampState.UNKNOWN, "DG14")):
        assert answered(replace(LAMPS, genuine=lamp), trusted=True).genuine == lamp
    broken = Lamp(LampState.FAILED, "HASH")
    assert answered(replace(LAMPS, intact=broken), trusted=True).intact == broken


def test_what_waits_longest_comes_first_and_a_clock_set_back_holds_nothing_up(office):
    first, second = handed_in(office, "a"), handed_in(office, "b")
    checks = checks_of(office)
    checks.postpone(first.id, 100, "GATEWAY_INVALID", counts=True)
    assert checks.due().dossier_id == second.id
    checks.postpone(second.id, 9e9, "GATEWAY_BUSY", counts=False)  # six hours at most
    assert checks.due() is None
    assert checks.next_in_s() == 100
    office.clock.pass_(100)
    due = checks.due()
    assert (due.dossier_id, due.attempts) == (first.id, 1)
    office.clock.pass_(-10 * 365 * 86_400)
    assert checks.due() is not None
    assert checks.next_in_s() == 0


def test_a_person_asks_again_about_what_was_given_up(office):
    dossier = handed_in(office)
    checks = checks_of(office)
    checks.postpone(dossier.id, 100, "GATEWAY_INVALID", counts=True)
    checks.give_up(dossier.id, "GATEWAY_INVALID")
    assert checks.due() is None
    assert checks.counts() == {"waiting": 0, "confirmed": 0, "refused": 0, "gave_up": 1}
    assert checks.make_due() == 1
    assert checks.due().attempts == 0


def test_what_nobody_has_judged_is_listed_with_its_next_try(office):
    first, second, third = (handed_in(office, key) for key in ("a", "b", "c"))
    checks = checks_of(office)
    checks.postpone(first.id, 100, "GATEWAY_OFFLINE", counts=True)
    checks.give_up(second.id, "GATEWAY_INVALID")
    checks.confirm(third.id)
    waits, given_up = open_checks(office.database.read(), 9)
    assert (waits.dossier_code, waits.attempts, waits.last_error) == (
        first.code,
        1,
        "GATEWAY_OFFLINE",
    )
    assert waits.next_at is not None
    assert (waits.next_at - waits.since).total_seconds() == 100
    assert (given_up.dossier_code, given_up.confirmation) == (second.code, Confirmation.GAVE_UP)
    assert given_up.next_at is None
    assert len(open_checks(office.database.read(), 1)) == 1


def test_a_store_of_before_is_upgraded_with_its_dossiers(tmp_path):
    before = replace(a_dossier(), code="H29.18-261120-0001")
    old = tmp_path / "old"
    old.mkdir()
    shutil.copy(migrate.FOLDER / "0001_hand_in.sql", old)
    with (
        Database(tmp_path / "app.db", lambda: WEDNESDAY, migrations=old) as database,
        database.transaction() as tx,
    ):
        ticket = Ticket("H29.18", WEDNESDAY.date(), "A", 1)
        numbers.enter(tx, ticket)
        old_store.insert(tx, before, row_id(tx, ticket))
        journal.append(tx, journal.Kind.TICKET_TAKEN, before.id, "kiosk-01")
    office = open_office(tmp_path, place=replace(PLACE, gateway=True))
    assert office.register.find(before.code) == before
    assert office.register.check_of(before.id) is None
    assert checks_of(office).due() is None
    new = handed_in(office)
    assert office.register.check_of(new.id).confirmation is Confirmation.WAITING
    assert [one.index for one in journal.entries(office.database.read())][:2] == [0, 1]
    assert len(list(tmp_path.glob("app-schema1-*.db.sealed"))) == 1
    office.close()
