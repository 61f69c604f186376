"""``kiosk demo --headless DIR``: the main job twice through the real window, offscreen.

Once with the portal there, once with the portal stopped before handing in and started again after.
It leaves papers, pictures and ``summary.json`` in DIR; only if every check in it holds is the exit code 0.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from kiosk.clock import at_office, now
from kiosk.commands.citizen import serving
from kiosk.commands.demo import with_folder
from kiosk.commands.world import DemoWorld, papers_of, sandbox_behind_a_line
from kiosk.compose import Station, open_station
from kiosk.compose_devices import printed_tickets
from kiosk.dossiers.dossier import Component, HandedIn
from kiosk.journeys import submit as say
from kiosk.journeys.submit import Event, Printed, State, Step
from kiosk.payments.standing import FeeStanding, FeeWord
from kiosk.settings import Settings
from sync.sandbox.process import SandboxProcess
from ui.application import application
from ui.citizen.window import CitizenWindow
from ui.simulated_world.hand import PATIENCE_S, Hand, NotThere, wait_until

SIZE = 1080, 1920
"""A usual upright kiosk screen, in pixels."""
PX_PER_MM = 4.03
PAGES = 2


@dataclass
class Job:
    """One play of the main job and what was seen of it."""

    name: str
    language: str
    handed_in: HandedIn | None = None
    apdus: int = 0
    card_seconds: float = 0.0
    pages: int = 0
    papers: dict[str, str] = field(default_factory=dict)
    fee: FeeStanding | None = None
    """How the fee stood when the person went on."""
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds spent in each step; a question's seconds are summed."""


class Watch:
    """Sees every event of the window's journeys and measures the steps."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self._step = ""
        self._since = monotonic()

    def on_event(self, event: Event) -> None:
        if self.job is not None and isinstance(event, say.CardRead):
            self.job.apdus, self.job.card_seconds = event.apdus, event.seconds
        if self.job is not None and isinstance(event, say.DossierHandedIn):
            self.job.handed_in = event.handed_in

    def step(self, name: str) -> None:
        now = monotonic()
        if self.job is not None and self._step:
            spent = self.job.steps.get(self._step, 0.0) + now - self._since
            self.job.steps[self._step] = round(spent, 3)
        self._step, self._since = name, now


def play_headless(settings: Settings, out: Path, words: Callable[[str], None]) -> int:
    """Plays both jobs, leaves everything in ``out`` and gives the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    screens = out / "screens"
    shutil.rmtree(screens, ignore_errors=True)
    screens.mkdir(parents=True)
    citizen = settings.citizen.model_copy(update={"full_screen": False, "px_per_mm": PX_PER_MM})
    settings = settings.model_copy(update={"citizen": citizen})
    application()
    jobs = [Job("online", "vi"), Job("portal stopped before handing in", "en")]
    watch = Watch()
    with _world(settings, watch) as (station, window, world, portal):
        hand = Hand(window, screens)
        try:
            for job in jobs:
                words(f"playing: {job.name} ({job.language})")
                watch.job = job
                _play(job, hand, watch, station, world, portal)
        except NotThere as trouble:
            hand.look("stuck")
            words(f"stuck: {trouble}")
            return 1
        rows = portal.dossiers()
        _leave_papers(out, station, jobs, rows)
        summary = _summary(jobs, rows, _newest_keys(station))
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
    failed = [name for name, holds in summary["checks"].items() if not holds]
    words(f"{out}: " + ("; ".join(failed) if failed else "all checks hold"))
    return 1 if failed else 0


@contextmanager
def _world(
    settings: Settings, watch: Watch
) -> Iterator[tuple[Station, CitizenWindow, DemoWorld, SandboxProcess]]:
    with ExitStack() as stack:
        settings = with_folder(settings, stack)
        settings, portal, line = stack.enter_context(
            sandbox_behind_a_line(settings, settings.folder / "portal")
        )
        station = stack.enter_context(open_station(settings))
        window = stack.enter_context(serving(station, watch.on_event))
        world = DemoWorld(station, line)
        stack.callback(world.close)
        window.resize(*SIZE)
        window.show()
        yield station, window, world, portal


def _play(
    job: Job,
    hand: Hand,
    watch: Watch,
    station: Station,
    world: DemoWorld,
    portal: SandboxProcess,
) -> None:
    procedure = station.catalogue.on("2.000815", at_office(now()).date())
    if procedure is None:
        raise NotThere("the procedure is not in the catalogue")
    if job.language == "en":
        hand.press("English")
    hand.language = job.language
    hand.look("home")
    hand.press_tile(procedure.short_name[job.language])
    watch.step("card key")
    _type_card_key(hand)
    watch.step("card")
    hand.wait_for(Step.CARD)
    hand.look("card")
    world.set_card_present(True)
    hand.wait(lambda state: state.reading is not None, "the card was not noticed")
    hand.look("card-reading")
    hand.wait_for(Step.PERSON)
    watch.step("person")
    hand.look("person")
    hand.press_main()
    watch.step("questions")
    paper = procedure.questions[0].suggestions[job.language == "en"][job.language]
    form = procedure.questions[1].choices[0].label[job.language]
    _answer(hand, paper, form)
    watch.step("scan")
    _scan(hand, world, job)
    watch.step("check")
    hand.wait_for(Step.CHECK)
    hand.look("check")
    if job.language == "en":
        portal.stop()
    watch.step("hand in")
    hand.press_main()
    hand.look("hand-in")
    state = hand.wait_for(Step.PAY)
    watch.step("pay")
    job.fee = _pay(hand, job, portal)
    hand.wait_for(Step.DONE)
    watch.step("sending")
    job.papers = {"slip": state.slip.state.value, "ticket": state.ticket.state.value}
    hand.look("done")
    if job.language == "en":
        hand.look("done-waiting")
        portal.start()
    _wait_until_sent(job, station)
    hand.look("done-sent")
    watch.step("")
    world.set_card_present(False)
    hand.press_main()
    hand.look("home-again")


def _type_card_key(hand: Hand) -> None:
    """The last six digits of the number, as printed on the synthetic card."""
    hand.type("012345")
    hand.look("card-digits")
    hand.press_main()


def _answer(hand: Hand, paper: str, form: str) -> None:
    hand.wait_for(Step.QUESTION)
    hand.look("question-paper")
    hand.press(paper)
    hand.press_main()
    hand.look("question-form")
    hand.press(form)
    hand.press_main()
    hand.look("question-copies")
    hand.press_main()
    hand.look("question-phone")
    hand.press_main()


def _scan(hand: Hand, world: DemoWorld, job: Job) -> None:
    hand.wait_for(Step.SCAN)
    hand.look("scan")
    world.load_pages(PAGES)
    hand.press_source("ScanPage", "Quét giấy trong khay")
    hand.wait(lambda state: len(state.pages) == 1, "no page came")
    hand.look("scanning")
    state = hand.wait(lambda s: len(s.pages) == PAGES and s.scanning is None, "pages are missing")
    job.pages = len(state.pages)
    hand.look("scanned")
    hand.press_main()


def _pay(hand: Hand, job: Job, portal: SandboxProcess) -> FeeStanding | None:
    """By the platform's page, with somebody who pays at the bank; without a line at the counter."""
    hand.wait(lambda state: state.pay.fee is not None, "the fee was not looked at")
    hand.look("pay")
    hand.press_source("PayPage", "Quét mã trả trực tuyến")
    state = hand.wait(_knows_more, "the platform neither answered nor failed")
    page = state.pay.fee.page if state.pay.fee else ""
    if not page:
        hand.look("pay-unreached")
        hand.press_main()
        return state.pay.fee
    hand.look("pay-waiting")
    portal.at_the_bank(page, "pay")
    state = hand.wait(lambda state: bool(state.pay.paid), "the money never came")
    hand.look("pay-paid")
    hand.press_source("PayPage", "In giấy xác nhận")
    hand.wait(lambda state: state.receipt.state is Printed.CONFIRMED, "no note was printed")
    hand.press_main()
    return state.pay.fee


def _knows_more(state: State) -> bool:
    pay = state.pay
    return not pay.opening and (pay.word is FeeWord.WAITING or bool(pay.fault))


def _wait_until_sent(job: Job, station: Station) -> None:
    handed_in = job.handed_in
    if handed_in is None:
        raise NotThere("nothing was handed in")
    station.courier.wake()

    def sent() -> bool:
        station.courier.wake()
        return station.outbox.is_acknowledged(handed_in.dossier.key) and not station.outbox.unsent(
            "portal"
        )

    if not wait_until(sent, 4 * PATIENCE_S):
        raise NotThere("the portal never acknowledged the dossier")
    wait_until(lambda: False, 0.6)  # the page notices by itself that it was sent


def _leave_papers(
    out: Path, station: Station, jobs: list[Job], rows: list[dict[str, object]]
) -> None:
    slips, tickets = papers_of(station.settings), _tickets(station)
    if slips:
        shutil.copyfile(slips[-1], out / "slip.pdf")
    if tickets:
        shutil.copyfile(tickets[-1].with_suffix(".png"), out / "ticket.png")
        shutil.copyfile(tickets[-1], out / "ticket.escpos")
        shutil.copyfile(
            tickets[1].with_suffix(".png"), out / "receipt.png"
        )  # after the first ticket
    last = jobs[-1].handed_in
    for component in last.dossier.components if last else ():
        if component.attachment is not None:
            scan = station.attachments.read(component.attachment.sha256)
            (out / "scan.pdf").write_bytes(scan)
    text = json.dumps({"dossiers": rows}, ensure_ascii=False, indent=2)
    (out / "portal.json").write_text(text + "\n")


def _tickets(station: Station) -> list[Path]:
    return sorted(printed_tickets(station.settings).glob("*.escpos"))


def _newest_keys(station: Station) -> dict[str, str]:
    """Of each dossier's newest revision, by the dossier's code."""
    sql = """SELECT code, outbox.key FROM outbox JOIN dossier ON dossier.id = dossier_id
      WHERE kind = 'submit' ORDER BY rev"""
    return {row["code"]: row["key"] for row in station.database.read().rows(sql)}


def _summary(
    jobs: list[Job], rows: list[dict[str, object]], keys: dict[str, str]
) -> dict[str, dict[str, object]]:
    """``keys``: those that the portal is to have, by dossier code."""
    by_code: dict[object, dict[str, Any]] = {row["code"]: row for row in rows}
    told = []
    checks = {"the portal holds just these dossiers": len(rows) == len(jobs)}
    for job in jobs:
        dossier = job.handed_in.dossier if job.handed_in else None
        row = by_code.get(dossier.code, {}) if dossier else {}
        checks[f"{job.name}: kept exactly once"] = row.get("stored") == 1
        newest = keys.get(dossier.code) if dossier else None
        checks[f"{job.name}: reached the portal"] = bool(newest) and row.get("key") == newest
        scans = _hashes(dossier.components) if dossier else []
        checks[f"{job.name}: every scan is at the portal"] = (
            bool(scans) and row.get("complete") is True
        )
        checks[f"{job.name}: the portal's scans are ours"] = scans == _arrived(row)
        paid = job.fee is not None and job.fee.word is FeeWord.PAID
        checks[f"{job.name}: paid where the platform was there, and only there"] = paid == (
            job is jobs[0]
        )
        revised = dossier is not None and newest != dossier.key
        checks[f"{job.name}: the portal is told of what was paid"] = revised == paid
        checks[f"{job.name}: card read"] = job.apdus > 0
        checks[f"{job.name}: {PAGES} pages"] = job.pages == PAGES
        printed = {Printed.CONFIRMED.value}
        checks[f"{job.name}: papers printed"] = set(job.papers.values()) == printed
        told.append(
            {
                "job": job.name,
                "language": job.language,
                "dossier": dossier and dossier.code,
                "ticket": job.handed_in and job.handed_in.ticket.label,
                "key": dossier and dossier.key,
                "times_received": row.get("times_received"),
                "stored": row.get("stored"),
                "card": {"apdus": job.apdus, "seconds": round(job.card_seconds, 3)},
                "pages": job.pages,
                "scans": scans,
                "papers": job.papers,
                "fee": _fee(job.fee),
                "seconds_per_step": job.steps,
            }
        )
    return {"jobs": {str(n): one for n, one in enumerate(told, 1)}, "checks": dict(checks)}


def _fee(fee: FeeStanding | None) -> dict[str, object] | None:
    if fee is None:
        return None
    return {
        "state": fee.word.value,
        "owed": fee.owed,
        "paid": fee.paid,
        "transactions": list(fee.numbers),
    }


def _hashes(components: tuple[Component, ...]) -> list[str]:
    return [one.attachment.sha256 for one in components if one.attachment is not None]


def _arrived(row: dict[str, Any]) -> list[str]:
    """Hashes of the files that the portal has whole, in the dossier's order."""
    return [str(one["sha256"]) for one in row.get("files", ()) if one["complete"]]
