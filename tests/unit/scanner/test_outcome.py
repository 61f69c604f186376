"""What exit codes and texts of scanimage mean."""

from __future__ import annotations

import pytest

from devices.scanner.api import Source
from devices.scanner.outcome import ends_the_run, fault_of, status_of
from devices.status import Kind, Level

FEEDER, GLASS = Source.FEEDER, Source.FLATBED


def said(text: str) -> list[str]:
    return ["Scanning page 1", f"scanimage: sane_read: {text}", "Batch terminated, 1 page scanned"]


@pytest.mark.parametrize(
    ("code", "text", "fault", "kind"),
    [
        (1, "Operation not supported", "SCANNER_ERROR", Kind.PROTOCOL),
        (2, "Operation was canceled", "SCANNER_ERROR", Kind.PROTOCOL),
        (3, "Device busy", "SCANNER_BUSY", Kind.BUSY),
        (4, "Invalid argument", "SCANNER_ERROR", Kind.PROTOCOL),
        (6, "Document feeder jammed", "SCANNER_JAM", Kind.JAM),
        (7, "Document feeder out of documents", "SCANNER_NO_PAPER", Kind.FEEDER_EMPTY),
        (8, "Scanner cover is open", "SCANNER_COVER_OPEN", Kind.COVER_OPEN),
        (9, "Error during device I/O", "SCANNER_ERROR", Kind.PROTOCOL),
        (10, "Out of memory", "SCANNER_ERROR", Kind.PROTOCOL),
        (11, "Access to resource has been denied", "SCANNER_ACCESS", Kind.ACCESS),
        (-6, "libpng error", "SCANNER_ERROR", Kind.PROTOCOL),
    ],
)
def test_codes(code: int, text: str, fault: str, kind: Kind) -> None:
    found = fault_of(code, said(text), 0, FEEDER)
    assert found is not None
    assert found.code == fault
    assert (status_of(found).level, status_of(found).kind) == (Level.FAULT, kind)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Document feeder jammed", "SCANNER_JAM"),
        ("Scanner cover is open", "SCANNER_COVER_OPEN"),
        ("Device busy", "SCANNER_BUSY"),
        ("Access to resource has been denied", "SCANNER_ACCESS"),
    ],
)
def test_the_last_words_of_a_killed_program_count(text: str, fault: str) -> None:
    found = fault_of(-9, said(text), 1, FEEDER)
    assert found is not None
    assert found.code == fault


@pytest.mark.parametrize("code", [3, 6, 8, 11])
def test_a_code_without_words_counts(code: int) -> None:
    found = fault_of(code, [], 0, FEEDER)
    assert found is not None
    assert found.code != "SCANNER_ERROR"


def test_code_0_without_a_page_is_no_success() -> None:
    empty = "Document feeder out of documents"
    nothing = fault_of(0, said(empty), 0, FEEDER)
    assert nothing is not None
    assert nothing.code == "SCANNER_NO_PAPER"
    silent = fault_of(0, [], 0, FEEDER)
    assert silent is not None
    assert silent.code == "SCANNER_ERROR"
    assert fault_of(0, said(empty), 3, FEEDER) is None
    assert fault_of(0, [], 1, GLASS) is None


@pytest.mark.parametrize(
    "line",
    ["scanimage: open of device x:1 failed: Invalid argument", "scanimage: no SANE devices found"],
)
def test_unknown_device(line: str) -> None:
    found = fault_of(1, [line], 0, FEEDER)
    assert found is not None
    assert found.code == "SCANNER_OFFLINE"


def test_which_lines_end_a_run() -> None:
    assert ends_the_run("scanimage: sane_read: Document feeder jammed")
    assert ends_the_run("scanimage: sane_start: Document feeder out of documents")
    assert not ends_the_run("scanimage: rounded value of resolution from 201 to 200")
    assert not ends_the_run("Scanned page 1. (scanner status = 5)")


def test_a_feeder_that_ran_empty_is_a_success_even_if_the_program_hung_then() -> None:
    lines = ["scanimage: sane_start: Document feeder out of documents"]
    assert fault_of(-9, lines, 3, FEEDER) is None
    assert fault_of(7, lines, 3, FEEDER) is None
    nothing = fault_of(-9, lines, 0, FEEDER)
    assert nothing is not None
    assert nothing.code == "SCANNER_NO_PAPER"


def test_a_rounded_setting_is_no_error() -> None:
    lines = ["scanimage: rounded value of br-y from 297 to 200"]
    assert fault_of(0, lines, 1, GLASS) is None
