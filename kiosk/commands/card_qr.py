"""``kiosk card qr``: what the printed code of a card says, from a picture."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from devices.code_reader.picture import MAX_BYTES, codes_in
from devices.idcard import qr
from kiosk.faults import Fault


def read_picture(file: Path) -> dict[str, object]:
    """The fields of the first card's code in a picture; ``doubtful`` names those to be checked.

    Raises `Fault` ``PICTURE_UNREADABLE``, ``NO_CODE_FOUND``, or ``QR_UNKNOWN`` when none of the
    codes is a card's.
    """
    if file.exists() and not file.is_file():  # a pipe would be waited for
        raise Fault("PICTURE_UNREADABLE", "no file")
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Fault("PICTURE_UNREADABLE", error.strerror or "no such file") from error
    codes = codes_in(data)
    for code in codes:
        try:
            card = qr.parse(code.text, doubtful=code.doubtful)
        except Fault:
            continue
        return asdict(card) | {"doubtful": list(card.doubtful)}
    raise Fault("QR_UNKNOWN", f"{len(codes)} codes in the picture")


def readable(fields: dict[str, object]) -> str:
    """The fields in lines for people."""
    return "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
