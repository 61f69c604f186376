"""A station's whole settings file: read, validated, and its errors in words."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, model_validator

import resources
from kiosk.settings.devices import Devices
from kiosk.settings.eid import Eid
from kiosk.settings.office import Office, Safekeeping, State, Store, Trust, Vault
from kiosk.settings.payments import Payments
from kiosk.settings.portal import Feeds, Portal
from kiosk.settings.section import Section, SettingsError

DEMO = resources.path("settings", "demo.toml")
"""The embedded default: simulated devices, sandbox portal on loopback."""


class Citizen(Section):
    """The citizen's face."""

    idle_s: int = Field(default=60, ge=20, le=600)
    idle_warning_s: int = Field(default=30, ge=20, le=120)
    card_pulled_s: int = Field(default=10, ge=5, le=60)
    procedures: list[str] = Field(default=["2.000815"])
    full_screen: bool = True
    px_per_mm: float = Field(default=0, ge=0, le=20)
    """Calibrated size of the screen; 0: ask the screen."""
    emblem: str = ""
    """Picture file of the office's own mark; empty: none."""


class Settings(Section):
    demo: bool = False
    """Synthetic people and devices; said on every page."""
    office: Office
    state: State = State()
    store: Store = Store()
    safekeeping: Safekeeping = Safekeeping()
    portal: Portal
    eid: Eid = Eid()
    feeds: Feeds = Feeds()
    payments: Payments = Payments()
    vault: Vault = Vault()
    trust: Trust = Trust()
    devices: Devices = Devices()
    citizen: Citizen = Citizen()

    @model_validator(mode="after")
    def _fed(self) -> Settings:
        feeds = self.feeds
        fed = feeds.states_path or feeds.catalogue_path or feeds.petitions_path
        if self.portal.shape != "adapter" and fed:
            raise ValueError("feeds need a login, which a relay hasn't")
        return self

    @property
    def folder(self) -> Path:
        """The state folder, absolute. Raises `SettingsError` for an unknown ``~user``."""
        if self.state.folder:
            try:
                return Path(self.state.folder).expanduser().absolute()
            except RuntimeError as error:
                raise SettingsError(f"state.folder: {self.state.folder}: {error}") from error
        base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        return Path(base).expanduser().absolute() / "mot-cua"


def load(file: Path = DEMO, *, state: Path | None = None, portal: str | None = None) -> Settings:
    """Reads and validates a settings file; ``state`` and ``portal`` override its folder and address.

    Raises `SettingsError`.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from error
    if state is not None:
        data["state"] = {"folder": str(state)}
    if portal is not None and isinstance(data.get("portal"), dict):
        beside = data.get("payments")
        if isinstance(beside, dict) and beside.get("url") == data["portal"].get("url"):
            beside["url"] = portal.rstrip("/")  # the sandbox serves both
        data["portal"]["url"] = portal.rstrip("/")
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_readable(file, error)) from error


def _readable(file: Path, error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in problem["loc"]) or "(file)"
        said = "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"]
        allowed = _allowed(problem["loc"]) if problem["type"] == "extra_forbidden" else ""
        lines.append(f"{file}: {key}: {said}{allowed}")
    return "\n".join(lines)


def _allowed(where: tuple[int | str, ...]) -> str:
    section: type[BaseModel] = Settings
    for part in where[:-1]:
        kind = section.model_fields[str(part)].annotation
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return ""
        section = kind
    return "; allowed here: " + ", ".join(sorted(section.model_fields))
