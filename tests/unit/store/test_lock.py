from __future__ import annotations

import stat
import sys

import pytest

from kiosk.faults import Fault
from kiosk.store.lock import is_held, state_lock


def test_the_folder_is_private_and_the_lock_is_free_again(tmp_path):
    folder = tmp_path / "deep" / "state"
    for _ in range(2):
        with state_lock(folder):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            with pytest.raises(Fault, match="STATE_IN_USE"), state_lock(folder):
                pass


def test_a_folder_of_others_keeps_its_mode(tmp_path):
    others = tmp_path / "others"
    others.mkdir(mode=0o755)
    others.joinpath("thing").write_text("")
    others.chmod(0o755)
    for _ in range(2):
        with state_lock(others):
            assert stat.S_IMODE(others.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path):
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(Fault, match="DISK_FULL"), state_lock(tmp_path / "file"):
        pass


def test_a_lock_file_that_cannot_be_made_is_a_fault(tmp_path):
    tmp_path.joinpath("lock").mkdir()
    with pytest.raises(Fault, match="DISK_FULL"), state_lock(tmp_path):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="the table of locks is Linux's")
def test_others_see_that_it_is_held_without_touching_it(tmp_path):
    folder = tmp_path / "state"
    assert is_held(folder) is False
    with state_lock(folder):
        assert is_held(folder) is True
    assert is_held(folder) is False
