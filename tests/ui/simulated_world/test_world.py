"""The demo's world on a whole simulated station: each switch of the desk changes what the devices do."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import monotonic, sleep

import pytest

import resources
from devices.cancel import Cancel
from devices.code_reader.simulated import SimulatedCodeReader
from devices.fault import Fault
from devices.idcard import qr
from devices.idcard.api import Can, CardChange
from devices.idcard.virtual.person import VirtualPerson
from devices.status import Level
from kiosk.commands.world import DemoWorld, code_text, sandbox_behind_a_line
from kiosk.compose import open_station
from kiosk.journeys.script import load as load_script
from kiosk.journeys.script import play
from kiosk.payments.standing import FeeWord
from tests.journeys.station import quick
from ui.simulated_world.world import BankAct, CardKind, Printer, ScannerFault


def until(condition, seconds=15):
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "did not happen"
        sleep(0.05)


@pytest.fixture
def world(tmp_path):
    settings = quick(tmp_path / "state")
    with (
        sandbox_behind_a_line(settings, tmp_path / "portal") as (behind, portal, line),
        open_station(behind) as station,
    ):
        made = DemoWorld(station, line)
        made.station, made.portal = station, portal
        yield made
        made.close()


def test_the_switches_reach_the_devices(world):
    devices, seen = world.station.devices, []
    watch = devices.reader.watch(lambda event: seen.append(event.change))
    world.set_card_present(True)
    world.set_card_present(False)
    until(lambda: seen == [CardChange.CARD_IN, CardChange.CARD_OUT])
    watch.stop()
    assert world.card_kind() is CardKind.GOOD
    world.set_card_kind(CardKind.NO_CHIP)
    world.set_card_present(True)
    with pytest.raises(Fault, match="CARD_UNSUPPORTED"):
        devices.reader.read(Can("012345"), lambda _: None, Cancel())
    world.set_card_kind(CardKind.GOOD)
    devices.reader.read(Can("012345"), lambda _: None, Cancel())
    world.load_pages(3)
    assert world.pages_loaded() == 3
    world.set_scanner_fault(ScannerFault.COVER_OPEN)
    assert devices.scanner.status().level is Level.FAULT
    for printer in Printer:
        world.set_paper_present(printer, False)
        assert not world.paper_present(printer)
    assert devices.paper_printer.status().level is Level.FAULT
    assert devices.ticket_printer.status().level is Level.FAULT


def test_a_cut_line_keeps_the_dossier_until_it_is_mended_and_papers_are_seen(world):
    station = world.station
    script = load_script(resources.path("journeys", "certified-copy.toml"))
    world.set_card_present(True)
    world.load_pages(2)
    world.set_network_up(False)
    assert not world.network_up()
    procedure = station.catalogue.version("2.000815", "2026-1")
    last = play(script, station.bench, procedure, lambda _: None)
    assert world.portal.dossiers() == []
    world.set_network_up(True)
    station.courier.drain(Cancel(), 20)
    (row,) = world.portal.dossiers()
    assert (row["code"], row["stored"]) == (last.handed_in.dossier.code, 1)
    until(lambda: {output.printer for output in world.outputs()} == set(Printer))
    assert all(output.picture.startswith(b"\x89PNG") for output in world.outputs())
    assert world.outbox_waiting() == 0


def test_the_code_of_the_card_is_scanned_as_it_is_printed(world):
    printed = qr.parse(code_text(VirtualPerson()))
    number, born, _ = world.card_print()
    assert (printed.number, printed.birth, printed.doubtful) == (number, born, ())
    seen = threading.Event()
    scanner = SimulatedCodeReader()
    world._station = replace(world.station, bench=replace(world.station.bench, code_reader=scanner))
    watch = scanner.watch(lambda code: seen.set() if qr.parse(code.text) == printed else None)
    assert world.scans_codes()
    world.scan_card_code()
    assert seen.wait(10)
    watch.stop()


def test_the_phone_pays_the_page_that_is_open(world):
    station = world.station
    script = load_script(resources.path("journeys", "certified-copy.toml"))
    world.set_card_present(True)
    world.load_pages(2)
    procedure = station.catalogue.version("2.000815", "2026-1")
    dossier = play(script, station.bench, procedure, lambda _: None).handed_in.dossier.id
    world.at_the_bank(BankAct.PAY)  # nothing is open: nothing happens
    assert world.pages_to_pay() == 0
    fees = station.bench.fees
    assert fees.open(dossier).word is FeeWord.WAITING
    assert world.pages_to_pay() == 1
    world.at_the_bank(BankAct.PAY)
    until(lambda: fees.ask(dossier).word is FeeWord.PAID)
    assert world.pages_to_pay() == 0
