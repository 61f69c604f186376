"""Workers: one thread with a queue for each device and for the store's writes."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from kiosk.logbook import tell_bug

Job = Callable[[], None]

_BEHIND = 5


def step_back() -> None:
    """Has this thread wait for a core behind the window's, where the system tells threads apart (Linux)."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND)


class Worker:
    """Runs blocking jobs one after the other on a thread of its own.

    A job brings its own result home (by posting to the owner's thread). A bug in a job is logged
    without its text; the worker goes on with the next job.
    """

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        self._jobs.put(job)

    def stop(self, seconds: float = 5) -> bool:
        """Asks the thread to end after the jobs that wait; true when it has gone within ``seconds``."""
        self._jobs.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        step_back()
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as bug:  # noqa: BLE001  this thread's last guard: the station stays up
                tell_bug(bug)
