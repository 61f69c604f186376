"""The gateway that vouches for cards."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from kiosk.settings.section import Section, SettingsError, Words, on_loopback, secret_file

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]


_Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$", max_length=120)]


class EidNames(Section):
    """How the gateway calls things: headers, fields of the body, fields of the answer (dots lead inwards)."""

    request_id: _Name = "request_id"
    request_time: _Name = "request_time"
    license_id: _Name = "license_id"
    device_type: _Name = "device_type"
    province: _Name = "dia_chi"
    signature: _Name = "signature"
    number: _Name = "id_card"
    certificate: _Name = "dscert"
    purpose: _Name = "authentication_purpose"
    location: _Name = "authentication_location"
    source: _Name = "authentication_source"
    exit_code: _Path = "exitcode"
    result: _Path = "responds.result"


class Eid(Section):
    """The gateway that vouches for the signers of ID cards (RAR of the Ministry of Public Security)."""

    url: str = Field(default="", pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")
    """Empty: there is none."""
    path: str = Field(default="/eid/verify", pattern=r"^/[\x21-\x7e]*$", max_length=200)
    allow_http: bool = False
    """Whether ``url`` may be plain HTTP beyond loopback: only for an address inside a VPN."""
    license_id: Words = ""
    device_type: Words = ""
    province: Words = ""
    purpose: Words = ""
    """Why the number is sent, in words that the citizen is shown too."""
    location: Words = ""
    source: Words = ""
    private_key_file: str = ""
    """RSA key in PEM that signs the requests."""
    timeout_s: float = Field(default=5, gt=0, le=60)
    """For a whole question: a citizen waits."""
    clock_skew_s: float = Field(default=600, ge=1, le=86_400)
    """How far the gateway lets a request's time be off."""
    names: EidNames = EidNames()

    @model_validator(mode="after")
    def _whole(self) -> Eid:
        if not self.url:
            return self
        for name in ("license_id", "device_type", "province", "purpose", "private_key_file"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is needed when there is a url")
        if not (self.url.startswith("https:") or self.allow_http or on_loopback(self.url)):
            raise ValueError("url must be https; allow_http is for an address inside a VPN")
        return self

    def key_pem(self) -> bytes:
        """What is in ``private_key_file``. Raises `SettingsError` when it can't be read."""
        file = secret_file(self.private_key_file)
        try:
            with file.open("rb") as stream:
                return stream.read(_LARGEST_KEY)
        except OSError as error:
            raise SettingsError(f"eid.private_key_file: {file}: {error.strerror}") from error


_LARGEST_KEY = 64 * 1024
