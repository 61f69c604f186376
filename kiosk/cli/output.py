"""What the command line says: JSON lines on stdout for machines, words on stderr for people."""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

from kiosk.faults import Fault, texts
from kiosk.logbook import tell_bug


def say_bug(bug: BaseException) -> int:
    """Tells of a bug and gives exit code 1."""
    tell_bug(bug)
    words("This is an error of the program. The log has more.")
    return 1


def say_fault(fault: Fault) -> int:
    """Prints a fault for machines and for people; gives exit code 3."""
    text = texts().get(fault.code)
    message = text.clerk["vi"] if text else fault.code
    say({"fault": fault.code, "message": message})
    words(f"{fault.code}: {text.clerk['en'] if text else fault.detail}")
    if fault.detail:
        words(f"  ({fault.detail})")
    return 3


def say(value: object) -> None:
    """One line of JSON on stdout, flushed."""
    _write(json.dumps(value, ensure_ascii=False), sys.stdout)


def words(text: str) -> None:
    """A line for people, on stderr."""
    _write(text, sys.stderr)


def _write(line: str, stream: TextIO) -> None:
    """Raises `Fault` ``SYSTEM_REFUSED`` when there is no room for the line; what follows is dropped."""
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:  # nobody reads on: typer ends the program
        raise
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # else Python tries the rest again at its end
        os.close(nowhere)
        raise Fault("SYSTEM_REFUSED", f"output: {error.strerror or error}") from error
