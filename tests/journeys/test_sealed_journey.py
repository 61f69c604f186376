"""F09 as a whole: after a journey that was sent, nothing in the state folder says who it was of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import resources
from devices.idcard.virtual.person import VirtualPerson
from kiosk.cli import run
from kiosk.commands import office_key
from kiosk.compose import open_station
from kiosk.settings import DEMO, load
from kiosk.store.envelope import Opened
from sync.sandbox.process import SandboxProcess

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

PERSON = VirtualPerson()
SAID = (PERSON.name, PERSON.name.upper(), PERSON.number, PERSON.residence, PERSON.old_number)
PRINTED = "printed"
"""Where the demo's printers leave their papers instead of handing them out."""


def kiosk(*words: object) -> None:
    assert run([str(word) for word in words]) == 0


def in_the_clear(folder: Path) -> set[tuple[str, bytes]]:
    markers = {
        *(text.encode() for text in SAID),
        *(json.dumps(text)[1:-1].encode() for text in SAID),
        b"%PDF",
        b"\xff\xd8\xff",  # a JPEG
    }
    files = [
        file
        for file in folder.rglob("*")
        if file.is_file() and PRINTED not in file.relative_to(folder).parts
    ]
    return {(file.name, one) for file in files for one in markers if one in file.read_bytes()}


def test_a_journey_that_was_sent_leaves_nothing_in_the_clear(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    settings = tmp_path / "quick.toml"
    settings.write_text(
        DEMO.read_text("utf-8").replace("[devices.scanner]", "[devices.scanner]\npage_ms = 0"),
        "utf-8",
    )
    options = ("--settings", settings, "--state", folder)
    journey = resources.path("journeys", "certified-copy.toml")
    kiosk("run", journey, *options, "--portal", "http://127.0.0.1:9")
    assert in_the_clear(folder) == set(), "while it waits"
    kiosk("sync", "export", tmp_path / "b", "--reason", "a test", *options)
    with SandboxProcess(tmp_path / "portal") as portal:
        kiosk("sync", "drain", *options, "--portal", portal.url)
    assert in_the_clear(folder) == set(), "when it was sent"
    names = {file.name for file in folder.rglob("*") if file.is_file()}
    assert {"station.db", "station.log", "vault.key"} <= names
    with open_station(load(state=folder), devices=False) as station:
        (dossier,) = station.register.recent(9)
        assert (dossier.person.full_name, dossier.person.number) == (PERSON.name, PERSON.number)
        assert station.outbox.counts()["acknowledged"] == 2
        (component,) = (one for one in dossier.components if one.attachment)
        assert station.attachments.read(component.attachment.sha256).startswith(b"%PDF")
    for marker in SAID:
        assert marker.encode() not in (tmp_path / "b").read_bytes()
    key = office_key.of_demo(load(state=folder))
    assert key is not None
    with (tmp_path / "b").open("rb") as file:
        assert b"bundle.json" in Opened(file, key).read()
