"""One believable state for every page, all synthetic: for the pictures in the docs and the page tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from devices.idcard.api import CardKey, ReadProgress, ReadStep
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import Answer, Dossier, DossierState, HandedIn
from kiosk.journeys.submit import Paper, Printed, ShownFault, State, Step
from kiosk.people.person import Person
from kiosk.queueing.ticket import Ticket
from ui.citizen import sample_pictures

PERSON = Person(
    number="001087012345",
    full_name="Trần Văn Bình",
    birth="02/03/1987",
    sex="Nam",
    residence="34 Ngõ Thử, Phường Mẫu, Thành phố Hồ Chí Minh",
    card_expires="02/03/2040",
)
"""Nobody: the number, the name and the address are invented."""

ANSWERS: dict[str, Answer] = {
    "paper": "Bằng tốt nghiệp trung học phổ thông",
    "form": "electronic",
    "copies": 3,
    "phone": "0912345678",
}
SENSITIVE = (PERSON.number, PERSON.full_name, PERSON.birth, PERSON.residence, "0912345678")
"""Values that must not stand readable on the screen by themselves."""

_RECEIVED = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def states(procedure: Procedure) -> Mapping[str, State]:
    """A state for every page, by the page's name."""
    typed = State(procedure, key=CardKey(PERSON.number, "870302", "400302"))
    reading = ReadProgress(ReadStep.READING, 3, 5)
    known = replace(
        typed, card_present=True, person=PERSON, portrait=sample_pictures.portrait(), question=0
    )
    answered = replace(known, answers=ANSWERS, submission_key="sample")
    scanned = replace(answered, pages=tuple(sample_pictures.sheet(n) for n in (1, 2, 3)))
    blank = replace(answered, pages=(sample_pictures.sheet(1), sample_pictures.sheet(2, True)))
    found = {
        "card_key": State(procedure),
        "card": replace(typed, step=Step.CARD),
        "card_reading": replace(typed, step=Step.CARD, card_present=True, reading=reading),
        "card_fault": _faulty(replace(typed, step=Step.CARD), "WRONG_KEY"),
        "person": replace(known, step=Step.PERSON),
        "person_expired": replace(
            known, step=Step.PERSON, person=replace(PERSON, card_expired=True)
        ),
        "scan": replace(known, step=Step.SCAN),
        "scanning": replace(blank, step=Step.SCAN, scanning=0.6),
        "scanned": replace(blank, step=Step.SCAN),
        "scan_fault": _faulty(replace(blank, step=Step.SCAN), "SCANNER_JAM"),
        "check": replace(scanned, step=Step.CHECK),
        "hand_in": _handing_in(scanned),
        "hand_in_fault": _faulty(replace(scanned, step=Step.HAND_IN), "DISK_FULL"),
        "done": _done(scanned, Paper(Printed.CONFIRMED), Paper(Printed.UNCONFIRMED)),
        "done_fault": _done(
            scanned, Paper(Printed.FAILED, "PRINTER_PAPER_OUT"), Paper(Printed.CONFIRMED)
        ),
    }
    for number, question in enumerate(procedure.questions):
        found[f"question_{question.name}"] = replace(known, step=Step.QUESTION, question=number)
    return found


def handed_in(state: State) -> HandedIn:
    """What handing in ``state`` gives."""
    procedure = state.procedure
    dossier = Dossier(
        id="sample",
        code="H29.18-261124-0027",
        key="sample",
        agency="H29.18",
        station="kiosk-01",
        procedure=procedure.code,
        version=procedure.version,
        procedure_name=procedure.name["vi"],
        sector=procedure.sector,
        sector_name=procedure.sector_name["vi"],
        person=state.person or PERSON,
        answers=state.answers,
        summary="Chứng thực 3 bản sao từ bản chính: Bằng tốt nghiệp",
        components=(),
        fee=15_000,
        state=DossierState.RECEIVED,
        received_at=_RECEIVED,
        due_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        term=procedure.term.words["vi"],
    )
    return HandedIn(dossier, Ticket("H29.18", date(2026, 11, 24), procedure.series, 45))


def _faulty(state: State, code: str) -> State:
    return replace(state, fault=ShownFault(code, retry=True))


def _handing_in(state: State) -> State:
    running = replace(state, step=Step.HAND_IN, handed_in=handed_in(state))
    return replace(running, slip=Paper(Printed.RUNNING), ticket=Paper(Printed.WAITING))


def _done(state: State, slip: Paper, ticket: Paper) -> State:
    return replace(state, step=Step.DONE, handed_in=handed_in(state), slip=slip, ticket=ticket)
