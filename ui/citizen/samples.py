"""One believable state for every page, all synthetic: for the pictures in the docs and the page tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from devices.idcard.api import Can, Lamp, Lamps, LampState, ReadProgress, ReadStep
from kiosk.catalogue.procedure import Procedure
from kiosk.dossiers.dossier import Answer, Dossier, DossierState, HandedIn
from kiosk.journeys.paying import Pay
from kiosk.journeys.submit import Paper, Printed, ShownFault, State, Step
from kiosk.payments.standing import FeeStanding, FeeWord, PayWay
from kiosk.payments.vietqr import VietQr, build
from kiosk.people.card_check import CardCheck, Source
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

GREEN = Lamp(LampState.OK, "")
PARTLY = Lamps(
    GREEN,
    GREEN,
    Lamp(LampState.UNKNOWN, "CSCA_UNKNOWN"),
    Lamp(LampState.UNKNOWN, "ISSUER_NOT_TRUSTED"),
)
"""What a good card shows where nobody has loaded its country signer yet."""
LAMPS = {
    "person": PARTLY,
    "person_trusted": Lamps(GREEN, GREEN, GREEN, GREEN),
    "person_altered": Lamps(
        Lamp(LampState.UNKNOWN, "DG2_UNREADABLE"),
        Lamp(LampState.FAILED, "GROUP_HASH"),
        Lamp(LampState.FAILED, "DSC_REVOKED"),
        Lamp(LampState.FAILED, "CHIP_PROOF_FAILED"),
    ),
    "person_bare": Lamps(
        Lamp(LampState.UNKNOWN, "DG13_ABSENT"),
        Lamp(LampState.ABSENT, "SOD_ABSENT"),
        Lamp(),
        Lamp(LampState.ABSENT, "NOT_OFFERED"),
    ),
}
"""Every combination of lamps that reads differently, by the name of its page."""

_VIETQR = build(VietQr("970436", "0123456789", 15_000, purpose="H29.18-261124-0027"))
_RECEIVED = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def states(procedure: Procedure) -> Mapping[str, State]:
    """A state for every page, by the page's name."""
    typed = State(procedure, key=Can(PERSON.number[-6:]), scans_codes=True)
    asked = replace(typed, key=None)
    placed = replace(typed, step=Step.CARD, card_present=True)
    known = replace(
        typed,
        card_present=True,
        person=PERSON,
        portrait=sample_pictures.portrait(),
        check=CardCheck(Source.CHIP, lamps=PARTLY),
        question=0,
    )
    answered = replace(known, answers=ANSWERS, submission_key="sample")
    scanned = replace(answered, pages=tuple(sample_pictures.sheet(n) for n in (1, 2, 3)))
    blank = replace(answered, pages=(sample_pictures.sheet(1), sample_pictures.sheet(2, True)))
    found = {
        "card_key": asked,
        "card_key_again": replace(typed, code_refused=True),
        "card_key_whole": replace(typed, whole_key=True),
        "card": replace(typed, step=Step.CARD),
        "card_reading": replace(placed, reading=ReadProgress(ReadStep.READING, 3, 5)),
        "card_portrait": replace(
            placed,
            reading=ReadProgress(ReadStep.READING, 7_000, 18_000),
            preview=PERSON,
            checked=True,
        ),
        "card_fault": _faulty(replace(typed, step=Step.CARD), "WRONG_KEY"),
        "card_unsupported": replace(
            typed, step=Step.CARD, fault=ShownFault("ACCESS_DENIED", retry=False)
        ),
        "by_hand": replace(asked, step=Step.BY_HAND),
        "person_typed": _unread(asked, Source.TYPED),
        "person_qr": _unread(asked, Source.QR),
        "person_no_portrait": replace(known, step=Step.PERSON, portrait=None),
        "person_differs": replace(
            known,
            step=Step.PERSON,
            check=CardCheck(Source.CHIP, lamps=PARTLY, mismatches=("qr_address",)),
        ),
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
    found |= _paying(scanned)
    for name, lamps in LAMPS.items():
        mismatches = ("dg13_birth", "qr_sex") if name == "person_altered" else ()
        check = CardCheck(Source.CHIP, lamps=lamps, mismatches=mismatches)
        found[name] = replace(known, step=Step.PERSON, check=check)
    for number, question in enumerate(procedure.questions):
        found[f"question_{question.name}"] = replace(known, step=Step.QUESTION, question=number)
    return found


def _paying(scanned: State) -> dict[str, State]:
    """The fee, from the choice to every way it can end."""
    page = "https://thanhtoan.invalid/pay?token=0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    owed = FeeStanding(FeeWord.OWED, 15_000, 15_000, "sample", transfer=_VIETQR)
    waiting = FeeStanding(FeeWord.WAITING, 15_000, 15_000, "sample", page=page)
    unclear = FeeStanding(FeeWord.TROUBLE, 15_000, 15_000, "sample", fault="PAYMENT_MISMATCH")
    paid = FeeStanding(FeeWord.PAID, numbers=("GD20261124000317",), paid=15_000)
    platform = Pay(ways=tuple(PayWay), way=PayWay.PLATFORM)
    pays = {
        "pay": Pay(ways=tuple(PayWay), fee=owed),
        "pay_opening": replace(platform, fee=owed, opening=True),
        "pay_waiting": replace(platform, fee=waiting, seconds_left=272),
        "pay_waited": replace(platform, fee=waiting),
        "pay_paid": replace(platform, fee=paid),
        "pay_trouble": replace(platform, fee=unclear, fault="PAYMENT_MISMATCH"),
        "pay_unsure": replace(platform, fee=unclear, fault="PAYMENT_UNCLEAR"),
        "pay_offline": replace(platform, way=PayWay.COUNTER, fee=owed, fault="PAYMENT_DOWN"),
        "pay_transfer": replace(platform, way=PayWay.TRANSFER, fee=owed),
    }
    done = _done(scanned, Paper(Printed.CONFIRMED), Paper(Printed.CONFIRMED))
    found = {name: replace(done, step=Step.PAY, pay=pay) for name, pay in pays.items()}
    return found | {"done_paid": replace(done, pay=pays["pay_paid"])}


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


def _unread(state: State, source: Source) -> State:
    person = replace(PERSON, card_expires="")
    return replace(state, step=Step.PERSON, person=person, check=CardCheck(source))


def _faulty(state: State, code: str) -> State:
    return replace(state, fault=ShownFault(code, retry=True))


def _handing_in(state: State) -> State:
    running = replace(state, step=Step.HAND_IN, handed_in=handed_in(state))
    return replace(running, slip=Paper(Printed.RUNNING), ticket=Paper(Printed.WAITING))


def _done(state: State, slip: Paper, ticket: Paper) -> State:
    return replace(state, step=Step.DONE, handed_in=handed_in(state), slip=slip, ticket=ticket)
