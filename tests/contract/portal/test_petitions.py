"""Petitions between a station and the sandbox over real HTTP: asked, answered, told twice, and after a kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from devices.fault import Fault
from kiosk.commands.sync import once
from kiosk.commands.sync_petitions import listed, readable
from kiosk.compose import open_station
from kiosk.settings import Feeds as Chosen
from kiosk.settings import Settings, load
from sync.sandbox.process import SandboxProcess

pytestmark = pytest.mark.real

WORDS = "Trụ sở mở cửa lúc mấy giờ?"
ANSWER = {"NOIDUNGTRALOI": "Bảy giờ rưỡi.", "NGUOITRALOI": "LÊ THỊ THỬ"}


class World:
    def __init__(self, process: SandboxProcess, folder: Path) -> None:
        self.process = process
        chosen = Chosen(petitions_path="/feeds/petitions", poll_s=1)
        self.settings: Settings = load(state=folder, portal=process.url).model_copy(
            update={"feeds": chosen}
        )

    def post(self, path: str, said: object) -> Any:
        reply = requests.post(f"{self.process.url}/sandbox{path}", json=said, timeout=5)
        assert reply.status_code in (200, 201), reply.text
        return reply.json()

    def ask(self, days: int = 20, agency: str = "") -> str:
        agency = agency or self.settings.office.agency
        said = {"MADONVI": agency, "NOIDUNG": WORDS, "HOVATEN": "NGUYỄN VĂN MẪU", "days": days}
        return str(self.post("/petitions", said)["HOIDAPID"])

    def answer(self, id_: str, **changes: str) -> None:
        self.post(f"/petitions/{id_}/answers", ANSWER | changes)

    def look(self) -> int:
        with open_station(self.settings, devices=False) as station:
            found = once(station)
        assert found["fault"] == ""
        return int(str(found["came"]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SandboxProcess(tmp_path / "portal") as process:
        yield World(process, tmp_path / "state")


def test_asked_and_answered(world: World) -> None:
    assert listed(world.settings) == []
    first, second = world.ask(), world.ask(days=0)
    world.ask(agency="H99.1")  # another office's
    assert world.look() == 2
    rows = {row["petition"]: row for row in listed(world.settings)}
    assert set(rows) == {first, second}
    assert [rows[one]["overdue"] for one in (first, second)] == [False, True]
    assert "question" not in rows[first]
    world.answer(first)
    assert world.look() == 1
    assert world.look() == 0
    [row] = listed(world.settings, first)
    assert (row["question"], row["answer"], row["overdue"]) == (WORDS, "Bảy giờ rưỡi.", False)
    told = readable(listed(world.settings))
    assert "QUÁ HẠN / OVERDUE" in told
    assert "đã trả lời / answered" in told
    assert WORDS not in told
    with pytest.raises(Fault, match="PETITION_UNKNOWN"):
        listed(world.settings, "HD-0")


def test_a_later_answer_replaces_the_first(world: World) -> None:
    one = world.ask()
    world.answer(one)
    world.answer(one, NOIDUNGTRALOI="Bảy giờ.")
    assert world.look() == 3
    [row] = listed(world.settings, one)
    assert row["answer"] == "Bảy giờ."


def test_rows_told_twice_and_a_portal_set_up_anew(world: World) -> None:
    one = world.ask()
    world.answer(one)
    world.post("/feeds/faults", {"duplicate": True})
    world.look()
    before = listed(world.settings, one)
    world.post("/feeds/reset", None)  # the sequence begins anew: all is told again
    assert world.look() == 2
    assert listed(world.settings, one) == before


def test_a_kill_of_the_portal_costs_nothing(world: World) -> None:
    one = world.ask()
    world.process.kill()
    world.process.start()
    assert world.look() == 1
    assert [row["petition"] for row in listed(world.settings)] == [one]


def test_the_command(world: World) -> None:
    one = world.ask()
    world.look()
    said = command(world, one)
    assert WORDS in said
    assert "NGUYỄN" not in said
    assert json.loads(command(world, "--json"))["petitions"][0]["petition"] == one


def command(world: World, *more: str) -> str:
    line = [sys.executable, "-m", "kiosk", "sync", "petitions", *more]
    where = ["--state", str(world.settings.folder)]
    done = subprocess.run([*line, *where], capture_output=True, text=True, check=True)
    return done.stdout or done.stderr
