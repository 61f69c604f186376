"""What scanimage means by its texts and exit codes (sane-backends 1.1: exit code = SANE status)."""

from __future__ import annotations

from devices.fault import Fault
from devices.scanner.api import Source
from devices.status import Kind, Status

_KNOWN_TEXTS = (
    "scanimage: sane_read:",
    "scanimage: sane_start:",
    "scanimage: open of device",
    "scanimage: no SANE devices found",
)
"""Not all that begins with the program's name: "rounded value of …" is no error."""
_FEEDER_EMPTY = "out of documents"
_NO_DEVICE = ("open of device", "no SANE devices found")

_KINDS = {
    "SCANNER_JAM": Kind.JAM,
    "SCANNER_COVER_OPEN": Kind.COVER_OPEN,
    "SCANNER_NO_PAPER": Kind.FEEDER_EMPTY,
    "SCANNER_BUSY": Kind.BUSY,
    "SCANNER_OFFLINE": Kind.OFFLINE,
    "SCANNER_ACCESS": Kind.ACCESS,
    "SCANNER_TIMEOUT": Kind.TIMEOUT,
    "SCANNER_ERROR": Kind.PROTOCOL,
}


def ends_the_run(line: str) -> bool:
    """Whether after this line nothing more is to be waited for.

    After an error the program may hang for ever instead of ending (about 1 of 10 runs after a jam).
    """
    return line.startswith(_KNOWN_TEXTS)


def fault_of(code: int, lines: list[str], pages: int, source: Source) -> Fault | None:
    """The fault a finished run means; ``None`` when it went well.

    ``lines``: what the program said on stderr. An empty feeder ends with code 0 even when not one
    page came, so code 0 alone proves nothing.
    """
    said = " | ".join(line for line in lines if ends_the_run(line))
    detail = f"code {code}, {pages} pages: {said}"
    empty = _FEEDER_EMPTY in said
    if pages and empty and source is Source.FEEDER and (code <= 0 or code == 7):
        # Also when the program hung after these words and was ended by a signal.
        return None
    if pages and code == 0 and not said:
        return None
    if empty:
        return Fault("SCANNER_NO_PAPER", detail)
    return _by_text(said, detail) or _by_code(code, detail)


def kind_of(fault: Fault) -> Kind:
    return _KINDS.get(fault.code, Kind.PROTOCOL)


def status_of(fault: Fault) -> Status:
    return Status.fault(kind_of(fault), fault.detail)


def _by_text(said: str, detail: str) -> Fault | None:
    """A killed program has no code of its own: then its last words count."""
    if "feeder jammed" in said:
        return Fault("SCANNER_JAM", detail)
    if "cover is open" in said:
        return Fault("SCANNER_COVER_OPEN", detail)
    if "Device busy" in said:
        return Fault("SCANNER_BUSY", detail)
    if "denied" in said:
        return Fault("SCANNER_ACCESS", detail)
    if any(text in said for text in _NO_DEVICE):
        return Fault("SCANNER_OFFLINE", detail)
    return None


def _by_code(code: int, detail: str) -> Fault:
    if code == 3:
        return Fault("SCANNER_BUSY", detail)
    if code == 6:
        return Fault("SCANNER_JAM", detail)
    if code == 8:
        return Fault("SCANNER_COVER_OPEN", detail)
    if code == 11:
        return Fault("SCANNER_ACCESS", detail)
    return Fault("SCANNER_ERROR", detail)
