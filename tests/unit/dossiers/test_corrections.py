"""A correction is a new revision with its own key; what was sent before stays as it was."""

from __future__ import annotations

import itertools

import pytest

from kiosk.catalogue.load import load_catalogue
from kiosk.dossiers.corrections import Corrected, Corrections
from kiosk.dossiers.dossier import DossierState
from kiosk.faults import Fault
from kiosk.journal import journal
from kiosk.outbox.decisions import Decision
from kiosk.outbox.message import IllegalTransition, State
from tests.unit.dossiers.office import Office, a_submission, two_messages

WHY = Decision("số bản ghi nhầm", "clerk-1")


@pytest.fixture
def corrections(office: Office) -> Corrections:
    keys = (f"new-{number}" for number in itertools.count(1))
    return Corrections(
        office.database,
        office.outbox,
        load_catalogue(),
        new_id=lambda: next(keys),
        encode=lambda dossier, fees: [
            type(one)(one.kind, one.body + dossier.summary.encode())
            for one in two_messages(dossier, fees)
        ],
    )


def states(office: Office) -> list[tuple[int, str, str]]:
    rows = office.database.read().rows("SELECT rev, kind, state FROM outbox ORDER BY seq")
    return [(row["rev"], row["kind"], row["state"]) for row in rows]


def test_a_refused_dossier_goes_again_as_a_new_revision(office, corrections):
    code = office.register.hand_in(a_submission()).dossier.code
    [first] = office.outbox.claim("portal")
    office.outbox.needs_attention(first.seq, status=200, error="PORTAL_REFUSED", detail="TenTTHC")
    assert office.outbox.claim("portal") == []
    done = corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
    assert done == Corrected(code, 2, ("paper",))
    assert office.register.find(code).answers["paper"] == "Bằng lái xe"
    assert "Bằng lái xe" in office.register.find(code).summary
    claimed = office.outbox.claim("portal", 10)
    assert [(item.rev, item.kind, item.key) for item in claimed] == [(2, "submit", "new-1")]
    assert claimed[0].replaces == ("key-1",), "the portal may have the first one all the same"
    assert "Bằng lái xe".encode() in claimed[0].body
    office.outbox.acknowledge(claimed[0].seq, b"{}", status=200, duration_ms=1)
    assert states(office)[0] == (1, "submit", "needs_attention"), "never deleted, never rewritten"
    [step] = office.outbox.claim("portal", 10)
    assert (step.kind, step.rev) == ("progress", 1)


def test_a_superseded_row_needs_nobody(office, corrections):
    code = office.register.hand_in(a_submission()).dossier.code
    [first] = office.outbox.claim("portal")
    office.outbox.needs_attention(first.seq)
    assert office.outbox.counts()["needs_attention"] == 1
    corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
    assert office.outbox.counts() | {"ready": 0} == dict.fromkeys(State, 0)
    assert office.outbox.unsent("portal") == 2
    assert [row.seq for row in office.outbox.rows()] == [2, 3]
    with pytest.raises(IllegalTransition):
        office.outbox.release(first.seq, "vì sao")


def test_the_answer_to_the_old_revision_never_marks_the_new_one(office, corrections):
    code = office.register.hand_in(a_submission()).dossier.code
    [first] = office.outbox.claim("portal")
    corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
    assert office.outbox.claim("portal", 10) == [], "it waits for the answer to the first"
    office.outbox.acknowledge(first.seq, b"{}", status=200, duration_ms=1)
    assert states(office)[:1] == [(1, "submit", "acknowledged")]
    assert states(office)[2] == (2, "submit", "ready")
    claimed = [office.outbox.claim("portal")[0] for _ in range(1)]
    assert claimed[0].kind == "progress" or claimed[0].replaces == ("key-1",)


def test_the_journal_keeps_who_and_which_revision(office, corrections):
    dossier = office.register.hand_in(a_submission()).dossier
    corrections.correct(dossier.code, {"person.full_name": "Trần Thị Mẫu"}, WHY)
    assert office.register.find(dossier.code).person.full_name == "Trần Thị Mẫu"
    told = journal.entries(office.database.read(), subject=dossier.id)
    [entry] = [one for one in told if one.kind == journal.Kind.DOSSIER_CORRECTED]
    assert entry.actor == "clerk-1"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "nothing changes"),
        ({"paper": "Bằng tốt nghiệp"}, "nothing changes"),
        ({"copies": 3}, "the fee would differ"),
        ({"copies": "hai"}, "copies"),
        ({"paper": ""}, "paper"),
        ({"colour": "red"}, r"\(unknown question\)"),
        ({"person.card_expired": "x"}, "person.card_expired"),
        ({"person.__class__": "x"}, "person.__class__"),
    ],
)
def test_what_is_refused_changes_nothing(office, corrections, changes, why):
    dossier = office.register.hand_in(a_submission()).dossier
    before = states(office)
    with pytest.raises(Fault, match="ANSWERS_INVALID") as caught:
        corrections.correct(dossier.code, changes, WHY)
    assert caught.match(why) or why in str(caught.value.detail)
    assert states(office) == before
    assert office.register.find(dossier.code) == dossier


def test_an_ended_dossier_stays_as_it_is(office, corrections):
    dossier = office.register.hand_in(a_submission()).dossier
    with office.database.transaction() as tx:
        tx.execute("UPDATE dossier SET state = ?", (int(DossierState.PROCESSED),))
    with pytest.raises(Fault, match="ANSWERS_INVALID"):
        corrections.correct(dossier.code, {"paper": "Bằng lái xe"}, WHY)
    with pytest.raises(KeyError):
        corrections.correct("H29.18-261125-9999", {"paper": "Bằng lái xe"}, WHY)


def test_revisions_go_in_their_order_although_the_first_was_stopped(office, corrections):
    code = office.register.hand_in(a_submission()).dossier.code
    [first] = office.outbox.claim("portal")
    office.outbox.needs_attention(first.seq)
    corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
    [second] = office.outbox.claim("portal", 10)
    office.outbox.retry(second.seq, 0)
    corrections.correct(code, {"paper": "Giấy khai sinh"}, WHY)
    for rev in (2, 3):
        claimed = office.outbox.claim("portal", 10)
        assert [(one.kind, one.rev) for one in claimed] == [("submit", rev)]
        office.outbox.acknowledge(claimed[0].seq, b"{}", status=200, duration_ms=1)
    assert claimed[0].replaces == ("new-1", "key-1"), "the portal may hold either"
    assert [one.kind for one in office.outbox.claim("portal", 10)] == ["progress"]


def test_a_held_row_holds_up_its_correction_until_it_is_released(office, corrections):
    code = office.register.hand_in(a_submission()).dossier.code
    office.outbox.hold(1, "chờ người dân")
    corrections.correct(code, {"paper": "Bằng lái xe"}, WHY)
    assert office.outbox.claim("portal", 10) == []
    assert office.outbox.counts()["needs_attention"] == 1
    office.outbox.release(1, "đã rõ")
    assert [one.rev for one in office.outbox.claim("portal", 10)] == [1]
