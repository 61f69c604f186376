"""What an ID-card reader does and what it gives, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from devices.cancel import Cancel
from devices.idcard.dg11 import PersonalDetails
from devices.idcard.dg12 import DocumentDetails
from devices.status import Status
from devices.watch import Watch


@dataclass(frozen=True, repr=False)
class CardKey:
    """What is printed on the card and opens its chip (ICAO 9303-11, 4.3.2).

    ``number``: the 12-digit personal number (its last 9 digits are the document number) or a
    document number of up to 9 characters, or longer with a letter in it. ``birth`` and ``expiry``: ``YYMMDD``.
    """

    number: str
    birth: str
    expiry: str

    @property
    def document_number(self) -> str:
        whole = len(self.number) == 12 and self.number.isdigit()
        return self.number[-9:] if whole else self.number

    def __repr__(self) -> str:
        return "CardKey(•••)"


@dataclass(frozen=True, repr=False)
class Can:
    """The card access number, six digits: all that PACE needs (ICAO 9303-11, 4.4).

    Vietnamese cards print none; the last six digits of the number serve (`of_number`).
    """

    digits: str

    @classmethod
    def of_number(cls, number: str) -> Can:
        """From the 12-digit personal number."""
        return cls(number[-6:])

    def __repr__(self) -> str:
        return "Can(•••)"


Key = CardKey | Can
"""What is known of the card before its chip is opened: everything printed, or the number alone."""


@dataclass(frozen=True, repr=False)
class Mrz:
    """The machine-readable zone of DG1: TD1 (three lines of 30) or TD3 (a passport, two of 44)."""

    lines: tuple[str, ...]
    document_number: str
    personal_number: str  # or whatever else the optional data hold
    birth: str  # YYMMDD, << for what isn't known
    sex: str  # M, F or <
    expiry: str  # YYMMDD; 991231 means no expiry on Vietnamese cards
    nationality: str
    surname: str
    given_names: str
    warnings: tuple[str, ...] = ()  # names of check digits that don't fit
    document_type: str = ""  # ID, I, P …
    issuer: str = ""  # three letters, D for Germany (9303-3 §5)

    def __repr__(self) -> str:
        return "Mrz(•••)"


@dataclass(frozen=True, repr=False)
class Citizen:
    """DG13 by field number; every text is NFC, absent fields are empty strings."""

    personal_number: str = ""
    full_name: str = ""
    birth: str = ""  # dd/MM/yyyy as the chip gives it
    sex: str = ""
    nationality: str = ""
    ethnicity: str = ""
    religion: str = ""
    origin: str = ""
    residence: str = ""
    features: str = ""
    issued: str = ""
    expires: str = ""  # may be text ("Không thời hạn")
    father: str = ""
    mother: str = ""
    spouse: str = ""
    old_number: str = ""
    unknown: Mapping[int, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Citizen(•••)"


@dataclass(frozen=True, repr=False)
class Face:
    """The portrait of DG2: ``media_type`` is ``image/jpeg`` or ``image/jp2``."""

    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"Face({self.media_type}, {len(self.data)} bytes)"


class Step(StrEnum):
    """What came of one step of a check; never folded into a single yes or no."""

    OK = "ok"
    FAILED = "failed"
    NOT_DONE = "not_done"
    NOT_POSSIBLE = "not_possible"
    """It could not be decided: no such certificate is known, the group isn't listed …"""


@dataclass(frozen=True)
class Finding:
    """One step and, unless it is ok, why: a code in upper case (``CSCA_UNKNOWN``), no data."""

    step: Step = Step.NOT_DONE
    why: str = ""

    @property
    def ok(self) -> bool:
        return self.step is Step.OK


OK = Finding(Step.OK)
NOT_DONE = Finding()


@dataclass(frozen=True, repr=False)
class Signer:
    """Who signed a card's EF.SOD, as a `TrustVerifier` is asked about it.

    ``certificate``: DER of the document signer. ``issued``: when the card was issued, None when
    it doesn't say. ``number``: the personal number, which only an online check needs. ``issuer``:
    the state that issued the card, as its machine-readable zone says (`Mrz.issuer`), empty when
    that isn't known.
    """

    certificate: bytes
    issued: date | None = None
    number: str = ""
    issuer: str = ""

    def __repr__(self) -> str:
        return f"Signer({len(self.certificate)} bytes)"


@dataclass(frozen=True)
class Trust:
    """What a `TrustVerifier` found out about a signer.

    ``chain``: a country signer (CSCA) that we trust signed it. ``validity``: it was valid when the
    card was issued. ``revocation``: against the list of that country; ``crl_days`` is how many days
    ago that list should have been replaced, 0 while it is current, None without a list.
    ``by`` says who answered: ``local`` or ``gateway``, empty when nobody was asked.
    """

    chain: Finding = NOT_DONE
    validity: Finding = NOT_DONE
    revocation: Finding = NOT_DONE
    csca_sha256: str = ""
    crl_days: int | None = None
    by: str = ""


class TrustVerifier(Protocol):
    """Judges document signers. Called on the reader's worker; doesn't raise, doesn't take long."""

    def judge(self, signer: Signer) -> Trust: ...


class NullVerifier:
    """Knows nobody: every signer stays unconfirmed."""

    def judge(self, signer: Signer) -> Trust:
        return Trust()


@dataclass(frozen=True)
class PassiveResult:
    """Passive authentication step by step (ICAO 9303-11 §5.1).

    ``groups``: every group read (ok, failed: its hash differs, not possible: not listed in EF.SOD)
    and, as not done, every group that is listed but wasn't read. ``com``: EF.COM lists the same
    groups as EF.SOD, only a hint. ``certificate`` is the document signer in DER.
    """

    content: Finding = NOT_DONE
    signature: Finding = NOT_DONE
    trust: Trust = Trust()
    groups: Mapping[int, Finding] = field(default_factory=dict)
    com: Finding = NOT_DONE
    certificate: bytes | None = field(default=None, repr=False)
    certificate_sha256: str = ""
    hash_algorithm: str = ""
    signature_algorithm: str = ""


@dataclass(frozen=True)
class ChipResult:
    """Whether the chip proved to hold its private key. ``method``: ``CA``, ``AA`` or empty.

    ``finding`` is not possible when the group with the public key isn't vouched for by EF.SOD, and
    not done when the chip offers no proof. ``detail`` names algorithm and curve, never a key.
    """

    method: str = ""
    finding: Finding = NOT_DONE
    detail: str = ""
    warnings: tuple[str, ...] = ()


class LampState(StrEnum):
    OK = "ok"
    """Green."""
    FAILED = "failed"
    """Red."""
    UNKNOWN = "unknown"
    """Amber: not yet confirmed, or only in part."""
    ABSENT = "absent"
    """Grey: not offered, or not tried."""


@dataclass(frozen=True)
class Lamp:
    """``why``: a code in upper case, empty when the lamp is ok."""

    state: LampState = LampState.ABSENT
    why: str = "NOT_TRIED"


@dataclass(frozen=True)
class Lamps:
    """Four answers that stay apart; pages show them and never compute them anew."""

    read: Lamp = Lamp()
    """The data could be read and understood."""
    intact: Lamp = Lamp()
    """They are what the signer signed."""
    trusted: Lamp = Lamp()
    """The signer is known to and trusted by this office."""
    genuine: Lamp = Lamp()
    """The chip isn't a copy."""


@dataclass(frozen=True, repr=False)
class CardData:
    """Everything one reading gave. ``groups`` holds the raw files by data-group number; ``sod`` is EF.SOD."""

    access: str  # "PACE-CAN", "PACE-MRZ" or "BAC"
    reader: str
    atr: bytes
    mrz: Mrz
    citizen: Citizen | None  # None when DG13 is absent or can't be parsed
    face: Face | None
    groups: Mapping[int, bytes]
    sod: bytes | None
    apdus: int
    seconds: float
    com: bytes | None = None
    """EF.COM, raw; it is unsigned."""
    warnings: tuple[str, ...] = ()
    """What didn't fit, by name and without values: files that could not be read
    (``DG13: TLV_BROKEN``) and a PACE that failed before BAC opened (``PACE: WRONG_KEY``)."""
    mismatches: tuple[str, ...] = ()
    """Data that contradict each other, by name (``dg13_number``); see `crosscheck`."""
    passive: PassiveResult = PassiveResult()
    chip: ChipResult = ChipResult()
    lamps: Lamps = Lamps()
    personal: PersonalDetails | None = None
    """DG11, where the card has it."""
    document: DocumentDetails | None = None
    """DG12, where the card has it."""

    def __repr__(self) -> str:
        return f"CardData({self.access}, groups {sorted(self.groups)}, {self.apdus} APDUs)"


class ReadStep(StrEnum):
    FOUND = "found"
    OPENING = "opening"
    READING = "reading"
    CHECKING = "checking"


@dataclass(frozen=True, repr=False)
class SoFar:
    """What can be shown while the portrait is still being read; the lamps may still change."""

    mrz: Mrz
    citizen: Citizen | None
    lamps: Lamps

    def __repr__(self) -> str:
        return "SoFar(•••)"


@dataclass(frozen=True)
class ReadProgress:
    """Where a reading stands: ``done`` of ``total`` files (or bytes of the portrait) in this step.

    ``CHECKING`` comes before the portrait: its length makes the rest of the reading. ``so_far``
    is there once the text data are read, and again, with more lamps, once they are checked.
    """

    step: ReadStep
    done: int = 0
    total: int = 0
    so_far: SoFar | None = field(default=None, repr=False)


class CardChange(StrEnum):
    CARD_IN = "card_in"
    CARD_OUT = "card_out"
    READERS_CHANGED = "readers_changed"
    SERVICE_GONE = "service_gone"
    SERVICE_BACK = "service_back"


@dataclass(frozen=True)
class CardEvent:
    change: CardChange
    reader: str = ""
    atr: bytes = b""


class IdCardReader(Protocol):
    """One reader on one desk. `read` blocks and belongs on the reader's own worker."""

    def status(self) -> Status: ...

    def readers(self) -> list[str]:
        """Names of the readers present. Raises `Fault` ``PCSC_DOWN``."""
        ...

    def watch(self, on_event: Callable[[CardEvent], None]) -> Watch:
        """Reports cards and readers coming and going, on a thread of its own.

        A card that lies on the reader already is reported at once.
        """
        ...

    def read(
        self, key: Key, on_progress: Callable[[ReadProgress], None], cancel: Cancel
    ) -> CardData:
        """Opens the chip, reads DG1, DG13, SOD, DG14, DG15 and DG2, and checks signature and chip.

        A `CardKey` opens every chip, a `Can` only one that offers PACE (``PACE_UNSUPPORTED``).
        Raises `Fault` (``NO_CARD``, ``CARD_REMOVED``, ``WRONG_KEY``, ``CARD_UNSUPPORTED`` …) and `Cancelled`.
        """
        ...
