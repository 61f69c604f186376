"""Public keys in DER as signers of travel documents write them, parameters of curves and all."""

from __future__ import annotations

from asn1crypto import core, keys

from devices.idcard import spki
from devices.idcard.ec import Curve, Point

SECRET = 0x1234567890ABCDEF1234567890ABCDEF12345678
"""The private key of all of them."""
OIDS = {parameter: oid for oid, parameter in spki.PARAMETER_OF_OID.items()}
EC_OID = "1.2.840.10045.2.1"
SECP256K1 = Curve(
    "secp256k1",
    2**256 - 2**32 - 977,
    0,
    7,
    (
        0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
        0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
    ),
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
)


def info(oid: str, parameters: core.Asn1Value | None, key: bytes) -> bytes:
    class Algorithm(core.Sequence):
        _fields = [("oid", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012

    class Info(core.Sequence):
        _fields = [("algorithm", Algorithm), ("key", core.OctetBitString)]  # noqa: RUF012

    algorithm = {"oid": oid} if parameters is None else {"oid": oid, "parameters": parameters}
    return Info({"algorithm": algorithm, "key": key}).dump()


def domain(curve: Curve, /, base: bytes | None = None, **others) -> keys.ECDomainParameters:
    """Explicit parameters; ``others`` replace fields."""
    fields = {
        "version": "ecdpVer1",
        "field_id": {"field_type": "prime_field", "parameters": core.Integer(curve.p)},
        "curve": {
            "a": curve.a.to_bytes(curve.size, "big"),
            "b": curve.b.to_bytes(curve.size, "big"),
        },
        "base": base if base is not None else curve.encode(curve.g),
        "order": curve.n,
        "cofactor": 1,
    }
    fields.update(others)
    specified = keys.SpecifiedECDomain({k: v for k, v in fields.items() if v is not None})
    return keys.ECDomainParameters(name="specified", value=specified)


def explicit(
    curve: Curve, /, key: bytes | None = None, base: bytes | None = None, **others
) -> bytes:
    point = key if key is not None else curve.encode(public(curve))
    return info(EC_OID, domain(curve, base, **others), point)


def public(curve: Curve) -> Point:
    point = curve.multiply(SECRET, curve.g)
    assert point is not None
    return point


def compressed(point: Point, curve: Curve) -> bytes:
    return bytes([2 + point[1] % 2]) + point[0].to_bytes(curve.size, "big")
