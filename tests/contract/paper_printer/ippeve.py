"""A real IPP printer (``ippeveprinter``) on loopback, with the system bus and the name service it needs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_AVAHI = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
disallow-other-stacks=no
[publish]
publish-addresses=yes
publish-hinfo=no
publish-workstation=no
"""

_COMMAND = """#!/bin/sh
for state in $FAKE_STATE; do echo "STATE: $state" >&2; done
sleep "${FAKE_SLEEP:-0}"
cp "$1" "$OUT_DIR/"
exit "${FAKE_RC:-0}"
"""

_BUS = Path("/run/dbus/system_bus_socket")
_TOOLS = ("ippeveprinter", "avahi-daemon", "dbus-daemon")


def require() -> None:
    """Skips where the programs aren't installed; on a build machine that is a failure."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    missing = [tool for tool in _TOOLS if shutil.which(tool, path=path) is None]
    if not missing and os.geteuid() == 0:
        return
    reason = f"a real IPP printer needs root and {', '.join(missing or _TOOLS)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def name_service(folder: Path) -> Iterator[None]:
    """System bus and avahi, each started only where none runs; stopped by their ids."""
    with contextlib.ExitStack() as stack:
        if not _answers(_BUS):
            stack.enter_context(_bus())
        if not _avahi_runs():
            config = folder / "avahi.conf"
            config.write_text(_AVAHI)
            line = [
                "avahi-daemon",
                "--no-drop-root",
                "--no-chroot",
                "--no-rlimits",
                "-f",
                str(config),
            ]
            stack.enter_context(started(line, folder / "avahi.log"))
            wait_for(_avahi_runs, "avahi")
        yield


@contextlib.contextmanager
def printer(folder: Path, name: str, **environment: str) -> Iterator[tuple[str, Path]]:
    """The printer's address and the folder of what it printed. ``FAKE_STATE``, ``FAKE_SLEEP``, ``FAKE_RC``."""
    (folder / "spool").mkdir()
    out = folder / "out"
    out.mkdir()
    command = folder / "save.sh"
    command.write_text(_COMMAND)
    command.chmod(0o700)
    port = free_port()
    line = ["ippeveprinter", "-p", str(port), "-n", "localhost", "-r", "off"]
    line += ["-f", "application/pdf", "-d", str(folder / "spool"), "-c", str(command), name]
    with started(line, folder / "ippeve.log", OUT_DIR=str(out), **environment):
        wait_for(lambda: _listens(port), "ippeveprinter")
        yield f"ipp://localhost:{port}/ipp/print", out


@contextlib.contextmanager
def started(line: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a group of its own; the whole group has gone at the end."""
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [shutil.which(line[0], path=path) or line[0], *line[1:]],
            stdout=words,
            stderr=words,
            env={**os.environ, "PATH": path, **environment},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(ready, what: str, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            pytest.fail(f"{what} does not start")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _bus() -> Iterator[None]:
    _BUS.parent.mkdir(parents=True, exist_ok=True)
    # A bus that died without cleaning up blocks the next one with this file.
    (_BUS.parent / "pid").unlink(missing_ok=True)
    process = subprocess.Popen(
        ["dbus-daemon", "--system", "--nofork", "--nopidfile"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: _answers(_BUS), "the system bus")
        yield
    finally:
        process.terminate()
        process.wait(5)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _avahi_runs() -> bool:
    return _answers(Path("/run/avahi-daemon/socket"))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("localhost", port)) == 0
