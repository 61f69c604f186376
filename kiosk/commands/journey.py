"""``kiosk run``: a scripted journey with the courier beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from devices.cancel import Cancel
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office, now
from kiosk.compose import Station, courier_running
from kiosk.dossiers.entry import PORTAL
from kiosk.faults import Fault
from kiosk.journeys.script import Said, Script, ScriptEnded, play
from kiosk.settings import SettingsError

_MOMENT_S = 3.0
_LOOK_S = 0.02


def play_script(station: Station, script: Script, say: Callable[[Said], None]) -> None:
    """Plays a script with the courier running beside it, and says each event.

    On a simulated station the script's person also lays the card on the reader and paper into the feeder.
    Raises `Fault` when the journey ends in another way than the script expects, and DISK_LOW before it begins.
    """
    if station.bench is None:
        raise ValueError("a station without devices")
    station.room.begin()
    procedure = station.catalogue.on(script.procedure, at_office(now()).date())
    if procedure is None:
        raise SettingsError(f"procedure: {script.procedure}: not in the catalogue")
    _check(script, procedure)
    _lay_out(station, script)
    told = threading.Lock()

    def say_one(said: Said) -> None:
        with told:
            say(said)
        if said["event"] == "handed_in":
            station.wake()

    with courier_running(station):
        try:
            last = play(script, station.bench, procedure, say_one)
        except ScriptEnded as end:
            say_one({"event": "ended", "as_expected": False, "why": end.code})
            raise Fault(end.code, "the journey did not end as the script expects") from end
        if last.handed_in is not None:
            station.register.mark_shown(last.handed_in.dossier.id)
        say_one({"event": "ended", "as_expected": True})
        _let_the_courier_try(station)
    say_one({"event": "courier", **station.outbox.counts()})


def _check(script: Script, procedure: Procedure) -> None:
    unknown = set(script.answers) - {question.name for question in procedure.questions}
    if unknown:
        raise SettingsError(f"answers: {', '.join(sorted(unknown))}: not asked by {procedure.code}")


def _let_the_courier_try(station: Station) -> None:
    """Gives the courier a moment for what was handed in; what it doesn't send stays in the outbox."""
    deadline = monotonic() + _MOMENT_S
    station.courier.wake()
    while (
        station.outbox.unsent(PORTAL)
        and station.courier.online is not False
        and monotonic() < deadline
    ):
        Cancel().wait(_LOOK_S)


def _lay_out(station: Station, script: Script) -> None:
    devices = station.devices
    if devices is None:
        return
    put_card = getattr(devices.reader, "put_card", None)
    if put_card is not None and script.card is not None:
        put_card()
    load = getattr(devices.scanner, "load", None)
    if load is not None:
        load(script.pages)
