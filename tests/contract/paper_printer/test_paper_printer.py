"""The same expectations for every A4 printer: the simulated one, a scripted IPP one and a real IPP one."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.paper_printer.api import JobState, PaperPrinter
from devices.paper_printer.client import Client
from devices.paper_printer.ipp import IppOptions, IppPaperPrinter
from devices.paper_printer.simulated import SimulatedPaperPrinter
from devices.status import Kind, Level
from tests.contract.paper_printer import ippeve, stub

PDF = b"%PDF-1.4\n%synthetic\n%%EOF\n"

Trial = tuple[PaperPrinter, Callable[[], list[bytes]]]
"""A printer and what came out of it so far."""
Rig = Callable[[Path, str], AbstractContextManager[Trial]]
"""Makes a trial in a folder; its printer does ``what``: ok, slow, paper_out, fails, gone."""


@contextmanager
def simulated(folder: Path, what: str) -> Iterator[Trial]:
    device = SimulatedPaperPrinter(folder / "tray", page_ms=30, deadline_s=1)
    if what == "slow":
        device.switches.page_ms = 60_000
    if what == "fails":
        device.switches.fails = True
    if what == "gone":
        device.switches.offline = True
    out: list[bytes] = []

    def printed() -> list[bytes]:
        out.extend(path.read_bytes() for path in device.take_paper())
        return out

    if what == "paper_out":
        device.switches.page_ms = 2000
        with _later(0.05, lambda: setattr(device.switches, "paper_out", True)):
            yield device, printed
    else:
        yield device, printed


@contextmanager
def scripted(folder: Path, what: str) -> Iterator[Trial]:
    script = stub.Script(ends=10_000 if what in ("slow", "paper_out") else 2)
    if what == "paper_out":
        script.reasons_in_job = ["media-empty-warning", "media-needed-warning"]
    if what == "fails":
        script.end_state = 8
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(contextlib.ExitStack())
        uri = server.enter_context(stub.printer(script))
        if what == "gone":
            server.close()
        deadline = 1 if what == "slow" else 15
        options = IppOptions(uri, deadline_s=deadline, patience_s=0.2, poll_s=0.02)
        yield (
            IppPaperPrinter(options),
            lambda: script.documents if script.end_state == 9 and what == "ok" else [],
        )


@contextmanager
def real(folder: Path, what: str) -> Iterator[Trial]:
    environment = {
        "slow": {"FAKE_SLEEP": "4"},
        "paper_out": {"FAKE_STATE": "+media-empty-error,media-needed", "FAKE_SLEEP": "4"},
        "fails": {"FAKE_RC": "1"},
    }.get(what, {})
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        uri, out = stack.enter_context(ippeve.printer(folder, f"Kiosk {what}", **environment))
        if what == "gone":
            stack.close()
        deadline = 1 if what == "slow" else 15
        options = IppOptions(uri, deadline_s=deadline, patience_s=0.5, poll_s=0.1, cancel_s=12)

        def printed() -> list[bytes]:
            # The program goes on working at a cancelled job, so its own word for the jobs counts too.
            if Client(uri, 5).job(1)["job-state"] != [9]:
                return []
            return [path.read_bytes() for path in out.iterdir()]

        yield IppPaperPrinter(options), printed


@pytest.fixture(scope="module")
def name_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    ippeve.require()
    with ippeve.name_service(tmp_path_factory.mktemp("names")):
        yield


@pytest.fixture(
    params=[simulated, scripted, pytest.param(real, marks=pytest.mark.real)],
    ids=lambda rig: rig.__name__,
)
def rig(request: pytest.FixtureRequest) -> Rig:
    if request.param is real:
        request.getfixturevalue("name_service")
    return request.param


@contextmanager
def _later(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(seconds, action)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def test_prints_and_knows_it(rig: Rig, tmp_path: Path) -> None:
    told: list[JobState] = []
    with rig(tmp_path, "ok") as (device, printed):
        assert device.status().level is Level.OK
        assert device.print(PDF, told.append, Cancel()) is JobState.DONE
        assert device.print(PDF, told.append, Cancel()) is JobState.DONE
        assert printed() == [PDF, PDF]
    assert told[:2] == [JobState.QUEUED, JobState.SENT]
    assert told[-1] is JobState.DONE


def test_paper_out_in_the_job_ends_in_time_and_nothing_comes_later(
    rig: Rig, tmp_path: Path
) -> None:
    with rig(tmp_path, "paper_out") as (device, printed):
        with pytest.raises(Fault) as fault:
            device.print(PDF, lambda _state: None, Cancel())
        assert fault.value.code == "PRINTER_PAPER_OUT"
        assert printed() == []


def test_a_slow_job_is_taken_back_at_the_deadline(rig: Rig, tmp_path: Path) -> None:
    with rig(tmp_path, "slow") as (device, printed):
        with pytest.raises(Fault) as fault:
            device.print(PDF, lambda _state: None, Cancel())
        assert fault.value.code == "PRINTER_TIMEOUT"
        assert printed() == []


def test_cancelling(rig: Rig, tmp_path: Path) -> None:
    cancel = Cancel()
    begun = time.monotonic()
    with rig(tmp_path, "slow") as (device, printed), _later(0.3, cancel.cancel):
        with pytest.raises(Cancelled):
            device.print(PDF, lambda _state: None, cancel)
        assert printed() == []
    assert time.monotonic() - begun < 15


def test_a_job_given_up_by_the_printer(rig: Rig, tmp_path: Path) -> None:
    with rig(tmp_path, "fails") as (device, _printed), pytest.raises(Fault) as fault:
        device.print(PDF, lambda _state: None, Cancel())
    assert fault.value.code == "PRINTER_ERROR"


def test_nobody_there(rig: Rig, tmp_path: Path) -> None:
    with rig(tmp_path, "gone") as (device, _printed):
        status = device.status()
        assert (status.level, status.kind) == (Level.FAULT, Kind.OFFLINE)
        with pytest.raises(Fault) as fault:
            device.print(PDF, lambda _state: None, Cancel())
    assert fault.value.code == "PRINTER_OFFLINE"
