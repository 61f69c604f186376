"""Options that many commands share, and what a command needs around it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kiosk import settings as station_settings
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="Settings file; default: the demo settings.")
]
StateFolder = Annotated[
    Path | None, typer.Option("--state", help="State folder; overrides the settings.")
]
PortalUrl = Annotated[
    str | None, typer.Option("--portal", help="Portal's address; overrides the settings.")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the key's passphrase; else it is asked."),
]
By = Annotated[str, typer.Option(help="Your name, for the record; default: the system's user.")]


def load(settings: Path | None, state: Path | None, portal: str | None = None) -> Settings:
    return station_settings.load(settings or station_settings.DEMO, state=state, portal=portal)


def passphrase(file: Path | None, *, twice: bool = False) -> str:
    """A key's passphrase, asked without an echo where no file has it. Raises `SettingsError`."""
    if file is None:
        return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True))
    try:
        with file.open(encoding="utf-8-sig") as stream:
            return stream.readline(1024).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {type(error).__name__}") from error


@contextmanager
def granted() -> Iterator[None]:
    """What the operating system refuses inside (a port in use, a folder that is a file) is a fault of the world."""
    try:
        yield
    except OSError as error:
        raise Fault("SYSTEM_REFUSED", f"{error.strerror or error}") from error


def need_display() -> None:
    """Raises `SettingsError` where no window can be shown."""
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    ):
        raise SettingsError("there is no display: set DISPLAY, or use demo --headless DIR")


def stop_asked() -> threading.Event:
    """An event that SIGTERM or Ctrl+C sets."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked
