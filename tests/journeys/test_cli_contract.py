"""The command line's contract: JSON on stdout, words on stderr, exit codes 0, 2 and 3."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

import resources

SCRIPT = resources.path("journeys", "certified-copy.toml")
NOWHERE = "http://127.0.0.1:9"
"""A port of loopback on which nothing listens."""


def kiosk(*arguments, timeout=120, env=None):
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=resources.path().parent,
        env={**os.environ, **(env or {})},
    )


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_scripted_journey_says_each_event_and_keeps_the_dossier_while_the_portal_is_down(
    tmp_path,
):
    done = kiosk("run", SCRIPT, "--state", tmp_path, "--portal", NOWHERE)
    assert done.returncode == 0, done.stderr
    events = lines(done)
    names = [event["event"] for event in events]
    assert names.index("handed_in") < names.index("slip_printed")
    (handed_in,) = [event for event in events if event["event"] == "handed_in"]
    assert handed_in["ticket"] == "A001"
    said = kiosk("sync", "status", "--json", "--state", tmp_path)
    assert said.returncode == 0
    rows = lines(said)[0]["rows"]
    assert {row["dossier"] for row in rows} == {handed_in["dossier"]}
    assert {row["state"] for row in rows} <= {"ready", "sending"}
    assert lines(said)[0]["not_shown"] == []
    again = kiosk("sync", "drain", "--timeout", "1", "--state", tmp_path, "--portal", NOWHERE)
    assert again.returncode == 3
    assert lines(again)[-1]["fault"] == "PORTAL_DOWN"


def test_nothing_a_journey_says_or_logs_names_the_person(tmp_path):
    done = kiosk("run", SCRIPT, "--state", tmp_path, "--portal", NOWHERE)
    told = done.stdout + done.stderr
    told += "".join(f.read_text("utf-8") for f in (tmp_path / "log").iterdir())
    for value in ("001300012345", "Nguyễn Thị Mẫu", "NGUYEN", "Phố Mẫu", "02/03/2000"):
        assert value not in told


def test_the_second_process_on_a_state_folder_is_told(tmp_path):
    from kiosk.store.lock import state_lock

    with state_lock(tmp_path):
        done = kiosk("run", SCRIPT, "--state", tmp_path, "--portal", NOWHERE)
    assert done.returncode == 3
    assert lines(done)[-1]["fault"] == "STATE_IN_USE"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nothing-here.toml"],
        ["doctor", "--settings", "nothing-here.toml"],
        ["run"],
        ["dance"],
        ["card", "read"],
        ["sandbox", "--port", "99999"],
        ["sync", "drain", "--timeout", "nan"],
        ["sync", "status", "--state", "/nonexistent/folder"],
        ["doctor", "--state", "~nobody-of-this-name/x"],
    ],
)
def test_bad_arguments_exit_with_2(tmp_path, arguments):
    done = kiosk(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert not done.stdout.strip()


def test_a_card_that_cannot_be_opened_ends_the_script_with_its_fault(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SCRIPT.read_text("utf-8").replace('"012345"', '"012346"'), "utf-8")
    done = kiosk("run", wrong, "--state", tmp_path / "state", "--portal", NOWHERE)
    assert done.returncode == 3
    assert lines(done)[-1]["fault"] == "WRONG_KEY"
    assert not any(line.get("event") == "handed_in" for line in lines(done))


@pytest.mark.parametrize("wrong", ['nosuch = "x"', "copies = true"])
def test_a_script_that_cannot_fit_is_refused(tmp_path, wrong):
    text = SCRIPT.read_text("utf-8").replace("copies = 2", wrong)
    file = tmp_path / "wrong.toml"
    file.write_text(text, "utf-8")
    done = kiosk("run", file, "--state", tmp_path / "state", "--portal", NOWHERE)
    assert done.returncode == 2
    assert "answers" in done.stderr


def test_a_port_in_use_is_a_fault_of_the_world(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = kiosk("sandbox", "--port", port, "--data", tmp_path)
    assert done.returncode == 3
    assert lines(done)[-1]["fault"] == "SYSTEM_REFUSED"
    assert "Traceback" not in done.stderr


def test_a_terminal_without_vietnamese_letters_still_gets_its_answer(tmp_path):
    done = kiosk(
        "run", SCRIPT, "--state", tmp_path, "--portal", NOWHERE, env={"PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0
    drained = kiosk(
        "sync",
        "drain",
        "--timeout",
        "0",
        "--state",
        tmp_path,
        "--portal",
        NOWHERE,
        env={"PYTHONIOENCODING": "ascii"},
    )
    assert drained.returncode == 3
    assert "Traceback" not in drained.stderr


def test_settings_with_a_byte_order_mark_are_read(tmp_path):
    file = tmp_path / "station.toml"
    file.write_bytes(b"\xef\xbb\xbf" + resources.path("settings", "demo.toml").read_bytes())
    done = kiosk("doctor", "--settings", file, "--state", tmp_path / "state")
    assert done.returncode == 0, done.stderr


def test_without_a_display_the_window_says_so():
    done = kiosk("citizen", env={"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""})
    assert done.returncode == 2
    assert "display" in done.stderr
