"""The station's keys: made once, kept by somebody, never written over."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import Fault
from kiosk.store import dpapi, keys
from kiosk.store.keys import DpapiKeeper, FileKeeper, SystemdKeeper, keeper_of, open_vault, rotate
from kiosk.store.vault import Place

HERE = Place("dossier", "d-1", "personal")


@pytest.fixture
def keeper(tmp_path: Path) -> FileKeeper:
    return FileKeeper(tmp_path / "vault.key")


def test_the_key_is_made_at_the_first_start_and_found_at_the_next(keeper: FileKeeper) -> None:
    sealed = open_vault(keeper, []).seal(b"one", HERE)
    assert keeper.file.stat().st_mode & 0o777 == 0o600
    assert open_vault(keeper, []).open(sealed, HERE) == b"one"
    assert [file.name for file in keeper.file.parent.iterdir()] == ["vault.key"]


def test_two_stations_have_two_keys(tmp_path: Path) -> None:
    ids = {open_vault(FileKeeper(tmp_path / name), []).ids for name in "ab"}
    assert len(ids) == 2


def test_a_missing_key_is_never_made_anew_where_something_was_sealed(keeper: FileKeeper) -> None:
    needed = open_vault(keeper, []).ids
    keeper.file.rename(keeper.file.with_name("gone"))
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"):
        open_vault(keeper, needed)
    assert not keeper.file.exists()
    keeper.file.with_name("gone").rename(keeper.file)
    assert open_vault(keeper, needed).ids == needed


def test_another_key_is_refused_and_left_as_it_is(tmp_path: Path, keeper: FileKeeper) -> None:
    needed = open_vault(FileKeeper(tmp_path / "first"), []).ids
    open_vault(keeper, [])
    before = keeper.file.read_bytes()
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"):
        open_vault(keeper, needed)
    assert keeper.file.read_bytes() == before


def test_a_new_key_seals_and_the_old_one_still_opens(keeper: FileKeeper) -> None:
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"):
        rotate(keeper)
    before = open_vault(keeper, [])
    sealed = before.seal(b"old", HERE)
    after = rotate(keeper)
    assert after.ids[0] == before.ids[0]
    assert len(after.ids) == 2
    again = open_vault(keeper, after.ids)
    assert again.open(sealed, HERE) == b"old"
    assert again.open(after.seal(b"new", HERE), HERE) == b"new"
    assert keeper.file.stat().st_mode & 0o777 == 0o600


def test_two_first_starts_agree_on_one_key(keeper: FileKeeper) -> None:
    start, seen = Barrier(4), []

    def begin() -> None:
        start.wait()
        seen.append(open_vault(keeper, []).ids)

    threads = [Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1


@given(st.binary(max_size=120))
def test_what_is_no_ring_is_refused(ring: bytes) -> None:
    with pytest.raises(Fault, match="VAULT_KEY_OTHER"):
        keys.read(ring)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4), st.data())
def test_a_ring_comes_back_and_a_cut_one_is_refused(ring: list[bytes], draw: st.DataObject) -> None:
    whole = keys.written(ring)
    assert keys.read(whole) == ring
    cut = whole[: draw.draw(st.integers(0, len(whole) - 3))]
    try:
        assert keys.read(cut) == ring[: len(keys.read(cut))]
    except Fault as fault:
        assert fault.code == "VAULT_KEY_OTHER"  # noqa: PT017  either way is right


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_key_that_can_t_be_read_is_no_missing_key(keeper: FileKeeper) -> None:
    open_vault(keeper, [])
    keeper.file.chmod(0)
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        open_vault(keeper, [])


def test_a_folder_that_takes_no_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="DISK_FULL"):
        open_vault(FileKeeper(tmp_path / "nowhere" / "vault.key"), [])


@pytest.mark.parametrize(
    ("kind", "demo", "kept_by"),
    [
        ("auto", True, "file"),
        ("auto", False, "systemd"),
        ("file", False, "file"),
        ("systemd", True, "systemd"),
        ("dpapi", False, "dpapi"),
    ],
)
def test_a_file_keeps_the_key_only_where_that_was_said(
    tmp_path: Path, kind: str, kept_by: str, *, demo: bool
) -> None:
    assert keeper_of(kind, tmp_path, demo=demo).name == kept_by


# systemd


def test_the_service_s_credential_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / keys.CREDENTIAL).write_bytes(keys.written([bytes(32)]))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    keeper = SystemdKeeper(tmp_path / "state" / "vault.cred")
    assert keeper.load() == [bytes(32)]
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        rotate(keeper)


def test_without_systemd_no_key_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        open_vault(SystemdKeeper(tmp_path / "vault.cred"), [])
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_of_systemd_is_a_fault_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "systemd-creds"
    program.write_text("#!/bin/sh\necho secret >&2\nexit 3\n")
    program.chmod(0o700)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    with pytest.raises(Fault) as fault:
        open_vault(SystemdKeeper(tmp_path / "vault.cred"), [])
    assert str(fault.value) == "VAULT_NO_KEEPER: systemd-creds encrypt: exit 3"


def _systemd_works() -> bool:
    """Whether a secret of this host is there; it is only looked for, never made."""
    if shutil.which("systemd-creds") is None:
        return False
    probe = subprocess.run(
        ["systemd-creds", "encrypt", "--with-key=host", "--name=x", "-", "-"],
        input=b"x",
        capture_output=True,
        check=False,
    )
    return probe.returncode == 0


@pytest.mark.real
@pytest.mark.skipif(
    not Path("/var/lib/systemd/credential.secret").exists() or not _systemd_works(),
    reason="systemd keeps no secret here",
)
def test_systemd_wraps_the_key_and_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    keeper = SystemdKeeper(tmp_path / "vault.cred")
    vault = open_vault(keeper, [])
    assert b"mot-cua vault keys" not in keeper.file.read_bytes()
    assert open_vault(keeper, vault.ids).ids == vault.ids
    rotate(keeper)
    assert len(open_vault(keeper, vault.ids).ids) == 2


# DPAPI


class Crypt32:
    """Behaves as crypt32.dll and kernel32.dll do: makes new memory that the caller must free."""

    def __init__(self) -> None:
        self.rooms: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self.asked: list[tuple[bytes, int]] = []
        self.refuses = False

    def _answer(self, data: bytes, result: dpapi.Blob) -> int:
        room = ctypes.create_string_buffer(data, len(data))
        self.rooms[ctypes.addressof(room)] = room
        result.size = len(data)
        result.data = ctypes.cast(room, ctypes.POINTER(ctypes.c_char))
        return 1

    def CryptProtectData(self, given, words, purpose, _a, _b, flags, result) -> int:
        data, salt = (ctypes.string_at(one._obj.data, one._obj.size) for one in (given, purpose))
        self.asked.append((salt, flags))
        return 0 if self.refuses else self._answer(salt[:7] + data[::-1], result._obj)

    def CryptUnprotectData(self, given, words, purpose, _a, _b, flags, result) -> int:
        data, salt = (ctypes.string_at(one._obj.data, one._obj.size) for one in (given, purpose))
        self.asked.append((salt, flags))
        return self._answer(data[7:][::-1], result._obj) if data[:7] == salt[:7] else 0

    def LocalFree(self, pointer) -> None:
        del self.rooms[ctypes.addressof(pointer.contents)]


def test_windows_wraps_the_key_for_the_machine_and_its_memory_is_freed() -> None:
    windows = Crypt32()
    wrapped = dpapi.protect(b"ring\x00of keys", windows)
    assert b"ring" not in wrapped
    assert dpapi.unprotect(wrapped, windows) == b"ring\x00of keys"
    assert [flags for _, flags in windows.asked] == [0x5, 0x1]  # machine scope, never a prompt
    assert windows.rooms == {}


def test_a_refusal_of_windows_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Crypt32()
    monkeypatch.setattr(dpapi, "_windows", lambda: windows)
    keeper = DpapiKeeper(tmp_path / "vault.dpapi")
    vault = open_vault(keeper, [])
    assert open_vault(keeper, vault.ids).ids == vault.ids
    keeper.file.write_bytes(b"of another machine")
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        open_vault(keeper, vault.ids)
    windows.refuses = True
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        open_vault(DpapiKeeper(tmp_path / "other"), [])
    assert not (tmp_path / "other").exists()


@pytest.mark.skipif(os.name == "nt", reason="is there")
def test_elsewhere_than_on_windows_dpapi_is_no_keeper(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="VAULT_NO_KEEPER"):
        open_vault(DpapiKeeper(tmp_path / "vault.dpapi"), [])


def test_a_copy_of_the_ring_stays_while_it_may_be_the_only_one(keeper: FileKeeper) -> None:
    part = keeper.file.with_name(".vault.key-0123abcd")
    part.write_bytes(b"ring")
    keys.tidy(keeper)
    assert part.exists()
    open_vault(keeper, [])
    keys.tidy(keeper)
    assert not part.exists()


def test_a_disk_without_second_names_keeps_the_first_ring(
    keeper: FileKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    ids = open_vault(keeper, []).ids
    keeper.make([bytes(32)])
    assert open_vault(keeper, ids).ids == ids
    assert [file.name for file in keeper.file.parent.iterdir()] == ["vault.key"]
