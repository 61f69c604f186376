"""The IPP driver against a scripted printer: every way a job can go."""

from __future__ import annotations

import re
import socket
import threading
import time

import pytest

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.paper_printer.api import JobState
from devices.paper_printer.ipp import IppOptions, IppPaperPrinter
from devices.status import Kind, Level
from tests.contract.paper_printer.stub import CANCEL, PRINT, Script, printer

PDF = b"%PDF-1.4\n%synthetic\n%%EOF\n"
QUICK = {"poll_s": 0.02, "timeout_s": 2, "deadline_s": 5, "patience_s": 0.2, "cancel_s": 0.5}


def run(script: Script, cancel: Cancel | None = None, **options: float) -> tuple[object, list]:
    """Prints once; gives what came of it (a state or the fault's code) and the states told."""
    told: list[JobState] = []
    with printer(script) as uri:
        device = IppPaperPrinter(IppOptions(uri, **{**QUICK, **options}))
        try:
            return device.print(PDF, told.append, cancel or Cancel()), told
        except Fault as fault:
            return fault.code, told


def test_a_job_is_followed_to_its_end() -> None:
    script = Script(ends=3)
    end, told = run(script)
    assert end is JobState.DONE
    assert told == [JobState.QUEUED, JobState.SENT, JobState.PRINTING, JobState.DONE]
    assert script.documents == [PDF]


def test_what_is_asked_for() -> None:
    script = Script()
    run(script)
    job = next(attributes for operation, attributes in script.seen if operation == PRINT)
    assert job["media"] == b"iso_a4_210x297mm"
    assert job["document-format"] == b"application/pdf"
    assert int.from_bytes(job["copies"], "big") == 1
    assert re.fullmatch(rb"Mot Cua [0-9a-f]{8}", job["job-name"])
    assert job["requesting-user-name"] == b"kiosk"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("media-empty-warning", "PRINTER_PAPER_OUT"),
        ("media-jam-error", "PRINTER_JAM"),
        ("door-open-report", "PRINTER_COVER_OPEN"),
        ("toner-empty", "PRINTER_ERROR"),
    ],
)
def test_a_known_fault_sends_nothing(reason: str, code: str) -> None:
    script = Script(reasons=[reason])
    assert run(script) == (code, [JobState.QUEUED])
    assert script.documents == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [("media-needed-warning", "PRINTER_PAPER_OUT"), ("media-jam", "PRINTER_JAM")],
)
def test_a_fault_in_the_job_takes_it_back(reason: str, code: str) -> None:
    script = Script(reasons_in_job=[reason], ends=10_000)
    end, told = run(script)
    assert (end, told[-1]) == (code, JobState.PRINTING)
    assert [job[1] for job in script.jobs.values()] == [7]


def test_paper_put_in_in_time_goes_on() -> None:
    script = Script(reasons_in_job=["media-empty"], ends=6)
    assert run(script, patience_s=5)[0] is JobState.DONE


def test_a_slow_printer_is_left_at_the_deadline_and_the_job_taken_back() -> None:
    script = Script(ends=10_000)
    begun = time.monotonic()
    assert run(script, deadline_s=0.4)[0] == "PRINTER_TIMEOUT"
    assert time.monotonic() - begun < 3
    assert [job[1] for job in script.jobs.values()] == [7]


def test_a_job_that_cannot_be_taken_back_is_unknown() -> None:
    script = Script(ends=10_000, cancel_works=False)
    end, told = run(script, deadline_s=0.2)
    assert end is JobState.UNKNOWN
    assert told[-1] is JobState.UNKNOWN


def test_a_job_that_ends_while_it_is_taken_back_was_printed() -> None:
    script = Script(ends=15, cancel_works=False)
    assert run(script, deadline_s=0.1, cancel_s=4)[0] is JobState.DONE


def test_a_forgotten_job_is_unknown_not_done_and_not_failed() -> None:
    assert run(Script(forget=True))[0] is JobState.UNKNOWN


@pytest.mark.parametrize("state", [7, 8])
def test_a_job_the_printer_gives_up_is_a_fault(state: int) -> None:
    assert run(Script(end_state=state))[0] == "PRINTER_ERROR"


def test_a_given_up_job_names_the_printers_fault() -> None:
    script = Script(end_state=8, ends=1)
    with printer(script) as uri:
        device = IppPaperPrinter(IppOptions(uri, **QUICK))

        def jam(state: JobState) -> None:
            if state is JobState.SENT:
                script.reasons = ["media-jam"]

        with pytest.raises(Fault) as fault:
            device.print(PDF, jam, Cancel())
    assert fault.value.code == "PRINTER_JAM"


def test_cancelling_takes_the_job_back() -> None:
    script = Script(ends=10_000)
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        run(script, cancel)
    timer.join()
    assert CANCEL in [operation for operation, _attributes in script.seen]
    assert [job[1] for job in script.jobs.values()] == [7]


def test_cancelled_before_anything_was_sent() -> None:
    cancel = Cancel()
    cancel.cancel()
    script = Script()
    with pytest.raises(Cancelled):
        run(script, cancel)
    assert script.seen == []


def test_a_printer_at_work_for_others_is_waited_for() -> None:
    assert run(Script(refuse=[0x0507, 0x0507]))[0] is JobState.DONE
    assert run(Script(refuse=[0x0507] * 10_000), deadline_s=0.3)[0] == "PRINTER_TIMEOUT"


@pytest.mark.parametrize(
    ("status", "code"),
    [(0x0506, "PRINTER_OFFLINE"), (0x040A, "PRINTER_ERROR"), (0x0500, "PRINTER_ERROR")],
)
def test_a_refused_job(status: int, code: str) -> None:
    assert run(Script(refuse=[status]))[0] == code


def test_a_swallowed_answer_finds_the_job_by_its_name() -> None:
    script = Script(swallow=True, ends=3)
    assert run(script)[0] is JobState.DONE
    assert len(script.documents) == 1


@pytest.mark.parametrize("script", [Script(anonymous=True), Script(refuse_list=0x0501)])
def test_a_swallowed_answer_without_a_trace_of_the_job_is_unknown(script: Script) -> None:
    script.swallow = True
    end, told = run(script)
    assert end is JobState.UNKNOWN
    assert told == [JobState.QUEUED, JobState.UNKNOWN]


def test_a_printer_that_does_not_tell_about_itself() -> None:
    script = Script(refuse_printer=0x0501)
    assert run(script)[0] == "PRINTER_ERROR"
    with printer(script) as uri:
        status = IppPaperPrinter(IppOptions(uri, **QUICK)).status()
    assert (status.level, status.kind) == (Level.UNKNOWN, Kind.PROTOCOL)


@pytest.mark.parametrize(
    "script",
    [
        Script(wrong_id=True),
        Script(garbage=True),
        Script(http=500),
        Script(http=302),
        Script(endless=True),
        Script(trickle=True),
        Script(short=True),
        Script(delay_s=1),
    ],
)
def test_nothing_usable_from_the_printer(script: Script) -> None:
    begun = time.monotonic()
    assert run(script, timeout_s=0.3)[0] == "PRINTER_OFFLINE"
    assert script.documents == []
    assert time.monotonic() - begun < 4


def test_a_printer_without_pdf() -> None:
    assert run(Script(formats=["image/urf"]))[0] == "PRINTER_ERROR"


def test_nobody_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        uri = f"ipp://127.0.0.1:{closed.getsockname()[1]}/ipp/print"
        device = IppPaperPrinter(IppOptions(uri, **QUICK))
        status = device.status()
        assert (status.level, status.kind) == (Level.FAULT, Kind.OFFLINE)
        with pytest.raises(Fault) as fault:
            device.print(PDF, lambda _state: None, Cancel())
    assert fault.value.code == "PRINTER_OFFLINE"


def test_a_line_cut_in_the_job_is_unknown() -> None:
    script = Script(ends=10_000)

    def cut(state: JobState) -> None:
        if state is JobState.PRINTING:
            script.garbage = True

    with printer(script) as uri:
        device = IppPaperPrinter(IppOptions(uri, **{**QUICK, "deadline_s": 0.4}))
        assert device.print(PDF, cut, Cancel()) is JobState.UNKNOWN
