"""The reference portal as a child process: for demos, tests and drills."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import requests


class SandboxProcess:
    """Starts, stops and kills a sandbox; a context manager.

    After `kill` or `stop`, `start` brings it back with the same data on the same port.
    """

    def __init__(
        self,
        data: Path,
        port: int = 0,
        *,
        command: Sequence[str] = (),
        more: Sequence[str] = (),
        patience_s: float = 20,
    ) -> None:
        self._data = data
        self._command = tuple(command) or _command()
        self._more = tuple(more)
        self._patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> SandboxProcess:
        """Returns once it listens. Raises `RuntimeError` when it doesn't within ``patience_s``."""
        self._process = subprocess.Popen(
            [
                *self._command,
                *("--port", str(self.port), "--data", str(self._data), "--until-eof"),
                *self._more,
            ],
            stdin=subprocess.PIPE,  # its end tells the child that this program has gone
            stdout=subprocess.PIPE,
        )
        line = self._first_line()
        try:
            self.port = int(json.loads(line)["port"])
        except (ValueError, KeyError, TypeError):
            self.kill()
            raise RuntimeError("the sandbox doesn't listen") from None
        return self

    def dossiers(self) -> list[dict[str, object]]:
        """What the portal holds, as ``GET /sandbox/dossiers`` says. Raises `requests.RequestException`."""
        rows: list[dict[str, object]] = requests.get(
            f"{self.url}/sandbox/dossiers", timeout=10
        ).json()["dossiers"]
        return rows

    def at_the_bank(self, page: str, act: str) -> None:
        """As `at_the_bank`."""
        at_the_bank(page, act)

    def stop(self, timeout_s: float = 10) -> int:
        """Ends it politely; gives its exit code. Kills it when it doesn't go."""
        process = self._process
        if process is None:
            return 0
        process.terminate()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
        return self._gone(process)

    def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._gone(self._process)

    def _gone(self, process: subprocess.Popen[bytes]) -> int:
        self._process = None
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _first_line(self) -> bytes:
        process = self._process
        assert process is not None  # noqa: S101  started right before
        assert process.stdout is not None  # noqa: S101  a pipe
        late = threading.Timer(self._patience_s, process.kill)
        late.start()
        try:
            return process.stdout.readline()
        finally:
            late.cancel()
            late.join()

    def __enter__(self) -> SandboxProcess:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def at_the_bank(page: str, act: str) -> None:
    """Presses a button of the page that plays the bank. Raises `requests.RequestException`."""
    requests.post(page, data={"act": act}, timeout=10).raise_for_status()


def _command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):  # the bundled program is its own interpreter
        return (sys.executable, "sandbox")
    return (sys.executable, "-m", "sync.sandbox")
