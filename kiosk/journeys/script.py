"""A scripted journey: a small TOML that says what a person does, played through the same conductor.

Example::

    procedure = "2.000815"
    pages = 2
    expect = "done"

    [card]            # what the person types or scans from the card
    can = "012345"    # its last six digits
                      # or number, birth and expiry (YYMMDD); or qr = "…", what its code says
                      # in place of [card], without a chip: [typed] number, full_name, birth
                      # (dd/MM/yyyy), sex ("Nam", "Nữ")

    [answers]
    paper = "Bằng tốt nghiệp"

``pay``: how the person pays, where the station offers a choice: ``counter`` (who says nothing), ``platform``,
which waits until the money has come, or ``transfer``.
"""

from __future__ import annotations

import queue
import tomllib
from collections.abc import Callable, Mapping
from enum import IntEnum
from pathlib import Path
from time import monotonic
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from devices.idcard import qr
from devices.idcard.api import Can, CardKey, Key, Lamps, ReadStep
from devices.scanner.api import Source
from kiosk.catalogue.procedure import Procedure
from kiosk.clock import at_office, now
from kiosk.faults import Fault, texts
from kiosk.journeys import paying
from kiosk.journeys import submit as say
from kiosk.journeys.conductor import Bench, Conductor
from kiosk.journeys.submit import Event, Printed, State, Step
from kiosk.payments.standing import PayWay
from kiosk.people.person import Person
from kiosk.people.typed import misfits
from kiosk.settings import SettingsError
from kiosk.vietnamese import nfc

Said = Mapping[str, object]
"""One line of what happened, fit for JSON and free of personal data."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ScriptedCard(_Strict):
    """One of: ``can``; ``number``, ``birth`` and ``expiry``; ``qr``. Only ``qr`` and these three,
    which are asked when a chip takes no six digits, may stand together."""

    can: str = Field(default="", repr=False, pattern=r"^([0-9]{6})?$")
    number: str = Field(default="", repr=False, pattern=r"^[0-9A-Z<]{0,12}$")
    birth: str = Field(default="", repr=False, pattern=r"^([0-9]{6})?$")
    expiry: str = Field(default="", repr=False, pattern=r"^([0-9]{6})?$")
    qr: str = Field(default="", max_length=1000, repr=False)

    @model_validator(mode="after")
    def _one_way(self) -> ScriptedCard:
        whole = (self.number, self.birth, self.expiry)
        if any(whole) and not all(whole):
            raise ValueError("number, birth and expiry belong together")
        if not (self.can or self.qr or all(whole)):
            raise ValueError("what opens the card: can, or number, birth and expiry, or qr")
        if self.can and self.qr:
            raise ValueError("can or qr, not both")
        return self

    def key(self, whole: bool) -> Key | None:
        """What the person types: the three values where they are asked or nothing else is known."""
        if self.number and (whole or not (self.can or self.qr)):
            return CardKey(self.number, self.birth, self.expiry)
        return Can(self.can) if self.can and not whole else None


class ScriptedPerson(_Strict):
    """What a person without a chip types."""

    number: str = Field(max_length=12, repr=False)
    full_name: str = Field(max_length=1000, repr=False)
    birth: str = Field(max_length=10, repr=False)
    sex: Literal["Nam", "Nữ"]

    @model_validator(mode="after")
    def _can_be(self) -> ScriptedPerson:
        wrong = misfits(self.person(), at_office(now()).date())
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: can be nobody's")
        return self

    def person(self) -> Person:
        return Person(self.number, nfc(self.full_name), self.birth, self.sex)


class Script(_Strict):
    """What the person does and how it must end: ``done``, or ``fault`` with a code."""

    procedure: str
    card: ScriptedCard | None = None
    typed: ScriptedPerson | None = None
    answers: dict[str, StrictStr | StrictInt] = {}
    pages: int = Field(default=1, ge=0, le=200)
    source: Literal["feeder", "flatbed"] = "feeder"
    pay: Literal["counter", "platform", "transfer"] = "counter"
    receipt: bool = False
    """Whether the person has the numbers of what was paid printed."""
    expect: Literal["done", "fault"] = "done"
    fault: str = ""
    timeout_s: float = Field(default=120, gt=0, le=3600)

    @model_validator(mode="after")
    def _end(self) -> Script:
        if (self.card is None) == (self.typed is None):
            raise ValueError("either [card] or [typed]")
        if (self.expect == "fault") != bool(self.fault):
            raise ValueError("fault names the code that is expected, with expect = 'fault' only")
        if self.fault and self.fault not in texts():
            raise ValueError(f"fault: {self.fault} is not a code")
        return self


def load(file: Path) -> Script:
    """Reads a script. Raises `SettingsError` that names the file and the key."""
    try:
        return Script.model_validate(tomllib.loads(file.read_text("utf-8-sig")))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from error
    except ValidationError as error:
        lines = (
            f"{file}: {'.'.join(map(str, p['loc']))}: {p['msg']}"
            for p in error.errors(include_url=False, include_input=False)
        )
        raise SettingsError("\n".join(lines)) from error


class ScriptEnded(Exception):
    """The journey didn't come to the end the script expects; ``code`` is the fault's, if there was one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def play(
    script: Script, bench: Bench, procedure: Procedure, say_event: Callable[[Said], None]
) -> State:
    """Plays a script to its end and gives the last state before the wipe.

    ``say_event`` gets each event as it happens; the hand-in is said right after its commit.
    Raises `ScriptEnded` when it ends otherwise than expected (``SCRIPT_TIMEOUT`` when time runs out).
    """
    inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    player = _Player(script, say_event)
    conductor = Conductor(bench, procedure, inbox.put, player.on_change, player.on_event)
    conductor.start()
    deadline = monotonic() + script.timeout_s
    try:
        while not player.ended(conductor.state):
            act = player.next_act(conductor.state)
            if act is not None:
                conductor.send(act)
                continue
            try:
                inbox.get(timeout=max(0.0, deadline - monotonic()))()
            except queue.Empty:
                raise ScriptEnded("SCRIPT_TIMEOUT") from None
        last = conductor.state
    finally:
        conductor.send(say.JourneyEnded(say.End.FINISHED))
    code = last.fault.code if last.fault else ""
    expected = (last.step is Step.DONE) if script.expect == "done" else code == script.fault
    if not expected:
        raise ScriptEnded(code or "SCRIPT_ENDED_OTHERWISE")
    return last


class _Player:
    """Decides, state by state, what the scripted person does next."""

    def __init__(self, script: Script, say_event: Callable[[Said], None]) -> None:
        self._script = script
        self._say = say_event
        self._acted: set[tuple[Step, int, bool]] = set()
        self._step: Step | None = None

    def ended(self, state: State) -> bool:
        return state.step in (Step.DONE, Step.ENDED) or state.fault is not None

    def on_change(self, state: State) -> None:
        if state.step is not self._step:
            self._step = state.step
            self._say({"event": "step", "step": state.step.value})

    def on_event(self, event: Event) -> None:
        said = _said(event)
        if said is not None:
            self._say(said)

    def next_act(self, state: State) -> Event | None:
        """What the person does next in this state; None: wait for the world."""
        scanned = state.step is Step.SCAN and state.scanning is None and bool(state.pages)
        place = (state.step, _which(state), scanned)
        if place in self._acted:
            return None
        self._acted.add(place)
        return say.PagesConfirmed() if scanned else self._act(state)

    def _act(self, state: State) -> Event | None:
        script = self._script
        act: Event | None = None
        match state.step:
            case Step.CARD_KEY:
                act = self._open(state)
            case Step.BY_HAND if script.typed is not None:
                act = say.PersonTyped(script.typed.person())
            case Step.PERSON:
                act = say.PersonConfirmed()
            case Step.QUESTION:
                name = state.procedure.questions[state.question].name
                act = say.Answered(name, script.answers.get(name))
            case Step.SCAN:
                act = say.ScanAsked(Source(script.source))
            case Step.CHECK:
                act = say.HandInPressed()
            case Step.PAY:
                act = self._pay(state)
        return act

    def _pay(self, state: State) -> Event | None:
        """Chooses a way, waits while the machine waits, and goes on."""
        match _which(state):
            case _Paying.CHOOSING:
                return paying.PayWayChosen(PayWay(self._script.pay))
            case _Paying.SETTLED if self._script.receipt and state.pay.paid:
                return paying.ReceiptAsked()
            case _Paying.SETTLED | _Paying.PRINTED:
                return paying.PayLeft()
        return None

    def _open(self, state: State) -> Event | None:
        """Types or scans what opens the card, or says that there is no chip."""
        card = self._script.card
        if card is None:
            return say.ByHandAsked()
        key = card.key(state.whole_key)
        if key is not None:
            return say.CardKeyTyped(key)
        return say.CodeScanned(scanned(card.qr)) if card.qr and not state.whole_key else None


class _Paying(IntEnum):
    """How far paying is, for a person who tries once."""

    NOTHING_KNOWN = 0
    CHOOSING = 1
    WAITING = 2
    SETTLED = 3
    PRINTING = 4
    PRINTED = 5


def _which(state: State) -> int:
    """Tells apart the places within a step where a person acts."""
    if state.step is Step.QUESTION:
        return state.question
    return _paying(state) if state.step is Step.PAY else int(state.whole_key)


def _paying(state: State) -> _Paying:
    pay = state.pay
    if state.receipt.state is not Printed.WAITING:
        running = state.receipt.state is Printed.RUNNING
        return _Paying.PRINTING if running else _Paying.PRINTED
    if pay.fee is None and not pay.fault:
        return _Paying.NOTHING_KNOWN
    if pay.followed:
        return _Paying.WAITING
    untried = pay.way is None and not pay.failed
    return _Paying.CHOOSING if untried else _Paying.SETTLED


def scanned(text: str) -> qr.CardQr | None:
    """What a scanner makes of the text of a code; None when it is none of an ID card."""
    try:
        return qr.parse(text)
    except Fault:
        return None


def _said(event: Event) -> Said | None:  # noqa: PLR0911  one line for each kind of event
    match event:
        case say.DossierHandedIn(handed_in):
            dossier, ticket = handed_in.dossier, handed_in.ticket
            return {
                "event": "handed_in",
                "dossier": dossier.code,
                "key": dossier.key,
                "ticket": ticket.label,
            }
        case say.CardProgressed() | say.CardRead() | say.CodeScanned():
            return _said_of_card(event)
        case (
            say.CardFailed(code)
            | say.ReaderLost(code)
            | say.ScanFailed(code)
            | say.HandInFailed(code)
            | paying.PaymentFailed(code)
        ):
            return {"event": _name(event), "fault": code}
        case say.Answered(name, _):
            return {"event": "answered", "question": name}
        case say.PageScanned(page):
            return {"event": "page_scanned", "warnings": list(page.warnings)}
        case paying.PayWayChosen(way):
            return {"event": "pay_way_chosen", "way": way.value}
        case paying.FeeSeen(fee, _):
            return {
                "event": "fee_seen",
                "state": fee.word.value,
                "owed": fee.owed,
                "page": fee.page,
            }
        case say.SlipPrinted(paper) | say.TicketPrinted(paper, _) | say.ReceiptPrinted(paper):
            return {"event": _name(event), "state": paper.state.value, "fault": paper.fault or None}
        case say.PageProgressed() | say.JourneyEnded() | say.ReaderFound():
            return None
    return {"event": _name(event)}


def _said_of_card(event: say.CardProgressed | say.CardRead | say.CodeScanned) -> Said | None:
    match event:
        case say.CardProgressed(progress):
            if progress.done != progress.total and progress.step is ReadStep.READING:
                return None
            return {"event": "card_progressed", "step": progress.step.value}
        case say.CardRead():
            return {
                "event": "card_read",
                "access": event.check.access,
                "lamps": _lamps(event.check.lamps),
                "mismatches": list(event.check.mismatches),
                "portrait": event.portrait is not None,
                "apdus": event.apdus,
                "seconds": round(event.seconds, 3),
            }
        case say.CodeScanned(found):
            return {"event": "code_scanned", "card": found is not None}


def _lamps(lamps: Lamps) -> Mapping[str, Mapping[str, str]]:
    return {
        name: {"state": lamp.state.value, "why": lamp.why}
        for name, lamp in (
            ("read", lamps.read),
            ("intact", lamps.intact),
            ("trusted", lamps.trusted),
            ("genuine", lamps.genuine),
        )
    }


def _name(event: Event) -> str:
    """``SlipPrinted`` -> ``slip_printed``."""
    name = type(event).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
