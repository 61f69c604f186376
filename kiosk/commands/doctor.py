"""``kiosk doctor``: is this station fit to serve? Loads no Qt."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import resources
from devices.cancel import Cancel
from devices.status import Level, Status
from kiosk.clock import at_office, now
from kiosk.commands.sync_status import status
from kiosk.commands.trust import open_store
from kiosk.commands.vault import judged
from kiosk.compose import Station, open_station
from kiosk.faults import Fault, texts
from kiosk.kept import NEVER
from kiosk.settings import Settings, SettingsError
from kiosk.standing import Standing, standing
from kiosk.store.link import Reader
from kiosk.store.peek import peek, schema


@dataclass(frozen=True)
class Check:
    name: str
    level: str
    text: str


def examine(settings: Settings) -> dict[str, object]:
    """Looks at program, store, disk, devices and portal; ``ok`` is false when something it can't serve without is broken."""
    checks = [_guard("program", _program), _guard("texts", _texts), _guard("ciphers", _ciphers)]
    try:
        with open_station(settings) as station:
            checks.append(Check("store", "ok", f"SQLite {sqlite3.sqlite_version}"))
            checks.append(_guard("calendar", lambda: _calendar(station)))
            checks += _devices(station)
            checks.append(_guard("portal", lambda: _portal(station)))
            if settings.payments.url:
                checks.append(_guard("payments", lambda: _payments(station)))
        if not settings.demo:
            checks.append(_guard("trust", lambda: _trust(settings)))
        if settings.eid.url:
            checks.append(_guard("eid", lambda: _eid(settings)))
    except Fault as fault:
        # Beside a running station its store can't be opened; that alone is no illness.
        level = "warning" if fault.code == "STATE_IN_USE" else "fault"
        checks.append(Check("store", level, str(fault)))
    checks.append(_guard("vault", lambda: judged(settings)))
    checks += _standing(settings)
    essential = {"program", "texts", "ciphers", "store", "disk", "id_card", "scanner"}
    ok = not any(c.level == "fault" and c.name in essential for c in checks)
    return {"ok": ok, "demo": settings.demo, "checks": [asdict(check) for check in checks]}


def readable(result: dict[str, object]) -> str:
    """The result in lines for people."""
    checks = result["checks"]
    rows = checks if isinstance(checks, list) else []
    return "\n".join(f"{row['level']:8} {row['name']}: {row['text']}" for row in rows)


def _guard(name: str, check: Callable[[], tuple[str, str]]) -> Check:
    try:
        level, text = check()
    except Fault as fault:
        level, text = "fault", str(fault)
    except (OSError, ImportError, ValueError) as error:
        level, text = "fault", f"{type(error).__name__}: {error}"
    return Check(name, level, text)


def _program() -> tuple[str, str]:
    """Python, and that the printing libraries bring their data files: what a bundle forgets."""
    import reportlab
    from PIL import Image

    from devices.ticket_printer.encoder import Encoder
    from devices.ticket_printer.options import TicketOptions

    options = TicketOptions()
    if not Encoder(options).band(Image.new("1", (options.width_px, options.band_rows), 1)):
        return "fault", "python-escpos makes no ticket"
    return "ok", f"Python {sys.version.split()[0]}, reportlab {reportlab.__version__}"


def _eid(settings: Settings) -> tuple[str, str]:
    """Whether questions to the card gateway can be signed; it isn't asked, as that needs a citizen's number."""
    from sync.eid.client import private_key

    try:
        key = private_key(settings.eid)
    except SettingsError as error:
        return "fault", str(error)
    return "ok", f"{settings.eid.url}, RSA key of {key.key_size} bits"


def _trust(settings: Settings) -> tuple[str, str]:
    """Whose signatures on cards count here; without any no card's signer can be confirmed."""
    with open_store(settings) as store:
        trusted = sum(not row["disabled"] for row in store.certificates())
        late = sum(datetime.fromisoformat(str(row["next_update"])) < now() for row in store.crls())
    if not trusted:
        return "warning", "no country signer imported: kiosk trust import"
    lists = f", {late} lists of revoked certificates are old" if late else ""
    return "warning" if late else "ok", f"{trusted} country signers{lists}"


def _texts() -> tuple[str, str]:
    for font in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        if not resources.path("fonts", font).is_file():
            return "fault", f"{font} is missing"
    return "ok", f"{len(texts())} fault texts, fonts there"


def _ciphers() -> tuple[str, str]:
    # OpenSSL in FIPS mode may refuse them; the vector is ICAO 9303-11 Appendix D.2.
    from devices.idcard.symmetric import kdf_3des, retail_mac

    key = kdf_3des(bytes.fromhex("239ab9cb282daf66231dc5a4df6bfbae"), 2)
    if key.hex() != "7962d9ece03d1acd4c76089dce131543" or len(retail_mac(key, bytes(16))) != 8:
        return "fault", "wrong results"
    return "ok", "3DES and SHA-1 work"


def _standing(settings: Settings) -> list[Check]:
    """Room, clock, daily copy and what waits, as they stand in the store: also beside a running station."""
    checks: list[Check] = []
    try:
        found = status(settings)
        with _reading(settings) as reader:
            now_is = standing(settings, reader, now())
    except (Fault, SettingsError) as fault:
        return [Check("standing", "warning", str(fault))]
    checks.append(Check("disk", now_is.disk.value, _room(settings, now_is)))
    clock = now_is.clock
    if clock is not None:
        said = f"off by {clock.seconds:+.1f} s at {at_office(clock.at):%H:%M %d/%m/%Y}"
        checks.append(Check("clock", now_is.clock_level.value, said))
    checks.append(Check("safekeeping", now_is.copy_level.value, _copy(now_is)))
    if now_is.not_entered:
        waits = ", ".join(now_is.not_entered[:10])
        checks.append(Check("intake", "fault", f"received, not in the register: {waits}"))
    people = found["need_person"]
    waits = f"{people} messages need a person" if people else "no message needs a person"
    checks.append(Check("outbox", "warning" if people else "ok", waits))
    return checks


@contextmanager
def _reading(settings: Settings) -> Iterator[Reader | None]:
    file = settings.folder / "station.db"
    if not file.exists():
        yield None
        return
    with peek(file) as reader:
        yield reader if schema(reader) else None


def _room(settings: Settings, found: Standing) -> str:
    text = "not known" if found.free_mib is None else f"{found.free_mib} MiB free"
    if found.disk is Level.OK:
        return text
    said = f"{text}; below {settings.store.refuse_below_mib} MiB no new dossiers are taken"
    return f"{said}. Free room outside the state folder"


def _copy(found: Standing) -> str:
    copy = found.copy
    if not found.wanted:
        return "no second disk is set ([safekeeping] folder)"
    made = "never" if copy.at == NEVER else f"{at_office(copy.at):%H:%M %d/%m/%Y}"
    return " ".join(filter(None, (f"last copy: {made}, {copy.dossiers} dossiers", found.copy_code)))


def _calendar(station: Station) -> tuple[str, str]:
    """Days off come by a yearly decision: past the known years every date would count as ordinary."""
    last = station.calendar.last_year
    text = f"days off are known until the end of {last}"
    return ("ok", text) if at_office(now()).year < last else ("warning", text)


def _devices(station: Station) -> list[Check]:
    if station.devices is None:
        return []
    devices = station.devices
    checks = [
        _guard("id_card", lambda: _said(devices.reader.status())),
        _guard("scanner", lambda: _said(devices.scanner.status())),
        _guard("ticket_printer", lambda: _said(devices.ticket_printer.status())),
        _guard("paper_printer", lambda: _said(devices.paper_printer.status())),
    ]
    codes = devices.code_reader
    if codes is not None:
        checks.append(_guard("code_reader", lambda: _said(codes.status())))
    return checks


def _said(status: Status) -> tuple[str, str]:
    words = " ".join(filter(None, (status.kind.value if status.kind else "", status.text)))
    return status.level.value, words or ("ready" if status.level is Level.OK else "")


def _payments(station: Station) -> tuple[str, str]:
    """Asks the platform after a payment that nobody began, and says what only a person can settle."""
    from kiosk.payments.overview import overview
    from sync.payments.client import PlatformClient, Unclear

    chosen = station.settings.payments
    try:
        chosen.secrets()
    except SettingsError as error:
        return "fault", str(error)
    client = PlatformClient(chosen, station.settings.office, now)
    try:
        found = client.query("dvcdoctor00000000")
    finally:
        client.close()
    seen = overview(station.database.read())
    told = f"{seen.open} open, {seen.held} held, {seen.refunds} to give back"
    if isinstance(found, Unclear) and not found.why.startswith("error_code"):
        return "fault", f"{chosen.url}: {found.why}; {told}"
    needed = seen.needs_a_person or seen.trouble
    return ("warning" if needed else "ok"), f"{chosen.url}: {told}"


def _portal(station: Station) -> tuple[str, str]:
    try:
        station.driver.check(Cancel())
    finally:
        station.outbox.note_clock_offset(station.driver.clock_offset_s)
    return "ok", station.settings.portal.url
