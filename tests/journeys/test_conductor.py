"""The conductor plays journeys on a whole simulated station: what goes wrong ends in its fault, nothing is lost."""

from __future__ import annotations

import queue
from dataclasses import replace
from types import SimpleNamespace

import pytest

import resources
from devices.cancel import Cancel
from devices.fault import Fault
from devices.ticket_printer.virtual.state import Mood
from kiosk.commands.journey import play_script
from kiosk.dossiers.dossier import HandedIn
from kiosk.dossiers.intake import Prepared
from kiosk.journeys import submit as say
from kiosk.journeys.conductor import Conductor
from kiosk.journeys.script import load
from kiosk.journeys.submit import Printed
from tests.journeys.station import a_station
from tests.samples import a_person, a_procedure
from tests.unit.dossiers.office import a_submission

SCRIPT = load(resources.path("journeys", "certified-copy.toml"))


def played(station, script=SCRIPT):
    """All events of a script, and the fault it ended with."""
    events = []
    try:
        play_script(station, script, events.append)
    except Fault as fault:
        return events, fault.code
    return events, ""


def named(events, name):
    return [event for event in events if event["event"] == name]


def jam(station):
    station.devices.scanner.switches.jam_after = 1


def open_cover(station):
    station.devices.scanner.switches.cover_open = True


def no_service(station):
    station.devices.reader.set_service(False)


def no_reader(station):
    station.devices.reader.set_plugged(False)


@pytest.mark.parametrize(
    ("break_it", "code"),
    [(jam, "SCANNER_JAM"), (open_cover, "SCANNER_COVER_OPEN")],
)
def test_a_broken_scanner_ends_in_its_fault_and_hands_nothing_in(tmp_path, break_it, code):
    with a_station(tmp_path) as station:
        break_it(station)
        events, ended = played(station)
        assert ended == code
        assert not named(events, "handed_in")
        assert station.register.recent(10) == []


def test_an_empty_feeder_is_said(tmp_path):
    with a_station(tmp_path) as station:
        _, ended = played(station, SCRIPT.model_copy(update={"pages": 0}))
        assert ended == "SCANNER_NO_PAPER"


@pytest.mark.parametrize(
    ("break_it", "code"), [(no_service, "PCSC_DOWN"), (no_reader, "NO_READER")]
)
def test_without_a_reader_the_card_is_never_read(tmp_path, break_it, code):
    with a_station(tmp_path) as station:
        break_it(station)
        status = station.devices.reader.status()
        assert status.level.value == "fault"
        _, ended = played(station, SCRIPT.model_copy(update={"timeout_s": 0.5}))
        assert ended in {code, "SCRIPT_TIMEOUT"}


def test_printers_out_of_paper_do_not_undo_a_hand_in(tmp_path):
    with a_station(tmp_path) as station:
        station.devices.ticket_world.set(Mood.OUT)
        station.devices.paper_printer.switches.paper_out = True
        events, ended = played(station)
        assert ended == ""
        (ticket,), (slip,) = named(events, "ticket_printed"), named(events, "slip_printed")
        assert (ticket["state"], ticket["fault"]) == (Printed.FAILED.value, "TICKET_PAPER_OUT")
        assert (slip["state"], slip["fault"]) == (Printed.FAILED.value, "PRINTER_PAPER_OUT")
        (handed_in,) = named(events, "handed_in")
        assert station.register.find(handed_in["dossier"]) is not None


def test_the_ticket_says_how_far_its_paper_came(tmp_path):
    with a_station(tmp_path) as station:
        played(station)
        assert station.bench.workers.store.stop()
        row = station.database.read().row("SELECT printed FROM ticket", ())
        assert row["printed"] == "confirmed"


def test_numbers_run_on_from_one_citizen_to_the_next(tmp_path):
    with a_station(tmp_path) as station:
        tickets = [named(played(station)[0], "handed_in")[0]["ticket"] for _ in range(3)]
    assert tickets == ["A001", "A002", "A003"]


def test_a_full_disk_ends_in_its_fault_and_the_same_press_works_later(tmp_path):
    with a_station(tmp_path) as station:
        put, full = station.attachments.put, [True]

        def failing(data, **how):
            if full[0]:
                raise Fault("DISK_FULL", "no space left")
            return put(data, **how)

        station.attachments.put = failing
        events, ended = played(station)
        assert ended == "HAND_IN_NOT_SAVED"
        assert not named(events, "handed_in")
        full[0] = False
        events, ended = played(station)
        assert ended == ""
        assert len(station.register.recent(10)) == 1


def test_the_press_finds_everything_prepared(tmp_path):
    with a_station(tmp_path) as station:
        hand_in, pressed = station.register.hand_in, []

        def noted(what):
            pressed.append(what)
            return hand_in(what)

        station.register.hand_in = noted
        events, _ = played(station)
        (prepared,) = pressed
        assert isinstance(prepared, Prepared)
        (handed_in,) = named(events, "handed_in")
        assert station.register.find(handed_in["dossier"]).id == prepared.draft.content.id


def test_what_is_not_handed_in_leaves_no_scan(tmp_path):
    with a_station(tmp_path) as station:

        def used_up(_):
            raise Fault("SERIALS_USED_UP")

        station.register.receive = used_up
        _, ended = played(station)
        assert ended == "SERIALS_USED_UP"
        assert station.bench.workers.store.stop()
        assert station.attachments.pending() == []
        assert list(station.attachments.hashes()) == []


def test_a_bug_while_preparing_is_met_at_the_press(tmp_path):
    with a_station(tmp_path) as station:
        prepare, failed = station.register.prepare, []

        def bug(submission):
            failed.append(submission)
            raise ZeroDivisionError

        station.register.prepare = bug
        events, ended = played(station)
        assert (len(failed), ended) == (1, "")
        assert len(named(events, "handed_in")) == 1
        station.register.prepare = prepare


def test_an_edit_is_prepared_anew(tmp_path):
    def until(wanted):
        while not wanted(conductor.state):
            inbox.get(timeout=20)()

    with a_station(tmp_path) as station:
        inbox = queue.SimpleQueue()
        conductor = Conductor(station.bench, a_procedure(), inbox.put, lambda _: None)
        conductor.state = replace(
            conductor.state,
            step=say.Step.SCAN,
            person=a_person(),
            answers={"paper": "Bằng tốt nghiệp", "form": "electronic", "copies": 2},
        )
        station.devices.scanner.load(2)
        conductor.send(say.ScanAsked())
        until(lambda state: state.scanning is None)
        for event in (
            say.PagesConfirmed(),
            say.EditAsked("pages"),
            say.PageRemoved(0),
            say.PagesConfirmed(),
            say.EditAsked("copies"),
            say.Answered("copies", 7),
            say.HandInPressed(),
        ):
            conductor.send(event)
        until(lambda state: state.handed_in is not None)
        conductor.send(say.JourneyEnded(say.End.FINISHED))
        assert station.bench.workers.store.stop()
        (dossier,) = station.register.recent(5)
        (component,) = dossier.components
        assert (dossier.answers["copies"], component.pages) == (7, 1)
        assert list(station.attachments.hashes()) == [component.attachment.sha256]
        assert station.attachments.pending() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Bằng\u0000 tốt\n nghiệp", "Bằng tốt nghiệp"), ("A\u202eB\u200bC\x1b[31m", "ABC [31m")],
)
def test_what_is_sent_carries_no_invisible_letters(tmp_path, typed, kept):
    with a_station(tmp_path) as station:
        events, _ = played(
            station, SCRIPT.model_copy(update={"answers": {**SCRIPT.answers, "paper": typed}})
        )
        (handed_in,) = named(events, "handed_in")
        dossier = station.register.find(handed_in["dossier"])
        assert dossier.answers["paper"] == kept
        station.outbox.make_due("portal")
        (body,) = [item.body for item in station.outbox.claim("portal")]
        assert kept in body.decode()


def test_blanks_are_no_answer(tmp_path):
    with a_station(tmp_path) as station:
        _, ended = played(
            station, SCRIPT.model_copy(update={"answers": {**SCRIPT.answers, "paper": "   "}})
        )
        assert ended == "ANSWERS_INVALID"


def test_a_store_that_stutters_does_not_hide_the_number(tmp_path):
    from kiosk.commands.citizen import _Office

    with a_station(tmp_path) as station:
        played(station)
        (dossier,) = station.register.recent(1)
        office = _Office(station, station.bench, None, None)

        def busy(_key):
            raise Fault("STORE_BUSY")

        station.outbox.is_acknowledged = busy
        assert office.is_sent(HandedIn(dossier, None)) is False


def test_a_number_counts_as_shown_once_a_page_stands_that_shows_it(tmp_path):
    from kiosk.commands.citizen import _Office

    with a_station(tmp_path) as station:
        handed_in = station.register.hand_in(a_submission())
        failing = [True]

        def on_change(_state):
            if failing:
                failing.pop()
                raise ZeroDivisionError

        poster = SimpleNamespace(post=lambda call: None)
        conductor = _Office(station, station.bench, poster, None).start(a_procedure(), on_change)
        state = replace(conductor.state, handed_in=handed_in)
        with pytest.raises(ZeroDivisionError):
            conductor._on_change(state)
        assert station.register.not_shown() == [handed_in]
        conductor._on_change(state)
        conductor._on_change(state)
        assert station.bench.workers.store.stop()
        assert station.register.not_shown() == []


def test_what_a_former_scan_still_says_is_dropped(tmp_path):
    with a_station(tmp_path) as station:
        calls = []
        conductor = Conductor(station.bench, a_procedure(), calls.append, lambda _: None)
        former, conductor._running = conductor._running, Cancel()
        conductor._tell(say.ScanEnded(), former)
        conductor.state = replace(conductor.state, step=say.Step.SCAN, scanning=0.0)
        for call in calls:
            call()
        assert conductor.state.scanning == 0.0
        conductor._tell(say.ScanEnded(), conductor._running)
        calls[-1]()
        assert conductor.state.scanning is None


def test_health_names_what_cannot_be_done_before_anybody_starts(tmp_path):
    with a_station(tmp_path) as station:
        station.devices.ticket_world.set(Mood.COVER)
        station.devices.paper_printer.switches.jam = True
        station.devices.reader.set_service(False)
        station.health.look()
        for worker in (
            station.bench.workers.reader,
            station.bench.workers.scanner,
            station.bench.workers.ticket_printer,
            station.bench.workers.paper_printer,
        ):
            assert worker.stop()
        troubles = station.health.troubles()
    assert {t.code for t in troubles} == {"PCSC_DOWN", "TICKET_COVER_OPEN", "PRINTER_JAM"}
    assert [t.blocks for t in troubles] == [False, False, False]
