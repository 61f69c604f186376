"""The line comes back behind an open window: the courier drains, the portal keeps, everything is measured."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import perf_counter

import requests

from devices.paper_printer.simulated import SimulatedPaperPrinter
from kiosk.clock import now
from kiosk.commands import citizen, technician
from kiosk.compose import Station, courier_running, open_station
from kiosk.settings import Settings
from sync.courier import Courier
from sync.sandbox.process import SandboxProcess
from tests.endurance.memory import Memory
from tests.endurance.pulse import Control, Gaps, Pulse, Stall, control
from tests.endurance.visitor import Visitor
from tests.endurance.week import Week
from ui.simulated_world.hand import wait_until
from ui.technician.window import TechnicianWindow

OFFLINE, DRAIN, AFTER = "offline", "drain", "after"
_SPREAD_S = 0.1
"""The random first wait after an outage is for the portal's sake; nobody waits for it here."""

_PATIENCE_S = 120.0
"""Without a single row less for so long, it will never end."""

_SCREEN = 1080, 1920
_PX_PER_MM = 4.03
_AT_ONCE = 200


@dataclass(frozen=True)
class Plan:
    """``sessions``: people at the window before the line is back, and at least so many while it drains.

    ``rest_s``: how long nobody does anything before and after.
    """

    sessions: int = 1
    rest_s: float = 10.0


@dataclass
class Run:
    """What was seen. ``rows``: acknowledged while the line was up, in ``seconds``."""

    face: str
    gaps: dict[str, Gaps]
    stalls: list[Stall]
    control: Control
    memory: list[float]
    growth_mib: float
    rows: int
    seconds: float
    sessions: int = 0
    wrong: list[str] = field(default_factory=list)
    """What isn't as promised of the messages themselves; must be empty."""


@contextmanager
def copied(settings: Settings, folder: Path) -> Iterator[Settings]:
    """The same station in another folder; scans, which never change, are the same files."""
    for part in settings.folder.iterdir():
        if part.is_dir():
            link = shutil.copy2 if part.name != "attachments" else _link
            shutil.copytree(part, folder / part.name, copy_function=link)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(part, folder / part.name)
    state = settings.state.model_copy(update={"folder": str(folder)})
    try:
        yield settings.model_copy(update={"state": state})
    finally:
        shutil.rmtree(folder)


def citizen_run(settings: Settings, portal: SandboxProcess, week: Week, plan: Plan) -> Run:
    """People use the citizen's window all the time."""
    shown = settings.citizen.model_copy(update={"full_screen": False, "px_per_mm": _PX_PER_MM})
    settings = settings.model_copy(update={"citizen": shown})
    with open_station(settings) as opened, ExitStack() as stack:
        station = _prompt(opened)
        if station.devices and isinstance(station.devices.paper_printer, SimulatedPaperPrinter):
            station.devices.paper_printer.switches.page_ms = 0
        window = stack.enter_context(citizen.serving(station))
        window.resize(*_SCREEN)
        window.show()
        visitor = Visitor(station, window)
        return _watched("citizen", station, portal, week, plan, visitor.session, visitor.codes)


def technician_run(settings: Settings, portal: SandboxProcess, week: Week, plan: Plan) -> Run:
    """A technician reads through the waiting messages, page after page, beside the courier."""
    with open_station(settings, devices=False) as opened, ExitStack() as stack:
        station = _prompt(opened)
        stack.enter_context(courier_running(station))
        window = stack.enter_context(technician.serving(settings))
        window.open()
        reading = _reading(window)
        return _watched("technician", station, portal, week, plan, lambda: next(reading), [])


def _watched(
    face: str,
    station: Station,
    portal: SandboxProcess,
    week: Week,
    plan: Plan,
    use: Callable[[], None],
    codes: Sequence[str],
) -> Run:
    def left() -> int:
        return station.courier.condition.waiting

    wait_until(lambda: left() > 0, 60)
    pulse, before = Pulse(), station.outbox.counts()["acknowledged"]
    with control() as machine:
        pulse.begin(OFFLINE)
        wait_until(lambda: False, plan.rest_s)
        for _ in range(plan.sessions):
            use()
        memory, start = Memory(left), perf_counter()
        portal.start()
        _is_elsewhere(portal)
        station.outbox.make_due(
            "portal"
        )  # as ``kiosk sync drain`` does: no row sits out its back-off
        pulse.begin(DRAIN)
        _use_while(left, use, plan.sessions)
        wait_until(lambda: not station.outbox.unsent("portal"), _PATIENCE_S)
        took = perf_counter() - start
        memory.end()
        pulse.begin(AFTER)
        wait_until(lambda: False, plan.rest_s)
        pulse.end()
    return Run(
        face,
        pulse.gaps(),
        pulse.stalls,
        machine,
        memory.curve(),
        memory.growth_mib(),
        station.outbox.counts()["acknowledged"] - before,
        took,
        len(codes),
        list(_wrong(station, portal, week, codes)),
    )


def _is_elsewhere(portal: SandboxProcess) -> None:
    """A portal doesn't compete for the station's cores: here it takes what is left of them."""
    if portal.pid is not None and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, portal.pid, 15)


def _use_while(left: Callable[[], int], use: Callable[[], None], least: int) -> None:
    """Uses the window until nothing waits any more, or nothing moves."""
    uses, lowest, since = 0, left(), perf_counter()
    while (left() or uses < least) and perf_counter() - since < _PATIENCE_S:
        use()
        uses += 1
        wait_until(lambda: False, 0.2)
        if left() < lowest:
            lowest, since = left(), perf_counter()


def _prompt(station: Station) -> Station:
    """The station with a courier that doesn't wait for other stations' sake."""
    courier = Courier(station.outbox, station.driver, now, Random(1), spread_s=_SPREAD_S)
    return replace(station, courier=courier)


def _reading(window: TechnicianWindow) -> Iterator[None]:
    """Chooses row after row, now and then the other page."""
    turn = 0
    while True:
        page = window.page
        if page.table.model().rowCount():
            page.table.selectRow(turn % page.table.model().rowCount())
        if turn % 20 == 19:
            window.show_page("cards" if turn % 40 == 19 else "waiting")
        turn += 1
        wait_until(lambda: False, 0.3)
        yield


def _wrong(
    station: Station, portal: SandboxProcess, week: Week, codes: Sequence[str]
) -> Iterator[str]:
    """Everything acknowledged here, everything kept once and whole there."""
    counts = station.outbox.counts()
    open_rows = sum(counts.values()) - counts["acknowledged"]
    if open_rows or counts["acknowledged"] < week.rows + len(codes):
        yield f"{open_rows} rows are open: {counts}"
    kept = {str(one["code"]): one for one in _kept(portal)}
    ours = {one.code: one for one in station.register.recent(10**9)}
    if kept.keys() != ours.keys() or len(ours) != week.dossiers + len(codes):
        yield f"{len(kept)} dossiers at the portal, {len(ours)} here, {week.dossiers}+{len(codes)}"
    lacking = set(codes) - kept.keys()
    if lacking:
        yield f"{len(lacking)} people's dossiers are missing"
    for code, dossier in ours.items():
        there = kept.get(code, {})
        files = {one.attachment.sha256 for one in dossier.components if one.attachment is not None}
        arrived = {one["sha256"] for one in there.get("files", ()) if one["complete"]}
        if there.get("stored") != 1 or not there.get("complete") or not files or files != arrived:
            yield f"{code}: stored {there.get('stored')}, {len(arrived)} of {len(files)} files"


def _kept(portal: SandboxProcess) -> Iterator[dict[str, object]]:
    after: int | None = 0
    while after is not None:
        page = requests.get(
            f"{portal.url}/sandbox/dossiers",
            params={"after": after, "limit": _AT_ONCE},
            timeout=60,
        ).json()
        yield from page["dossiers"]
        after = page["next"]


def _link(source: str, target: str) -> str:
    Path(target).hardlink_to(source)
    return target
