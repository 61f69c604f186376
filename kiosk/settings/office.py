"""The office, what it keeps and where, and whom it trusts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kiosk.settings.section import Section

AgencyId = Annotated[
    str, Field(pattern=r"^(\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(\.\d{1,3}){0,4}$", max_length=40)
]


class Office(Section):
    agency: AgencyId
    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=1, max_length=300)
    phone: str = Field(default="", max_length=40)
    website: str = Field(default="", max_length=120)
    hotline: str = Field(default="18001096", max_length=20)
    place: str = Field(min_length=1, max_length=80)
    """The place name that stands before the date on papers."""
    station: str = Field(pattern=r"^[a-z0-9-]{1,30}$")
    serial_first: int = Field(default=1, ge=1)
    """First dossier serial of the day that this station may give."""
    serial_last: int = Field(default=9999, ge=1, le=9_999_999)
    calendar: str = Field(default="vn", pattern=r"^[a-z0-9-]+$")

    @model_validator(mode="after")
    def _range(self) -> Office:
        if self.serial_last < self.serial_first:
            raise ValueError("serial_last must not be below serial_first")
        return self


class State(Section):
    folder: str = ""
    """Everything the station keeps. Empty: ``$XDG_STATE_HOME/mot-cua``."""


class Store(Section):
    """How much room the state folder's disk must have, in MiB."""

    low_water_mib: int = Field(default=500, ge=1, le=1_000_000)
    """Below it staff are warned."""
    refuse_below_mib: int = Field(default=200, ge=1, le=1_000_000)
    """Below it nothing new is begun; what is stored goes on being sent. A session with all its scans must fit."""

    @model_validator(mode="after")
    def _in_order(self) -> Store:
        if self.low_water_mib < self.refuse_below_mib:
            raise ValueError("low_water_mib must not be below refuse_below_mib")
        return self


class Safekeeping(Section):
    """A daily sealed copy of everything unsent on a second disk or a stick."""

    folder: str = ""
    """An existing folder on another disk, absolute. Empty: no copies are made."""
    every_h: float = Field(default=24, ge=1, le=168)
    after_rows: int = Field(default=50, ge=1, le=100_000)
    """So many new unsent messages ask for a copy earlier."""
    keep: int = Field(default=3, ge=1, le=100)
    """How many copies stay; an older one goes only after a newer one was read back whole."""
    same_disk: bool = False
    """Whether the folder may be on the state folder's own disk: only for a trial, it helps against little."""

    @model_validator(mode="after")
    def _absolute(self) -> Safekeeping:
        if self.folder and not Path(self.folder).is_absolute():
            raise ValueError("folder must be an absolute path")
        return self


class Vault(Section):
    """Keys: of what the store keeps about people, and of bundles that leave the station."""

    key: Literal["auto", "systemd", "dpapi", "file"] = "auto"
    """Who keeps the station's key. ``auto``: the operating system (in the demo a file in the state
    folder); ``file``: that file outside the demo, too, where the disk itself is encrypted."""
    export_key: str = Field(default="", pattern=r"^([A-Za-z0-9+/]{43}=)?$")
    """The office's X25519 public key, as ``kiosk vault office-key`` says it: only its private half opens
    bundles of unsent dossiers."""


class Trust(Section):
    """How the signers of ID cards are judged by the station's own store."""

    crl: Literal["soft", "hard"] = "soft"
    """An old or absent list of revoked certificates: a remark, or the signer isn't confirmed."""
