"""kill -9 before each statement of an upgrade: the store is the old one or the new one, never between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import resources
from kiosk.store import migrate
from tests.fakes import old_store

FIRST = 4
"""The schema that the upgrade begins at."""


@pytest.fixture
def work() -> Iterator[Path]:
    """In memory where there is such a place: what a killed process wrote is there, synced or not."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_kill_before_each_statement_of_an_upgrade(tmp_path: Path, work: Path) -> None:
    old = old_store.with_one_dossier(tmp_path, FIRST)
    command = [sys.executable, "-m", "tests.faults.store.upgrade_steps", str(old), str(work)]
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=resources.path().parent, timeout=240
    )
    assert ran.returncode == 0, ran.stderr
    rounds = [json.loads(line) for line in ran.stdout.splitlines()]
    newest = len(migrate.migrations(migrate.FOLDER))
    assert len(rounds) > 30
    assert [one["killed"] for one in rounds] == [True] * (len(rounds) - 1) + [False]
    schemas: dict[int, set[str]] = {}
    for found in [one[when] for one in rounds for when in ("first", "then") if one[when]]:
        assert found["whole"] == "ok"
        assert found["counts"] == [1, 1, 1]
        schemas.setdefault(found["version"], set()).add(found["schema"])
    assert {one["then"]["version"] for one in rounds if one["then"]} == {newest}
    assert set(schemas) == set(range(FIRST, newest + 1)), "killed inside every step"
    assert {len(kinds) for kinds in schemas.values()} == {1}, "nothing between two versions"
