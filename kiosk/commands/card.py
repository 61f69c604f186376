"""``kiosk card …``: read, trace, list readers, simulate."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from devices.cancel import Cancel
from devices.idcard.api import CardData, IdCardReader, Key, TrustVerifier
from devices.idcard.reader import Means
from devices.idcard.trace import Tracer
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError

PACKAGE = "mot-cua"


@dataclass(frozen=True)
class ReadOptions:
    """``reader``: part of its name, empty for the settings' one. ``trust``: folder of country
    signers and lists; None for the station's own store, when it has one."""

    reader: str = ""
    photo: bool = True
    trust: Path | None = None


def read_card(settings: Settings, key: Key, options: ReadOptions) -> CardData:
    """Reads the card that lies on a PC/SC reader. Raises `Fault` and `SettingsError`."""
    with verifier(settings, options.trust) as trust:
        means = Means(trust=trust, photo=options.photo)
        return _reader(settings, options, means).read(key, lambda _: None, Cancel())


def trace_card(settings: Settings, key: Key, options: ReadOptions) -> dict[str, object]:
    """Reads the card and gives the anonymous record of it; of a reading that failed, too."""
    tracer = Tracer()
    with verifier(settings, options.trust) as trust:
        means = Means(trust=trust, photo=options.photo, wrap=tracer.wrap)
        try:
            card = _reader(settings, options, means).read(key, tracer.on_progress, Cancel())
        except Fault as fault:
            return tracer.report(_version(), fault=fault)
    return tracer.report(_version(), card)


def _reader(settings: Settings, options: ReadOptions, means: Means) -> IdCardReader:
    from devices.idcard.pcsc import PcscReader

    chosen = settings.devices.id_card
    return PcscReader(options.reader or chosen.reader, means, chosen.extended)


def keep(record: dict[str, object], file: Path) -> None:
    """Writes a record as JSON. Raises OSError."""
    file.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


@contextmanager
def verifier(settings: Settings, folder: Path | None) -> Iterator[TrustVerifier]:
    """Who judges the card's signer: the certificates in ``folder``, else the station's store; without
    either nobody is trusted.

    Raises `SettingsError` for what is no folder and `Fault` for one that can't be read.
    """
    from devices.idcard.trust.folder import load
    from devices.idcard.trust.store import TrustStore
    from devices.idcard.trust.verifier import LocalCscaVerifier, Policy
    from kiosk.commands.trust import FILE

    if folder is not None and not folder.is_dir():
        raise SettingsError(f"--trust: {folder} is no folder")
    station = settings.folder / FILE
    place = folder or (station if station.is_file() else None)
    with load(place) if place else TrustStore() as store:
        yield LocalCscaVerifier(store, policy=Policy(settings.trust.crl))


def list_readers(pattern: str = "") -> list[str]:
    """Names of the readers. Raises `Fault` ``PCSC_DOWN``."""
    from devices.idcard.pcsc import PcscReader

    return PcscReader(pattern).readers()


@dataclass(frozen=True)
class SimulateOptions:
    """``person``: TOML or JSON file of a synthetic person; ``trust_out``: folder for the certificates and
    lists that make this card's signer a trusted one; ``host`` empty: the pcscd of this machine."""

    host: str = ""
    port: int = 35963
    person: Path | None = None
    expiry: str = ""
    switches: tuple[str, ...] = ()
    trust_out: Path | None = None


def simulate_card(
    options: SimulateOptions, say: Callable[[str], None], stop: threading.Event
) -> None:
    """Holds the virtual card in a slot of the real pcscd until ``stop``; starts that service if none runs.

    Raises `SettingsError` for an unknown switch or a person that can't be, `Fault`
    ``NO_VIRTUAL_READER`` where pcscd or vpcd can't be had, OSError for a folder that can't be written.
    """
    from devices.idcard.virtual import faults, pki
    from devices.idcard.virtual import person as people
    from devices.idcard.virtual.daemon import NotPossible
    from devices.idcard.virtual.simulate import simulate

    try:
        person = people.load(options.person) if options.person else None
    except (OSError, ValueError) as error:
        raise SettingsError(f"--person: {error}") from error
    try:
        if options.trust_out is not None:
            options.trust_out.mkdir(parents=True, exist_ok=True)
            for name, data in pki.trust_files(faults.parse(list(options.switches))).items():
                (options.trust_out / name).write_bytes(data)
        simulate(
            stop,
            person=person,
            expiry=options.expiry,
            switches=options.switches,
            host=options.host,
            port=options.port,
            say=say,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error
    except NotPossible as error:
        raise Fault("NO_VIRTUAL_READER", str(error)) from error


def meanings() -> dict[str, str]:
    """The fault switches of the virtual card and what each does."""
    from devices.idcard.virtual import faults

    return faults.meanings()


def _version() -> str:
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:  # a bundle without the package's papers
        return ""
