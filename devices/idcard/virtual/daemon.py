"""A real pcscd with virtual slots, kept off every network.

The slot driver listens on all addresses and can't be told otherwise, so the daemon gets a network
namespace of its own. Programs still reach it: its socket is a file. Linux only, needs root.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from devices.idcard.virtual import vpcd

PLACE = Path("/run/pcscd")
"""Where programs look for the daemon by themselves."""
SOCKET = "pcscd.comm"
DRIVERS = Path("/usr/lib/pcsc/drivers/serial"), Path("/usr/lib64/pcsc/drivers/serial")
START, STOP = 15.0, 10.0
"""Seconds the daemon may take to come up and to go."""
_POLL = 0.02
_NET_NAMESPACE = 0x40000000  # CLONE_NEWNET
_SLOTS = """FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x8C7B
LIBPATH {driver}
CHANNELID 0x8C7B
"""


class NotPossible(Exception):
    """This machine can't run the daemon; the text says what is missing."""


class PcscDaemon:
    """pcscd as a child process. Use as a context manager, or `start` and `stop`.

    Without ``folder`` it listens in the usual place. With one its socket lies there, so that it can
    run beside another pcscd; clients then need `environment` before their first PC/SC call, as
    the client library looks it up once.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._place = folder or PLACE
        self._private = folder is not None
        self._work: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PcscDaemon:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def socket_file(self) -> Path:
        return self._place / SOCKET

    @property
    def environment(self) -> dict[str, str]:
        """What a client process needs to reach this daemon."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket_file)} if self._private else {}

    @property
    def pid(self) -> int:
        """Raises `NotPossible` when it doesn't run."""
        if self._process is None:
            raise NotPossible("pcscd isn't running")
        return self._process.pid

    def start(self) -> None:
        """Starts the daemon and waits until its slots listen. Raises `NotPossible`."""
        reason = missing()
        if reason:
            raise NotPossible(reason)
        if listens(self.socket_file):
            raise NotPossible(f"another pcscd listens at {self.socket_file}")
        for folder in (PLACE, self._place):
            folder.mkdir(exist_ok=True)
        self.socket_file.unlink(missing_ok=True)
        self._work = Path(tempfile.mkdtemp(prefix="virtual-pcscd-"))
        log = self._work / "log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(self._command(self._work), stdout=out, stderr=out)
        deadline = time.monotonic() + START
        while not (listens(self.socket_file) and self._slot_listens()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text("utf-8", "replace")[-500:]
                self.stop()
                raise NotPossible(f"pcscd didn't start: {said}")
            time.sleep(_POLL)

    def stop(self) -> None:
        """Ends the daemon and waits until it has gone: it takes its socket with it."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP)
                self.socket_file.unlink(missing_ok=True)
        if self._work is not None:
            shutil.rmtree(self._work, ignore_errors=True)
            self._work = None

    def connect(self, slot: int = 0) -> socket.socket:
        """A link to a slot from inside the daemon's network. Raises `NotPossible` or OSError."""
        links: list[socket.socket] = []
        errors: list[OSError] = []

        def dial() -> None:
            # Only this thread moves into the namespace, and it ends here; the socket stays inside.
            try:
                _enter_network(self.pid)
                links.append(vpcd.dial("127.0.0.1", vpcd.PORT + slot))
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=dial, name="namespace-dial")
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return links[0]

    def _command(self, work: Path) -> list[str]:
        slots = work / "readers"
        slots.mkdir()
        (slots / "vpcd").write_text(_SLOTS.format(driver=driver()), "utf-8")
        steps = ["ip link set lo up", 'exec pcscd --foreground --config "$2"']
        if self._private:
            # pcscd's place is compiled in; in its own view of the file system it is our folder.
            steps.insert(0, f'mount --bind "$1" {PLACE}')
        # ``unshare`` and ``exec`` replace themselves: the child's pid is pcscd's.
        script = " && ".join(steps)
        # Ends with this program, however that ends: a left-over would hold the usual socket.
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        tool = [*leash, *(_unshare() or ()), "sh", "-c", script]
        return [*tool, "sh", str(self._place), str(slots)]

    def _slot_listens(self) -> bool:
        with contextlib.suppress(OSError):
            table = Path(f"/proc/{self.pid}/net/tcp").read_text("ascii")
            return f":{vpcd.PORT:04X} 00000000:0000 0A" in table
        return False


def missing() -> str:
    """What keeps a virtual reader from running here, in words; empty when nothing does."""
    if os.geteuid() != 0:
        return "needs root, to give pcscd a network of its own"
    absent = [
        tool
        for tool in ("pcscd", "unshare", "ip", "mount", "findmnt")
        if shutil.which(tool) is None
    ]
    if absent:
        return f"not installed: {', '.join(absent)}"
    if driver() is None:
        return "not installed: the vpcd driver (package vsmartcard-vpcd)"
    if _unshare() is None:
        return "this machine doesn't allow network namespaces"
    return ""


def _unshare() -> list[str] | None:
    """How to start a program with a network and mounts of its own; None where that is not allowed.

    In a changed root (no mount point of its own) ``unshare`` can't make all mounts private. There the mounts
    are left as they are, but only where ours would stay in the new view anyway.
    """
    tool = ["unshare", "--net", "--mount"]
    if subprocess.run([*tool, "true"], check=False, capture_output=True).returncode == 0:
        return tool
    tool += ["--propagation", "unchanged"]
    spread = subprocess.run(
        ["findmnt", "--noheadings", "--output", "PROPAGATION", "--target", str(PLACE.parent)],
        check=False,
        capture_output=True,
        text=True,
    ).stdout.split()
    allowed = subprocess.run([*tool, "true"], check=False, capture_output=True).returncode == 0
    return tool if allowed and spread == ["private"] else None


def driver() -> Path | None:
    """The library of the vpcd driver."""
    found = (path for folder in DRIVERS for path in sorted(folder.glob("libifdvpcd.so*")))
    return next(found, None)


def listens(socket_file: Path = PLACE / SOCKET) -> bool:
    """Whether a pcscd listens there."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_file))
        except OSError:
            return False
    return True


def _enter_network(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/proc/{pid}/ns/net").open("rb") as namespace:
        if libc.setns(namespace.fileno(), _NET_NAMESPACE):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
