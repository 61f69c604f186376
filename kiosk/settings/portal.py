"""The portal and what comes back from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

import resources
from kiosk.settings.section import Section, ServicePath, on_loopback, secret_file, secret_text

_RelayPath = Annotated[str, Field(pattern=r"^(/[\x21-\x22\x24-\x3e\x40-\x7e]*)?$", max_length=200)]
"""Without a query and a fragment: the query is the driver's."""


class Relay(Section):
    """Where a relay takes what, behind ``portal.url``. A provincial one has one address for both pushes."""

    agency: str = Field(default="", pattern=r"^[A-Za-z0-9.]{0,40}$")
    """``MaDinhDanhDV``. Empty: ``office.agency``."""
    insert_path: _RelayPath = ""
    update_path: _RelayPath = ""
    progress_path: _RelayPath = ""


class Portal(Section):
    shape: Literal["adapter", "relay_province", "relay_vendor"] = "adapter"
    """What stands at ``url``: the adapter API, or a relay that takes bare arrays and has no login."""
    relay: Relay = Relay()
    url: str = Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")
    login_path: str = Field(default="/mapi/login", pattern=r"^/")
    share_path: str = Field(default="/mapi/g", pattern=r"^/")
    integration_path: str = Field(default="/mapi/g", pattern=r"^/")
    username: str = ""
    password: str = Field(default="", repr=False)
    """Only for a sandbox on loopback; a real password comes from ``password_file``."""
    password_file: str = ""
    dstcode: str = Field(default="", pattern=r"^[\x21-\x7e]*$", max_length=200)
    files_path: str = Field(default="", pattern=r"^(/[\x21-\x7e]*[^/\s])?$", max_length=200)
    """Where scanned files are uploaded (tus 1.0), behind ``url``. Empty: this portal takes none."""
    file_url: str = Field(
        default="", pattern=r"^(https?://[\x21-\x7e]*\{sha256\}[\x21-\x7e]*)?$", max_length=1000
    )
    """Where officials open an uploaded file. Empty: ``url`` + ``files_path`` + ``/{sha256}``."""
    chunk_kib: int = Field(default=256, ge=16, le=8192)
    """How much of a file one request carries."""
    confirmation: Literal["echo", "lookup", "code"] = "lookup"
    """How an acceptance is believed: the answer echoes key and hash (our sandbox and relays), the portal is
    asked again, or (relays only, which can't be asked) by ``error_code`` 0 alone."""
    batch: int = Field(default=1, ge=1, le=10)
    """How many items one request carries, each with its own key and result; needs ``confirmation`` echo."""
    lengths: dict[str, dict[str, Annotated[int, Field(ge=1, le=100_000)]]] = Field(default={})
    """Other lengths of fields than ``resources/portal/lengths.toml`` has, by message or list."""
    collection: dict[
        Literal["platform", "cash", "transfer"], Annotated[str, Field(min_length=1, max_length=50)]
    ] = Field(default={})
    """``HinhThucThu`` of a fee by the way that it was paid; the list of codes isn't public. Empty: none is sent."""
    connect_timeout_s: float = Field(default=5, gt=0, le=60)
    read_timeout_s: float = Field(default=60, gt=0, le=600)
    ca_file: str = ""
    """PEM file of the only authorities that may vouch for the portal. Empty: the system's own store."""
    client_certificate_file: str = ""
    """PEM file of the certificate that this station shows the portal. Empty: none."""
    client_key_file: str = ""
    """Its private key, PEM without a password. Empty: it is in the certificate's file."""

    @property
    def tls_files(self) -> tuple[Path | None, Path | None, Path | None]:
        """The authorities, our certificate, its key; None for what isn't named."""
        certificate, key = (
            secret_file(one) if one else None
            for one in (self.client_certificate_file, self.client_key_file)
        )
        return Path(self.ca_file) if self.ca_file else None, certificate, key

    @field_validator("lengths")
    @classmethod
    def _known_fields(cls, lengths: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        if not lengths:
            return lengths
        known = tomllib.loads(resources.path("portal", "lengths.toml").read_text("utf-8"))
        for row, fields in lengths.items():
            for field in fields:
                if field not in known.get(row, {}):
                    raise ValueError(f"{row[:60]}.{field[:60]} has no length; see lengths.toml")
        return lengths

    @property
    def file_address(self) -> str:
        """Where a file will be found, with ``{sha256}`` in it; empty where none are uploaded."""
        if not self.files_path:
            return ""
        return self.file_url or f"{self.url.rstrip('/')}{self.files_path}/{{sha256}}"

    @property
    def on_loopback(self) -> bool:
        return on_loopback(self.url)

    @model_validator(mode="after")
    def _secret(self) -> Portal:
        if self.password and not self.on_loopback:
            raise ValueError("password is allowed for a portal on loopback only; use password_file")
        for name in ("username", "dstcode") if self.shape == "adapter" else ():
            if not getattr(self, name):
                raise ValueError(f"{name} is needed")
        if self.shape == "adapter" and not self.password and not self.password_file:
            raise ValueError("password_file is needed")
        if self.client_key_file and not self.client_certificate_file:
            raise ValueError("client_certificate_file is needed when there is a client_key_file")
        return self

    @model_validator(mode="after")
    def _shaped(self) -> Portal:
        if self.shape == "adapter":
            if self.confirmation == "code":
                raise ValueError("confirmation code is for relays; use echo or lookup")
            return self
        for name in ("insert_path", "update_path", "progress_path"):
            if not getattr(self.relay, name):
                raise ValueError(f"relay.{name} is needed for shape {self.shape}")
        if self.confirmation == "lookup":
            raise ValueError("a relay can't be asked: confirmation must be echo or code")
        if self.files_path:
            raise ValueError("files_path needs a login, which a relay hasn't")
        return self

    def secret(self) -> str:
        """The password. Raises `SettingsError` when the file can't be read."""
        if self.password:
            return self.password
        return secret_text(self.password_file, "portal.password_file")


class Feeds(Section):
    """What comes back from the portal, behind ``portal.url`` and with its account."""

    states_path: ServicePath = ""
    """States of dossiers. Empty: this portal has no such feed."""
    catalogue_path: ServicePath = ""
    """Signed releases of the catalogue. Empty: the one that ships is used."""
    petitions_path: ServicePath = ""
    """Questions and petitions to the office, and their answers. Empty: this portal has no such feed."""
    petition_days: int = Field(default=0, ge=0, le=365)
    """Working days to answer a petition where the portal names no day; 0: no term is assumed."""
    catalogue_keys: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]] = Field(
        default=[], max_length=8
    )
    """Ed25519 keys that may sign a release, each as the base64 of its 32 bytes."""
    poll_s: float = Field(default=300, ge=1, le=86_400)
    """How often the portal is asked, give or take a fifth."""

    @model_validator(mode="after")
    def _signed(self) -> Feeds:
        if self.catalogue_path and not self.catalogue_keys:
            raise ValueError("catalogue_keys are needed when there is a catalogue_path")
        return self
