"""Every way to a person, on a whole simulated station: digits, three values, a code, typing; and what is kept."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

import resources
from devices.code_reader.api import Code
from devices.fault import Fault
from devices.idcard.api import LampState
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.person import VirtualPerson
from devices.status import Status
from kiosk.clock import at_office, now
from kiosk.commands.journey import play_script
from kiosk.commands.sync import status
from kiosk.commands.world import code_text
from kiosk.journeys.conductor import submission_of
from kiosk.journeys.script import Script, ScriptEnded, load, play
from kiosk.people.card_check import Source
from kiosk.settings import SettingsError
from kiosk.settings import load as load_settings
from tests.journeys.station import a_station

SCRIPT = load(resources.path("journeys", "certified-copy.toml"))
WHOLE = {"number": "001300012345", "birth": "000302", "expiry": "400302"}
PERSONAL = ("Nguyễn Thị Mẫu", "001300012345", "02/03/2000", "Phố Mẫu")


def script(**changes: object) -> Script:
    return Script.model_validate({**SCRIPT.model_dump(exclude_none=True), **changes})


def laid(station, **switches):
    """The station's person, on a card with these switches."""
    reader = station.devices.reader
    reader.card = VirtualCard(_person(station), Switches(**switches))


def _person(station):
    return VirtualPerson().with_expiry(station.settings.devices.id_card.card.expiry)


def played(station, wanted, on_said=lambda _: None):
    """All that was said, and the last state."""
    said, procedure = [], station.catalogue.on(wanted.procedure, at_office(now()).date())
    if wanted.card is not None:
        station.devices.reader.put_card()
    station.devices.scanner.load(wanted.pages)

    def say(event):
        said.append(event)
        on_said(event)

    return said, play(wanted, station.bench, procedure, say)


def named(events, name):
    return [event for event in events if event["event"] == name]


@pytest.mark.parametrize(
    ("card", "access"),
    [({"can": "012345"}, "PACE-CAN"), (WHOLE, "PACE-MRZ"), ({"qr": "code"}, "PACE-CAN")],
)
def test_each_key_opens_the_card_and_its_check_is_handed_in(tmp_path, card, access):
    with a_station(tmp_path) as station:
        if "qr" in card:
            card = {"qr": code_text(_person(station))}
        said, last = played(station, script(card=card))
        (read,) = named(said, "card_read")
        assert (read["access"], read["mismatches"]) == (access, [])
        assert set(read["lamps"]) == {"read", "intact", "trusted", "genuine"}
        check = submission_of(last).check
        assert (check.source, check.access) == (Source.CHIP, access)
        assert read["lamps"]["read"]["state"] == check.lamps.read.state.value
    for value in PERSONAL:
        assert value not in repr(said)


def test_a_chip_without_pace_is_opened_by_all_three(tmp_path):
    with a_station(tmp_path) as station:
        laid(station, no_pace=True)
        said, last = played(station, script(card={"can": "012345", **WHOLE}))
        assert last.check.access == "BAC"
        assert [e["fault"] for e in named(said, "card_failed")] == ["PACE_UNSUPPORTED"]


def test_wrong_digits_end_in_wrong_key_after_one_try(tmp_path):
    with a_station(tmp_path) as station:
        said = []
        with pytest.raises(Fault) as ended:
            play_script(station, script(card={"can": "999999"}), said.append)
        assert ended.value.code == "WRONG_KEY"
        assert len(named(said, "card_failed")) == 1


def test_a_person_without_a_card_is_handed_in_as_typed(tmp_path):
    typed = {"number": "001300012345", "full_name": "Nguyễn Thị Mẫu"}
    wanted = {**SCRIPT.model_dump(exclude={"card"}, exclude_none=True)}
    wanted["typed"] = {**typed, "birth": "02/03/2000", "sex": "Nữ"}
    with a_station(tmp_path) as station:
        said, last = played(station, Script.model_validate(wanted))
        assert last.check.source is Source.TYPED
        assert submission_of(last).person.full_name == "Nguyễn Thị Mẫu"
        assert not named(said, "card_read")
    for value in PERSONAL:
        assert value not in repr(said)


def test_all_three_and_a_single_page(tmp_path):
    """The page is one act, the card's key another, whatever was asked at the card."""
    with a_station(tmp_path) as station:
        laid(station, no_pace=True)
        _, last = played(station, script(card={"can": "012345", **WHOLE}, pages=1, timeout_s=60))
        assert len(last.pages) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "00130001234"),
        ("number", "٠٠١٣٠٠٠١٢٣٤٥"),
        ("full_name", "Nguyễn Thị 3"),
        ("full_name", "<b>Mẫu</b>"),
        ("birth", "30/02/2000"),
        ("birth", "02/03/1899"),
        ("birth", "02/03/2999"),
    ],
)
def test_a_typed_person_that_can_be_nobody_is_refused_without_being_quoted(tmp_path, field, value):
    file = tmp_path / "script.toml"
    typed = {"number": "001300012345", "full_name": "Nguyễn Thị Mẫu"}
    typed |= {"birth": "02/03/2000", "sex": "Nữ", field: value}
    lines = [f'{name} = "{text}"' for name, text in typed.items()]
    file.write_text("\n".join(['procedure = "2.000815"', "[typed]", *lines]), "utf-8")
    with pytest.raises(SettingsError, match=field) as refused:
        load(file)
    assert value not in str(refused.value)


def test_a_lost_reader_ends_at_once_in_its_fault(tmp_path):
    with a_station(tmp_path) as station:
        station.devices.reader.set_plugged(False)
        with pytest.raises(ScriptEnded) as ended:
            played(station, script())
        assert ended.value.code == "NO_READER"


def test_a_broken_picture_takes_nothing_else_away(tmp_path):
    with a_station(tmp_path) as station:
        laid(station, dg2_broken=True)
        _, last = played(station, script())
        assert last.portrait is None
        assert last.person.full_name == "Nguyễn Thị Mẫu"


def test_an_altered_card_is_received_with_its_red_lamp(tmp_path):
    with a_station(tmp_path) as station:
        laid(station, sod_wrong_hash=13)
        _, last = played(station, script())
        assert last.handed_in is not None
        assert last.check.lamps.intact.state is LampState.FAILED
        assert last.check.lamps.intact.why == "GROUP_HASH"


@pytest.mark.parametrize(
    ("switch", "red"),
    [
        ({"sod_wrong_hash": 13}, "intact"),
        ({"revoked_dsc": True}, "trusted"),
        ({"clone": True}, "genuine"),
    ],
)
def test_a_red_lamp_is_an_alarm_for_the_office(tmp_path, switch, red):
    with a_station(tmp_path) as station:
        laid(station, **switch)
        _, last = played(station, script())
    with a_station(tmp_path) as station:
        (alarm,) = station.register.alarms()
        assert alarm.dossier_code == last.handed_in.dossier.code
    (told,) = status(load_settings(state=tmp_path))["alarms"]
    why = getattr(last.check.lamps, red).why
    assert told == {"dossier": alarm.dossier_code, "why": {red: why}}


class Ear:
    """A code reader that shows who listens."""

    def __init__(self) -> None:
        self.on_code = None

    def status(self) -> Status:
        return Status.ok()

    def watch(self, on_code):
        self.on_code = on_code
        return self

    def stop(self) -> None:
        self.on_code = None


def test_a_scanner_is_heard_until_the_person_is_known(tmp_path):
    """The conductor listens by itself: the code comes from the reader, not from the script."""
    with a_station(tmp_path) as station:
        ear, heard = Ear(), []
        station = replace(station, bench=replace(station.bench, code_reader=ear))

        def on_said(event):
            heard.append(event["event"])
            if event["event"] != "step":
                return
            asked = threading.Event()
            station.bench.workers.reader.submit(asked.set)
            assert asked.wait(10)
            if event["step"] == "card_key":
                ear.on_code(Code("https://example.vn/"))
                ear.on_code(Code(code_text(_person(station)).replace("Nguyễn", "Lê")))
            listens = event["step"] in ("card_key", "card", "person")
            assert (ear.on_code is not None) == listens, event

        _, last = played(station, script(card={"can": "012345"}), on_said)
        assert heard.count("code_scanned") == 2
        assert last.check.mismatches == ("qr_name",)


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"can": "12345"},
        {"number": "001300012345"},
        {"can": "012345", "qr": "x"},
        {"number": "001300012345", "birth": "000302"},
    ],
)
def test_a_card_that_opens_in_no_way_is_refused_by_name(tmp_path, card):
    file = tmp_path / "script.toml"
    lines = [f'{name} = "{value}"' for name, value in card.items()]
    file.write_text("\n".join(['procedure = "2.000815"', "[card]", *lines]), "utf-8")
    with pytest.raises(SettingsError, match=r"card"):
        load(file)


def test_a_script_has_a_card_or_a_typed_person(tmp_path):
    file = tmp_path / "script.toml"
    file.write_text('procedure = "2.000815"\n', "utf-8")
    with pytest.raises(SettingsError, match="either"):
        load(file)
