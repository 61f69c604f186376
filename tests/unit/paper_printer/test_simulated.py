"""The simulated A4 printer's switches and its tray."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from devices.cancel import Cancel
from devices.fault import Fault
from devices.paper_printer.api import JobState
from devices.paper_printer.simulated import SimulatedPaperPrinter
from devices.status import Kind, Level

PDF = b"%PDF-1.4\n%%EOF\n"


def quiet(_state: JobState) -> None:
    pass


@pytest.mark.parametrize(
    ("switch", "kind", "code"),
    [
        ("paper_out", Kind.PAPER_OUT, "PRINTER_PAPER_OUT"),
        ("jam", Kind.JAM, "PRINTER_JAM"),
        ("cover_open", Kind.COVER_OPEN, "PRINTER_COVER_OPEN"),
        ("offline", Kind.OFFLINE, "PRINTER_OFFLINE"),
    ],
)
def test_switches(tmp_path: Path, switch: str, kind: Kind, code: str) -> None:
    device = SimulatedPaperPrinter(tmp_path, page_ms=0)
    setattr(device.switches, switch, True)
    assert (device.status().level, device.status().kind) == (Level.FAULT, kind)
    with pytest.raises(Fault) as fault:
        device.print(PDF, quiet, Cancel())
    assert fault.value.code == code
    setattr(device.switches, switch, False)
    assert device.print(PDF, quiet, Cancel()) is JobState.DONE


def test_low_paper_prints(tmp_path: Path) -> None:
    device = SimulatedPaperPrinter(tmp_path, page_ms=0)
    device.switches.paper_low = True
    assert device.status().kind is Kind.PAPER_LOW
    assert device.print(PDF, quiet, Cancel()) is JobState.DONE


def test_a_lost_job_is_unknown(tmp_path: Path) -> None:
    device = SimulatedPaperPrinter(tmp_path, page_ms=0)
    device.switches.lost = True
    assert device.print(PDF, quiet, Cancel()) is JobState.UNKNOWN
    assert device.take_paper() == []


def test_paper_put_in_goes_on(tmp_path: Path) -> None:
    device = SimulatedPaperPrinter(tmp_path, page_ms=200)
    timers = [
        threading.Timer(at, lambda on=on: setattr(device.switches, "paper_out", on))
        for at, on in ((0.05, True), (0.4, False))
    ]
    for timer in timers:
        timer.start()
    assert device.print(PDF, quiet, Cancel()) is JobState.DONE
    for timer in timers:
        timer.join()


def test_files_are_private_and_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "0007.pdf").write_bytes(b"older")
    (tmp_path / "notes.pdf").write_bytes(b"other")
    device = SimulatedPaperPrinter(tmp_path, page_ms=0)
    for _ in range(2):
        device.print(PDF, quiet, Cancel())
    paper = device.take_paper()
    assert [path.name for path in paper] == ["0008.pdf", "0009.pdf"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paper)
    assert device.take_paper() == []
    assert (tmp_path / "0007.pdf").read_bytes() == b"older"


def test_only_pdf(tmp_path: Path) -> None:
    with pytest.raises(Fault) as fault:
        SimulatedPaperPrinter(tmp_path, page_ms=0).print(b"hello", quiet, Cancel())
    assert fault.value.code == "PRINTER_ERROR"
