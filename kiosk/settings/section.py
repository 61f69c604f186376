"""What every part of the settings is made of."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field


class SettingsError(Exception):
    """A settings file can't be used; the text names file, key and what is allowed."""


Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f|]*$", max_length=200)]
"""One line; the bar is left to the signed text, whose parts it divides."""


ServicePath = Annotated[str, Field(pattern=r"^(/[\x21-\x3e\x40-\x7e]*[^/?\s])?$", max_length=200)]
"""A path behind a service's address; empty: the service has no such thing."""


class Section(BaseModel):
    """A table of the file: unknown keys are errors, and no error repeats what was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def on_loopback(url: str) -> bool:
    """Whether an address is this very machine's."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_text(name: str, key: str) -> str:
    """The one line in a secret's file. Raises `SettingsError`."""
    file = secret_file(name)
    try:
        secret = file.read_text("utf-8-sig").strip()
    except OSError as error:
        raise SettingsError(f"{key}: {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{key}: {file}: not a text file") from error
    if not secret or not secret.isprintable():
        raise SettingsError(f"{key}: {file}: one line of text is needed")
    return secret


def secret_file(name: str) -> Path:
    """A secret lies where the service manager puts credentials, else where the settings say."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return Path(folder, name) if folder else Path(name)
