"""What a printer's state reasons mean for the person in front of it."""

from __future__ import annotations

from collections.abc import Sequence

from devices.fault import Fault
from devices.paper_printer.message import AttributeSet, Value
from devices.status import Kind, Level, Status

IDLE, WORKING, STOPPED = 3, 4, 5

_KINDS: tuple[tuple[str, Kind | None], ...] = (
    ("media-jam", Kind.JAM),
    ("door-open", Kind.COVER_OPEN),
    ("cover-open", Kind.COVER_OPEN),
    ("interlock-open", Kind.COVER_OPEN),
    ("media-empty", Kind.PAPER_OUT),
    ("media-needed", Kind.PAPER_OUT),
    ("toner-empty", None),
    ("marker-supply-empty", None),
    ("spool-area-full", None),
    ("offline", Kind.OFFLINE),
    ("connecting-to-device", Kind.OFFLINE),
    ("shutdown", Kind.OFFLINE),
)
"""By prefix: printers were seen to report an error as ``-warning``, and CUPS adds ``-report``."""

_LOW = ("media-low", "toner-low", "marker-supply-low")


def texts(values: Sequence[Value]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def number(attributes: AttributeSet, name: str) -> int | None:
    """The attribute's first value when it is a number."""
    value = next(iter(attributes.get(name, ())), None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def status_of(attributes: AttributeSet) -> Status:
    """The health that printer attributes speak of; an unknown reason is text only."""
    reasons = texts(attributes.get("printer-state-reasons", ()))
    text = " ".join(reasons)
    for prefix, kind in _KINDS:
        if any(reason.startswith(prefix) for reason in reasons):
            return Status(Level.FAULT, kind, text)
    state = number(attributes, "printer-state")
    if state is None:
        return Status.unknown(Kind.PROTOCOL, "no printer-state")
    if state == STOPPED:
        return Status(Level.FAULT, None, f"stopped: {text}")
    if False in attributes.get("printer-is-accepting-jobs", ()):
        return Status.fault(Kind.OFFLINE, "accepts no jobs")
    if any(reason.startswith(_LOW) for reason in reasons):
        kind = Kind.PAPER_LOW if "media-low" in text else None
        return Status(Level.WARNING, kind, text)
    return Status(Level.OK, None, text)


def fault_of(status: Status) -> Fault:
    """The fault to raise for a status that is one."""
    if status.kind is Kind.PAPER_OUT:
        return Fault("PRINTER_PAPER_OUT", status.text)
    if status.kind is Kind.JAM:
        return Fault("PRINTER_JAM", status.text)
    if status.kind is Kind.COVER_OPEN:
        return Fault("PRINTER_COVER_OPEN", status.text)
    if status.kind is Kind.OFFLINE:
        return Fault("PRINTER_OFFLINE", status.text)
    return Fault("PRINTER_ERROR", status.text)
