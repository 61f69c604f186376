"""Transactions are whole, durable by their settings, and one at a time."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from kiosk import clock
from kiosk.faults import Fault
from kiosk.store.database import Database
from kiosk.store.errors import fault_of


@pytest.fixture
def database(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as opened:
        yield opened


def put(database, name, value="x"):
    with database.transaction() as tx:
        return tx.execute("INSERT INTO meta(name, value) VALUES (?, ?)", (name, value))


def names(reader):
    return [row["name"] for row in reader.rows("SELECT name FROM meta ORDER BY name")]


def test_what_is_committed_is_there_after_opening_again(tmp_path):
    with Database(tmp_path / "app.db", clock.now) as database:
        assert put(database, "a") == 1
    with Database(tmp_path / "app.db", clock.now) as database:
        assert names(database.read()) == ["a"]


def test_the_file_is_private(tmp_path, database):
    put(database, "a")
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_many_may_open_a_new_file_at_once(tmp_path):
    for step in range(15):
        gate, failed = threading.Barrier(6), []

        def open_it(gate=gate, failed=failed, file=tmp_path / f"{step}.db"):
            gate.wait()
            try:
                Database(file, clock.now).close()
            except Exception as error:  # noqa: BLE001 - told by the main thread
                failed.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(6)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert failed == []


def test_a_store_that_cannot_be_made_is_a_fault(tmp_path):
    with pytest.raises(Fault, match="DISK_FULL"):
        Database(tmp_path / "nowhere" / "app.db", clock.now)


def test_an_exception_undoes_the_whole(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        tx.execute("INSERT INTO meta(name, value) VALUES ('a', 'x')") / 0
    put(database, "b")
    assert names(database.read()) == ["b"]


def test_the_pragmas_of_every_connection(database):
    with database.transaction() as tx:
        for link in (tx, database.read()):
            found = {
                name: link.rows(f"PRAGMA {name}")[0][0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout",
                             "trusted_schema", "secure_delete")
            }  # fmt: skip
            assert found == {
                "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000,
                "trusted_schema": 0, "secure_delete": 1,
            }  # fmt: skip


def test_all_rows_of_a_transaction_have_one_moment(tmp_path):
    moments = iter([datetime(2026, 11, 25, 1, 2, 3, 4000, tzinfo=UTC)])
    with Database(tmp_path / "app.db", clock.now) as database:
        database._clock = lambda: next(moments)
        with database.transaction() as tx:
            assert tx.at_ms == tx.at_ms == 1_795_568_523_004


def test_a_reader_cannot_write_and_a_read_never_becomes_a_write(database):
    with pytest.raises(Fault, match="SQLITE_READONLY"):
        database.read().rows("INSERT INTO meta VALUES ('a', 'x') RETURNING name")
    assert not hasattr(database.read(), "execute")
    assert names(database.read()) == []


def test_a_read_before_and_during_a_foreign_write_does_not_hinder_the_own(tmp_path, database):
    """The order that gives BUSY_SNAPSHOT when a write grows out of a read."""
    with Database(tmp_path / "app.db", clock.now) as other:
        assert names(database.read()) == []
        put(other, "b")
        put(database, "a")
        assert names(database.read()) == names(other.read()) == ["a", "b"]


def test_a_transaction_inside_a_transaction_is_a_bug(database):
    with database.transaction(), pytest.raises(RuntimeError), database.transaction():
        pass
    put(database, "a")


def test_writers_wait_for_each_other(database):
    def many(number):
        for step in range(20):
            put(database, f"{number}-{step}")
            database.read().number("SELECT count(*) FROM meta")

    threads = [threading.Thread(target=many, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert database.read().number("SELECT count(*) FROM meta") == 120


def test_connections_of_ended_threads_are_closed(database):
    for _ in range(5):
        one = threading.Thread(target=database.read)
        one.start()
        one.join()
    database.read()
    assert len(database._readers) == 1


def test_a_reader_sees_only_what_is_committed(database):
    with database.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('a', 'x')")
        assert names(tx) == ["a"]
        assert names(database.read()) == []


def test_small_conveniences(database):
    with database.transaction() as tx:
        tx.execute_each("INSERT INTO meta VALUES (?, ?)", [("a", "1"), ("b", "2")])
    assert database.read().row("SELECT * FROM meta WHERE name = 'z'") is None
    assert database.read().number("SELECT 5 WHERE 1 = 0") == 0
    with pytest.raises(sqlite3.OperationalError):
        database.read().rows("SELECT nonsense")


def test_a_writer_held_too_long_by_another_process_is_a_fault(tmp_path, database):
    other = sqlite3.connect(tmp_path / "app.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database._writer.execute("PRAGMA busy_timeout=50")
    with pytest.raises(Fault, match="STORE_BUSY"):
        put(database, "a")
    other.execute("ROLLBACK")
    other.close()
    put(database, "a")


def test_a_broken_constraint_is_a_bug_and_not_a_fault(database):
    put(database, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(database, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(database, "b", None)
    assert fault_of(sqlite3.ProgrammingError("x")) is None


def test_times_with_a_wrong_type_are_refused_by_the_tables(database):
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as tx:
        tx.execute("INSERT INTO counter_day VALUES ('H29', '2026-11-25', 'A', 'many')")


class Failing:
    """A connection of which one statement fails, before or after it was done."""

    def __init__(self, connection, statement, error, *, after):
        self._connection, self._statement = connection, statement
        self._error, self._after = error, after

    def execute(self, sql, *values):
        if not sql.startswith(self._statement) or self._error is None:
            return self._connection.execute(sql, *values)
        error, self._error = self._error, None
        if self._after:
            self._connection.execute(sql, *values)
        raise error

    def __getattr__(self, name):
        return getattr(self._connection, name)


STATEMENTS = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA synchronous=FULL",
    "INSERT",
)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, sqlite3.DatabaseError, MemoryError])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_whatever_fails_the_next_write_is_whole_and_flushed(database, statement, error, after):
    writer = database._writer
    database._writer = Failing(writer, statement, error(), after=after)
    with suppress(error), database.transaction(flush=False) as tx:
        tx.execute("INSERT INTO meta(name, value) VALUES ('a', 'x')")
        if statement == "ROLLBACK":
            raise error
    flushed = []

    def write():
        with database.transaction() as tx:
            flushed.append(tx.number("PRAGMA synchronous"))
            tx.execute("INSERT INTO meta(name, value) VALUES ('b', 'x')")

    other = threading.Thread(target=write)  # whom a lock that was kept would stop
    other.start()
    other.join(10)
    assert flushed == [2]
    assert set(names(database.read())) <= {"a", "b"}
    assert "b" in names(database.read())
    with database.transaction(flush=False) as tx:
        assert tx.number("PRAGMA synchronous") == 1
    with database.transaction() as tx:
        assert tx.number("PRAGMA synchronous") == 2


def test_a_write_may_carry_an_earlier_moment(database):
    earlier = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    with database.transaction(at=earlier) as tx:
        assert tx.at == earlier
        assert tx.at_ms == clock.to_ms(earlier)
