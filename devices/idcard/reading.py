"""One go at a card, from laying hands on it to the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from devices.fault import Fault
from devices.idcard import access, crosscheck, dates, dg2, dg11, dg12, dg13, lamps, lds
from devices.idcard.api import (
    CardData,
    ChipResult,
    Citizen,
    Face,
    Finding,
    Key,
    Lamps,
    Mrz,
    PassiveResult,
    ReadProgress,
    ReadStep,
    SoFar,
    Step,
)
from devices.idcard.dg11 import PersonalDetails
from devices.idcard.dg12 import DocumentDetails
from devices.idcard.ladder import Ladder
from devices.idcard.lamps import Got
from devices.idcard.lds import COM, DG1, DG2, DG11, DG12, DG13, DG14, DG15, SOD, File
from devices.idcard.link import Connect, Connection, Guard, Patient
from devices.idcard.passive import Passive
from devices.idcard.proof import Prover
from devices.idcard.session import Session

if TYPE_CHECKING:
    from devices.idcard.reader import Means

DEGRADED = ("TLV_BROKEN", "FILE_TOO_LARGE", "ACCESS_DENIED", "CARD_ERROR")
"""Faults of a file that the reading can do without: noted, not raised. They all come in protected
answers, so the talk goes on."""
SMALL = (DG1, DG13, SOD, DG14, DG15)
"""The files before the portrait, in the order they are read; "3 of 5" counts these."""
DETAILS = (DG11, DG12)
GROUPS = (DG1, DG2, DG11, DG12, DG13, DG14, DG15)

TD1_LINES = 3

T = TypeVar("T")
OnProgress = Callable[[ReadProgress], None]


class ProofBroken(Exception):
    """The first exchange under the keys of chip authentication failed.

    ``of_keys``: the chip itself said that it doesn't know these keys, so no size was to blame.
    """

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault.code)
        self.of_keys = fault.code == "CHIP_MAC_ERROR" or fault.detail[-4:] in ("6987", "6988")
        self.detail = detail


class Reading:
    """One go; it holds what was read so far and dies with it.

    ``verdict``: what a former go found out about this chip; it isn't asked again.
    """

    def __init__(
        self,
        key: Key,
        on_progress: OnProgress,
        guard: Guard,
        means: Means,
        verdict: ChipResult | None = None,
    ) -> None:
        self.session: Session | None = None
        """There once the chip is open."""
        self._key = key
        self._tell = on_progress
        self._guard = guard
        self._means = means
        self._verdict = verdict
        self._chip = verdict or ChipResult()
        self._files: dict[str, bytes] = {}
        self._missing: set[str] = set()
        self._spoilt: set[str] = set()
        self._warnings: list[str] = []
        self._worded = False
        self._mrz: Mrz | None = None
        self._citizen: Citizen | None = None
        self._face: Face | None = None
        self._personal: PersonalDetails | None = None
        self._document: DocumentDetails | None = None
        self._passive: Passive | None = None
        self._prover: Prover | None = None

    @property
    def sod(self) -> bytes | None:
        return self._files.get(SOD.name)

    def run(self, connect: Connect, ladder: Ladder) -> CardData:
        """Raises `Fault`, `Cancelled` and `ProofBroken`."""
        patient = Patient(connect, self._guard)
        with patient as connection:
            self._say(ReadStep.FOUND)
            self._say(ReadStep.OPENING)
            opened = access.open_card(patient.transmit, self._key, self._means.random)
            self._warnings += opened.notes
            session = Session(patient.transmit, opened.channel, ladder.begin(connection))
            self.session = session
            self._read_text(session)
            self._read_signature(session)
            self._say(ReadStep.CHECKING)
            self._prove(session)
            self._say(ReadStep.CHECKING, 1, 1)
            self._read_portrait(session)
        self._guard.check()
        ladder.keep(session)
        return self._result(connection, opened.how)

    # --- the steps ---

    def _read_text(self, session: Session) -> None:
        self._read_zone(session)
        self._mrz = lds.parse_dg1(self._files[DG1.name])
        self._small(session, DG13)
        self._citizen = self._parsed(DG13, dg13.parse)
        self._worded = True
        self._say(ReadStep.READING, SMALL.index(SOD), len(SMALL))

    def _read_zone(self, session: Session) -> None:
        """DG1, by its short identifier; where the chip doesn't take that, all files by their names."""
        try:
            self._small(session, DG1)
        except Fault as fault:
            if fault.code not in ("CARD_UNSUPPORTED", "CARD_ERROR", "ACCESS_DENIED"):
                raise
            session.by_name = True
            try:
                self._small(session, DG1)
            except Fault as again:
                raise (again if again.code not in DEGRADED else fault) from None

    def _read_signature(self, session: Session) -> None:
        """EF.SOD, and of the groups with keys and details those that it lists."""
        self._small(session, SOD)
        sod = self.sod
        if sod is None:
            self._read(session, COM)
            return
        if self._citizen is None:  # a passport says in DG12 when it was issued
            self._small(session, DG12)
        number, issuer = (self._mrz.personal_number, self._mrz.issuer) if self._mrz else ("", "")
        self._passive = Passive(sod, self._means.trust, self._issued(), number, issuer)
        for file in (DG14, DG15, *DETAILS):
            if file.group in self._passive.listed and file.name not in self._files:
                self._small(session, file)
        self._personal = self._parsed(DG11, dg11.parse)
        self._document = self._parsed(DG12, dg12.parse)

    def _issued(self) -> date | None:
        if self._citizen is not None:
            return dates.parse(self._citizen.issued)
        document = self._parsed(DG12, dg12.parse)
        return dates.parse_iso(document.issued) if document is not None else None

    def _prove(self, session: Session) -> None:
        if self._verdict is not None or self._passive is None:
            return
        groups = self._groups()
        self._prover = Prover(session, self._means.random, self._passive.vouches(groups))
        listed = [file for file in (DG14, DG15) if file.group in self._passive.listed]
        denied = any(file.name in self._missing for file in listed)
        withheld = any(file.name not in self._files for file in listed)
        self._chip = self._prover.run(groups, withheld, denied)
        if self._prover.keys is not None and not self._means.photo:
            self._under_new_keys(lambda: session.peek(DG1))

    def _read_portrait(self, session: Session) -> None:
        if not self._means.photo:
            return

        def on_bytes(done: int, total: int) -> None:
            self._settle_proof()
            self._say(ReadStep.READING, done, total)

        self._under_new_keys(lambda: self._read(session, DG2, on_bytes))
        self._face = self._parsed(DG2, _checked_face)

    def _under_new_keys(self, exchange: Callable[[], object]) -> None:
        """The exchange that proves chip authentication, when it has run."""
        keys = self._prover.keys if self._prover else None
        try:
            exchange()
        except Fault as fault:
            if keys and not keys.proved and fault.code in ("SM_BROKEN", "CHIP_MAC_ERROR"):
                raise ProofBroken(fault, self._prover.detail if self._prover else "") from None
            raise
        self._settle_proof()

    def _settle_proof(self) -> None:
        if self._prover is not None and self._prover.keys is not None and self._prover.keys.proved:
            self._chip = self._prover.proved()

    # --- files ---

    def _small(self, session: Session, file: File) -> None:
        if file in SMALL:
            self._say(ReadStep.READING, SMALL.index(file), len(SMALL))
        self._read(session, file)

    def _read(
        self, session: Session, file: File, on_bytes: Callable[[int, int], None] | None = None
    ) -> None:
        try:
            data = session.read(file, on_bytes)
        except Fault as fault:
            # A chip that gives its bytes in crumbs may use the commands up on the portrait alone.
            used_up = file is DG2 and fault.code == "CARD_TOO_SLOW" and self._guard.used_up
            if file is DG1 or not (used_up or fault.code in DEGRADED):
                raise
            self._spoil(file, fault)
            return
        if data is not None:
            self._files[file.name] = data
        elif file is DG1:
            raise Fault("CARD_UNSUPPORTED", "no DG1")
        else:
            self._missing.add(file.name)

    def _parsed(self, file: File, parse: Callable[[bytes], T]) -> T | None:
        data = self._files.get(file.name)
        if data is None:
            return None
        try:
            return parse(data)
        except Fault as fault:
            self._spoil(file, fault)
            return None

    def _spoil(self, file: File, fault: Fault) -> None:
        self._spoilt.add(file.name)
        self._warnings.append(f"{file.name}: {fault.code}")

    def _groups(self) -> dict[int, bytes]:
        return {file.group: self._files[file.name] for file in GROUPS if file.name in self._files}

    # --- what came of it ---

    def _say(self, step: ReadStep, done: int = 0, total: int = 0) -> None:
        zone = self._mrz
        so_far = SoFar(zone, self._citizen, self._lamps()) if zone and self._worded else None
        self._tell(ReadProgress(step, done, total, so_far))

    def _lamps(self) -> Lamps:
        return lamps.light(
            self._got(DG13, self._citizen) if self._is_vietnamese else Got.NOT_ASKED,
            self._got(DG2, self._face),
            self._got(SOD, self._passive),
            self._checked(),
            self._chip,
        )

    @property
    def _is_vietnamese(self) -> bool:
        """Whether the document should have DG13: a passport, of whatever country, needs none."""
        listed = self._passive is not None and DG13.group in self._passive.listed
        return listed or (self._mrz is not None and len(self._mrz.lines) == TD1_LINES)

    def _checked(self) -> PassiveResult | None:
        """Passive authentication of what was read so far."""
        if self._passive is None:
            return None
        result = self._passive.result(self._groups(), self._files.get(COM.name))
        broken = [file.group for file in GROUPS if file.name in self._spoilt - self._files.keys()]
        if not broken:
            return result
        unread = Finding(Step.NOT_POSSIBLE, "GROUP_UNREADABLE")
        return replace(result, groups={**result.groups, **dict.fromkeys(broken, unread)})

    def _got(self, file: File, value: object) -> Got:
        if value is not None:
            return Got.READ
        if file.name in self._missing:
            return Got.ABSENT
        return Got.UNREADABLE if file.name in self._spoilt else Got.NOT_ASKED

    def _result(self, connection: Connection, how: str) -> CardData:
        zone = self._mrz
        assert zone is not None, "DG1 was read"  # noqa: S101
        return CardData(
            access=how,
            reader=connection.reader,
            atr=connection.atr,
            mrz=zone,
            citizen=self._citizen,
            face=self._face,
            groups=self._groups(),
            sod=self.sod,
            apdus=self._guard.apdus,
            seconds=self._guard.seconds,
            com=self._files.get(COM.name),
            warnings=tuple(self._warnings),
            mismatches=crosscheck.compare(self._key, zone, self._citizen),
            passive=self._checked() or PassiveResult(),
            chip=self._chip,
            lamps=self._lamps(),
            personal=self._personal,
            document=self._document,
        )


def _checked_face(data: bytes) -> Face:
    face = dg2.parse(data)
    dg2.check(face)
    return face
