"""EF.CardAccess: the ways a chip offers to be opened with PACE (ICAO 9303-11 §9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devices.fault import Fault
from devices.idcard import curves, dh, tlv
from devices.idcard.agreement import Domain
from devices.idcard.lds import CARD_ACCESS
from devices.idcard.securemessaging import CipherKind

PACE = bytes.fromhex("04007F0007020204")
"""id-PACE, 0.4.0.127.0.7.2.2.4: mapping and cipher follow as one byte each."""
DH_GM, ECDH_GM = PACE + b"\x01", PACE + b"\x02"
"""Generic mapping; the others (integrated, chip authentication mapping) are passed over."""
VERSION = 2
MAX_INFOS = 32
_SET, _SEQUENCE, _OID, _INTEGER = CARD_ACCESS.tag, 0x30, 0x06, 0x02
_DEPTH = 3
_INTEGER_BYTES = 4


@dataclass(frozen=True)
class PaceInfo:
    """One way we know to go: generic mapping over a curve or a group of the standard."""

    oid: bytes
    kind: CipherKind
    parameter: int

    @property
    def domain(self) -> Domain[Any]:
        return _domains(self.oid)[self.parameter]

    @property
    def rank(self) -> tuple[bool, bool]:
        """Small for what is tried first. Curves: the large groups need extended length; then AES."""
        return not self.oid.startswith(ECDH_GM), self.kind is CipherKind.TDES


@dataclass(frozen=True)
class CardAccess:
    """``usable``: in the chip's order, but curves before groups and then AES before 3DES.

    ``offered`` counts every PACEInfo.
    """

    usable: tuple[PaceInfo, ...]
    offered: int


def parse(data: bytes) -> CardAccess:
    """The PACEInfos; other infos, and mappings or parameters we don't know, are passed over.

    Raises `Fault` ``TLV_BROKEN``.
    """
    infos = tlv.parse(data, _SET, _DEPTH).children()
    if len(infos) > MAX_INFOS:
        raise Fault("TLV_BROKEN", f"{len(infos)} infos in EF.CardAccess")
    usable, offered = [], 0
    for info in infos:
        if info.tag != _SEQUENCE:
            raise Fault("TLV_BROKEN", f"object {info.tag:X} in EF.CardAccess")
        parts = info.children()
        if not parts or parts[0].tag != _OID:
            raise Fault("TLV_BROKEN", "info without identifier in EF.CardAccess")
        if len(parts[0].value) == len(PACE) + 2 and parts[0].value.startswith(PACE):
            offered += 1
            found = _pace_info(parts[0].value, parts[1:])
            usable += [found] if found and found not in usable else []
    usable.sort(key=lambda info: info.rank)
    return CardAccess(tuple(usable), offered)


def build(*infos: tuple[bytes, int]) -> bytes:
    """EF.CardAccess with a PACEInfo for each identifier and parameter."""
    sequences = (
        tlv.build(
            _SEQUENCE,
            tlv.build(_OID, oid),
            tlv.build(_INTEGER, bytes([VERSION])),
            tlv.build(_INTEGER, bytes([parameter])),
        )
        for oid, parameter in infos
    )
    return tlv.build(_SET, *sequences)


def _pace_info(oid: bytes, rest: list[tlv.Node]) -> PaceInfo | None:
    """``None`` for what we can't use.

    A missing or unknown parameter means ones that the file itself explains. Nobody vouches for
    those, and bad ones would give the password away: they must not be used (§9.2.2).
    """
    kinds = [kind for kind in CipherKind if oid[-1] == kind.value]
    if not kinds or len(rest) != 2 or any(part.tag != _INTEGER for part in rest):
        return None
    version, parameter = (_integer(part.value) for part in rest)
    if version != VERSION or parameter not in _domains(oid):
        return None
    return PaceInfo(oid, kinds[0], parameter)


def _domains(oid: bytes) -> Mapping[int, Domain[Any]]:
    """The parameters that go with an identifier; none for a mapping we don't know."""
    if oid.startswith(ECDH_GM):
        return curves.BY_PARAMETER
    return dh.BY_PARAMETER if oid.startswith(DH_GM) else {}


def _integer(value: bytes) -> int:
    """-1 for what is too long to be one of ours."""
    return int.from_bytes(value, "big", signed=True) if 0 < len(value) <= _INTEGER_BYTES else -1
