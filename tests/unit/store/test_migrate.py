"""Each migration is whole or not there; what was applied is what this program knows."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, datetime

import pytest

from kiosk import clock
from kiosk.faults import Fault
from kiosk.store import migrate
from kiosk.store.database import Database
from tests.samples import a_vault

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ONE = "-- first\nCREATE TABLE a(x TEXT) STRICT;\nINSERT INTO a VALUES ('semi;colon -- text');\n"
TWO = """CREATE TABLE b(x TEXT) STRICT;
CREATE TRIGGER b_stays BEFORE DELETE ON b
BEGIN SELECT raise(ABORT, 'no; never'); END;
INSERT INTO b SELECT x FROM a;
-- the end
"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "migrations"
    made.mkdir()
    made.joinpath("0001_one.sql").write_text(ONE, "utf-8")
    return made


def open_at(tmp_path, folder):
    return Database(tmp_path / "app.db", clock.now, a_vault(), migrations=folder)


def version(tmp_path) -> int:
    connection = sqlite3.connect(tmp_path / "app.db")
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def test_an_upgrade_runs_what_is_missing_after_a_backup(tmp_path, folder):
    open_at(tmp_path, folder).close()
    assert list(tmp_path.glob("app-*.db")) == []
    folder.joinpath("0002_two.sql").write_text(TWO, "utf-8")
    with open_at(tmp_path, folder) as database:
        assert database.read().row("SELECT x FROM b")["x"] == "semi;colon -- text"
        rows = database.read().rows("SELECT version, name, length(sha256) AS n FROM migration")
        assert [tuple(row) for row in rows] == [(1, "0001_one.sql", 32), (2, "0002_two.sql", 32)]
        with pytest.raises(sqlite3.IntegrityError), database.transaction() as tx:
            tx.execute("DELETE FROM b")
    (copy,) = tmp_path.glob("app-schema1-*.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = sqlite3.connect(copy)
    assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    assert kept.execute("SELECT count(*) FROM a").fetchone() == (1,)
    kept.close()
    open_at(tmp_path, folder).close()
    assert len(list(tmp_path.glob("app-*.db"))) == 1


def test_a_failing_migration_changes_nothing(tmp_path, folder):
    open_at(tmp_path, folder).close()
    two = folder.joinpath("0002_two.sql")
    two.write_text(TWO + "INSERT INTO nowhere VALUES (1);\n", "utf-8")
    with pytest.raises(sqlite3.OperationalError):
        open_at(tmp_path, folder)
    assert version(tmp_path) == 1
    two.write_text(TWO, "utf-8")
    open_at(tmp_path, folder).close()
    assert version(tmp_path) == 2


def test_a_newer_file_is_left_alone(tmp_path, folder):
    folder.joinpath("0002_two.sql").write_text(TWO, "utf-8")
    open_at(tmp_path, folder).close()
    folder.joinpath("0002_two.sql").unlink()
    with pytest.raises(Fault, match="STORE_NEWER"):
        open_at(tmp_path, folder)
    assert version(tmp_path) == 2


def test_a_changed_migration_is_told(tmp_path, folder):
    open_at(tmp_path, folder).close()
    folder.joinpath("0001_one.sql").write_text(ONE + "-- changed\n", "utf-8")
    with pytest.raises(Fault, match=r"STORE_DAMAGED: 0001_one\.sql"):
        open_at(tmp_path, folder)


@pytest.mark.parametrize("name", ["0001_again.sql", "0003_gap.sql", "2_short.sql", "0002-dash.sql"])
def test_files_out_of_order_are_a_bug(folder, name):
    folder.joinpath(name).write_text("SELECT 1;", "utf-8")
    with pytest.raises(ValueError, match="out of order"):
        migrate.migrations(folder)


def test_an_open_statement_is_a_bug():
    with pytest.raises(ValueError, match="semicolon"):
        list(migrate.statements("SELECT 1;\nSELECT 2"))


def test_another_process_may_have_been_faster(tmp_path, folder):
    with open_at(tmp_path, folder) as database:
        migrate._apply(database._writer, migrate.migrations(folder), clock.now)
        assert database.read().number("SELECT count(*) FROM a") == 1


def test_the_shipped_migrations_are_in_order():
    count = len(list(migrate.FOLDER.glob("*.sql")))
    assert [one.version for one in migrate.migrations(migrate.FOLDER)] == [*range(1, count + 1)]


def test_many_may_upgrade_a_file_at_once(tmp_path, folder):
    for step in range(15):
        file = tmp_path / f"{step}.db"
        folder.joinpath("0002_two.sql").unlink(missing_ok=True)
        Database(file, clock.now, migrations=folder).close()
        folder.joinpath("0002_two.sql").write_text(TWO, "utf-8")
        gate, failed = threading.Barrier(6), []

        def open_it(gate=gate, failed=failed, file=file):
            gate.wait()
            try:
                Database(file, lambda: AT, migrations=folder).close()
            except Exception as error:  # noqa: BLE001 - told by the main thread
                failed.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(6)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert failed == []


def test_components_survive_the_change_of_their_table(tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    for file in sorted(migrate.FOLDER.glob("*.sql"))[:5]:
        before.joinpath(file.name).write_bytes(file.read_bytes())
    rows = [
        ("d", place, "TP01", "Giấy", 1, 0, 0, 2, 1, sha)
        for place, sha in ((1, None), (0, "a" * 64))
    ]
    with open_at(tmp_path, before) as database, database.transaction() as tx:
        tx.execute(
            "INSERT INTO ticket VALUES (1, 'o', 'day', 'A', 1, 'normal', 0, 0, 'waiting', 'issued')"
        )
        tx.execute(f"INSERT INTO dossier VALUES ('d', 'c', 'k'{', 0' * 10}, 0, 2, 0, 0, 't', 1, 0)")
        tx.execute(
            "INSERT INTO attachment(sha256, size, media_type, path) VALUES (?, 1, 'm', 'p')",
            ("a" * 64,),
        )
        for row in rows:
            tx.execute(f"INSERT INTO component VALUES (?{', ?' * 9})", row)
    with open_at(tmp_path, migrate.FOLDER) as database:
        read = database.read()
        assert [tuple(one) for one in read.rows("SELECT * FROM component")] == sorted(rows)
        assert read.rows("PRAGMA foreign_key_check") == []
        for wrong in (
            rows[0],
            ("x", *rows[0][1:]),
            ("d", 7, "TP01", "Giấy", -1, *rows[0][5:]),
            ("d", 7, *rows[0][2:9], "b" * 64),
        ):
            with pytest.raises(sqlite3.IntegrityError), database.transaction() as tx:
                tx.execute(f"INSERT INTO component VALUES (?{', ?' * 9})", wrong)
