"""Workers do their jobs in order, survive bugs, and wait for a core behind the window."""

from __future__ import annotations

import os
import queue
import sys
import threading

import pytest

from kiosk.workers import Worker


def test_jobs_run_in_order_and_a_bug_ends_none():
    worker, done = Worker("test"), queue.SimpleQueue()

    def bug():
        done.put("bug")
        raise ZeroDivisionError

    for job in (lambda: done.put(1), bug, lambda: done.put(2)):
        worker.submit(job)
    assert [done.get(timeout=10) for _ in range(3)] == [1, "bug", 2]
    assert worker.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't tell threads apart")
def test_a_worker_waits_behind_the_thread_that_made_it():
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    if own >= 5:
        pytest.skip("the whole run was put back already")
    worker, found = Worker("test"), queue.SimpleQueue()
    worker.submit(lambda: found.put(os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
    assert found.get(timeout=10) == 5
    assert worker.stop()
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
