"""One model of a device's health for every device: ok, warning, fault or unknown, with a kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"
    """The device doesn't say. Never blocks service and is never shown as ok."""


class Kind(StrEnum):
    PAPER_OUT = "paper_out"
    PAPER_LOW = "paper_low"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter"
    JAM = "jam"
    FEEDER_EMPTY = "feeder_empty"
    BUSY = "busy"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    ACCESS = "access"
    PROTOCOL = "protocol"
    SERVICE_DOWN = "service_down"
    """The system's service between program and device (pcscd) doesn't run."""


@dataclass(frozen=True)
class Status:
    """What a device says of itself; ``text`` is technical and for the technician only."""

    level: Level
    kind: Kind | None = None
    text: str = ""

    @classmethod
    def ok(cls) -> Status:
        return cls(Level.OK)

    @classmethod
    def warning(cls, kind: Kind, text: str = "") -> Status:
        return cls(Level.WARNING, kind, text)

    @classmethod
    def fault(cls, kind: Kind, text: str = "") -> Status:
        return cls(Level.FAULT, kind, text)

    @classmethod
    def unknown(cls, kind: Kind | None = None, text: str = "") -> Status:
        return cls(Level.UNKNOWN, kind, text)
