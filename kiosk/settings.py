"""One TOML file per station, validated at start; every error names the file, the key and what is allowed."""

from __future__ import annotations

import os
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

import resources

DEMO = resources.path("settings", "demo.toml")
"""The embedded default: simulated devices, sandbox portal on loopback."""


class SettingsError(Exception):
    """A settings file can't be used; the text names file, key and what is allowed."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


AgencyId = Annotated[
    str, Field(pattern=r"^(\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(\.\d{1,3}){0,4}$", max_length=40)
]


class Office(_Section):
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


class State(_Section):
    folder: str = ""
    """Everything the station keeps. Empty: ``$XDG_STATE_HOME/mot-cua``."""


class Store(_Section):
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


class Safekeeping(_Section):
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


_RelayPath = Annotated[str, Field(pattern=r"^(/[\x21-\x22\x24-\x3e\x40-\x7e]*)?$", max_length=200)]
"""Without a query and a fragment: the query is the driver's."""


class Relay(_Section):
    """Where a relay takes what, behind ``portal.url``. A provincial one has one address for both pushes."""

    agency: str = Field(default="", pattern=r"^[A-Za-z0-9.]{0,40}$")
    """``MaDinhDanhDV``. Empty: ``office.agency``."""
    insert_path: _RelayPath = ""
    update_path: _RelayPath = ""
    progress_path: _RelayPath = ""


class Portal(_Section):
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
    lengths: dict[str, dict[str, Annotated[int, Field(ge=1, le=100_000)]]] = {}
    """Other lengths of fields than ``resources/portal/lengths.toml`` has, by message or list."""
    collection: dict[
        Literal["platform", "cash", "transfer"], Annotated[str, Field(min_length=1, max_length=50)]
    ] = {}
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
            _secret_file(one) if one else None
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
        return _on_loopback(self.url)

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
        return _secret_text(self.password_file, "portal.password_file")


_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
_Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$", max_length=120)]
_Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f|]*$", max_length=200)]
"""One line; the bar is left to the signed text, whose parts it divides."""


class EidNames(_Section):
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


class Eid(_Section):
    """The gateway that vouches for the signers of ID cards (RAR of the Ministry of Public Security)."""

    url: str = Field(default="", pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")
    """Empty: there is none."""
    path: str = Field(default="/eid/verify", pattern=r"^/[\x21-\x7e]*$", max_length=200)
    allow_http: bool = False
    """Whether ``url`` may be plain HTTP beyond loopback: only for an address inside a VPN."""
    license_id: _Words = ""
    device_type: _Words = ""
    province: _Words = ""
    purpose: _Words = ""
    """Why the number is sent, in words that the citizen is shown too."""
    location: _Words = ""
    source: _Words = ""
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
        if not (self.url.startswith("https:") or self.allow_http or _on_loopback(self.url)):
            raise ValueError("url must be https; allow_http is for an address inside a VPN")
        return self

    def key_pem(self) -> bytes:
        """What is in ``private_key_file``. Raises `SettingsError` when it can't be read."""
        file = _secret_file(self.private_key_file)
        try:
            with file.open("rb") as stream:
                return stream.read(_LARGEST_KEY)
        except OSError as error:
            raise SettingsError(f"eid.private_key_file: {file}: {error.strerror}") from error


_LARGEST_KEY = 64 * 1024


def _on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret_text(name: str, key: str) -> str:
    """The one line in a secret's file. Raises `SettingsError`."""
    file = _secret_file(name)
    try:
        secret = file.read_text("utf-8-sig").strip()
    except OSError as error:
        raise SettingsError(f"{key}: {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{key}: {file}: not a text file") from error
    if not secret or not secret.isprintable():
        raise SettingsError(f"{key}: {file}: one line of text is needed")
    return secret


def _secret_file(name: str) -> Path:
    """A secret lies where the service manager puts credentials, else where the settings say."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return Path(folder, name) if folder else Path(name)


_FeedPath = Annotated[str, Field(pattern=r"^(/[\x21-\x3e\x40-\x7e]*[^/?\s])?$", max_length=200)]


class Feeds(_Section):
    """What comes back from the portal, behind ``portal.url`` and with its account."""

    states_path: _FeedPath = ""
    """States of dossiers. Empty: this portal has no such feed."""
    catalogue_path: _FeedPath = ""
    """Signed releases of the catalogue. Empty: the one that ships is used."""
    petitions_path: _FeedPath = ""
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


_Code = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,20}$")]


class Payments(_Section):
    """The national payment platform, and the account that fees go to."""

    url: str = Field(default="", pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")
    """Empty: nothing is paid online."""
    gateway: Literal["national", "office"] = "national"
    """Whose it is, as dossiers tell the portal (``DuocThanhToanTrucTuyen`` 1 or 2): the national platform's, or a
    ministry's or province's own."""
    init_path: _FeedPath = "/payment/init"
    query_path: _FeedPath = "/payment/query"
    bill_path: _FeedPath = "/payment/bill"
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
    account_name: _Words = ""
    timeout_s: float = Field(default=15, gt=0, le=60)
    paid: list[_Code] = ["1"]
    """Values of ``TrangThaiGD`` that mean: paid. What the platform really says is to be agreed on."""
    waiting: list[_Code] = ["0"]
    failed: list[_Code] = ["2"]
    unknown: list[_Code] = ["14"]
    """Values of ``error_code`` that mean: no such reference."""

    @model_validator(mode="after")
    def _whole(self) -> Payments:
        if not self.url:
            return self
        if not _on_loopback(self.url):
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
        secret = self.secret or _secret_text(self.secret_file, "payments.secret_file")
        return secret, self.token or _secret_text(self.token_file, "payments.token_file")


class Vault(_Section):
    """Keys: of what the store keeps about people, and of bundles that leave the station."""

    key: Literal["auto", "systemd", "dpapi", "file"] = "auto"
    """Who keeps the station's key. ``auto``: the operating system (in the demo a file in the state
    folder); ``file``: that file outside the demo, too, where the disk itself is encrypted."""
    export_key: str = Field(default="", pattern=r"^([A-Za-z0-9+/]{43}=)?$")
    """The office's X25519 public key, as ``kiosk vault office-key`` says it: only its private half opens
    bundles of unsent dossiers."""


class Trust(_Section):
    """How the signers of ID cards are judged by the station's own store."""

    crl: Literal["soft", "hard"] = "soft"
    """An old or absent list of revoked certificates: a remark, or the signer isn't confirmed."""


class SimulatedCard(_Section):
    """The synthetic card that the simulated reader carries."""

    present: bool = False
    """Whether the card lies on the reader at start."""
    expiry: str = Field(default="400302", pattern=r"^\d{6}$")
    latency_ms: float = Field(default=8, ge=0, le=1000)


class IdCard(_Section):
    driver: Literal["simulated", "pcsc"] = "simulated"
    reader: str = ""
    """Part of the reader's name; empty: the first contactless one."""
    extended: Literal["auto", "on", "off"] = "auto"
    """Whether long commands pass this reader: fewer of them make a reading shorter. ``auto``: as the
    reader says."""
    card: SimulatedCard = SimulatedCard()


class Scanner(_Section):
    driver: Literal["simulated", "scanimage"] = "simulated"
    device: str = ""
    feeder_source: str = "Automatic Document Feeder"
    flatbed_source: str = "Flatbed"
    mode: str = "Color"
    dpi: int = Field(default=200, ge=75, le=600)
    width_mm: float = Field(default=210, gt=10, le=300)
    height_mm: float = Field(default=297, gt=10, le=450)
    jpeg_quality: int = Field(default=70, ge=30, le=95)
    timeout_s: float = Field(default=60, gt=1, le=600)
    """How long a page may make no progress."""
    page_ms: int = Field(default=900, ge=0, le=10_000)
    """Simulated scanner only: how long a page takes."""


class TicketPrinter(_Section):
    driver: Literal["simulated", "tcp"] = "simulated"
    address: str = Field(default="127.0.0.1:9100", pattern=r"^[^\s:]+:\d{1,5}$")
    timeout_s: float = Field(default=4, gt=0, le=60)
    profile: str = "TM-T20II"
    width_px: int = Field(default=576, ge=384, le=832, multiple_of=8)
    dpi: int = Field(default=203, ge=100, le=300)
    impl: Literal["bitImageRaster", "graphics", "bitImageColumn"] = "bitImageRaster"
    band_rows: int = Field(default=100, ge=24, le=900)
    band_sleep_ms: int = Field(default=0, ge=0, le=1000)
    feed_lines: int = Field(default=6, ge=0, le=20)
    cut: Literal["full", "part", "none"] = "part"
    status_mode: Literal["dle_eot", "none"] = "dle_eot"
    confirm_mode: Literal["gs_r", "dle_eot", "none"] = "gs_r"


class PaperPrinter(_Section):
    driver: Literal["simulated", "ipp"] = "simulated"
    uri: str = Field(default="ipp://localhost:631/ipp/print", pattern=r"^ipps?://")
    deadline_s: float = Field(default=60, gt=1, le=600)


class CodeReader(_Section):
    driver: Literal["none", "simulated", "serial", "wedge"] = "simulated"
    """``serial``: a scanner set to USB-COM, the better way; ``wedge``: one that types as a keyboard."""
    port: str = Field(default="", max_length=200)
    """Serial: path or pattern of the port; empty: the only one in ``/dev/serial/by-id``."""
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    gap_ms: float = Field(default=100, ge=20, le=2000)
    """Serial: a silence this long ends a code that has no terminator."""
    key_gap_ms: float = Field(default=35, ge=10, le=200)
    """Wedge: keys closer than this are a scanner's."""


class Devices(_Section):
    id_card: IdCard = IdCard()
    scanner: Scanner = Scanner()
    code_reader: CodeReader = CodeReader()
    ticket_printer: TicketPrinter = TicketPrinter()
    paper_printer: PaperPrinter = PaperPrinter()


class Citizen(_Section):
    """The citizen's face."""

    idle_s: int = Field(default=60, ge=20, le=600)
    idle_warning_s: int = Field(default=30, ge=20, le=120)
    card_pulled_s: int = Field(default=10, ge=5, le=60)
    procedures: list[str] = ["2.000815"]
    full_screen: bool = True
    px_per_mm: float = Field(default=0, ge=0, le=20)
    """Calibrated size of the screen; 0: ask the screen."""
    emblem: str = ""
    """Picture file of the office's own mark; empty: none."""


class Settings(_Section):
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
