"""``kiosk card …``: read, list readers, simulate."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable

from devices.cancel import Cancel
from devices.idcard.api import Can, CardData, CardKey, Citizen, Key
from kiosk.faults import Fault
from kiosk.settings import Settings, SettingsError


def read_card(settings: Settings, key: Key, reader: str) -> dict[str, object]:
    """Reads the card that lies on a PC/SC reader. Raises `Fault`."""
    from devices.idcard.pcsc import PcscReader

    card = PcscReader(reader or settings.devices.id_card.reader).read(key, lambda _: None, Cancel())
    return described(card)


def key_of(number: str | None, birth: str | None, expiry: str | None, can: str | None) -> Key:
    """What opens the chip: the six digits alone, or number, birth and expiry. Raises `SettingsError`."""
    if can is not None:
        if not re.fullmatch(r"[0-9]{6}", can):
            raise SettingsError("--can: six digits, the last ones of the card's number")
        return Can(can)
    if number is None or birth is None or expiry is None:
        raise SettingsError("--can, or --number, --birth and --expiry are needed to open the chip")
    for name, text in (("--birth", birth), ("--expiry", expiry)):
        if not _is_date(text):
            raise SettingsError(f"{name}: a date as YYMMDD")
    if not re.fullmatch(r"[0-9]{12}|[0-9A-Z]{1,9}", number):
        raise SettingsError(
            "--number: the 12-digit number, or the card number of up to 9 letters and digits"
        )
    return CardKey(number, birth, expiry)


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{6}", text):
        return False
    month, day = int(text[2:4]), int(text[4:])
    return 1 <= month <= 12 and 1 <= day <= 31


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
