from __future__ import annotations

import errno
import hashlib
import os
import stat
from itertools import count, islice

import pytest

from kiosk.dossiers import attachments as module
from kiosk.dossiers.attachments import Attachments
from kiosk.faults import Fault
from kiosk.store.vault import Vault
from tests.samples import a_vault


@pytest.fixture
def attachments(tmp_path):
    return Attachments(tmp_path / "attachments", a_vault())


def test_a_file_is_named_by_its_content(attachments):
    kept = attachments.put(b"page")
    sha256 = hashlib.sha256(b"page").hexdigest()
    assert (kept.sha256, kept.size, kept.media_type) == (sha256, 4, "application/pdf")
    file = attachments.folder / sha256[:2] / sha256[2:4] / f"{sha256}.bin"
    assert b"page" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert attachments.read(sha256) == b"page"


def test_known_content_is_not_written_again(attachments):
    file = attachments.path_of(attachments.put(b"page").sha256)
    before = file.stat().st_ino
    attachments.put(b"page")
    assert file.stat().st_ino == before


def test_a_damaged_file_is_told_and_healed_by_putting_it_again(attachments):
    kept = attachments.put(b"page")
    attachments.path_of(kept.sha256).write_bytes(b"pagX")
    with pytest.raises(Fault, match="ATTACHMENT_DAMAGED"):
        attachments.read(kept.sha256)
    attachments.put(b"page")
    assert attachments.read(kept.sha256) == b"page"


def test_a_lost_file_is_told(attachments):
    kept = attachments.put(b"page")
    attachments.path_of(kept.sha256).unlink()
    with pytest.raises(Fault, match="ATTACHMENT_LOST"):
        attachments.read(kept.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "AB" * 32, "ab", ""])
def test_only_a_hash_is_a_name(attachments, name):
    with pytest.raises(ValueError, match="SHA-256"):
        attachments.path_of(name)


@pytest.mark.parametrize("step", ["fsync", "fdopen"])
def test_a_full_disk_leaves_nothing(attachments, monkeypatch, step):
    attachments.put(b"first")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(os, step, full)
        with pytest.raises(Fault, match="DISK_FULL"):
            attachments.put(b"second")
    assert len([file for file in attachments.folder.rglob("*") if file.is_file()]) == 1
    assert attachments.put(b"second").size == 6


@pytest.fixture
def synced(monkeypatch):
    """The folders that are synced, in order."""
    found = []
    real = module._sync_folder
    monkeypatch.setattr(module, "_sync_folder", lambda one: (found.append(one), real(one)))
    return found


def _named(start, nth=0):
    """The nth content whose hash begins so."""
    numbers = (b"%d" % number for number in count())
    return next(islice((one for one in numbers if _sha(one).startswith(start)), nth, None))


def test_every_new_name_is_synced_and_nothing_else(attachments, synced):
    top = attachments.folder
    attachments.put(_named("ab"))
    assert synced == [top.parent, top, top / "ab", attachments.path_of(_sha(_named("ab"))).parent]
    synced.clear()
    attachments.put(_named("ab"))
    assert synced == []
    attachments.put(_named("cd"))
    leaf = attachments.path_of(_sha(_named("cd"))).parent
    assert synced == [top, top / "cd", leaf]
    synced.clear()
    other = _named("cd", 1)
    attachments.put(other)
    assert synced == [top / "cd", attachments.path_of(_sha(other)).parent]


def test_what_a_cut_off_run_wrote_is_synced_by_the_next(attachments, synced):
    file = attachments.path_of(attachments.put(b"page").sha256)
    synced.clear()
    Attachments(attachments.folder, a_vault()).put(b"page")
    assert synced[-1] == file.parent
    assert len(synced) == 4


def test_a_name_that_could_not_be_synced_is_synced_later(attachments, synced, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(module, "_sync_folder", _fail)
        with pytest.raises(Fault, match="DISK_FULL"):
            attachments.put(b"page")
    attachments.put(b"page")
    assert len(synced) == 4


def _fail(_):
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _sha(data):
    return hashlib.sha256(data).hexdigest()


def test_the_sweep_removes_what_was_cut_off(attachments):
    kept = attachments.put(b"page")
    attachments.path_of(kept.sha256).with_name("0123.tmp").write_bytes(b"ha")
    assert attachments.sweep() == 1
    assert list(attachments.hashes()) == [kept.sha256]


def test_a_file_under_another_s_name_is_damaged(attachments):
    one, two = (attachments.put(data) for data in (b"one", b"two"))
    attachments.path_of(two.sha256).write_bytes(attachments.path_of(one.sha256).read_bytes())
    with pytest.raises(Fault, match="ATTACHMENT_DAMAGED"):
        attachments.read(two.sha256)


def test_a_file_of_another_station_is_damaged_and_healed_like_one(attachments):
    stranger = Attachments(attachments.folder, Vault([bytes(32)]))
    kept = stranger.put(b"page")
    with pytest.raises(Fault, match="ATTACHMENT_DAMAGED"):
        attachments.read(kept.sha256)
    attachments.put(b"page")
    assert attachments.read(kept.sha256) == b"page"


@pytest.mark.parametrize("cut", [0, 1, 36, 37, -1])
def test_a_cut_file_is_damaged(attachments, cut):
    file = attachments.path_of(attachments.put(b"page").sha256)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(Fault, match="ATTACHMENT_DAMAGED"):
        attachments.read(file.stem)


def test_without_a_key_nothing_is_written(attachments):
    keyless = Attachments(attachments.folder, None)
    with pytest.raises(Fault, match="VAULT_KEY_MISSING"):
        keyless.put(b"page")
    assert not [file for file in attachments.folder.rglob("*") if file.is_file()]


def test_a_plain_file_of_before_is_read_without_a_key_too(attachments):
    file = attachments.path_of(_sha(b"page")).with_suffix(".pdf")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"page")
    for one in (attachments, Attachments(attachments.folder, None)):
        assert one.read(_sha(b"page")) == b"page"
    assert list(attachments.hashes()) == [_sha(b"page")]
    attachments.remove(_sha(b"page"))
    assert list(attachments.hashes()) == []
