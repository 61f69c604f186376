"""``kiosk trust``: JSON on stdout, words on stderr, and nothing believed at first sight."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

import resources
from devices.idcard.virtual import pki
from kiosk.commands import trust
from kiosk.faults import Fault, texts
from kiosk.settings import SettingsError, load
from tests.unit.idcard.trust import makers
from tests.unit.idcard.trust.makers import Party

FILES = pki.trust_files()
CSCA = hashlib.sha256(FILES["csca.cer"]).hexdigest()


@pytest.fixture
def files(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def station(tmp_path):
    return load(state=tmp_path / "state")


def kiosk(*arguments, state):
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "trust", *map(str, arguments), "--state", str(state)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=resources.path().parent,
        env=dict(os.environ),
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_import_list_disable_and_log_from_the_command_line(files):
    state = files / "state"
    code, (told,), words = kiosk(
        "import", files / "csca.cer", files / "csca.crl", "--by", "Tester", state=state
    )
    assert (code, told["refused"]) == (0, [])
    assert CSCA in told["added"]
    assert "2 new" in words
    code, (shown,), _ = kiosk("list", "--json", state=state)
    assert (code, [row["sha256"] for row in shown["certificates"]]) == (0, [CSCA])
    code, (done,), _ = kiosk("disable", CSCA[:8], "--by", "Tester", state=state)
    assert (code, done) == (0, {"disabled": CSCA})
    code, (record,), _ = kiosk("log", state=state)
    assert [(row["what"], row["who"]) for row in record["log"]] == [
        ("import", "Tester"),
        ("import", "Tester"),
        ("disable", "Tester"),
    ]


def test_disabling_names_what_else_goes_with_the_key(tmp_path):
    old, new = Party("CSCA"), Party("CSCA", secret=77)
    made = [
        makers.certificate(old, old),
        makers.certificate(new, old),
        makers.certificate(new, new),
    ]
    for number, der in enumerate(made):
        (tmp_path / f"{number}.cer").write_bytes(der)
    _, link, root = map(makers.sha256, made)
    state = tmp_path / "state"
    kiosk("import", *(tmp_path / f"{number}.cer" for number in range(3)), state=state)
    code, (done,), _ = kiosk("disable", root, state=state)
    assert (code, done) == (0, {"disabled": root, "also_disabled": [link]})
    code, (done,), _ = kiosk("enable", link, state=state)
    assert (code, done) == (0, {"enabled": link, "key_still_disabled_with": [root]})
    code, (done,), _ = kiosk("enable", root, state=state)
    assert (code, done) == (0, {"enabled": root})


def test_an_unpinned_list_is_refused_with_the_whole_fingerprint_and_a_way_out(files):
    code, (told,), words = kiosk("import", files / "master-list.ml", state=files / "state")
    assert (code, told["fault"]) == (3, "LIST_SIGNER_UNKNOWN")
    (fingerprint,) = [
        word for word in words.replace("(", " ").replace(")", " ").split() if len(word) == 64
    ]
    assert "--signer" in words
    code, (told,), _ = kiosk(
        "import", files / "master-list.ml", "--signer", fingerprint, state=files / "state"
    )
    assert (code, told["added"]) == (0, [CSCA])


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "x.cer", "--signer", "abcd1234"],
        ["disable", "abc"],
        ["confirm", "a" * 8],
    ],
)
def test_bad_arguments_exit_with_2(tmp_path, arguments):
    code, said, words = kiosk(*arguments, state=tmp_path)
    assert (code, said) == (2, [])
    assert words.strip()


def test_the_same_again_is_known(files, station):
    first = trust.import_into(station, [files / "csca.cer"], "", "Tester")
    again = trust.import_into(station, [files / "csca.cer"], "", "Tester")
    assert (first["added"], again["added"], again["known"]) == ([CSCA], [], [CSCA])
    assert "1 known before" in trust.readable(again)


def test_nothing_usable_is_a_fault_with_the_reasons(files, station):
    with pytest.raises(Fault, match="TRUST_REFUSED: CRL_SIGNER_UNKNOWN 1"):
        trust.import_into(station, [files / "csca.crl"], "", "Tester")


@pytest.fixture
def readable_folder():
    """A folder that somebody without rights may read and not write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield folder
        folder.chmod(0o700)


@contextmanager
def somebody_else():
    """As an account that owns nothing, where the tests run as root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_store_in_a_folder_that_cannot_be_written_is_shown(files, readable_folder):
    station = load(state=readable_folder)
    trust.import_into(station, [files / "csca.cer"], "", "Tester")
    (readable_folder / trust.FILE).chmod(0o444)
    readable_folder.chmod(0o555)
    with somebody_else():
        assert [row["sha256"] for row in trust.listed(station)["certificates"]] == [CSCA]
        assert [row["what"] for row in trust.log(station)["log"]] == ["import"]
    assert [file.name for file in readable_folder.iterdir()] == [trust.FILE]


def test_looking_makes_no_store(tmp_path):
    station = load(state=tmp_path / "none")
    assert trust.listed(station) == {"certificates": [], "crls": []}
    assert trust.log(station) == {"log": []}
    assert not (tmp_path / "none").exists()


def test_a_pipe_is_not_waited_for(files, station):
    os.mkfifo(files / "pipe.cer")
    with pytest.raises(Fault, match=r"TRUST_FILE: pipe\.cer: not a file"):
        trust.import_into(station, [files / "pipe.cer"], "", "Tester")


def test_what_cannot_be_used_is_left_out_and_told(files, station):
    told = trust.import_into(station, [files / "csca.cer", files / "csca.crl"], "", "Tester")
    assert len(told["added"]) == 2
    (files / "garbage.cer").write_bytes(b"0\x03\x02\x01\x05")
    told = trust.import_into(station, [files / "csca.cer", files / "garbage.cer"], "", "Tester")
    assert (told["known"], [one["source"] for one in told["refused"]]) == ([CSCA], ["garbage.cer"])
    assert "Refused: garbage.cer" in trust.readable(told)


def test_words_for_people(files, station):
    trust.import_into(station, [files / "csca.cer", files / "csca.crl"], "", "Tester")
    trust.disable(station, CSCA, "Tester")
    words = trust.readable_list(trust.listed(station))
    assert "1 certificates, 1 lists" in words
    assert f"{CSCA[:16]} csca disabled" in words
    assert trust.enable(station, CSCA[:12], "") == {"enabled": CSCA}
    assert trust.confirm(station, CSCA, "Tester") == {"confirmed": CSCA}


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines"])
def test_names_for_the_record(name):
    with pytest.raises(SettingsError, match="--by"):
        trust.who(name)
    assert trust.who(" ")


def test_every_fault_has_its_texts():
    codes = {"TRUST_STORE", "TRUST_FILE", "LIST_SIGNER_UNKNOWN", "LIST_SIGNATURE"}
    assert codes | {"TRUST_REFUSED", "TRUST_NO_SUCH", "TRUST_AMBIGUOUS"} <= set(texts())
