"""State reasons of printers and what they mean."""

from __future__ import annotations

import pytest

from devices.paper_printer.client import http_url
from devices.paper_printer.reasons import fault_of, status_of
from devices.status import Kind, Level


def attributes(*reasons: str, state: int = 3, accepting: bool = True) -> dict[str, list]:
    return {
        "printer-state": [state],
        "printer-state-reasons": list(reasons),
        "printer-is-accepting-jobs": [accepting],
    }


@pytest.mark.parametrize("ending", ["", "-error", "-warning", "-report"])
@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        ("media-empty", Kind.PAPER_OUT, "PRINTER_PAPER_OUT"),
        ("media-needed", Kind.PAPER_OUT, "PRINTER_PAPER_OUT"),
        ("media-jam", Kind.JAM, "PRINTER_JAM"),
        ("door-open", Kind.COVER_OPEN, "PRINTER_COVER_OPEN"),
        ("cover-open", Kind.COVER_OPEN, "PRINTER_COVER_OPEN"),
        ("offline", Kind.OFFLINE, "PRINTER_OFFLINE"),
        ("connecting-to-device", Kind.OFFLINE, "PRINTER_OFFLINE"),
        ("toner-empty", None, "PRINTER_ERROR"),
        ("marker-supply-empty", None, "PRINTER_ERROR"),
        ("spool-area-full", None, "PRINTER_ERROR"),
    ],
)
def test_faults(reason: str, ending: str, kind: Kind | None, code: str) -> None:
    status = status_of(attributes("none-of-yours", reason + ending))
    assert (status.level, status.kind) == (Level.FAULT, kind)
    assert fault_of(status).code == code
    assert reason + ending in status.text


def test_the_persons_next_step_comes_first() -> None:
    assert status_of(attributes("media-empty", "media-jam-error")).kind is Kind.JAM


@pytest.mark.parametrize(
    ("given", "level", "kind"),
    [
        (attributes("none"), Level.OK, None),
        (attributes("something-new"), Level.OK, None),
        (attributes("media-low-report"), Level.WARNING, Kind.PAPER_LOW),
        (attributes("toner-low"), Level.WARNING, None),
        (attributes("none", state=5), Level.FAULT, None),
        (attributes("none", accepting=False), Level.FAULT, Kind.OFFLINE),
        ({}, Level.UNKNOWN, Kind.PROTOCOL),
        ({"printer-state": ["idle"]}, Level.UNKNOWN, Kind.PROTOCOL),
    ],
)
def test_other_states(given: dict, level: Level, kind: Kind | None) -> None:
    status = status_of(given)
    assert (status.level, status.kind) == (level, kind)


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("ipp://printer.local/ipp/print", "http://printer.local:631/ipp/print"),
        ("ipps://printer.local:8443/ipp", "https://printer.local:8443/ipp"),
        ("ipp://[::1]:8631/ipp/print", "http://[::1]:8631/ipp/print"),
        ("ipp://10.0.0.7", "http://10.0.0.7:631/"),
    ],
)
def test_address(uri: str, url: str) -> None:
    assert http_url(uri) == url
