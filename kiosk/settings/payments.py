"""How fees are paid."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kiosk.settings.section import Section, ServicePath, Words, on_loopback, secret_text

_Code = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,20}$")]


class Payments(Section):
    """The national payment platform, and the account that fees go to."""

    url: str = Field(default="", pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")
    """Empty: nothing is paid online."""
    gateway: Literal["national", "office"] = "national"
    """Whose it is, as dossiers tell the portal (``DuocThanhToanTrucTuyen`` 1 or 2): the national platform's, or a
    ministry's or province's own."""
    init_path: ServicePath = "/payment/init"
    query_path: ServicePath = "/payment/query"
    bill_path: ServicePath = "/payment/bill"
    partner: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,60}$")
    """``MaDoiTac``."""
    secret: str = Field(default="", repr=False)
    """What messages are hashed with; only for a sandbox on loopback, else ``secret_file``."""
    secret_file: str = ""
    token: str = Field(default="", repr=False)
    """The Bearer token; only for a sandbox on loopback, else ``token_file``."""
    token_file: str = ""
    ip: str = "127.0.0.1"
    """The address that the platform is told."""
    account: str = Field(default="", pattern=r"^[A-Za-z0-9]{0,19}$")
    bank: str = Field(default="", pattern=r"^([0-9]{6})?$")
    """The bank's BIN; with ``account`` it is also what a VietQR asks money for."""
    account_name: Words = ""
    timeout_s: float = Field(default=15, gt=0, le=60)
    paid: list[_Code] = Field(default=["1"])
    """Values of ``TrangThaiGD`` that mean: paid. What the platform really says is to be agreed on."""
    waiting: list[_Code] = Field(default=["0"])
    failed: list[_Code] = Field(default=["2"])
    unknown: list[_Code] = Field(default=["14"])
    """Values of ``error_code`` that mean: no such reference."""

    @model_validator(mode="after")
    def _whole(self) -> Payments:
        if not self.url:
            return self
        if not on_loopback(self.url):
            if self.secret or self.token:
                raise ValueError("secret and token are for loopback only; use the files")
            if not self.url.startswith("https:"):
                raise ValueError("url must be https")
        for one in ("secret", "token"):
            if not (getattr(self, one) or getattr(self, f"{one}_file")):
                raise ValueError(f"{one}_file is needed when there is a url")
        for name in ("partner", "account", "bank", "account_name"):
            if not getattr(self, name):
                raise ValueError(f"{name} is needed when there is a url")
        return self

    def secrets(self) -> tuple[str, str]:
        """The secret and the token. Raises `SettingsError` when a file can't be read."""
        secret = self.secret or secret_text(self.secret_file, "payments.secret_file")
        return secret, self.token or secret_text(self.token_file, "payments.token_file")
