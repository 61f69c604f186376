"""A4 printers that speak IPP: one job at a time, followed to its end."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.cancel import Cancel, Cancelled
from devices.fault import Fault
from devices.paper_printer.api import JobState
from devices.paper_printer.client import BUSY, NOT_FOUND, Client, NoAnswer, Refused
from devices.paper_printer.message import AttributeSet
from devices.paper_printer.reasons import fault_of, number, status_of, texts
from devices.status import Kind, Level, Status

_LOG = logging.getLogger(__name__)
_PROCESSING, _COMPLETED, _CANCELED, _ABORTED = 5, 9, 7, 8


@dataclass(frozen=True)
class IppOptions:
    """``deadline_s``: a job's whole time. ``patience_s``: how long the printer may wait for a hand
    (paper, cover) before the job is taken back. ``cancel_s``: how long taking it back may take.
    """

    uri: str
    deadline_s: float = 60
    patience_s: float = 20
    timeout_s: float = 5
    cancel_s: float = 10
    poll_s: float = 0.5


class IppPaperPrinter:
    """One printer; a direct IPP printer or a queue of CUPS."""

    def __init__(self, options: IppOptions) -> None:
        self._options = options
        self._client = Client(options.uri, options.timeout_s)

    def status(self) -> Status:
        try:
            return status_of(self._client.printer())
        except Fault as fault:
            return Status.fault(Kind.OFFLINE, fault.detail)
        except Refused as error:
            return Status.unknown(Kind.PROTOCOL, str(error))

    def print(self, pdf: bytes, on_state: Callable[[JobState], None], cancel: Cancel) -> JobState:
        """See `PaperPrinter.print`."""
        cancel.check()
        on_state(JobState.QUEUED)
        try:
            self._check()
            job = _Job(self._options, self._client, on_state, cancel)
            return job.do(pdf)
        except Fault as fault:
            _LOG.warning("paper not printed: %s", fault)
            raise

    def _check(self) -> None:
        """What is known to go wrong goes wrong before anything is sent."""
        try:
            printer = self._client.printer()
        except Refused as error:
            raise Fault("PRINTER_ERROR", str(error)) from error
        status = status_of(printer)
        if status.level is Level.FAULT:
            raise fault_of(status)
        formats = texts(printer.get("document-format-supported", ()))
        if formats and "application/pdf" not in formats:
            raise Fault("PRINTER_ERROR", "the printer takes no PDF")


class _Job:
    """One job from sending to its end."""

    def __init__(
        self,
        options: IppOptions,
        client: Client,
        on_state: Callable[[JobState], None],
        cancel: Cancel,
    ) -> None:
        self._options = options
        self._client = client
        self._on_state = on_state
        self._cancel = cancel
        self._told = JobState.QUEUED
        self._until = time.monotonic() + options.deadline_s

    def do(self, pdf: bytes) -> JobState:
        # The name is on the printer's display and in its list of jobs: nothing of a person in it.
        name = f"Mot Cua {secrets.token_hex(4)}"
        job_id = self._send(pdf, name)
        if job_id is None:
            return self._lost()
        self._tell(JobState.SENT)
        return self._follow(job_id)

    def _send(self, pdf: bytes, name: str) -> int | None:
        """The job's id, ``None`` when nothing is known of it. A printer at work for others is waited for."""
        while True:
            try:
                return number(self._client.print(pdf, name), "job-id")
            except NoAnswer as error:
                _LOG.warning("no answer to the job: %s", error)
                return self._look_for(name)
            except Refused as error:
                if error.status != BUSY:
                    raise _refusal(error) from error
            self._cancel.wait(self._options.poll_s)
            self._cancel.check()
            if time.monotonic() > self._until:
                raise Fault("PRINTER_TIMEOUT", "busy with other jobs all the time")

    def _look_for(self, name: str) -> int | None:
        """The job may have arrived though the answer didn't."""
        try:
            return self._client.find(name)
        except (NoAnswer, Refused):
            return None

    def _follow(self, job_id: int) -> JobState:
        """Asks until the job has ended, the deadline has passed, or nobody comes with paper."""
        needs: Status | None = None
        since = time.monotonic()
        while not self._cancel.asked and time.monotonic() < self._until:
            try:
                end = self._end(self._client.job(job_id))
            except NoAnswer:
                end = None
            except Refused as error:
                # A job that was seen and is no longer known may be on paper or not.
                end = self._lost() if error.status == NOT_FOUND else None
            if end is not None:
                return end
            needs, since = self._need(needs, since)
            if needs is not None and time.monotonic() - since > self._options.patience_s:
                break
            self._cancel.wait(self._options.poll_s)
        return self._take_back(job_id, needs)

    def _end(self, job: AttributeSet) -> JobState | None:
        """``DONE``, a `Fault` for a job the printer gave up, ``None`` while it goes on."""
        state = number(job, "job-state")
        if state == _COMPLETED:
            self._tell(JobState.DONE)
            return JobState.DONE
        if state in (_CANCELED, _ABORTED):
            raise self._given_up(job)
        if state == _PROCESSING:
            self._tell(JobState.PRINTING)
        return None

    def _given_up(self, job: AttributeSet) -> Fault:
        status = self._printer()
        if status.level is Level.FAULT:
            return fault_of(status)
        reasons = " ".join(texts(job.get("job-state-reasons", ())))
        return Fault("PRINTER_ERROR", f"the printer gave the job up: {reasons}")

    def _need(self, before: Status | None, since: float) -> tuple[Status | None, float]:
        """The fault that the printer shows now, and since when it has shown it."""
        now = self._printer()
        if now.level is not Level.FAULT:
            return None, time.monotonic()
        same = before is not None and before.kind is now.kind
        return now, since if same else time.monotonic()

    def _printer(self) -> Status:
        try:
            return status_of(self._client.printer())
        except (Fault, Refused) as error:
            return Status.unknown(Kind.OFFLINE, str(error))

    def _take_back(self, job_id: int, needs: Status | None) -> JobState:
        """Cancels the job at the printer and makes sure: else it would come out before the next person."""
        until = time.monotonic() + self._options.cancel_s
        asked = False
        while time.monotonic() < until:
            try:
                if not asked:
                    self._client.cancel(job_id)
                    asked = True
            except NoAnswer:
                pass
            except Refused as error:
                # Not possible any more: its state says why.
                asked = error.status != NOT_FOUND
            state = self._state_of(job_id)
            if state == _COMPLETED:
                self._tell(JobState.DONE)
                return JobState.DONE
            if state in (_CANCELED, _ABORTED):
                raise self._taken_back(needs)
            time.sleep(min(0.1, self._options.poll_s))
        return self._lost()

    def _state_of(self, job_id: int) -> int | None:
        try:
            job = self._client.job(job_id)
        except (NoAnswer, Refused):
            return None
        return number(job, "job-state")

    def _taken_back(self, needs: Status | None) -> Fault | Cancelled:
        if self._cancel.asked:
            return Cancelled()
        if needs is not None:
            return fault_of(needs)
        return Fault(
            "PRINTER_TIMEOUT", f"not printed in {self._options.deadline_s:g} s, taken back"
        )

    def _lost(self) -> JobState:
        self._tell(JobState.UNKNOWN)
        return JobState.UNKNOWN

    def _tell(self, state: JobState) -> None:
        if state is not self._told:
            self._told = state
            self._on_state(state)


def _refusal(error: Refused) -> Fault:
    if error.status in (0x0506, 0x0502):
        return Fault("PRINTER_OFFLINE", f"accepts no jobs, {error}")
    return Fault("PRINTER_ERROR", f"job refused, {error}")
