"""What an ID-card reader does and what it gives, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from devices.cancel import Cancel
from devices.status import Status


@dataclass(frozen=True, repr=False)
class CardKey:
    """What is printed on the card and opens its chip (ICAO 9303-11, 4.3.2).

    ``number``: the 12-digit personal number (its last 9 digits are the document number) or a
    document number of up to 9 characters. ``birth`` and ``expiry``: ``YYMMDD``.
    """

    number: str
    birth: str
    expiry: str

    @property
    def document_number(self) -> str:
        return self.number[-9:] if len(self.number) == 12 else self.number

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
    """The machine-readable zone of DG1 (TD1, three lines of 30)."""

    lines: tuple[str, ...]
    document_number: str
    personal_number: str
    birth: str  # YYMMDD
    sex: str  # M, F or <
    expiry: str  # YYMMDD; 991231 means no expiry on Vietnamese cards
    nationality: str
    surname: str
    given_names: str
    warnings: tuple[str, ...] = ()  # names of check digits that don't fit

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
    (``DG13: TLV_BROKEN``), a PACE that failed before BAC opened (``PACE: WRONG_KEY``) and data
    that contradict each other (``dg13_number``)."""

    def __repr__(self) -> str:
        return f"CardData({self.access}, groups {sorted(self.groups)}, {self.apdus} APDUs)"


class ReadStep(StrEnum):
    FOUND = "found"
    OPENING = "opening"
    READING = "reading"
    CHECKING = "checking"


@dataclass(frozen=True)
class ReadProgress:
    """Where a reading stands: ``done`` of ``total`` files (or bytes of the portrait) in this step."""

    step: ReadStep
    done: int = 0
    total: int = 0


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


class Watch(Protocol):
    def stop(self) -> None:
        """Ends the watching and waits until its thread has gone."""


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
        """Opens the chip and reads DG1, DG13, SOD and DG2.

        A `CardKey` opens every chip, a `Can` only one that offers PACE (``PACE_UNSUPPORTED``).
        Raises `Fault` (``NO_CARD``, ``CARD_REMOVED``, ``WRONG_KEY``, ``CARD_UNSUPPORTED`` …) and `Cancelled`.
        """
        ...
