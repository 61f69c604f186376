"""States keep their order, moves are lawful, seeds are the same each time and found by an index."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.dossiers.code import is_code
from sync.portal.rows import DossierMessage
from sync.sandbox import history
from sync.sandbox.database import Database
from sync.sandbox.officer import Move, move
from sync.sandbox.problem import Problem
from sync.sandbox.seed import Seeded, fill
from sync.sandbox.states import MOVES, NAMES, NEEDS_REASON, State

CODE = "H29.18-261123-0001"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path)
    yield made
    made.close()


def insert(database: Database, state: State, code: str = CODE) -> None:
    with database.transaction() as rows:
        rows.insert(code, "k", str(int(state)), [], b"{}", "20261123083000")
        history.append(rows, code, state, 1000, "", "station")


def present(database: Database, code: str = CODE) -> str:
    with database.reading() as rows:
        found = rows.dossier(code)
        assert found is not None
        assert str(history.present(rows, code)) == found["state"]
        return found["state"]


def test_every_state_has_names_and_moves() -> None:
    assert set(NAMES) == set(MOVES) == set(State)
    assert {int(state) for state in State} == set(range(1, 11))


@pytest.mark.parametrize("now", list(State))
@pytest.mark.parametrize("wanted", list(State))
def test_only_lawful_moves(database: Database, now: State, wanted: State) -> None:
    insert(database, now)
    act = Move(code=CODE, state=wanted, words="vì thiếu bản chính")
    if wanted in MOVES[now]:
        assert move(database, act) > 0
        assert present(database) == str(int(wanted))
    else:
        with pytest.raises(Problem, match="not-lawful") as refused:
            move(database, act)
        assert refused.value.status == 409
        assert present(database) == str(int(now))


@pytest.mark.parametrize("wanted", sorted(NEEDS_REASON))
def test_a_reason_is_needed(database: Database, wanted: State) -> None:
    now = next(state for state, ways in MOVES.items() if wanted in ways)
    insert(database, now)
    for words in ("", "  \n"):
        with pytest.raises(Problem, match="reason-missing"):
            move(database, Move(code=CODE, state=wanted, words=words))
    assert present(database) == str(int(now))


def test_two_officers_do_not_run_over_each_other(database: Database) -> None:
    insert(database, State.RECEIVED)
    first = Move(code=CODE, state=State.PROCESSING, seen=State.RECEIVED)
    move(database, first)
    with pytest.raises(Problem, match="changed-meanwhile"):
        move(database, Move(code=CODE, state=State.READY, seen=State.RECEIVED))
    assert present(database) == "4"


def test_an_unknown_dossier_cannot_be_moved(database: Database) -> None:
    with pytest.raises(Problem, match="not-found") as unknown:
        move(database, Move(code="nobody", state=State.READY))
    assert unknown.value.status == 404


def test_the_latest_time_wins_not_the_latest_arrival(database: Database) -> None:
    insert(database, State.RECEIVED)
    move(database, Move(code=CODE, state=State.READY))
    with database.transaction() as rows:
        history.append(rows, CODE, State.RECEIVED, 2000, "late", "station")
        assert history.present(rows, CODE) == State.READY
        states = [event.state for event in history.of_code(rows, CODE)]
    assert states == [State.RECEIVED, State.RECEIVED, State.READY]


def test_the_cursor_of_an_office(database: Database) -> None:
    for serial in range(5):
        insert(database, State.RECEIVED, f"H29.18-261123-000{serial}")
        insert(database, State.RECEIVED, f"H29.19-261123-000{serial}")
    with database.reading() as rows:
        first = history.of_office(rows, "H29.18", 0, 3)
        rest = history.of_office(rows, "H29.18", first[-1].seq, 3)
        assert history.of_office(rows, "H99", 0, 3) == []
    assert [event.code[-1] for event in first + rest] == list("01234")
    assert all(one.seq < other.seq for one, other in pairwise(first + rest))


def test_seeds_are_the_same_and_believable(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        database = Database(tmp_path / name)
        made = fill(database, 3000)
        assert 3000 <= made.states < 3010
        assert fill(database, 3000) == Seeded(0, 0)
        with database.reading() as rows:
            found.append(rows.execute("SELECT code, state, body FROM dossier").fetchall())
            events = rows.execute("SELECT code, state, at FROM history ORDER BY seq").fetchall()
        assert len(found[-1]) == made.dossiers
        assert len(events) == made.states
        database.close()
    assert found[0] == found[1]
    last = {code: state for code, state, _ in events}
    for code, state, body in found[0]:
        message = DossierMessage.model_validate_json(body)
        assert is_code(code)
        assert code.startswith("X")  # no agency of the country
        assert (message.MaHoSo, message.TrangThaiHoSo) == (code, state)
        assert str(last[code]) == state
    assert {state for _, state, _ in found[0]} >= {"3", "4", "5", "9", "10"}


def test_a_look_up_among_many_goes_by_an_index(database: Database) -> None:
    fill(database, 100_000)
    with database.reading() as rows:
        for query, values in ((history.OF_CODE, ("x",)), (history.OF_OFFICE, (1, 0, 500))):
            plan = " ".join(row[3] for row in rows.execute(f"EXPLAIN QUERY PLAN {query}", values))
            assert "SEARCH history USING INDEX" in plan, plan
            assert "SCAN" not in plan
        steps: list[int] = []
        connection = rows.execute("SELECT 1").connection
        connection.set_progress_handler(lambda: steps.append(1), 100)
        code = rows.execute("SELECT code FROM history WHERE seq=54321").fetchone()[0]
        steps.clear()
        assert history.of_code(rows, code)
        connection.set_progress_handler(None, 0)
    assert len(steps) <= 5  # at most 500 steps of the engine, where a scan takes a million


def test_a_large_seed_makes_its_indexes_again(tmp_path: Path) -> None:
    database = Database(tmp_path)
    fill(database, 200_001)
    with database.reading() as rows:
        names = {
            name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type='index'")
        }
        assert names >= {"history_of", "history_at"}
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
