"""A process that has everything imported and forks a child for each command: a kill costs no new interpreter.

``python -m tests.faults.zygote FD`` speaks on the inherited socket FD, one JSON line a message; `Zygote`
is the other end. A child runs the same entry points as the real commands (`kiosk.cli.run`, the sandbox's
``main``) on real files and sockets; only the time before ``main`` is spared. The zygote has no thread, so
that no lock can be held while it forks, and it ends its children when its starter is gone.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import resources

_MODULES = (
    "kiosk.commands.journey",
    "kiosk.commands.sync",
    "kiosk.compose",
    "devices.idcard.simulated",
    "devices.idcard.virtual.pki",
    "devices.paper_printer.simulated",
    "devices.scanner.simulated",
    "sync.sandbox.__main__",
    "sync.sandbox.app",
    "sync.sandbox.connection",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
)
"""What the commands import when they run."""

_GRACE_S = 30.0


class Child:
    """A forked command. ``output`` is the file of its standard output."""

    def __init__(self, zygote: Zygote, number: int, output: Path) -> None:
        self._zygote = zygote
        self._number = number
        self.output = output
        self.pid = 0
        self.code: int | None = None
        self._known = threading.Event()
        self._ended = threading.Event()

    def kill(self) -> bool:
        """``kill -9``; False when it had ended before. Returns when it is gone."""
        self._zygote.ask({"kill": self._number})
        self.wait(_GRACE_S)
        return self.code == -signal.SIGKILL

    def wait(self, timeout_s: float) -> bool:
        """Whether it has ended; ``code`` is its exit code then, negative for a signal."""
        return self._ended.wait(timeout_s)

    def told(self, message: dict[str, int]) -> None:
        if "pid" in message:
            self.pid = message["pid"]
            self._known.set()
        else:
            self.code = message["code"]
            self._ended.set()

    def started(self) -> Child:
        if not self._known.wait(_GRACE_S):
            raise RuntimeError("the zygote doesn't answer")
        return self


class Zygote:
    """Starts the process; a context manager. Safe to use from several threads."""

    def __init__(self, log: Path) -> None:
        """``log``: file for what the children write to standard error."""
        ours, theirs = socket.socketpair()
        with log.open("ab") as stderr, theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # inherited by the sandbox, who ends when it is closed
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=Path(resources.path()).parent,
            )
        self._socket = ours
        self._lock = threading.Lock()
        self._children: dict[int, Child] = {}
        self._numbers = 0
        self._listener = threading.Thread(target=self._listen, name="zygote", daemon=True)
        self._listener.start()

    def fork(self, program: str, arguments: Sequence[object], output: Path) -> Child:
        """Starts ``program`` (``kiosk`` or ``sandbox``); its standard output goes to a new file."""
        with self._lock:
            self._numbers += 1
            child = self._children[self._numbers] = Child(self, self._numbers, output)
            number = self._numbers
        command = {"program": program, "arguments": list(map(str, arguments))}
        self.ask({"fork": number, **command, "output": str(output)})
        return child.started()

    def ask(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._socket.sendall(json.dumps(message).encode() + b"\n")

    def _listen(self) -> None:
        with self._socket.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                with self._lock:
                    child = self._children[message["number"]]
                    if "code" in message:
                        del self._children[message["number"]]
                child.told(message)

    def close(self) -> None:
        """Ends the zygote and every child that is left."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._process.wait(_GRACE_S)
        self._listener.join()
        self._socket.close()

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# --- the process itself -----------------------------------------------------------------------------


class _Mother:
    """The zygote's one loop: commands from the socket, ends of children from a signal."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._numbers: dict[int, int] = {}  # of children by pid
        self._rest = b""
        self._bell, bell = socket.socketpair()
        bell.setblocking(False)
        self._bell.setblocking(False)
        self._ends = (line, self._bell, bell)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._line, self._bell], [], [])
            if self._bell in ready:
                self._bell.recv(4096)
                self._reap()
            if self._line in ready:
                data = self._line.recv(65536)
                if not data:
                    break
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    self._do(json.loads(line))
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)

    def _do(self, asked: dict[str, Any]) -> None:
        if "kill" in asked:
            for pid, number in self._numbers.items():  # not reaped yet: nobody else has its pid
                if number == asked["kill"]:
                    os.kill(pid, signal.SIGKILL)
            return
        output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        pid = os.fork()
        if pid == 0:
            self._become(asked, output)
        os.close(output)
        self._numbers[pid] = asked["fork"]
        self._tell({"number": asked["fork"], "pid": pid})

    def _reap(self) -> None:
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            self._tell({"number": self._numbers.pop(pid), "code": code})

    def _tell(self, message: dict[str, int]) -> None:
        self._line.sendall(json.dumps(message).encode() + b"\n")

    def _become(self, asked: dict[str, Any], output: int) -> None:
        """The child: gives up what is the mother's, then runs the command and never comes back."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in self._ends:
                end.close()
            os.dup2(output, 1)
            os.close(output)
            code = _PROGRAMS[asked["program"]](asked["arguments"])
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def _kiosk(arguments: list[str]) -> int:
    from kiosk import cli

    return cli.run(arguments)


def _sandbox(arguments: list[str]) -> int:
    from sync.sandbox.__main__ import main

    sys.argv = ["sync.sandbox", *arguments]
    main()
    return 0


_PROGRAMS = {"kiosk": _kiosk, "sandbox": _sandbox}


def main() -> None:
    for module in _MODULES:
        importlib.import_module(module)
    _kiosk(["sync", "--help"])  # builds the command line once; says it to nobody
    if threading.active_count() != 1 or "PySide6" in sys.modules:
        raise RuntimeError("a zygote with threads or windows can't fork")
    gc.collect()
    gc.freeze()  # what is there now stays shared with the children
    _Mother(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
