"""Public keys of certificates, DG14 and DG15, explicit curve parameters included (RFC 5280 §4.1.2.7).

Many signers of travel documents write out the parameters of their curve, which `cryptography`
understands for three curves only. Such a curve counts as a published one only when every single
parameter is the published one: whoever may choose the generator can sign under any public point.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from math import isqrt

from asn1crypto import core, keys

from devices.fault import Fault
from devices.idcard import asn1, curves
from devices.idcard.ec import UNCOMPRESSED, Curve, Point

LIMIT = 8_192
"""Bytes of a key with its parameters."""
RSA_BITS = range(512, 8_193)
RSA_EXPONENT_BITS = range(2, 65)
FIELD_BITS = range(160, 522)
DH_BITS = range(512, 4_097)
DH_ORDER_BITS = range(160, 513)
"""Of the subgroup's order; a longer one would take too long to check."""

_RSA = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10")  # rsaEncryption, id-RSASSA-PSS
_EC = ("1.2.840.10045.2.1", "1.3.132.1.12")  # id-ecPublicKey, id-ecDH
_STANDARDIZED = "0.4.0.127.0.7.1.2"  # parameters by number, BSI TR-03110-3 A.2.1.1
_DH_PKCS3 = "1.2.840.113549.1.3.1"
_DH_X942 = "1.2.840.10046.2.1"
_BRAINPOOL = "1.3.36.3.3.2.8.1.1."
PARAMETER_OF_OID = {
    "1.2.840.10045.3.1.1": 8,
    _BRAINPOOL + "3": 9,
    "1.3.132.0.33": 10,
    _BRAINPOOL + "5": 11,
    "1.2.840.10045.3.1.7": 12,
    _BRAINPOOL + "7": 13,
    _BRAINPOOL + "9": 14,
    "1.3.132.0.34": 15,
    _BRAINPOOL + "11": 16,
    _BRAINPOOL + "13": 17,
    "1.3.132.0.35": 18,
}
"""Standardized domain parameter by the name of the curve."""
TWISTED_OF_OID = {
    _BRAINPOOL + "8": "brainpoolP256t1",
    _BRAINPOOL + "12": "brainpoolP384t1",
    _BRAINPOOL + "14": "brainpoolP512t1",
}
_PRIME_FIELD = "1.2.840.10045.1.1"
_ROUNDS = 16


@dataclass(frozen=True, repr=False)
class RsaKey:
    n: int
    e: int

    def __repr__(self) -> str:
        return f"RsaKey({self.n.bit_length()} bits)"


@dataclass(frozen=True, repr=False)
class EcKey:
    """``named``: the curve is one of the published ones, however the key wrote it down."""

    curve: Curve
    point: Point
    named: bool = True

    def __repr__(self) -> str:
        return f"EcKey({self.curve.name}, {self.curve.p.bit_length()} bits)"


@dataclass(frozen=True, repr=False)
class DhKey:
    """``q`` is the order of the subgroup, 0 when the key doesn't say."""

    p: int
    g: int
    q: int
    y: int

    def __repr__(self) -> str:
        return f"DhKey({self.p.bit_length()} bits)"


PublicKey = RsaKey | EcKey | DhKey
"""None of them prints itself: the public key of a chip tells which card it is."""


class _Algorithm(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [  # noqa: RUF012
        ("oid", core.ObjectIdentifier),
        ("parameters", core.Any, {"optional": True}),
    ]


class _Info(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("algorithm", _Algorithm), ("key", core.OctetBitString)]  # noqa: RUF012


class _DhNumbers(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """PKCS #3 gives a length as third number, X9.42 the order of the subgroup."""

    _fields = [  # noqa: RUF012
        ("p", core.Integer),
        ("g", core.Integer),
        ("third", core.Integer, {"optional": True}),
        ("cofactor", core.Integer, {"optional": True}),
        ("validation", core.Any, {"optional": True}),
    ]


def load(der: bytes) -> PublicKey:
    """The key in a SubjectPublicKeyInfo; points lie on their curves, sizes are bounded.

    Raises `Fault` ``TLV_BROKEN`` (not a key, or an impossible one) and ``KEY_UNSUPPORTED``.
    """
    with asn1.border("public key", LIMIT, len(der)):
        info = _Info.load(der, strict=True)
        oid = info["algorithm"]["oid"].dotted
        parameters = info["algorithm"]["parameters"]
        data = info["key"].native
        if oid in _RSA:
            return _rsa(data)
        if oid in _EC:
            curve, named = _curve(parameters.dump())
            return EcKey(curve, _point(curve, data), named)
        if oid == _STANDARDIZED:
            curve = _known(core.Integer.load(parameters.dump(), strict=True).native)
            return EcKey(curve, _point(curve, data))
        if oid in (_DH_PKCS3, _DH_X942):
            numbers = _DhNumbers.load(parameters.dump(), strict=True)
            return _dh(numbers, data, ordered=oid == _DH_X942)
        raise Fault("KEY_UNSUPPORTED", "algorithm of the key")


def _rsa(data: bytes) -> RsaKey:
    numbers = keys.RSAPublicKey.load(data, strict=True)
    n, e = numbers["modulus"].native, numbers["public_exponent"].native
    if n <= 0 or e <= 0 or n % 2 == 0 or e % 2 == 0:
        raise ValueError
    if n.bit_length() not in RSA_BITS or e.bit_length() not in RSA_EXPONENT_BITS:
        raise Fault("KEY_UNSUPPORTED", f"RSA of {n.bit_length()} bits, exponent {e.bit_length()}")
    return RsaKey(n, e)


def _dh(numbers: _DhNumbers, data: bytes, ordered: bool) -> DhKey:
    p, g = numbers["p"].native, numbers["g"].native
    y = core.Integer.load(data, strict=True).native
    q = numbers["third"].native if ordered else 0
    if p <= 0 or p.bit_length() not in DH_BITS:
        raise Fault("KEY_UNSUPPORTED", f"DH of {p.bit_length()} bits")
    if q and q.bit_length() not in DH_ORDER_BITS:
        raise Fault("KEY_UNSUPPORTED", f"DH subgroup of {q.bit_length()} bits")
    if p % 2 == 0 or not (1 < g < p - 1 and 1 < y < p - 1 and 0 <= q < p):
        raise ValueError
    if q and (pow(g, q, p) != 1 or pow(y, q, p) != 1):
        raise ValueError
    return DhKey(p, g, q, y)


def _known(parameter: int) -> Curve:
    curve = curves.BY_PARAMETER.get(parameter)
    if curve is None:
        raise Fault("KEY_UNSUPPORTED", f"domain parameter {parameter.bit_length()} bits long")
    return curve


def _curve(der: bytes) -> tuple[Curve, bool]:
    """The curve of ECParameters, and whether it is a published one."""
    parameters = keys.ECDomainParameters.load(der, strict=True)
    if parameters.name == "named":
        oid = parameters.chosen.dotted
        if oid in TWISTED_OF_OID:
            return curves.TWISTED[TWISTED_OF_OID[oid]], True
        return _known(PARAMETER_OF_OID.get(oid, 0)), True
    if parameters.name != "specified":
        raise Fault("KEY_UNSUPPORTED", "implicit curve")
    return _explicit(parameters.chosen)


def _explicit(domain: keys.SpecifiedECDomain) -> tuple[Curve, bool]:
    field = domain["field_id"]
    if field["field_type"].dotted != _PRIME_FIELD:
        raise Fault("KEY_UNSUPPORTED", "field isn't prime")
    p, n = field["parameters"].native, domain["order"].native
    if p.bit_length() not in FIELD_BITS or n.bit_length() > FIELD_BITS[-1] or p < 0 or n < 0:
        raise Fault("KEY_UNSUPPORTED", f"field of {p.bit_length()} bits")
    a = int.from_bytes(domain["curve"]["a"].native, "big")
    b = int.from_bytes(domain["curve"]["b"].native, "big")
    base = domain["base"].native
    if domain["cofactor"].native not in (None, 1):
        raise Fault("KEY_UNSUPPORTED", "cofactor")
    published = (*curves.BY_PARAMETER.values(), *curves.TWISTED.values())
    for curve in published:
        if (p, a, b, n) == (curve.p, curve.a, curve.b, curve.n) and base in _forms(curve):
            return curve, True
    for curve in published:  # only now: a twisted curve has the order of its twin
        if n == curve.n:
            raise Fault("TLV_BROKEN", f"order of {curve.name} with other parameters")
    bare = Curve("explicit", p, a, b, (0, 0), n)
    own = Curve("explicit", p, a, b, _point(bare, base), n)
    _examine(own)
    return own, False


def _forms(curve: Curve) -> tuple[bytes, bytes]:
    """The generator written out and compressed (SEC 1 §2.3.3)."""
    x, y = curve.g
    return curve.encode(curve.g), bytes([2 + y % 2]) + x.to_bytes(curve.size, "big")


def _examine(curve: Curve) -> None:
    """Refuses what isn't an elliptic curve of prime order; says nothing of how strong it is."""
    p, n = curve.p, curve.n
    if not (curve.a < p and curve.b < p and (4 * curve.a**3 + 27 * curve.b**2) % p):
        raise Fault("TLV_BROKEN", "explicit curve: coefficients")
    if abs(n - p - 1) > 2 * isqrt(p) + 1 or n == p:  # Hasse: the cofactor is 1
        raise Fault("TLV_BROKEN", "explicit curve: order doesn't fit the field")
    if not (_is_prime(p) and _is_prime(n)):
        raise Fault("TLV_BROKEN", "explicit curve: not prime")
    x, y = curve.g
    if curve.multiply(n - 1, curve.g) != (x, p - y):
        raise Fault("TLV_BROKEN", "explicit curve: order of the generator")


def _is_prime(number: int) -> bool:
    """Miller and Rabin with bases nobody can foresee."""
    if number < 4 or number % 2 == 0:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(_ROUNDS):
        power = pow(2 + secrets.randbelow(number - 3), odd, number)
        passed = power in (1, number - 1)
        for _ in range(twos - 1):
            power = power * power % number
            passed = passed or power == number - 1
        if not passed:
            return False
    return True


def _point(curve: Curve, data: bytes) -> Point:
    if data[:1] not in (b"\x02", b"\x03"):
        if data[:1] != bytes([UNCOMPRESSED]):
            raise ValueError
        return curve.decode(data)
    if len(data) != 1 + curve.size:
        raise ValueError
    if curve.p % 4 != 3:
        raise Fault("KEY_UNSUPPORTED", f"compressed point on {curve.name}")
    x = int.from_bytes(data[1:], "big")
    y = pow(x * x * x + curve.a * x + curve.b, (curve.p + 1) // 4, curve.p)
    if y % 2 != data[0] % 2:
        y = curve.p - y
    if not curve.holds((x, y)):
        raise ValueError
    return x, y
