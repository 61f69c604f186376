"""Public keys of certificates, DG14 and DG15, explicit curve parameters included."""

from __future__ import annotations

from dataclasses import dataclass

from devices.idcard.ec import Curve, Point


@dataclass(frozen=True)
class RsaKey:
    n: int
    e: int


@dataclass(frozen=True)
class EcKey:
    """``named``: the curve is one of the published ones, however the key wrote it down."""

    curve: Curve
    point: Point
    named: bool = True


@dataclass(frozen=True)
class DhKey:
    """``q`` is the order of the subgroup, 0 when the key doesn't say."""

    p: int
    g: int
    q: int
    y: int


PublicKey = RsaKey | EcKey | DhKey
