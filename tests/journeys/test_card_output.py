"""What ``kiosk card read`` and ``trace`` say, with the virtual card in process instead of PC/SC."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from devices.idcard import pcsc
from devices.idcard.simulated import SimulatedReader
from devices.idcard.virtual import pki
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from kiosk import cli

PERSON = VirtualPerson()
LINES = PERSON.lines()
CAN = ["--can", PERSON.number[-6:]]


@pytest.fixture
def desk(monkeypatch, tmp_path, capfd):
    """Runs a card command against a virtual card with these switches: exit code, stdout, stderr."""

    def run(*arguments, stdin="", **switches):
        card = VirtualCard(switches=Switches(**switches))
        monkeypatch.setattr(
            pcsc,
            "PcscReader",
            lambda pattern, means, extended: SimulatedReader(
                card, latency_ms=0, present=True, means=means
            ),
        )
        shown = io.StringIO(stdin) if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", shown)
        code = cli.run(["card", *arguments, "--state", str(tmp_path)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_the_object_holds_what_the_contract_names(desk):
    code, out, _ = desk("read", *CAN, "--json", dg11=True, dg12=True)
    assert code == 0
    read = json.loads(out)
    assert read["access"] == "PACE-CAN"
    assert read["apdus"] > 10
    assert read["seconds"] >= 0
    assert read["mrz"]["lines"] == list(LINES)
    assert (read["mrz"]["document_type"], read["mrz"]["issuer"]) == ("ID", "VNM")
    assert read["person"]["full_name"] == PERSON.name
    assert read["photo"]["format"] == "image/jp2"
    assert read["photo"]["bytes"] > 10_000
    assert len(read["photo"]["sha256"]) == 64
    assert {"1", "2", "11", "12", "13", "14", "15"} <= set(read["groups"])
    for group in read["groups"].values():
        assert set(group) == {"bytes", "sha256", "hash_ok"}
        assert group["hash_ok"] is True
    assert set(read["lamps"]) == {"read", "intact", "trusted", "genuine"}
    for lamp in read["lamps"].values():
        assert lamp["state"] in ("ok", "failed", "absent", "unknown")
        assert read["lamps"]["intact"] == {"state": "ok", "why": ""}
    assert read["mismatches"] == []
    assert read["warnings"] == []
    assert read["chip"]["method"] == "CA"
    assert read["passive"]["signature"]["step"] == "ok"
    assert read["details"]["person"]["unknown"] == {}
    assert read["details"]["document"] is not None
    assert (read["atr"], bool(read["reader"])) == (VirtualCard().atr.hex(), True)


def test_hashes_tell_a_changed_group_and_a_missing_signature(desk):
    groups = json.loads(desk("read", *CAN, "--json", sod_wrong_hash=13)[1])["groups"]
    assert groups["13"]["hash_ok"] is False
    assert groups["1"]["hash_ok"] is True
    without = json.loads(desk("read", *CAN, "--json", no_sod=True)[1])
    assert {group["hash_ok"] for group in without["groups"].values()} == {None}
    assert without["lamps"]["intact"]["state"] == "absent"


def test_signers_are_trusted_as_far_as_a_folder_says(desk, tmp_path):
    folder = tmp_path / "trust"
    folder.mkdir()
    for name, data in pki.trust_files().items():
        (folder / name).write_bytes(data)

    def lamps(*arguments, **switches):
        read = json.loads(desk("read", *CAN, "--json", *arguments, **switches)[1])
        return {name: (lamp["state"], lamp["why"]) for name, lamp in read["lamps"].items()}

    nobody = lamps()
    assert nobody["trusted"] == ("unknown", "CSCA_UNKNOWN")
    assert nobody["genuine"] == ("unknown", "ISSUER_NOT_TRUSTED")
    assert nobody["intact"] == ("ok", "")
    known = lamps("--trust", str(folder))
    assert [known[name][0] for name in known] == ["ok", "ok", "ok", "ok"]
    assert lamps("--trust", str(folder), unknown_csca=True)["trusted"][0] == "unknown"
    assert lamps("--trust", str(folder), clone=True)["genuine"][0] == "failed"
    assert lamps("--trust", str(folder), expired_dsc=True)["trusted"][0] == "ok"


def test_the_photo_may_be_left_out(desk):
    read = json.loads(desk("read", *CAN, "--json", "--no-photo")[1])
    assert read["photo"] is None
    assert "2" not in read["groups"]


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["--mrz", "\n".join(LINES)], ""),
        (["--mrz", LINES[0], "--mrz", LINES[1], "--mrz", LINES[2]], ""),
        (["--mrz", " ".join(LINES).lower()], ""),
        (["--mrz", "-"], "\r\n".join(LINES) + "\n"),
        (["--mrz", *LINES], ""),
        (["--mrz", LINES[0], "--no-photo", *LINES[1:]], ""),
        (["--mrz", "\\n".join(LINES)], ""),
    ],
)
def test_the_zone_opens_the_card_however_it_is_given(desk, arguments, stdin):
    code, out, _ = desk("read", *arguments, "--json", stdin=stdin)
    assert (code, json.loads(out)["access"]) == (0, "PACE-MRZ")


def test_the_digits_may_come_from_standard_input(desk):
    code, out, _ = desk("read", "--can", "-", "--json", stdin=PERSON.number[-6:] + "\n")
    assert (code, json.loads(out)["access"]) == (0, "PACE-CAN")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "one of --can"),
        ([*CAN, "--mrz", "A"], "one of --can"),
        ([*CAN, "--number", PERSON.number], "one of --can"),
        (["--number", PERSON.number], "needed together"),
        (["--can", "12345"], "--can: six digits"),
        (["--can", "-"], "--can: six digits"),
        (["--mrz", LINES[0]], "--mrz: three lines of 30"),
        (["--mrz", "\n".join(LINES).replace("0003023F", "0003024F")], "birth, composite"),
        (["--mrz", "\n".join(LINES).replace("VNM3000", "VNM3001")], "document_number, composite"),
        ([*CAN, "--trust", "/nowhere/at/all"], "--trust"),
        ([*CAN, "--trust", ""], "--trust"),
        ([*CAN, LINES[1]], "more arguments"),
        (["--mrz", *LINES, "0003023F"], "--mrz: three lines of 30"),
        ([*CAN, "--0003023F"], "no such option"),
        ([*CAN, "--no-photo=0003023F"], "--no-photo"),
        (["--can"], "--can"),
    ],
)
def test_a_key_that_cannot_be_is_a_wrong_argument(desk, arguments, words):
    code, out, err = desk("read", *arguments, "--json")
    assert (code, out) == (2, "")
    assert words in err
    assert "000302" not in err


@pytest.mark.parametrize("command", ["read", "trace"])
def test_lines_without_their_option_are_not_quoted(desk, command):
    code, out, err = desk(command, *LINES)
    assert (code, out) == (2, "")
    assert not any(line in err for line in LINES)


@pytest.mark.parametrize(
    ("command", "words"),
    [(["0003023F"], "no such command"), (["simulate", "--port", "0003023F"], "1 to 65535")],
)
def test_a_wrong_value_is_not_quoted(capfd, command, words):
    assert cli.run(["card", *command]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "0003023F" not in said.err


@pytest.mark.parametrize("option", ["--can", "--mrz"])
@pytest.mark.parametrize("stdin", [None, b"", b"\xff\xfe"])
def test_a_closed_standard_input_is_a_wrong_argument(desk, option, stdin):
    stream = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    if stdin == b"":
        stream.close()
    code, out, err = desk("read", option, "-", stdin=stream)
    assert (code, out) == (2, "")
    assert "read" in err or option in err


def test_a_full_disk_behind_stdout_is_a_fault_of_the_world():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "card", "faults"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            cwd=resources.path().parent,
        )
    assert done.returncode == 3
    assert "SYSTEM_REFUSED" in done.stderr
    assert "error of the program" not in done.stderr


def test_a_damaged_store_of_the_station_only_leaves_the_signer_unconfirmed(desk, tmp_path):
    (tmp_path / "trust.db").write_bytes(b"no database" * 1000)
    code, out, err = desk("read", *CAN, "--json")
    assert code == 0
    assert json.loads(out)["lamps"]["trusted"] == {"state": "unknown", "why": "TRUST_STORE"}
    assert "TRUST_STORE" in err
    assert (tmp_path / "trust.db").read_bytes() == b"no database" * 1000


def test_a_folder_that_cannot_be_used_is_a_fault_of_the_reading(desk, tmp_path):
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "signer.sha256").write_text("nonsense")
    code, out, _ = desk("read", *CAN, "--trust", str(trust), "--json")
    assert (code, json.loads(out)["fault"]) == (3, "TRUST_FOLDER")


def test_what_is_left_out_of_the_folder_is_named(desk, tmp_path):
    trust = tmp_path / "trust"
    trust.mkdir()
    for name, data in pki.trust_files(Switches()).items():
        (trust / name).write_bytes(data)
    (trust / "garbage.cer").write_bytes(b"garbage")
    (trust / "notes.txt").write_text("notes")
    os.mkfifo(trust / "pipe.crl")
    code, out, err = desk("read", *CAN, "--trust", str(trust), "--json")
    assert code == 0
    assert json.loads(out)["lamps"]["trusted"]["state"] == "ok"
    told = [line for line in err.splitlines() if "left out" in line]
    assert [line.split(": ")[2] for line in told] == ["notes.txt", "pipe.crl", "garbage.cer"]
    assert str(trust) not in err


def test_a_pipe_is_no_person_and_no_picture(tmp_path, capfd):
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert cli.run(["card", "simulate", "--person", str(pipe)]) == 2
    assert "--person" in capfd.readouterr().err
    assert cli.run(["card", "qr", str(pipe)]) == 3
    assert json.loads(capfd.readouterr().out)["fault"] == "PICTURE_UNREADABLE"


def test_a_fault_is_an_object_and_exit_code_3(desk):
    code, out, err = desk("read", *CAN, "--json", wrong_can=True)
    assert code == 3
    assert json.loads(out) == {"fault": "WRONG_KEY", "message": json.loads(out)["message"]}
    assert json.loads(out)["message"]
    assert "WRONG_KEY" in err


def test_people_get_four_lamps_in_words(desk):
    code, out, err = desk("read", *CAN, dg1_dg13_mismatch=True)
    assert (code, out) == (0, "")
    for words in ("could be read:", "as signed:", "is trusted:", "is the original:"):
        assert words in err
    assert PERSON.name in err
    assert "Contradictions: dg13_number" in err
    _, _, err = desk("read", *CAN, garbage_dg13=True, mrz_bad_check=True)
    assert "surname: NGUYEN" in err
    assert "Machine-readable zone: composite" in err
    assert "DG13: TLV_BROKEN" in err


def test_a_trace_is_printed_and_kept(desk, tmp_path):
    file = tmp_path / "trace.json"
    code, out, err = desk("trace", *CAN, "--out", str(file))
    assert code == 0
    record = json.loads(out)
    assert json.loads(file.read_text("utf-8")) == record
    assert record["outcome"]["access"] == "PACE-CAN"
    assert len(record["exchanges"]) == record["apdus"]
    told = out + err + file.read_text("utf-8")
    for secret in (PERSON.number, PERSON.number[-6:], PERSON.name, "NGUYEN", LINES[1][:7]):
        assert secret not in told


def test_the_trace_of_a_failed_reading_is_kept_and_ends_with_3(desk, tmp_path):
    file = tmp_path / "trace.json"
    code, out, _ = desk("trace", *CAN, "--out", str(file), tear_after=9)
    assert code == 3
    assert (
        json.loads(out)["fault"] == json.loads(file.read_text("utf-8"))["fault"] == "CARD_REMOVED"
    )


def test_a_trace_that_cannot_be_kept_is_still_printed(desk, tmp_path):
    code, out, _ = desk("trace", *CAN, "--out", str(tmp_path))
    assert code == 3
    first, second = out.splitlines()
    assert json.loads(first)["exchanges"]
    assert json.loads(second)["fault"] == "SYSTEM_REFUSED"


def test_every_switch_is_explained(capfd):
    assert cli.run(["card", "faults"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert {name.partition("=")[0] for name in said} == set(vars(Switches()))
    assert all(len(meaning) >= 10 for meaning in said.values())


def test_the_signers_of_the_simulated_card_are_written_out(tmp_path, capfd):
    folder = tmp_path / "trust"
    code = cli.run(
        ["card", "simulate", "--host", "127.0.0.1", "--port", "1", "--trust-out", str(folder)]
    )
    assert code == 3
    fault = json.loads(capfd.readouterr().out)
    assert fault["fault"] == "NO_VIRTUAL_READER"
    assert "vpcd" in fault["message"]
    assert {"csca.cer", "csca.crl", "master-list.ml"} <= {file.name for file in folder.iterdir()}


@pytest.mark.parametrize("text", ["number = 5", "nonsense = 1", "=", None])
def test_a_person_that_cannot_be_is_a_wrong_argument(tmp_path, capfd, text):
    file = tmp_path / "person.toml"
    if text is not None:
        file.write_text(text, "utf-8")
    assert cli.run(["card", "simulate", "--person", str(file)]) == 2
    assert "--person" in capfd.readouterr().err
