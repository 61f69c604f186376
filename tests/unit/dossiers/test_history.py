"""What came about a dossier, in any order and any number, gives one state; both versions stay readable."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.dossiers import history as history_module
from kiosk.dossiers.dossier import DossierState
from kiosk.dossiers.history import OF_CODE, ConflictKind, History
from kiosk.dossiers.states import START, StateEvent, Step, follow, judge
from kiosk.journal.journal import Kind, entries
from tests.unit.dossiers.office import a_submission, open_office

S = DossierState
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
CODE = "H29.18-261125-0001"


def event(seq: int, state: DossierState, minutes: int | None = None, **changes) -> StateEvent:
    at = NOON + timedelta(minutes=seq if minutes is None else minutes)
    return replace(StateEvent(at, seq, "o-1", CODE, state), **changes)


STORY = [
    event(1, S.RECEIVED),
    event(2, S.PROCESSING),
    event(3, S.WAITING_FOR_SUPPLEMENT),
    event(4, S.PROCESSING),
    event(5, S.PROCESSED),
]

events = st.builds(
    event,
    st.integers(1, 12),
    st.sampled_from(S),
    st.integers(0, 5),
    origin=st.sampled_from(["o-1", "o-2"]),
    procedure=st.sampled_from(["", "2.000815", "1.000001"]),
)


def one_per_number(found: list[StateEvent]) -> list[StateEvent]:
    """As a portal tells it: a number means one event."""
    return list({(one.origin, one.seq): one for one in found}.values())


@pytest.fixture
def history(office):
    office.register.hand_in(a_submission())
    return History(office.database, "kiosk-01")


def take(office, history, *found):
    with office.database.transaction() as tx:
        return history.take(tx, found)


def state(office, code=CODE):
    return office.register.find(code).state


@given(st.data())
def test_any_order_and_any_repetition_give_the_same_state(data):
    told = one_per_number(data.draw(st.lists(events, max_size=12)))
    came = data.draw(
        st.permutations(told + data.draw(st.lists(st.sampled_from(told))) if told else [])
    )
    assert follow(came) == follow(told)


@given(st.lists(events, max_size=12))
def test_nothing_goes_back_to_reception(told):
    current = START
    for one in follow(told)[1]:
        assert one.before is current
        if one.step in (Step.TAKEN, Step.ODD):
            current = one.event.state
            assert current is not S.REGISTERED
            assert current is not S.RECEIVED
    assert current is follow(told)[0]


@given(st.lists(events, min_size=1, max_size=12))
def test_a_late_received_never_overwrites_whatever_its_number_and_time(told):
    before = follow(told)[0]
    last = max(one.at for one in told)
    late = event(99, S.RECEIVED, at=last + timedelta(hours=1))
    assert follow([*told, late])[0] is before


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_register_ends_alike_however_it_came(tmp_path_factory, data):
    told = one_per_number(data.draw(st.lists(events, max_size=8)))
    repeated = told + (data.draw(st.lists(st.sampled_from(told), max_size=6)) if told else [])
    came = data.draw(st.permutations(repeated))
    cuts = data.draw(st.lists(st.integers(0, len(came)), max_size=3).map(sorted))
    office = open_office(tmp_path_factory.mktemp("office"))
    try:
        office.register.hand_in(a_submission())
        history = History(office.database, "kiosk-01")
        for begin, end in zip([0, *cuts], [*cuts, len(came)], strict=True):
            take(office, history, *came[begin:end])
        assert state(office) is follow(told)[0]
        assert [one.event for one in history.of(CODE)] == sorted(told)
        # the last word of the journal on a dossier's state is the register's
        moves = [e for e in entries(office.database.read()) if e.kind == Kind.STATE_FOLLOWED]
        assert (moves[-1].detail[1] if moves else START) == state(office)
    finally:
        office.close()


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        (S.RECEIVED, S.PROCESSED, Step.TAKEN),  # steps in between may stay untold
        (S.PROCESSING, S.PROCESSING, Step.REPEATED),
        (S.PROCESSED, S.RECEIVED, Step.LATE),
        (S.RECEIVED, S.REGISTERED, Step.LATE),
        (S.PROCESSED, S.PROCESSING, Step.ODD),
        (S.HANDED_OVER, S.PROCESSED, Step.ODD),
        (S.PROCESSING, S.REFUSED, Step.ODD),
        (S.RECEIVED, S.REFUSED, Step.TAKEN),
        (S.WITHDRAWN, S.HANDED_OVER, Step.TAKEN),  # the papers go back
        (S.PROCESSED, S.HANDED_OVER, Step.TAKEN),
    ],
)
def test_steps(before, after, step):
    assert judge(before, after) is step


def test_the_register_follows_and_the_journal_tells(office, history):
    came = take(office, history, *STORY)
    assert (came.new, came.unknown, came.moved) == (5, 0, 1)
    assert state(office) is S.PROCESSED
    told = [e for e in entries(office.database.read()) if e.kind == Kind.STATE_FOLLOWED]
    assert [(e.actor, e.detail[:3]) for e in told] == [("portal", (2, 9, 5))]


def test_the_same_again_changes_nothing(office, history):
    take(office, history, *STORY)
    before = office.database.read().rows("SELECT * FROM journal")
    came = take(office, history, *reversed(STORY), *STORY)
    assert (came.new, came.moved) == (0, 0)
    assert office.database.read().rows("SELECT * FROM journal") == before


def test_what_happened_before_moves_nothing(office, history):
    take(office, history, event(9, S.PROCESSED, 60))
    take(office, history, event(10, S.PROCESSING, 30), event(11, S.RECEIVED, 90))
    assert state(office) is S.PROCESSED
    assert [(one.event.seq, one.step) for one in history.of(CODE)] == [
        (10, Step.TAKEN),
        (9, Step.TAKEN),
        (11, Step.LATE),
    ]
    assert history.conflicts() == []


def test_the_portal_wins_on_an_odd_state_and_both_stay_readable(office, history):
    take(office, history, event(1, S.HANDED_OVER), event(2, S.PROCESSING))
    assert state(office) is S.PROCESSING
    (found,) = history.conflicts()
    assert (found.kind, found.ours, found.theirs, found.winner) == (
        ConflictKind.STATE,
        "10",
        "4",
        "portal",
    )
    (told,) = [e for e in entries(office.database.read()) if e.kind == Kind.CONFLICT_DECIDED]
    assert told.detail == ("state", 2, "10", "4", "portal")


def test_the_station_wins_on_what_was_handed_in(office, history):
    take(office, history, event(1, S.PROCESSING, procedure="1.000001"))
    dossier = office.register.find(CODE)
    assert (dossier.state, dossier.procedure) == (S.PROCESSING, "2.000815")
    (found,) = history.conflicts()
    assert (found.kind, found.ours, found.theirs, found.winner) == (
        ConflictKind.PROCEDURE,
        "2.000815",
        "1.000001",
        "station",
    )


def test_a_number_told_anew_doesnt_replace_what_it_told_first(office, history):
    take(office, history, event(1, S.PROCESSING))
    take(office, history, event(1, S.PROCESSED))
    take(office, history, event(1, S.PROCESSED))
    assert state(office) is S.PROCESSING
    (found,) = history.conflicts()
    assert (found.kind, found.winner) == (ConflictKind.REWRITTEN, "station")
    assert found.ours.startswith(f"{CODE} 4 ")
    assert found.theirs.startswith(f"{CODE} 9 ")


def test_another_life_of_the_portal_may_use_the_same_numbers(office, history):
    take(office, history, *STORY)
    take(office, history, *(replace(one, origin="o-2") for one in STORY))
    assert state(office) is S.PROCESSED
    assert history.conflicts() == []


def test_a_person_sees_a_conflict_once_and_it_stays(office, history):
    take(office, history, event(1, S.HANDED_OVER), event(2, S.PROCESSING))
    (found,) = history.conflicts()
    assert history.see(found.id, "staff-7")
    assert not history.see(found.id, "staff-8")
    assert history.conflicts() == []
    (kept,) = history.conflicts(unseen_only=False)
    assert (kept.seen_by, kept.theirs) == ("staff-7", "4")
    seen = [e for e in entries(office.database.read()) if e.kind == Kind.CONFLICT_SEEN]
    assert [(e.actor, e.detail) for e in seen] == [("staff-7", (found.id,))]


def test_dossiers_of_others_are_kept_apart_until_they_are_ours(office):
    history = History(office.database, "kiosk-01")
    came = take(office, history, *STORY)
    assert (came.new, came.unknown, came.moved) == (5, 5, 0)
    assert len(history.of(CODE)) == 5
    office.register.hand_in(a_submission())  # gets this code
    assert state(office) is S.RECEIVED
    take(office, history, event(6, S.HANDED_OVER))  # the next word of it brings all
    assert state(office) is S.HANDED_OVER
    assert [one.event.state for one in history.of(CODE)][-2:] == [S.PROCESSED, S.HANDED_OVER]


def test_another_dossier_under_our_code_is_not_followed(office, history):
    """The portal refused ours with CODE_TAKEN; what it tells of the other one isn't about our citizen."""
    ours = office.register.find(CODE).key
    take(office, history, event(1, S.PROCESSING, key=ours), event(2, S.PROCESSED, key="other"))
    take(office, history, event(3, S.HANDED_OVER, key="other"))
    assert state(office) is S.PROCESSING
    assert [one.event.seq for one in history.of(CODE)] == [1]
    (found,) = history.conflicts()
    assert (found.kind, found.ours, found.theirs, found.winner) == (
        ConflictKind.OTHER,
        ours,
        "other",
        "station",
    )


def test_a_flood_of_states_is_kept_but_not_followed(office, history, monkeypatch, caplog):
    monkeypatch.setattr(history_module, "MOST_EVENTS", 3)
    take(office, history, event(1, S.PROCESSING), event(2, S.PROCESSING), event(3, S.PROCESSED))
    assert state(office) is S.PROCESSED
    take(office, history, event(4, S.HANDED_OVER))
    assert state(office) is S.PROCESSED
    assert len(history.of(CODE)) == 4
    assert "too many states" in caplog.text


def test_events_and_state_are_one_transaction(office, history):
    def stumble(tx):
        history.take(tx, STORY)
        raise RuntimeError

    with pytest.raises(RuntimeError), office.database.transaction() as tx:
        stumble(tx)
    assert state(office) is S.RECEIVED
    assert history.of(CODE) == []


@pytest.mark.parametrize("sql", ["DELETE FROM dossier_event", "UPDATE dossier_event SET state = 1"])
def test_what_came_is_never_changed(office, history, sql):
    take(office, history, *STORY)
    with pytest.raises(sqlite3.IntegrityError), office.database.transaction() as tx:
        tx.execute(sql)


def test_no_personal_data_in_what_is_kept(office, history):
    take(office, history, *STORY, event(9, S.HANDED_OVER), event(10, S.PROCESSING))
    for table in ("dossier_event", "dossier_conflict", "journal"):
        for row in office.database.read().rows(f"SELECT * FROM {table}"):
            for value in tuple(row):
                data = value if isinstance(value, bytes) else str(value).encode()
                assert b"079090000001" not in data
                assert "Mẫu".encode() not in data


def test_a_look_up_uses_the_index(office):
    plan = office.database.read().rows(f"EXPLAIN QUERY PLAN {OF_CODE}", (CODE,))
    told = [row["detail"] for row in plan]
    assert told == ["SEARCH dossier_event USING INDEX dossier_event_code (code=?)"]
