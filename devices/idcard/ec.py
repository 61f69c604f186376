"""Elliptic curves over prime fields: points can be added, which `cryptography` doesn't offer (BSI TR-03111 §4).

Any curve can be calculated with. The published ones are multiplied by the library where it knows
them. Our own arithmetic isn't in constant time: what is multiplied here guards one talk with one
card on our own desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve

from devices.fault import Fault
from devices.idcard.agreement import Random, draw
from devices.idcard.eclibrary import Multiplier

UNCOMPRESSED = 0x04
Point = tuple[int, int]
"""Affine coordinates; infinity is ``None`` wherever it can occur."""
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)
T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Curve:
    """``y² = x³ + ax + b`` modulo ``p`` with a generator of prime order ``n`` and cofactor 1.

    ``library``: the same curve, parameter by parameter, as the library has it.
    """

    public_key_tag: ClassVar[int] = 0x86
    name: str
    p: int
    a: int
    b: int
    g: Point
    n: int
    library: EllipticCurve | None = field(default=None, compare=False)
    size: int = field(init=False)
    """Bytes of one coordinate."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", (self.p.bit_length() + 7) // 8)

    def __repr__(self) -> str:
        return f"Curve({self.name})"

    def holds(self, point: Point) -> bool:
        """Whether both coordinates are in the field and the equation is true."""
        x, y = point
        if not (0 <= x < self.p and 0 <= y < self.p):
            return False
        return (y * y - x * x * x - self.a * x - self.b) % self.p == 0

    def encode(self, point: Point) -> bytes:
        """``04 || X || Y``, leading zeros kept."""
        x, y = point
        return bytes([UNCOMPRESSED]) + x.to_bytes(self.size, "big") + y.to_bytes(self.size, "big")

    def decode(self, data: bytes) -> Point:
        """The point in ``data``, proved to lie on the curve; infinity has no such form.

        Raises `Fault` ``TLV_BROKEN``.
        """
        if len(data) != 1 + 2 * self.size or data[0] != UNCOMPRESSED:
            raise Fault("TLV_BROKEN", f"{len(data)} bytes are no point of {self.name}")
        middle = 1 + self.size
        point = (int.from_bytes(data[1:middle], "big"), int.from_bytes(data[middle:], "big"))
        if not self.holds(point):
            raise Fault("TLV_BROKEN", f"point isn't on {self.name}")
        return point

    def add(self, one: Point | None, other: Point | None) -> Point | None:
        """The sum; ``None`` is infinity."""
        if one is None or other is None:
            return other if one is None else one
        (x1, y1), (x2, y2) = one, other
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if one == other:
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p) % self.p
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p) % self.p
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def multiply(self, scalar: int, point: Point) -> Point | None:
        """``scalar`` times ``point``, which lies on the curve."""
        scalar %= self.n
        if scalar == 0:
            return None
        if self.library is None:
            return self._multiply(scalar, point)
        if point == self.g:
            return Multiplier(self.library, scalar).of_generator()
        if self.p % 4 != 3 or point[0] == self.g[0]:
            return self._multiply(scalar, point)
        return self._lifted(Multiplier(self.library, scalar), point)

    def shared_x(self, scalar: int, point: Point) -> int | None:
        """The first coordinate of ``scalar`` times ``point``, which lies on the curve."""
        scalar %= self.n
        if self.library is None or scalar == 0:
            product = self.multiply(scalar, point)
            return None if product is None else product[0]
        return Multiplier(self.library, scalar).x_of(point)

    def key_pair(self, random: Random, base: Point | None = None) -> tuple[int, Point]:
        """A private key from 1 to n - 1 and the public one to ``base`` (the generator when not given)."""
        private = draw(self.n, random)
        return private, self.agree(private, self.g if base is None else base)

    def agree(self, private: int, public: Point) -> Point:
        """The Diffie-Hellman point. Raises `Fault` ``TLV_BROKEN`` for infinity."""
        return _finite(self.multiply(private, public))

    def secret(self, private: int, public: Point) -> bytes:
        """The first coordinate of the Diffie-Hellman point, its leading zeros kept.

        Raises `Fault` ``TLV_BROKEN`` for infinity.
        """
        return _finite(self.shared_x(private, public)).to_bytes(self.size, "big")

    def mapped(self, nonce: int, shared: Point) -> Point:
        """``nonce·G + shared`` (ICAO 9303-11 §4.4.3.3.1). Raises `Fault` ``TLV_BROKEN`` for infinity."""
        return _finite(self.add(self.multiply(nonce, self.g), shared))

    def _lifted(self, key: Multiplier, point: Point) -> Point:
        """The key's multiple of a point that isn't the generator nor its negative.

        Of two points with the first coordinate, the right one and the key's multiple of the
        generator make the key's multiple of point and generator together.
        """
        x = key.x_of(point)
        y = pow(x**3 + self.a * x + self.b, (self.p + 1) // 4, self.p)
        together = self.add(point, self.g)
        assert together is not None, "the point isn't the generator's negative"  # noqa: S101
        total = self.add((x, y), key.of_generator())
        right = total is not None and total[0] == key.x_of(together)
        return (x, y) if right else (x, self.p - y)

    def _multiply(self, scalar: int, point: Point) -> Point | None:
        """Our own way, with one division at the end."""
        result = _INFINITY
        for bit in bin(scalar)[2:]:
            result = self._double(result)
            if bit == "1":
                result = self._mixed(result, point)
        x, y, z = result
        if z == 0:
            return None
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return x * square % self.p, y * square * inverse % self.p

    def _double(self, point: _Jacobian) -> _Jacobian:
        """Twice a point in Jacobian coordinates: ``x = X/Z²``, ``y = Y/Z³``."""
        x, y, z = point
        p = self.p
        if z == 0 or y == 0:
            return _INFINITY
        square = y * y % p
        s = 4 * x * square % p
        zz = z * z % p
        m = (3 * x * x + self.a * zz * zz) % p
        new = (m * m - 2 * s) % p
        return new, (m * (s - new) - 8 * square * square) % p, 2 * y * z % p

    def _mixed(self, left: _Jacobian, right: Point) -> _Jacobian:
        """A Jacobian and an affine point added."""
        x1, y1, z1 = left
        if z1 == 0:
            return right[0], right[1], 1
        p = self.p
        zz = z1 * z1 % p
        h = (right[0] * zz - x1) % p
        r = (right[1] * zz * z1 - y1) % p
        if h == 0:
            return self._double(left) if r == 0 else _INFINITY
        hh = h * h % p
        hhh, v = hh * h % p, x1 * hh % p
        x = (r * r - hhh - 2 * v) % p
        return x, (r * (v - x) - y1 * hhh) % p, z1 * h % p


def _finite(value: T | None) -> T:
    if value is None:
        raise Fault("TLV_BROKEN", "a point comes to infinity")
    return value
