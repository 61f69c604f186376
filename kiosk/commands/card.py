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
from devices.idcard.api import (
    CardData,
    Finding,
    IdCardReader,
    Key,
    Signer,
    Step,
    Trust,
    TrustVerifier,
)
from devices.idcard.reader import Means
from devices.idcard.trace import Tracer
from devices.idcard.trust.store import TrustStore
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError

PACKAGE = "mot-cua"
_MOST_TOLD = 20
"""Names of files."""


@dataclass(frozen=True)
class ReadOptions:
    """``reader``: part of its name, empty for the settings' one. ``trust``: folder of country
    signers and lists; None for the station's own store, when it has one."""

    reader: str = ""
    photo: bool = True
    trust: Path | None = None


Say = Callable[[str], None]


def trust_folder(text: str | None) -> Path | None:
    """The folder after ``--trust``. Raises `SettingsError` for what is no folder."""
    if text is None:
        return None
    if not text or not Path(text).is_dir():
        raise SettingsError(f"--trust: {text or 'an empty name'} is no folder")
    return Path(text)


def read_card(settings: Settings, key: Key, options: ReadOptions, say: Say) -> CardData:
    """Reads the card that lies on a PC/SC reader; ``say`` is told what was left out of the folder.

    Raises `Fault`."""
    with verifier(settings, options.trust, say) as trust:
        means = Means(trust=trust, photo=options.photo)
        return _reader(settings, options, means).read(key, lambda _: None, Cancel())


def trace_card(settings: Settings, key: Key, options: ReadOptions, say: Say) -> dict[str, object]:
    """Reads the card and gives the anonymous record of it; of a reading that failed, too."""
    tracer = Tracer()
    with verifier(settings, options.trust, say) as trust:
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
def verifier(settings: Settings, folder: Path | None, say: Say) -> Iterator[TrustVerifier]:
    """Who judges the card's signer: the certificates in ``folder``, else the station's store; without
    either nobody is trusted. A store that can't be used leaves every signer unconfirmed.

    Raises `Fault` ``TRUST_FOLDER`` for a folder that can't be read.
    """
    from devices.idcard.trust.verifier import LocalCscaVerifier, Policy
    from kiosk.commands.trust import reading

    try:
        store = reading(settings) if folder is None else _from_folder(folder, say)
    except Fault as fault:
        if folder is not None:
            raise
        say(f"The trust store isn't used: {fault.code} {fault.detail}")
        yield _NoStore()
        return
    with store:
        yield LocalCscaVerifier(store, policy=Policy(settings.trust.crl))


class _NoStore:
    """Can't judge anybody."""

    def judge(self, signer: Signer) -> Trust:
        return Trust(chain=Finding(Step.NOT_POSSIBLE, "TRUST_STORE"))


def _from_folder(folder: Path, say: Say) -> TrustStore:
    from devices.idcard.trust.folder import load

    left_out: list[str] = []
    try:
        store = load(folder, left_out=left_out.append)
    except Fault as fault:
        raise Fault("TRUST_FOLDER", fault.detail) from fault
    for line in left_out[:_MOST_TOLD]:
        say(f"--trust: left out: {line}")
    if len(left_out) > _MOST_TOLD:
        say(f"--trust: left out: {len(left_out) - _MOST_TOLD} more")
    return store


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

    if options.person is not None and options.person.exists() and not options.person.is_file():
        raise SettingsError(f"--person: {options.person.name} is no file")
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
