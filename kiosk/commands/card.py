"""``kiosk card …``: read, list readers, simulate."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

from devices.cancel import Cancel
from devices.idcard.api import CardData, CardKey, Citizen
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError


def read_card(
    settings: Settings, number: str | None, birth: str | None, expiry: str | None, reader: str
) -> dict[str, object]:
    """Reads the card on a real reader (or the simulated one with simulated settings and no key).

    Raises `Fault` and, for a missing or wrong key, `SettingsError`.
    """
    from devices.idcard.pcsc import PcscReader

    card = PcscReader(reader or settings.devices.id_card.reader).read(
        _key(number, birth, expiry), lambda _: None, Cancel()
    )
    return described(card)


def _key(number: str | None, birth: str | None, expiry: str | None) -> CardKey:
    if number is None or birth is None or expiry is None:
        raise SettingsError("--number, --birth and --expiry are needed to open the chip (BAC)")
    for name, text in (("--birth", birth), ("--expiry", expiry)):
        if not (len(text) == 6 and text.isascii() and text.isdigit()):
            raise SettingsError(f"{name}: six digits, YYMMDD")
    if not (1 <= len(number) <= 12 and number.isascii()):
        raise SettingsError(
            "--number: the 12-digit number, or the card number of up to 9 characters"
        )
    return CardKey(number, birth, expiry)


def described(card: CardData) -> dict[str, object]:
    """A reading as one JSON object: data, sizes and hashes, APDU count and seconds."""
    groups = {
        str(n): {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        for n, raw in sorted(card.groups.items())
    }
    photo = card.face and {
        "format": card.face.media_type,
        "bytes": len(card.face.data),
        "sha256": hashlib.sha256(card.face.data).hexdigest(),
    }
    return {
        "access": card.access,
        "reader": card.reader,
        "atr": card.atr.hex(),
        "apdus": card.apdus,
        "seconds": round(card.seconds, 3),
        "mrz": {
            "lines": list(card.mrz.lines),
            "document_number": card.mrz.document_number,
            "personal_number": card.mrz.personal_number,
            "birth": card.mrz.birth,
            "sex": card.mrz.sex,
            "expiry": card.mrz.expiry,
            "nationality": card.mrz.nationality,
            "surname": card.mrz.surname,
            "given_names": card.mrz.given_names,
            "warnings": list(card.mrz.warnings),
        },
        "person": card.citizen and _citizen(card.citizen),
        "photo": photo,
        "warnings": list(card.warnings),
        "groups": groups,
        "sod": card.sod
        and {"bytes": len(card.sod), "sha256": hashlib.sha256(card.sod).hexdigest()},
    }


def _citizen(citizen: Citizen) -> dict[str, object]:
    known = {name: value for name, value in vars(citizen).items() if name != "unknown"}
    return known | {"unknown": {str(n): raw.hex() for n, raw in citizen.unknown.items()}}


def readable(result: dict[str, object]) -> str:
    """A reading in a few lines for people."""
    person = result["person"]
    lines = [f"{result['access']}, {result['apdus']} APDUs, {result['seconds']} s"]
    if isinstance(person, dict):
        lines += [f"{name}: {value}" for name, value in person.items() if value]
    else:
        lines.append(str(result["mrz"]))
    return "\n".join(lines)


def list_readers(pattern: str = "") -> list[str]:
    """Names of the readers. Raises `Fault` ``PCSC_DOWN``."""
    from devices.idcard.pcsc import PcscReader

    return PcscReader(pattern).readers()


def simulate_card(
    host: str,
    port: int,
    expiry: str,
    switches: list[str],
    say: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Holds the synthetic card in a slot of the real pcscd until ``stop``; starts that service if none runs.

    Raises `SettingsError` for an unknown switch and `Fault` ``PCSC_DOWN`` where pcscd or vpcd can't be had.
    """
    from devices.idcard.virtual.daemon import NotPossible
    from devices.idcard.virtual.simulate import simulate

    try:
        simulate(stop, expiry=expiry, switches=switches, host=host, port=port, say=say)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    except (NotPossible, OSError) as error:
        raise Fault("PCSC_DOWN", str(error)) from error
