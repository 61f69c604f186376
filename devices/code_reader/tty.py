"""A serial port on Linux: found by its stable name, opened raw and for us alone (termios(3))."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import stat
import termios
import tty
from pathlib import Path

from devices.status import Kind

BY_ID = "/dev/serial/by-id/*"
"""udev's names: they hold maker and serial number and stay the same whatever is plugged in first."""
_KINDS = {
    errno.EACCES: Kind.ACCESS,
    errno.EPERM: Kind.ACCESS,
    errno.EBUSY: Kind.BUSY,
    errno.ENOTTY: Kind.PROTOCOL,
}
_CONTROL, _INPUT_SPEED, _OUTPUT_SPEED = 2, 4, 5


class NotOpen(Exception):
    """The port can't be had now; ``kind`` says why. It may be there later."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def find(port: str) -> str:
    """The path of the port: as given, or the only one that fits the pattern. Raises `NotOpen`."""
    pattern = port or BY_ID
    if not glob.has_magic(pattern):
        return pattern
    found = sorted(glob.glob(pattern))  # noqa: PTH207  an absolute pattern
    if len(found) != 1:
        raise NotOpen(Kind.OFFLINE, f"{len(found)} ports fit, exactly one is needed")
    return found[0]


def look(port: str) -> None:
    """Raises `NotOpen` when it is plain without opening it that the port can't be had."""
    path = find(port)
    if not Path(path).exists():
        raise NotOpen(Kind.OFFLINE, "no such port")
    if not os.access(path, os.R_OK | os.W_OK):
        raise NotOpen(Kind.ACCESS, "no rights to the port")


def open_port(port: str, baud: int) -> int:
    """A descriptor that doesn't block: raw, 8 data bits, no parity, one stop bit. Raises `NotOpen`."""
    path = find(port)
    try:
        # No control of this process by the terminal, and no waiting for a carrier.
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _not_open(error) from None
    try:
        _prepare(descriptor, baud)
    except (OSError, termios.error, ValueError) as error:
        os.close(descriptor)
        raise _not_open(error) from None
    return descriptor


def _prepare(descriptor: int, baud: int) -> None:
    if not stat.S_ISCHR(os.fstat(descriptor).st_mode):
        raise OSError(errno.ENOTTY, "not a terminal")
    tty.setraw(descriptor, termios.TCSANOW)
    mode = termios.tcgetattr(descriptor)
    mode[_CONTROL] &= ~(termios.CSIZE | termios.PARENB | termios.CSTOPB | termios.CRTSCTS)
    mode[_CONTROL] |= termios.CS8 | termios.CLOCAL | termios.CREAD
    mode[_INPUT_SPEED] = mode[_OUTPUT_SPEED] = getattr(termios, f"B{baud}")
    termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    # Others (a modem manager that probes) may not open it any more.
    fcntl.ioctl(descriptor, termios.TIOCEXCL)
    termios.tcflush(descriptor, termios.TCIFLUSH)


def _not_open(error: Exception) -> NotOpen:
    # termios.error is no OSError, yet its first argument is the number, too.
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return NotOpen(_KINDS.get(number, Kind.OFFLINE), errno.errorcode.get(number, "not a path"))
